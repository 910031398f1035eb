#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;
using reconcile::Foreign;
using testing::ElementsAre;

using ReadTest = Settled;

std::string stranger(int number)
{
    return "bad" + std::to_string(10'000 + number);
}

TEST_F(ReadTest, ARevokeGoesOutWhileATableIsBeingRead)
{
    granted();
    for (const auto number : {100U, 101U, 102U}) site->apply(newcomer(number)); // so that a part of the table shows the card
    ASSERT_TRUE(site->settles());
    yard().read = 20s;
    driver.restarts("yard", true);
    heard("read");
    site->run_for(1s);
    const auto revoked = now();
    revoke();
    heard("drop", 1, 20s);
    EXPECT_LE(since(revoked), 10ms);
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(site->placed(), nullptr);
    EXPECT_EQ(yard().count("drop"), 1) << "the read that was under way says nothing about it";
}

TEST_F(ReadTest, ANarrowingGoesOutWhileATableIsBeingRead)
{
    granted(second_entrance);
    granted(first_entrance);
    yard().read = 20s;
    driver.restarts("yard", true);
    heard("read");
    site->run_for(1s);
    const auto revoked = now();
    revoke(second_entrance);
    ASSERT_TRUE(site->run_until([this] { return yard().table.at(std::string{the_key}).at("doors") == boost::json::array{0}; }, 20s));
    EXPECT_LE(since(revoked), 20ms);
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(yard().count("put"), 1);
}

TEST_F(ReadTest, EachOfTwoRevokesGoesOutWhileATableIsBeingRead)
{
    granted();
    site->apply(newcomer(100));
    ASSERT_TRUE(site->settles());
    yard().read = 20s;
    yard().step = 300ms;
    driver.restarts("yard", true);
    heard("read");
    revoke();
    site->run_for(50ms);
    auto grant = direct_grant(first_entrance);
    grant.user = id<model::UserId>(100);
    site->apply({model::erase(grant)});
    const auto revoked = now();
    ASSERT_TRUE(site->run_until([this] { return yard().table.empty(); }, 20s));
    EXPECT_LE(since(revoked), 1s);
}

TEST_F(ReadTest, AGrantGoesOutWhileATableIsBeingReadOnceBetweenTwoProofs)
{
    granted();
    yard().read = 10s;
    driver.restarts("yard", true);
    heard("read");
    site->run_for(1s);
    const auto asked = now();
    site->apply(newcomer(100));
    ASSERT_TRUE(site->run_until([this] { return yard().holds(uid_of(100)); }, 20s));
    EXPECT_LE(since(asked), 100ms);
    site->run_for(1s);
    site->apply(newcomer(101));
    site->run_for(5s);
    EXPECT_FALSE(yard().holds(uid_of(101))) << "the second read is let to its end";
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(yard().count("put"), 2);
}

TEST_F(ReadTest, AnUnreachableDeviceIsNeverTakenForEmpty)
{
    granted();
    for (const bool knows : {true, false}) {
        (knows ? yard().away : yard().dark) = true;
        driver.restarts("yard", true);
        site->run_for(5min);
        EXPECT_EQ(site->placed()->truth, Truth::verified);
        EXPECT_FALSE(site->status().trouble.empty());
        EXPECT_EQ(yard().count("put"), 0);
        driver.shows_life("yard");
        ASSERT_TRUE(site->settles());
        EXPECT_EQ(yard().count("put"), 0);
    }
    EXPECT_EQ(site->told_of("gatehouse.drift_found"), 0);
}

TEST_F(ReadTest, APartialReadProvesNothingAboutWhatItDoesNotShow)
{
    granted();
    yard().partial = true;
    yard().table.clear();
    driver.restarts("yard", true);
    site->run_for(1min);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
    EXPECT_FALSE(site->status().trouble.empty());
    yard().partial = false;
    ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 60s));
}

TEST_F(ReadTest, ALostTableIsNoticedReportedAndRepaired)
{
    granted();
    driver.restarts("yard", false);
    ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 10s));
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(site->told_of("gatehouse.drift_found"), 1);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
}

TEST_F(ReadTest, ALossNobodyReportedIsFoundByTheSweep)
{
    granted();
    yard().table.clear();
    site->run_for(18min + 1s);
    EXPECT_TRUE(yard().holds(the_card));
}

TEST_F(ReadTest, WhatWasAcknowledgedAndNotStoredIsNeverCalledVerifiedAndNotRaced)
{
    yard().stores = false;
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(2min);
    EXPECT_NE(site->placed()->truth, Truth::verified);
    EXPECT_FALSE(site->status().settled);
    EXPECT_LT(yard().count("put"), 40);
    yard().stores = true;
    EXPECT_TRUE(site->settles());
}

TEST_F(ReadTest, AForeignEntryOnASettledDeviceIsRemovedAndAlarmed)
{
    granted();
    yard().hold(stranger(1));
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(stranger(1)); }, 10s));
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
    EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 1);
}

TEST_F(ReadTest, TheRemovalOfAForeignEntryIsTriedAgainWhenItsAnswerIsUnclear)
{
    yard().hold(stranger(1));
    yard().busy = 2; // the read, then its repetition
    yard().on_step = [this](const boost::json::object&) {
        if (yard().count("drop") <= 2) yard().busy = 1;
    };
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(stranger(1)); }, 60s));
    site->run_for(1s);
    EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 1) << "one alarm for one stranger";
}

TEST_F(ReadTest, ManyForeignEntriesWaitForTheOperatorsWord)
{
    for (int number = 0; number < 11; ++number) yard().hold(stranger(number));
    driver.restarts("yard", true);
    site->run_for(1min);
    EXPECT_EQ(yard().table.size(), 11U);
    EXPECT_TRUE(site->status().braked);
    EXPECT_EQ(site->status().foreign, 11U);
    site->say(Foreign::remove);
    ASSERT_TRUE(site->run_until([this] { return yard().table.empty(); }, 10s));
    site->run_for(1s);
    EXPECT_FALSE(site->status().braked);
}

TEST_F(ReadTest, TenForeignEntriesOrAQuarterOfTheTableAreNotMany)
{
    for (int number = 0; number < 10; ++number) yard().hold(stranger(number));
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return yard().table.empty(); }, 10s)) << "ten of ten";
    std::vector<model::Mutation> rows;
    for (std::uint64_t number = 100; number < 133; ++number)
        for (auto& row : newcomer(number)) rows.push_back(std::move(row));
    site->apply(std::move(rows));
    ASSERT_TRUE(site->settles());
    for (int number = 0; number < 11; ++number) yard().hold(stranger(number));
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return yard().table.size() == 33; }, 10s)) << "11 of 44 are a quarter";
}

TEST_F(ReadTest, KeptForeignEntriesStayAndAreNoNewsAgain)
{
    for (int number = 0; number < 11; ++number) yard().hold(stranger(number));
    driver.restarts("yard", true);
    site->run_for(1min);
    site->say(Foreign::keep);
    site->run_for(1h);
    EXPECT_EQ(yard().table.size(), 11U);
    EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 1);
    EXPECT_TRUE(site->status().settled);
}

TEST_F(ReadTest, ACardNobodyKnowsThatWasLetInIsReasonToReadAtOnceOnceAMinute)
{
    granted();
    const auto let_in = [this](const std::string& key) {
        driver.says(R"({"type":"event","line":"broker","device":"yard","at":"1","kind":"granted","key_kind":"card_uid_hex","key":")" + key +
                    "\"}");
    };
    let_in(std::string{the_card});
    site->run_for(1s);
    EXPECT_EQ(yard().count("read"), 0);
    yard().hold(stranger(1));
    let_in(stranger(1));
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(stranger(1)); }, 1s));
    ASSERT_TRUE(site->settles());
    const auto reads = yard().count("read");
    for (int number = 2; number < 30; ++number) {
        let_in(stranger(number));
        site->run_for(1s);
    }
    EXPECT_EQ(yard().count("read"), reads);
    site->run_for(40s);
    let_in(stranger(2));
    heard("read", reads + 1, 1s);
}

/// A device that holds something before the gateway ever saw it.
struct FirstContact : testing::Test {
    FirstContact()
    {
        yard().capabilities = a_controller();
        yard().hold(stranger(1));
        yard().hold(std::string{the_card}, {0, 1});
        site = std::make_unique<Site>(driver, directory.path());
        site->apply({model::put(direct_grant(first_entrance))});
        site->run_for(10s);
    }
    ModelledDevice& yard() { return driver.device("yard"); }

    TempDirectory directory;
    ModelledDriver driver;
    std::unique_ptr<Site> site;
};

TEST_F(FirstContact, ForeignEntriesStayUntilTheOperatorsWordAndOwnPutsGoAhead)
{
    EXPECT_TRUE(yard().holds(stranger(1)));
    EXPECT_EQ(yard().count("drop"), 0);
    EXPECT_EQ(yard().table.at(std::string{the_key}).at("doors"), boost::json::array{0}) << "what is wanted is taken over, never wider";
    EXPECT_EQ(site->status().foreign, 1U);
    EXPECT_TRUE(site->status().first_contact);
    EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 0);
    site->say(Foreign::remove);
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(stranger(1)); }, 10s));
    site->run_for(1s);
    EXPECT_FALSE(site->status().first_contact);
}

TEST_F(FirstContact, TheOperatorsWordOutlivesAReadThatShowedOnlyAPart)
{
    yard().hold(stranger(2));
    yard().hold(stranger(3));
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return site->status().foreign == 3; }, 10s));
    yard().partial = true;
    site->say(Foreign::remove);
    site->run_for(5s);
    yard().partial = false;
    ASSERT_TRUE(site->run_until([this] { return yard().table.size() == 1; }, 60s));
    EXPECT_TRUE(yard().holds(the_card));
}

TEST_F(FirstContact, AnEntryThatCameAfterTheListIsNotSweptAwayByTheSameWord)
{
    yard().hold(stranger(2));
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return site->status().foreign == 2; }, 10s));
    yard().hold(stranger(3)); // nobody saw it
    site->say(Foreign::remove);
    EXPECT_EQ(site->status().word, Foreign::remove);
    EXPECT_EQ(site->status().word_left, 2U);
    ASSERT_TRUE(site->run_until([this] { return !site->status().word; }, 60s));
    EXPECT_FALSE(yard().holds(stranger(1)));
    EXPECT_FALSE(yard().holds(stranger(2)));
    site->run_for(1h);
    EXPECT_TRUE(yard().holds(stranger(3)));
    EXPECT_TRUE(site->status().first_contact) << "it waits for a word of its own";
    EXPECT_EQ(site->status().foreign, 1U);
}

TEST_F(FirstContact, AWordIsCarriedOutWhenAReadShowsItAndNotWhenItWasAcknowledged)
{
    yard().stores = false; // acknowledges every removal
    site->say(Foreign::remove);
    site->run_for(10min);
    EXPECT_EQ(site->status().word_left, 1U);
    EXPECT_FALSE(site->status().trouble.empty());
    yard().stores = true;
    ASSERT_TRUE(site->run_until([this] { return !site->status().word; }, 60s));
    EXPECT_EQ(site->status().word_left, 0U);
    EXPECT_FALSE(yard().holds(stranger(1)));
}

TEST_F(FirstContact, WhatIsKeptStaysAfterARestartAndGoesWhenTheOperatorSaysSoAfterAll)
{
    site->say(Foreign::keep);
    ASSERT_TRUE(site->settles());
    site.reset();
    site = std::make_unique<Site>(driver, directory.path());
    ASSERT_TRUE(site->settles());
    site->run_for(1h);
    EXPECT_TRUE(yard().holds(stranger(1)));
    site->say(Foreign::remove);
    EXPECT_TRUE(site->run_until([this] { return !yard().holds(stranger(1)); }, 10s));
}

TEST_F(FirstContact, WhatAnEarlierVersionKeptIsKeptAsItIsShownFirst)
{
    site->say(Foreign::keep);
    ASSERT_TRUE(site->run_until([this] { return !site->status().first_contact; }));
    site->run_for(1min); // what it keeps is on the disk
    site->desk.ledger.note({.cursors = {{"contact:" + to_string(the_device), "known\ncard_uid_hex:" + stranger(1)}}});
    site->run_for(1s);
    for (int start = 0; start < 2; ++start) {
        site.reset();
        site = std::make_unique<Site>(driver, directory.path());
        ASSERT_TRUE(site->settles());
        site->run_for(1h);
        EXPECT_TRUE(yard().holds(stranger(1))) << "no stranger after an upgrade";
        EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 0);
    }
    yard().hold(stranger(1), {0, 1});
    driver.restarts("yard", true);
    EXPECT_TRUE(site->run_until([this] { return !yard().holds(stranger(1)); }, 10s)) << "it opens more since";
}

TEST_F(FirstContact, APartOfTheTableDoesNotEndIt)
{
    yard().hold(stranger(2)); // so that half of the table is ours
    yard().partial = true;
    site->apply(newcomer(100));
    ASSERT_TRUE(site->run_until([this] { return site->placed("card_uid_hex:" + uid_of(100)) != nullptr; }, 5s));
    ASSERT_TRUE(site->run_until([this] { return site->placed("card_uid_hex:" + uid_of(100))->truth == Truth::verified; }, 30s));
    site->run_for(1min);
    EXPECT_EQ(site->status().foreign, 1U) << "what was seen before";
    yard().partial = false;
    site->run_for(1h);
    EXPECT_TRUE(site->status().first_contact);
    EXPECT_TRUE(yard().holds(stranger(1)));
    EXPECT_EQ(site->status().foreign, 2U);
}

TEST_F(FirstContact, AForeignEntryOfSomebodyKnownIsResidualWhetherItWaitsOrIsKept)
{
    const auto residuals = [this] { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)); };
    yard().hold(uid_of(100), {1});
    site->apply({model::put(user(100)), model::put(card(100, 100))}); // who may open nothing
    site->reconciler.heard({.device = the_device, .what = devices::Restarted{"2"}});
    ASSERT_TRUE(site->run_until([&] { return !residuals().empty(); }, 10s));
    ASSERT_THAT(residuals(), testing::SizeIs(1));
    EXPECT_EQ(residuals()[0].access.user, id<model::UserId>(100));
    EXPECT_EQ(residuals()[0].access.door, id<model::DoorId>(second_door));
    site->say(Foreign::keep);
    site->run_for(30s);
    EXPECT_TRUE(yard().holds(uid_of(100)));
    ASSERT_THAT(residuals(), testing::SizeIs(1));
    EXPECT_THAT(residuals()[0].access.reason, testing::HasSubstr("kept"));
    const auto& node = *site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(100));
    EXPECT_EQ(truth_of(site->reconciler, *site->desk.directory.workspace(id<model::WorkspaceId>(1)), node).synced, false);
}

TEST_F(FirstContact, AForeignEntryThatIsTakenOverStaysOnTheListForWhatItOpensBeyond)
{
    yard().hold(uid_of(100), {0, 1});
    site->apply({model::put(user(100)), model::put(card(100, 100))}); // who may open nothing
    site->reconciler.heard({.device = the_device, .what = devices::Restarted{"2"}});
    ASSERT_TRUE(site->run_until([this] { return site->status().foreign == 2; }, 10s));
    yard().away = true;
    auto grant = direct_grant(first_entrance);
    grant.user = id<model::UserId>(100);
    site->apply({model::put(grant)});
    site->run_for(5s);
    const auto beyond = [this] { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)); };
    ASSERT_THAT(beyond(), testing::SizeIs(1)) << "the second door, which nobody granted";
    EXPECT_EQ(beyond()[0].access.door, id<model::DoorId>(second_door));
    site->apply({model::erase(grant)});
    site->run_for(5s);
    EXPECT_THAT(beyond(), testing::SizeIs(2));
    yard().away = false;
    driver.restarts("yard", true);
    EXPECT_TRUE(site->run_until([this] { return !yard().holds(uid_of(100)); }, 30s));
}

TEST_F(FirstContact, AKeptEntryThatBecameTheGatewaysOwnIsForeignLikeAnyOtherOnceItsRightEnded)
{
    yard().hold(uid_of(100));
    site->say(Foreign::keep);
    site->run_for(30s);
    site->apply(newcomer(100));
    ASSERT_TRUE(site->settles());
    auto grant = direct_grant(first_entrance);
    grant.user = id<model::UserId>(100);
    site->apply({model::erase(grant)});
    ASSERT_TRUE(site->settles());
    ASSERT_FALSE(yard().holds(uid_of(100)));
    for (const bool after_restart : {false, true}) {
        if (after_restart) {
            site.reset();
            site = std::make_unique<Site>(driver, directory.path());
            ASSERT_TRUE(site->settles());
        }
        yard().hold(uid_of(100));
        driver.restarts("yard", true);
        EXPECT_TRUE(site->run_until([this] { return !yard().holds(uid_of(100)); }, 30s)) << after_restart;
        ASSERT_TRUE(site->settles());
        EXPECT_TRUE(yard().holds(stranger(1))) << "which is kept";
    }
}

TEST_F(FirstContact, TheOperatorsWordIsHeardAgainAfterARestartUntilItIsCarriedOut)
{
    yard().dark = true;
    const auto answered = site->say(Foreign::remove);
    ASSERT_TRUE(site->run_until([&answered] { return answered->has_value(); }, 1s));
    EXPECT_TRUE(**answered);
    site.reset();
    yard().dark = false;
    site = std::make_unique<Site>(driver, directory.path());
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(stranger(1)); }, 60s));
    ASSERT_TRUE(site->settles());
    yard().hold(stranger(2));
    site.reset();
    for (int number = 10; number < 25; ++number) yard().hold(stranger(number));
    site = std::make_unique<Site>(driver, directory.path());
    site->run_for(1min);
    EXPECT_TRUE(site->status().braked) << "the word was for what was there then";
}

TEST_F(ReadTest, AfterARestartTheTableIsReadOnceAndNothingIsWrittenWhereNothingDiffers)
{
    granted();
    const auto wall = site->desk.clock.wall();
    site.reset();
    yard().diary.clear();
    site = std::make_unique<Site>(driver, directory.path());
    site->desk.clock.step_wall(std::chrono::floor<base::milliseconds>(wall - site->desk.clock.wall()));
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(yard().diary, ElementsAre("read"));
    EXPECT_FALSE(site->status().first_contact);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
}

TEST_F(ReadTest, ARevokeThatWasOwedWhenTheGatewayDiedIsCarriedOutAtTheNextStart)
{
    granted();
    yard().away = true;
    revoke();
    site->run_for(1s);
    site.reset();
    yard().diary.clear();
    yard().away = false;
    site = std::make_unique<Site>(driver, directory.path());
    heard("drop", 1, 5s);
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds(the_card));
}

TEST_F(ReadTest, ADriverThatDoubtsItsLastReadHasTheTableReadAgain)
{
    granted();
    yard().hold("0bad0bad");
    driver.says(R"({"type":"event","line":"broker","device":"yard","at":"1","kind":"table_changed"})");
    heard("read", 1, 1s);
}

} // namespace
} // namespace gatehouse::tests
