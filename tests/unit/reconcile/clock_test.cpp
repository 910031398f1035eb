// Controllers whose own clock is wrong.

#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;
using testing::SizeIs;

/// The card of the site begins in an hour and ends in nine, and stands on the controller, which honours that.
struct WrongClock : Settled {
    WrongClock()
    {
        auto card = site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
        card.starts_at = start;
        card.ends_at = start + 8h;
        site->apply({model::put(card), model::put(direct_grant(first_entrance))});
        EXPECT_TRUE(site->settles());
        EXPECT_TRUE(yard().holds(the_card));
        yard().diary.clear();
    }
    void tells_time(base::milliseconds ahead)
    {
        driver.tells_time("yard", wall() + ahead);
        site->run_for(1ms);
    }
    std::vector<reconcile::ResidualRow> residuals() const { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)); }
    const devices::DeviceStatus& known() const { return *site->fleet.status(the_device); }

    const base::Instant start = std::chrono::ceil<base::seconds>(wall()) + 1h;
};

TEST_F(WrongClock, WhatBeginsLaterGoesFromAControllerWhoseClockIsAheadAndIsWrittenWhenItHasBegun)
{
    tells_time(2h);
    heard("drop", 1, 1s);
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds(the_card));
    EXPECT_TRUE(known().clock_off_since);
    EXPECT_EQ(site->told_of("gatehouse.controller.clock_off"), 1);
    site->run_for(start - wall() - 1ms);
    EXPECT_FALSE(yard().holds(the_card));
    ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 1s));
    EXPECT_FALSE(yard().table.begin()->second.contains("from"));
}

TEST_F(WrongClock, WhatBeginsLaterIsResidualAccessWhereItCannotBeTakenAway)
{
    yard().dark = true;
    tells_time(2h);
    ASSERT_THAT(residuals(), SizeIs(1));
    EXPECT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 30s));
}

TEST_F(WrongClock, AMinuteIsNoReasonAndASecondMoreIs)
{
    tells_time(60s);
    tells_time(-59s);
    EXPECT_FALSE(known().clock_off_since);
    tells_time(-62s);
    EXPECT_TRUE(known().clock_off_since);
    EXPECT_EQ(std::chrono::ceil<base::seconds>(site->fleet.clock_offset(the_device).value()), -62s);
}

TEST_F(WrongClock, AllIsAsBeforeWhenItsClockIsRightAgain)
{
    tells_time(2h);
    ASSERT_TRUE(site->settles());
    ASSERT_FALSE(yard().holds(the_card));
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
    EXPECT_EQ(site->placed()->from, start);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
    EXPECT_EQ(site->told_of("gatehouse.controller.clock_off"), 1);
    EXPECT_EQ(site->told_of("gatehouse.controller.clock_right"), 1);
}

TEST_F(WrongClock, ResidualAccessOnAControllerThatIsBehindHasNoEnd)
{
    site->run_for(2h);
    yard().dark = true;
    revoke();
    site->run_for(1s);
    ASSERT_THAT(residuals(), SizeIs(1));
    EXPECT_TRUE(residuals()[0].access.ends_at);
    tells_time(-48h);
    ASSERT_THAT(residuals(), SizeIs(1));
    EXPECT_FALSE(residuals()[0].access.ends_at);
    tells_time(0s);
    EXPECT_TRUE(residuals()[0].access.ends_at);
}

TEST_F(WrongClock, ItsClockIsOffUntilItSaysOtherwiseThoughTheGatewayIsStartedAnew)
{
    tells_time(2h);
    ASSERT_TRUE(site->settles());
    const auto then = wall();
    site.reset();
    site = std::make_unique<Site>(driver, directory.path());
    site->desk.clock.step_wall(std::chrono::floor<base::milliseconds>(then - wall()));
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(known().clock_off_since);
    EXPECT_FALSE(yard().holds(the_card));
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
}

TEST_F(WrongClock, AnotherUnitsIsOffUntilItTellsItsOwn)
{
    tells_time(2h);
    ASSERT_TRUE(site->settles());
    site->fleet.never_heard(the_device);
    EXPECT_TRUE(known().clock_off_since) << "it may be as wrong, and its driver then tells nothing new";
    EXPECT_FALSE(site->fleet.clock_offset(the_device));
    tells_time(0s);
    EXPECT_FALSE(known().clock_off_since);
}

TEST_F(WrongClock, OneThatGoesOffAgainIsNotBelievedAtOnce)
{
    tells_time(2h);
    tells_time(0s);
    EXPECT_FALSE(known().clock_off_since);
    tells_time(2h);
    tells_time(0s);
    EXPECT_TRUE(known().clock_off_since);
    site->run_for(61s);
    tells_time(0s);
    EXPECT_FALSE(known().clock_off_since);
}

TEST_F(WrongClock, AStepOfTheGatewaysClockIsNotTheControllersFaultForLong)
{
    tells_time(0s);
    site->desk.clock.step_wall(10min);
    site->fleet.look_at_clocks();
    EXPECT_TRUE(known().clock_off_since);
    site->desk.clock.step_wall(-10min);
    site->fleet.look_at_clocks();
    EXPECT_FALSE(known().clock_off_since);
}

} // namespace
} // namespace gatehouse::tests
