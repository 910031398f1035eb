#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

// Devices that hear and do not do, or do and do not say: what is owed goes out all the same, and nothing is called gone that is not.

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;
using testing::ElementsAre;
using testing::IsEmpty;

const auto landlord = id<model::WorkspaceId>(1);

struct StubbornTest : Settled {
    void grant_many(std::uint64_t first, std::uint64_t count)
    {
        std::vector<model::Mutation> rows;
        for (auto number = first; number < first + count; ++number)
            for (auto& row : newcomer(number)) rows.push_back(std::move(row));
        site->apply(std::move(rows));
        ASSERT_TRUE(site->settles());
        yard().diary.clear();
    }
    void revoke_many(std::uint64_t first, std::uint64_t count)
    {
        std::vector<model::Mutation> rows;
        for (auto number = first; number < first + count; ++number) {
            auto grant = direct_grant(first_entrance);
            grant.user = id<model::UserId>(number);
            rows.push_back(model::erase(grant));
        }
        site->apply(std::move(rows));
    }
    /// Heard every 300 ms, for so long, while no command is ever answered.
    void talks_and_answers_nothing(base::microseconds span)
    {
        for (const auto end = now() + span; now() < end;) {
            yard().dark = true;
            site->run_for(300ms);
            driver.shows_life("yard");
        }
        yard().dark = true;
    }
    /// A change of somebody who is there already, just when the disk has taken the last one: nobody can know that it takes nothing away.
    void edits_at_every_commit(int times)
    {
        site->disk_works = false;
        auto somebody = user(1'000);
        for (int edit = 0; edit < times; ++edit) {
            somebody.full_name = "Ada " + std::to_string(edit);
            site->apply({model::put(somebody)});
            site->run_for(5ms);
            site->desk.commit();
            site->run_for(5ms);
        }
    }
    std::vector<std::string> residual_doors() const
    {
        std::vector<std::string> found;
        for (const auto& row : reconcile::residuals(site->reconciler, landlord))
            found.push_back(row.access.door == model::DoorId{} ? "none" : std::to_string(row.access.door.value.data[15]));
        return found;
    }
};

TEST_F(StubbornTest, EveryRevokeLeavesTheGatewayThoughTheDeviceTalksAndAnswersNone)
{
    yard().step = 120ms; // so that eight at most go out together
    grant_many(1'000, 40);
    revoke_many(1'000, 40);
    talks_and_answers_nothing(40s);
    for (std::uint64_t number = 1'000; number < 1'040; ++number) EXPECT_GE(yard().count("drop " + uid_of(number)), 1) << number;
    EXPECT_GE(yard().count("read"), 1) << "no answer is clear, so only reading tells";
}

TEST_F(StubbornTest, AGrantIsTriedThoughRevokesAreNeverAnswered)
{
    grant_many(1'000, 20);
    revoke_many(1'000, 20);
    site->apply(newcomer(2'000));
    talks_and_answers_nothing(20s);
    EXPECT_GE(yard().count("put " + uid_of(2'000)), 1);
}

TEST_F(StubbornTest, ANarrowingGoesOutThoughSomebodyIsEditedAtEveryCommit)
{
    grant_many(1'000, 1);
    granted(second_entrance);
    granted(first_entrance);
    site->disk_works = false;
    revoke(second_entrance);
    edits_at_every_commit(6);
    EXPECT_EQ(yard().table.at(std::string{the_key}).at("doors"), boost::json::array{0});
}

TEST_F(StubbornTest, AGrantGoesOutThoughSomebodyIsEditedAtEveryCommit)
{
    grant_many(1'000, 1);
    site->disk_works = false;
    site->apply({model::put(direct_grant(first_entrance))});
    edits_at_every_commit(12);
    EXPECT_TRUE(yard().holds(the_card));
}

TEST_F(StubbornTest, ANarrowingThatIsAcknowledgedAndNotStoredIsAlarmedInTimeOnceAndTriedEveryFiveSeconds)
{
    granted(second_entrance);
    granted(first_entrance);
    yard().stores = false;
    const auto revoked = now();
    const auto told = wall();
    revoke(second_entrance);
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 60s));
    EXPECT_LE(since(revoked), 10s + 2 * 1s) << "an acknowledgement has twice the time of a read";
    EXPECT_LE(site->placed()->since - told, 1s) << "it is owed since then";
    auto last = now();
    for (auto tries = yard().count("put"); tries < 30; ++tries) {
        const auto next = heard("put", tries + 1);
        EXPECT_LE(next - last, 5s + 50ms);
        last = next;
    }
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 1);
}

TEST_F(StubbornTest, AnEntryThatNeverLandsHasWaitedSinceItWasFirstWrittenAndIsToldOnce)
{
    yard().stores = false;
    const auto asked = wall();
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(40s);
    EXPECT_THAT(site->status().trouble, IsEmpty()) << "it may still come";
    site->run_for(4min);
    EXPECT_GE(yard().count("put"), 8);
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_LE(site->placed()->since - asked, 1s);
    EXPECT_THAT(site->status().trouble, testing::HasSubstr("an entry has not been proven since"));
    EXPECT_EQ(site->told_of("gatehouse.entry_not_proven"), 1);
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(site->status().trouble, IsEmpty());
    EXPECT_GE(site->placed()->since - asked, 4min) << "verified since then";
}

TEST_F(StubbornTest, AnEntryThatFindsNoRoomHasWaitedSinceItWasRefusedFirst)
{
    yard().hold("0b000001"); // and of nobody's, so that it stays
    yard().capacity = 1;
    const auto asked = wall();
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(30s);
    site->apply(newcomer(1'000)); // another pass, that tries again
    site->run_for(30s);
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_EQ(site->placed()->truth, Truth::refused);
    EXPECT_GE(yard().count("put " + std::string{the_card}), 2);
    EXPECT_LE(site->placed()->since - asked, 1s);
}

TEST_F(StubbornTest, ADeviceThatTakesNoWritesIsReadAllTheSame)
{
    granted();
    yard().on_step = [this](const boost::json::object&) { yard().busy = 1; };
    site->apply(newcomer(1'000));
    site->run_for(10s);
    yard().table.clear();
    driver.restarts("yard", false);
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.drift_found") == 1; }, 60s));
    EXPECT_EQ(site->placed()->truth, Truth::pending);
    EXPECT_LT(yard().count("read"), 10);
}

TEST_F(StubbornTest, AnAcknowledgedShorteningIsOnRecordAsTheLongerOneUntilItIsRead)
{
    granted();
    const auto longer = site->placed()->until;
    yard().read = 3s;
    auto card = site->desk.directory.workspace(landlord)->credentials.find(id<model::CredentialId>(70))->row;
    card.ends_at = wall() + 10h;
    site->apply({model::put(card)});
    heard("put");
    site->run_for(100ms);
    ASSERT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_EQ(site->placed()->until, longer);
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(site->placed()->until, std::chrono::floor<base::seconds>(*card.ends_at));
    EXPECT_EQ(yard().count("put"), 1);
}

TEST_F(StubbornTest, AStartMovedAheadIsResidualUntilAReadProvesItThoughItWasAcknowledged)
{
    granted();
    yard().stores = false;
    auto card = site->desk.directory.workspace(landlord)->credentials.find(id<model::CredentialId>(70))->row;
    card.starts_at = wall() + 24h;
    site->apply({model::put(card)});
    heard("put");
    site->run_for(2ms);
    ASSERT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_THAT(residual_doors(), ElementsAre("31"));
    yard().dark = true;
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 30s));
    EXPECT_THAT(residual_doors(), ElementsAre("31"));
    yard().stores = true;
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residual_doors(), IsEmpty());
}

TEST_F(StubbornTest, ARevokedEntryThatWasAlteredOnTheDeviceIsResidualWithAllItOpens)
{
    granted();
    yard().away = true;
    revoke();
    site->run_for(1s);
    yard().hold(std::string{the_card}, {0, 1}); // and without an end
    yard().stores = false;
    driver.shows_life("yard");
    ASSERT_TRUE(site->run_until([this] { return residual_doors().size() == 2; }, 30s));
    EXPECT_THAT(residual_doors(), ElementsAre("31", "32"));
    EXPECT_EQ(site->placed()->until, base::no_end);
}

TEST_F(StubbornTest, ARemovalThatAReadDisprovedIsNotAssumedWhenItIsAcknowledgedAgain)
{
    granted();
    yard().stores = false;
    revoke();
    heard("read");
    heard("drop", 2);
    const auto again = yard().count("drop");
    for (int looked = 0; looked < 600; ++looked) {
        site->run_for(100ms);
        const auto rows = reconcile::residuals(site->reconciler, landlord);
        ASSERT_EQ(rows.size(), 1U);
        ASSERT_EQ(rows.front().access.state, Truth::unknown) << looked;
        ASSERT_EQ(rows.front().access.reason, reconcile::still_held) << looked;
        ASSERT_FALSE(site->status().trouble.empty()) << looked;
    }
    EXPECT_GT(yard().count("drop"), again);
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residual_doors(), IsEmpty());
    EXPECT_TRUE(site->status().trouble.empty());
}

TEST_F(StubbornTest, ADoorThatMovedLeavesWhatItsOldOutputOpensOnTheList)
{
    granted();
    yard().dark = true;
    auto door = site->desk.directory.door(id<model::DoorId>(first_door))->row;
    door.output = 5;
    site->apply({model::put(door)});
    site->run_for(1ms);
    EXPECT_THAT(residual_doors(), ElementsAre("none"));
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residual_doors(), IsEmpty());
    EXPECT_EQ(yard().table.at(std::string{the_key}).at("doors"), boost::json::array{5});
}

/// A device whose entries open all its doors or none.
struct StubbornWhole : Settled {
    StubbornWhole() : Settled{whole()} {}
    static boost::json::object whole()
    {
        auto capabilities = a_controller();
        capabilities["door_grouping"] = "all";
        return capabilities;
    }
};

TEST_F(StubbornWhole, AGrantThatItCannotTellFromOthersIsRefusedByName)
{
    granted(first_entrance);
    const auto& workspace = *site->desk.directory.workspace(landlord);
    const auto rows = access_of(site->reconciler, workspace, *workspace.credentials.find(id<model::CredentialId>(70)));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].state, Truth::refused);
    EXPECT_EQ(rows[0].reason, "doors_not_separable");
    EXPECT_FALSE(yard().holds(the_card));
}

/// A device that keeps no end of an entry.
struct StubbornTimeless : Settled {
    StubbornTimeless() : Settled{a_controller("none")} {}
};

TEST_F(StubbornTimeless, TheEndOfAWindowDoesNotWaitForADeviceThatAskedToBeLeftAlone)
{
    const auto end = wall() + 30s;
    auto card = site->desk.directory.workspace(landlord)->credentials.find(id<model::CredentialId>(70))->row;
    card.ends_at = end;
    site->apply({model::put(card)});
    granted();
    site->run_for(end - wall() - 2s);
    yard().busy = 1;
    yard().retry_after = 60s;
    site->apply(newcomer(1'000));
    heard("drop", 1, 90s);
    EXPECT_LE(wall() - end, 50ms);
}

} // namespace
} // namespace gatehouse::tests
