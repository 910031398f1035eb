#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;
using testing::ElementsAre;
using testing::IsEmpty;

using WriteTest = Settled;

std::vector<model::Mutation> newcomers(std::uint64_t first, std::uint64_t count)
{
    std::vector<model::Mutation> rows;
    for (auto number = first; number < first + count; ++number)
        for (auto& row : newcomer(number)) rows.push_back(std::move(row));
    return rows;
}

TEST_F(WriteTest, AGrantIsAssumedWhenAcknowledgedAndVerifiedWhenTheTableShowedIt)
{
    yard().read = 5s;
    site->apply({model::put(direct_grant(first_entrance))});
    ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 1s));
    site->run_for(1s);
    EXPECT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_FALSE(site->placed()->verified_at);
    ASSERT_TRUE(site->settles(10s));
    EXPECT_EQ(site->placed()->truth, Truth::verified);
    EXPECT_EQ(site->placed()->number, site->desk.ledger.head());
    EXPECT_EQ(site->status().number, site->desk.ledger.head());
}

TEST_F(WriteTest, ALaneIsNotSyncedUpToAChangeThatIsNotOnDisk)
{
    granted();
    site->disk_works = false;
    site->apply({model::put(user(100))}); // who may open nothing
    driver.restarts("yard", true);
    heard("read");
    ASSERT_TRUE(site->settles());
    ASSERT_LT(site->desk.ledger.durable(), site->desk.ledger.head());
    EXPECT_EQ(site->status().number, site->desk.ledger.durable());
}

TEST_F(WriteTest, NothingIsPutBeforeTheGrantAndItsPlacementAreOnDisk)
{
    bool recorded = false;
    yard().on_step = [this, &recorded](const boost::json::object&) {
        for (const auto& placement : contents(site->desk.store).placements) recorded = recorded || placement.key == the_key;
    };
    site->disk_works = false;
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(1s);
    EXPECT_THAT(yard().diary, IsEmpty());
    ASSERT_TRUE(site->desk.commit()); // the grant
    site->run_for(1s);
    EXPECT_THAT(yard().diary, IsEmpty()) << "its placement is not on disk";
    ASSERT_TRUE(site->desk.commit());
    site->run_for(1s);
    EXPECT_EQ(yard().diary.front(), "put 04a1b2c3");
    EXPECT_TRUE(recorded);
}

TEST_F(WriteTest, ARevokeDoesNotWaitForTheDisk)
{
    granted();
    site->disk_works = false;
    revoke();
    heard("drop", 1, 100ms);
    EXPECT_FALSE(yard().diary.empty());
}

TEST_F(WriteTest, ARevokedEntryIsResidualUntilACompleteReadProvesItGone)
{
    granted();
    yard().read = 2s;
    revoke();
    site->run_for(500ms);
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_TRUE(site->placed()->leaving);
    EXPECT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_EQ(site->status().leaving, 1U);
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(site->placed(), nullptr);
    EXPECT_FALSE(yard().holds(the_card));
}

TEST_F(WriteTest, ARevokeOvertakesAThousandGrants)
{
    granted();
    yard().step = 20ms; // 50 operations a second
    const auto begun = now();
    site->apply(newcomers(1'000, 1'000));
    site->run_for(3s);
    ASSERT_LT(yard().count("put"), 300);
    const auto revoked = now();
    revoke();
    heard("drop", 1, 5s);
    EXPECT_LE(since(revoked), 2s);
    ASSERT_TRUE(site->run_until([this] { return yard().table.size() == 1'000; }, 60s));
    EXPECT_LE(since(begun), 30s);
}

TEST_F(WriteTest, ARevokeDuringAPutIsNotTakenForItsRemovalWhenThePutIsAcknowledged)
{
    yard().step = 500ms;
    site->apply({model::put(direct_grant(first_entrance))});
    heard("put", 1, 1s);
    revoke();
    site->run_for(600ms);
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_TRUE(site->placed()->leaving);
    heard("drop", 1, 100ms);
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds(the_card));
    EXPECT_EQ(site->placed(), nullptr);
}

TEST_F(WriteTest, AnUnclearRevokeIsTriedAgainBeforeAnyGrant)
{
    granted();
    yard().unclear = 1;
    site->disk_works = false;
    site->apply(newcomers(1'000, 100));
    revoke();
    site->disk_works = true;
    heard("put", 1, 10s);
    EXPECT_THAT(std::vector(yard().diary.begin(), yard().diary.begin() + 2), ElementsAre("drop 04a1b2c3", "drop 04a1b2c3"));
}

TEST_F(WriteTest, ARevokeThatNeverSucceedsStarvesNobody)
{
    granted();
    yard().on_step = [this](const boost::json::object& step) { yard().unclear = step.at("op") == "drop" ? 1 : 0; };
    yard().stores = false;
    revoke();
    site->apply(newcomers(1'000, 1));
    heard("put", 1, 60s);
    EXPECT_GT(yard().count("drop"), 2);
}

TEST_F(WriteTest, ARevokeWhoseAnswersAreAlwaysLostIsProvenByReading)
{
    granted();
    yard().unclear = 1'000'000;
    revoke();
    ASSERT_TRUE(site->run_until([this] { return site->placed() == nullptr; }, 30s));
}

TEST_F(WriteTest, ADarkDeviceIsAskedAgainAtMostFiveSecondsLaterWhileARevokeIsOwed)
{
    granted();
    yard().away = true;
    revoke();
    auto last = heard("drop");
    for (int times = 2; times < 40; ++times) {
        const auto next = heard("drop", times);
        EXPECT_LE(next - last, 5s + 20ms);
        last = next;
    }
}

TEST_F(WriteTest, ADarkDeviceIsAskedAgainAtMostFiveSecondsLaterWhileANarrowingIsOwed)
{
    granted(second_entrance);
    granted(first_entrance);
    yard().away = true;
    revoke(second_entrance);
    auto last = heard("put");
    for (int times = 2; times < 40; ++times) {
        const auto next = heard("put", times);
        EXPECT_LE(next - last, 5s + 20ms);
        last = next;
    }
}

TEST_F(WriteTest, AGrantToADarkDeviceIsTriedLessOftenAndNotAtEveryOtherChange)
{
    yard().away = true;
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(10min);
    const auto tries = yard().count("put");
    EXPECT_LT(tries, 120);
    EXPECT_GE(tries, 20) << "at most 30 s between two";
    yard().diary.clear();
    for (std::uint64_t number = 0; number < 100; ++number) {
        site->apply(newcomer(1'000 + number));
        site->run_for(100ms);
    }
    int applies = 0;
    for (const auto& request : driver.sent) applies += request.at("type") == "apply" ? 1 : 0;
    EXPECT_LT(applies, tries + 20);
}

TEST_F(WriteTest, ASignOfLifeEndsTheWaitForARetry)
{
    yard().away = true;
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(5min);
    yard().diary.clear();
    const auto alive = now();
    driver.shows_life("yard");
    heard("put", 1, 30s);
    EXPECT_LE(since(alive), 20ms);
}

TEST_F(WriteTest, ASignOfLifeEndsTheWaitForAnAnswerAndStartsAPassAtOnce)
{
    granted();
    yard().dark = true;
    revoke();
    heard("drop");
    const auto alive = now();
    driver.shows_life("yard");
    heard("drop", 2, 3s);
    EXPECT_LE(since(alive), 20ms);
    EXPECT_TRUE(site->settles());
}

TEST_F(WriteTest, ABusyDeviceIsLeftAloneAsLongAsItAsksButNotWithARevokeOwed)
{
    yard().busy = 1;
    yard().retry_after = 20s;
    const auto asked = now();
    site->apply({model::put(direct_grant(first_entrance))});
    heard("put", 2);
    EXPECT_GE(since(asked), 20s);
    ASSERT_TRUE(site->settles());
    yard().diary.clear();
    yard().busy = 1;
    const auto revoked = now();
    revoke();
    heard("drop", 2);
    EXPECT_LE(since(revoked), 5s + 20ms);
}

TEST_F(WriteTest, ADeviceOfOneOperationASecondIsKeptAtWork)
{
    site->apply(newcomers(1'000, 20));
    ASSERT_TRUE(site->settles());
    yard().step = 1s;
    std::vector<model::Mutation> rows;
    for (std::uint64_t number = 1'000; number < 1'020; ++number) {
        auto grant = direct_grant(first_entrance);
        grant.user = id<model::UserId>(number);
        rows.push_back(model::erase(grant));
    }
    const auto revoked = now();
    site->apply(std::move(rows));
    ASSERT_TRUE(site->run_until([this] { return yard().table.empty(); }, 120s));
    EXPECT_LE(since(revoked), 30s);
}

TEST_F(WriteTest, WhatTheDeviceRefusesStandsAsRefusedWithItsReason)
{
    yard().refuses.insert(std::string{the_card});
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(10s);
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_EQ(site->placed()->truth, Truth::refused);
    EXPECT_EQ(site->placed()->reason, "read_only");
    EXPECT_EQ(yard().count("put"), 1) << "the same again would be refused again";
}

TEST_F(WriteTest, AFullTableStandsAsRefusedAndTakesTheGrantOnceThereIsRoom)
{
    granted();
    yard().capacity = 1;
    site->apply(newcomer(100));
    site->run_for(10s);
    const auto key = "card_uid_hex:" + uid_of(100);
    EXPECT_EQ(site->placed(key)->truth, Truth::refused);
    EXPECT_EQ(site->placed(key)->reason, "full");
    revoke();
    ASSERT_TRUE(site->run_until([this, &key] { return site->placed(key)->truth == Truth::verified; }, 10s));
}

TEST_F(WriteTest, ARefusedRevokeIsNeverGivenUp)
{
    granted();
    yard().refuses.insert(std::string{the_card});
    revoke();
    heard("drop", 10);
    yard().refuses.clear();
    EXPECT_TRUE(site->settles());
    EXPECT_EQ(site->placed(), nullptr);
}

TEST_F(WriteTest, ARefusedNarrowingIsNeverGivenUpAndNeverSettled)
{
    granted(second_entrance);
    granted(first_entrance);
    yard().refuses.insert(std::string{the_card});
    revoke(second_entrance);
    heard("put");
    heard("drop", 5);
    EXPECT_FALSE(site->status().settled);
    EXPECT_TRUE(site->placed()->leaving) << "what it will not narrow has to go";
    EXPECT_EQ(site->placed()->may_open(), 0b11U);
    yard().refuses.clear();
    EXPECT_TRUE(site->settles());
    EXPECT_EQ(yard().table.at(std::string{the_key}).at("doors"), boost::json::array{0});
}

TEST_F(WriteTest, AForeignEntryThatStaysThoughItsRemovalIsAcknowledgedIsTriedAgainAtAPause)
{
    granted();
    yard().hold("deadbeef");
    yard().stores = false;
    site->reconciler.heard({.device = the_device, .what = devices::Restarted{"2"}});
    heard("drop", 2);
    yard().diary.clear();
    site->run_for(5min);
    EXPECT_GE(yard().count("drop"), 5);
    EXPECT_LE(yard().count("drop"), 40) << "not as fast as the device reads";
    EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 1);
    EXPECT_FALSE(site->status().settled);
    EXPECT_NE(site->status().trouble, "");
    yard().stores = true;
    EXPECT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds("deadbeef"));
}

TEST_F(WriteTest, AStreamOfGrantsStarvesNeitherTheFirstOfThemNorItsProof)
{
    yard().step = 15ms;
    site->apply({model::put(direct_grant(first_entrance))});
    for (std::uint64_t number = 0; number < 300; ++number) {
        site->apply(newcomer(1'000 + number));
        site->run_for(20ms);
        EXPECT_TRUE(number < 50 || yard().holds(the_card)) << "after a second";
    }
    EXPECT_EQ(site->placed()->truth, Truth::verified) << "after six seconds";
}

TEST_F(WriteTest, WhatTheMomentNoLongerAllowsIsNotWrittenThoughItWasLoweredBefore)
{
    site->disk_works = false;
    site->apply({model::put(direct_grant(first_entrance))});
    ASSERT_TRUE(site->desk.commit()); // the lane lowers and records
    site->desk.settle();
    auto card = site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
    card.user.reset();
    site->apply({model::put(card)});
    site->disk_works = true;
    site->run_for(5s);
    EXPECT_EQ(yard().count("put"), 0);
}

} // namespace
} // namespace gatehouse::tests
