#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;

using TimeTest = Settled;

/// A device that keeps no end of an entry.
struct Timeless : Settled {
    Timeless() : Settled{a_controller("none")} {}
};

/// A device whose table cannot be read.
struct Unreadable : Settled {
    Unreadable() : Settled{unreadable()} {}
    static boost::json::object unreadable()
    {
        auto capabilities = a_controller();
        capabilities["supports_readback"] = "none";
        return capabilities;
    }
};

/// A site whose clock may be in doubt.
struct Judged : Settled {
    Judged() : Settled{a_controller(), true} {}
};

/// Gives the user's card an end.
void end_at(Site& site, base::Instant end)
{
    auto card = site.desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
    card.ends_at = end;
    site.apply({model::put(card)});
}

TEST_F(Timeless, TheEndOfAWindowIsARevokeAtItsInstant)
{
    const auto end = wall() + 30s;
    end_at(*site, end);
    granted();
    site->run_for(end - wall() - 1ms);
    EXPECT_EQ(yard().count("drop"), 0);
    heard("drop", 1, 1s);
    EXPECT_LE(wall() - end, 20ms);
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds(the_card));
}

TEST_F(Timeless, TheEndOfAWindowDoesNotWaitForATableThatIsBeingRead)
{
    const auto end = wall() + 30s;
    end_at(*site, end);
    granted();
    site->run_for(end - wall() - 2s);
    yard().read = 20s;
    driver.restarts("yard", true);
    heard("read");
    heard("drop", 1, 30s);
    EXPECT_LE(wall() - end, 20ms);
}

TEST_F(Timeless, TheEndOfAWindowOvertakesAThousandGrants)
{
    const auto end = wall() + 30s;
    end_at(*site, end);
    granted();
    site->run_for(end - wall() - 2s);
    yard().step = 20ms;
    std::vector<model::Mutation> rows;
    for (std::uint64_t number = 1'000; number < 2'000; ++number)
        for (auto& row : newcomer(number)) rows.push_back(std::move(row));
    site->apply(std::move(rows));
    heard("drop", 1, 30s);
    EXPECT_LE(wall() - end, 2s);
}

TEST_F(Timeless, AStepOfTheWallClockIsSeenWithinAMinute)
{
    const auto end = wall() + 2h;
    end_at(*site, end);
    granted();
    site->desk.clock.step_wall(3h);
    const auto stepped = now();
    heard("drop", 1, 10min);
    EXPECT_LE(since(stepped), 61s);
}

TEST_F(TimeTest, ALeasedEntryIsRenewedBeforeHalfOfItsLeaseIsLeftAndNotBefore)
{
    granted();
    const auto end = site->placed()->until;
    EXPECT_LE(end - wall(), 72h);
    site->run_for(26h);
    EXPECT_EQ(yard().count("put"), 0);
    site->run_for(10h);
    EXPECT_EQ(yard().count("put"), 1);
    EXPECT_GT(site->placed()->until, end);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
}

TEST_F(TimeTest, ARefusedEntryWhoseRenewalIsDueDoesNotSpin)
{
    yard().refuses.insert(std::string{the_card});
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(48h);
    EXPECT_EQ(site->placed()->truth, Truth::refused);
    EXPECT_LE(yard().count("put"), 3);
}

TEST_F(Unreadable, ADeviceThatCannotBeReadIsWrittenAndStaysAssumedAndDoesNotSpin)
{
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(1h);
    EXPECT_EQ(yard().count("put"), 1);
    EXPECT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_FALSE(site->status().settled);
}

TEST_F(Unreadable, AnUnclearPutToItIsRepeatedUntilItIsAcknowledged)
{
    yard().unclear = 3;
    site->apply({model::put(direct_grant(first_entrance))});
    ASSERT_TRUE(site->run_until([this] { return site->placed() != nullptr && site->placed()->truth == Truth::assumed; }, 60s));
    EXPECT_EQ(yard().count("put"), 4);
}

TEST_F(Unreadable, WhatWasAcknowledgedIsSaidAgainWhenTheTableMayBeLost)
{
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(1min);
    ASSERT_TRUE(yard().holds(the_card));
    driver.restarts("yard", false);
    ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 10s));
    site->run_for(1min);
    EXPECT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_EQ(yard().count("put"), 2);
}

TEST_F(Unreadable, ARevokeDoesNotWaitForThoseThatAreOnlySaidAgain)
{
    std::vector<model::Mutation> comes, goes;
    for (std::uint64_t number = 100; number < 112; ++number) {
        for (auto& row : newcomer(number)) comes.push_back(std::move(row));
        auto grant = direct_grant(first_entrance);
        grant.user = id<model::UserId>(number);
        goes.push_back(model::erase(grant));
    }
    yard().step = 1s;
    site->apply(comes);
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(1min);
    site->apply(goes);
    site->run_for(1min);
    ASSERT_EQ(yard().table.size(), 1U);
    yard().diary.clear();
    driver.restarts("yard", true); // which puts every removal in doubt
    heard("drop", 2);
    revoke();
    const auto begun = now();
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(the_card); }, 20s));
    EXPECT_LE(since(begun), 4s);
}

TEST_F(Unreadable, ARevokeThatDiedWithTheGatewayLeavesNobodyOutsideForGood)
{
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(1min);
    site->disk_works = false;
    revoke(); // runs ahead of the disk, and so of the answer
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(the_card); }, 5s));
    const auto then = wall();
    site.reset();
    site = std::make_unique<Site>(driver, directory.path());
    site->desk.clock.step_wall(std::chrono::floor<base::milliseconds>(then - wall()));
    EXPECT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 10s)) << "the change is lost, and the grant stands";
}

TEST_F(Unreadable, WhatItWouldNotRewriteNarrowerIsTakenAwayAndPutBackNarrower)
{
    site->apply({model::put(direct_grant(first_entrance)), model::put(direct_grant(second_entrance))});
    site->run_for(1min);
    ASSERT_EQ(yard().table.at(std::string{the_key}).at("doors"), (boost::json::array{0, 1}));
    yard().on_step = [this](const boost::json::object& step) {
        if (step.at("op") == "put" && yard().holds(the_card))
            yard().refuses.insert(std::string{the_card});
        else
            yard().refuses.clear();
    };
    revoke(second_entrance);
    site->run_for(1min);
    ASSERT_TRUE(yard().holds(the_card)) << "no read will ever find it missing";
    EXPECT_EQ(yard().table.at(std::string{the_key}).at("doors"), boost::json::array{0});
    EXPECT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_FALSE(site->placed()->leaving);
}

TEST_F(Judged, APutOnItsWayWhenTheClockComesIntoDoubtDoesNotLeaveBeforeItIsTrustedAgain)
{
    site->disk_works = false;
    auto card = site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
    card.starts_at = wall() + 1h;
    site->apply({model::put(card), model::put(direct_grant(first_entrance))});
    ASSERT_TRUE(site->desk.commit()); // the lane lowers and records
    site->run_for(100ms);
    ASSERT_NE(site->placed(), nullptr);
    ASSERT_EQ(yard().count("put"), 0) << "its record is not on disk";
    site->desk.clock.step_wall(10min);
    ASSERT_FALSE(site->keeper.site().trusted);
    site->disk_works = true;
    site->run_for(10min);
    EXPECT_EQ(yard().count("put"), 0);
    EXPECT_EQ(site->status().refusal(card.id, id<model::DoorId>(first_door)), "time_untrusted");
    site->desk.clock.step_wall(-10min);
    ASSERT_TRUE(site->keeper.site().trusted);
    ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 2min));
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(site->placed()->from, std::chrono::ceil<base::seconds>(*card.starts_at));
}

TEST_F(TimeTest, AnEntryThatWaitsForItsHoursIsNoResidualAccess)
{
    const auto minute = std::chrono::floor<std::chrono::minutes>(wall() - std::chrono::floor<std::chrono::days>(wall())).count();
    model::WeeklyHours::Week week;
    for (auto& day : week) day = {{std::chrono::minutes{minute + 60}, std::chrono::minutes{minute + 120}}};
    model::GroupEntrance path{
        .group = id<model::GroupId>(the_group), .entrance = id<model::EntranceId>(first_entrance), .workspace = id<model::WorkspaceId>(1)};
    path.hours = "later";
    site->apply({model::put(model::Hours{.key = "later", .zone = "UTC", .week = model::week_text(week)}), model::put(path),
                 model::put(membership())});
    ASSERT_TRUE(site->settles());
    ASSERT_TRUE(yard().holds(the_card)) << "the device honours a start";
    site->reconciler.touch(std::array{id<model::DoorId>(first_door)}, true);
    site->run_for(1min);
    EXPECT_TRUE(reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)).empty());
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 0);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
    EXPECT_EQ(yard().count("put"), 1);
}

TEST_F(TimeTest, ARevokeAnUnreachableDeviceOwesIsAlarmedAfterTenSecondsOnce)
{
    granted();
    yard().dark = true;
    const auto revoked = now();
    revoke();
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 30s));
    EXPECT_LE(since(revoked), 10s);
    EXPECT_GE(since(revoked), 8s);
    EXPECT_TRUE(site->reconciler.overdue(the_device));
    site->run_for(1min);
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 1);
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(site->reconciler.overdue(the_device));
}

TEST_F(TimeTest, AStepOfTheWallClockNeitherRaisesNorHushesTheAlarm)
{
    for (const auto step : {base::milliseconds{2h}, base::milliseconds{-2h}}) {
        granted();
        const auto alarms = site->told_of("gatehouse.residual_access");
        yard().dark = true;
        const auto revoked = now();
        revoke();
        site->run_for(1s);
        site->desk.clock.step_wall(step);
        site->run_for(5s);
        EXPECT_EQ(site->told_of("gatehouse.residual_access"), alarms);
        ASSERT_TRUE(site->run_until([this, alarms] { return site->told_of("gatehouse.residual_access") > alarms; }, 30s));
        EXPECT_LE(since(revoked), 10s);
        yard().dark = false;
        driver.shows_life("yard");
        ASSERT_TRUE(site->settles());
    }
}

TEST_F(TimeTest, TheEndOfAWindowIsAlarmedAlsoWhenNobodyServesTheDevice)
{
    const auto end = wall() + 60s;
    end_at(*site, end);
    granted();
    driver.starts = false;
    driver.crashes();
    ASSERT_TRUE(site->run_until([this, end] { return wall() >= end; }, 2min));
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 0);
    const auto ended = now();
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 30s));
    EXPECT_LE(since(ended), 10s);
}

TEST_F(TimeTest, ANarrowingAnUnreachableDeviceOwesIsAlarmedToo)
{
    granted(second_entrance);
    granted(first_entrance);
    for (const bool knows : {true, false}) {
        (knows ? yard().away : yard().dark) = true;
        const auto alarms = site->told_of("gatehouse.residual_access");
        const auto revoked = now();
        revoke(second_entrance);
        ASSERT_TRUE(site->run_until([this, alarms] { return site->told_of("gatehouse.residual_access") > alarms; }, 30s));
        EXPECT_LE(since(revoked), 10s);
        EXPECT_TRUE(site->reconciler.overdue(the_device));
        driver.shows_life("yard");
        ASSERT_TRUE(site->settles());
        EXPECT_FALSE(site->reconciler.overdue(the_device));
        granted(second_entrance);
    }
}

TEST_F(TimeTest, ARevokeThatTurnedUnclearDuringAPutKeepsItsAge)
{
    site->run_for(1s);
    yard().dark = true;
    site->apply({model::put(direct_grant(first_entrance))});
    heard("put");
    const auto revoked = now();
    revoke();
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 30s));
    EXPECT_LE(since(revoked), 10s);
}

TEST_F(TimeTest, AnAcknowledgedRevokeThatIsNotProvenRaisesTheAlarm)
{
    granted();
    yard().read = 15s;
    revoke();
    site->run_for(2s);
    yard().dark = true;
    EXPECT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 30s));
}

TEST_F(TimeTest, AnAcknowledgedRevokeAndAGrantThatWaitsRaiseNoAlarm)
{
    granted();
    yard().read = 5s;
    revoke();
    site->run_for(20s);
    yard().away = true;
    site->apply(newcomer(100));
    site->run_for(1min);
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 0);
}

TEST_F(TimeTest, ADeviceThatIsNotServedIsNoReasonToForgetARevoke)
{
    granted();
    driver.starts = false;
    driver.crashes();
    site->run_for(100ms);
    const auto revoked = now();
    revoke();
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 30s));
    EXPECT_LE(since(revoked), 10s);
    driver.starts = true;
    heard("drop", 1, 40s);
    EXPECT_TRUE(site->settles());
}

} // namespace
} // namespace gatehouse::tests
