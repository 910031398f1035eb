// Controllers whose own clock is wrong.

#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using devices::DeviceClock;
using model::Truth;
using testing::SizeIs;

/// The card of the site begins in an hour and ends in nine, and stands on the controller, which honours that.
struct Timed : Settled {
    explicit Timed(boost::json::object capabilities) : Settled{std::move(capabilities)}
    {
        auto card = site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
        card.starts_at = start;
        card.ends_at = start + 8h;
        site->apply({model::put(card), model::put(direct_grant(first_entrance))});
        EXPECT_TRUE(site->settles());
    }
    void tells_time(base::milliseconds ahead)
    {
        driver.tells_time("yard", wall() + ahead);
        site->run_for(1ms);
    }
    /// It is heard every minute, and its clock looked at.
    void talks_for(std::chrono::minutes span)
    {
        for (; span > 0min; span -= 1min) {
            site->run_for(1min);
            driver.shows_life("yard");
            site->fleet.look_at_clocks({}, 100);
        }
    }
    void goes() { driver.says(R"({"type":"offline","line":"broker","device":"yard","at":"1","reason":"no_heartbeat"})"); }
    std::vector<reconcile::ResidualRow> residuals() const { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)); }
    const devices::DeviceStatus& known() const { return *site->fleet.status(the_device); }

    void start_anew()
    {
        const auto then = wall();
        site.reset();
        site = std::make_unique<Site>(driver, directory.path());
        site->desk.clock.step_wall(std::chrono::floor<base::milliseconds>(then - wall()));
    }

    const base::Instant start = std::chrono::ceil<base::seconds>(wall()) + 1h;
};

/// Its driver says that it can hear its clock.
struct TellsTime : Timed {
    TellsTime() : Timed{with_clock()} {}
    static boost::json::object with_clock()
    {
        auto capabilities = a_controller();
        capabilities["clock"] = "readable";
        return capabilities;
    }
};

/// It was heard, and right.
struct WrongClock : TellsTime {
    WrongClock()
    {
        tells_time(0s);
        EXPECT_TRUE(site->settles());
        EXPECT_TRUE(yard().holds(the_card));
        yard().diary.clear();
    }
};

TEST_F(WrongClock, WhatBeginsLaterGoesFromAControllerWhoseClockIsAheadAndIsWrittenWhenItHasBegun)
{
    tells_time(2h);
    heard("drop", 1, 1s);
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds(the_card));
    EXPECT_EQ(known().clock.clock(), DeviceClock::off);
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
    EXPECT_NE(known().clock.clock(), DeviceClock::off);
    tells_time(-62s);
    EXPECT_EQ(known().clock.clock(), DeviceClock::off);
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
    start_anew();
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(known().clock.clock(), DeviceClock::off);
    EXPECT_FALSE(yard().holds(the_card));
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
}

TEST_F(WrongClock, AnotherUnitsIsUnknownUntilItTellsItsOwn)
{
    tells_time(2h);
    ASSERT_TRUE(site->settles());
    site->fleet.never_heard(the_device);
    EXPECT_EQ(known().clock.clock(), DeviceClock::unknown);
    EXPECT_FALSE(known().capabilities.honours_start) << "it may be as wrong";
    EXPECT_FALSE(site->fleet.clock_offset(the_device));
    tells_time(0s);
    EXPECT_EQ(known().clock.clock(), DeviceClock::right);
}

TEST_F(WrongClock, OneThatGoesOffAgainIsNotBelievedAtOnce)
{
    tells_time(2h);
    tells_time(0s);
    EXPECT_NE(known().clock.clock(), DeviceClock::off);
    tells_time(2h);
    tells_time(0s);
    EXPECT_EQ(known().clock.clock(), DeviceClock::off);
    site->run_for(61s);
    tells_time(0s);
    EXPECT_NE(known().clock.clock(), DeviceClock::off);
}

TEST_F(TellsTime, UntilItIsHeardForTheFirstTimeNoStartIsLeftToIt)
{
    site->run_for(2min);
    EXPECT_FALSE(yard().holds(the_card)) << "it begins in an hour";
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
    EXPECT_EQ(site->told_of("gatehouse.controller.clock_right"), 0) << "it is no news that a clock is right";
}

TEST_F(TellsTime, WhatWasHeardOfItOutlivesTheGateway)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    ASSERT_TRUE(yard().holds(the_card));
    start_anew();
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
}

/// What waits there for its start stays; nothing new is left to a clock that may have been set while nobody looked.
TEST_F(TellsTime, AfterAStartOfEitherNothingNewIsLeftToItUntilItTells)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    ASSERT_TRUE(yard().holds(the_card));
    const auto gives_another = [this](std::uint64_t number) {
        auto rows = newcomer(number);
        for (auto& row : rows)
            if (auto* card = std::get_if<model::Credential>(&row.row)) card->starts_at = start, card->ends_at = start + 8h;
        site->apply(std::move(rows));
        site->run_for(10s);
        return yard().holds(uid_of(number));
    };
    start_anew();
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
    EXPECT_FALSE(gives_another(101));
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(uid_of(101)));

    site->run_for(10s);
    driver.restarts("yard", true);
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(gives_another(102));
    EXPECT_TRUE(yard().holds(uid_of(101)));
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(uid_of(102)));
}

TEST_F(TellsTime, OneThatIsHeardAfterAStartAndNeverTellsLosesWhatWaitsForItsStart)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    start_anew();
    ASSERT_TRUE(site->settles());
    ASSERT_TRUE(yard().holds(the_card));
    driver.shows_life("yard");
    talks_for(11min);
    site->run_for(10s);
    EXPECT_FALSE(yard().holds(the_card));
    start_anew();
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(known().capabilities.honours_start) << "it gets no grace twice";
}

TEST_F(TellsTime, OneThatBeganAnewBeforeItWasMissedIsDoubted)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    site->run_for(10s);
    driver.says(R"({"type":"online","line":"broker","device":"yard","at":"1","reason":"boot"})");
    site->run_for(1ms);
    EXPECT_EQ(known().clock.clock(), DeviceClock::unknown);
    EXPECT_FALSE(known().capabilities.takes_starts);
    EXPECT_TRUE(known().capabilities.honours_start);
}

TEST_F(TellsTime, AtAnotherAddressAndInItsPlaceIsAnotherClock)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    site->fleet.never_heard(the_device);
    EXPECT_FALSE(known().capabilities.honours_start);
    tells_time(0s);
    EXPECT_TRUE(known().capabilities.honours_start);
    site->exchange();
    EXPECT_FALSE(known().capabilities.honours_start);
    site->run_for(1s);
    start_anew();
    site->run_for(1min);
    EXPECT_FALSE(known().capabilities.honours_start);
}

/// Its start is not left to a clock that may have been set; only what it tells from then on counts, whatever else is heard of it.
TEST_F(TellsTime, OneThatIsHeardAndTellsNoMoreIsUnknownUntilItTellsAgain)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    talks_for(9min);
    EXPECT_EQ(known().clock.clock(), DeviceClock::right);
    talks_for(3min);
    EXPECT_EQ(known().clock.clock(), DeviceClock::unknown);
    EXPECT_FALSE(site->fleet.clock_offset(the_device));
    EXPECT_FALSE(site->fleet.ends_by_itself(the_device));
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds(the_card));

    goes();
    site->run_for(1min);
    site->fleet.look_at_clocks({}, 100);
    EXPECT_EQ(known().clock.clock(), DeviceClock::unknown) << "that it is out of reach says nothing for it";
    EXPECT_FALSE(site->fleet.ends_by_itself(the_device));
    talks_for(1min);
    EXPECT_EQ(known().clock.clock(), DeviceClock::unknown);
    EXPECT_FALSE(yard().holds(the_card));

    tells_time(0s);
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
}

TEST_F(TellsTime, OneThatWentOffTwiceAndIsReplacedIsBelievedWhenItTellsARightTime)
{
    for (const auto ahead : {0h, 2h, 0h, 2h}) tells_time(ahead);
    site->run_for(2min);
    tells_time(0s);
    ASSERT_EQ(known().clock.clock(), DeviceClock::right);
    site->exchange();
    EXPECT_EQ(known().clock.clock(), DeviceClock::unknown);
    tells_time(0s);
    EXPECT_EQ(known().clock.clock(), DeviceClock::right);
}

TEST_F(TellsTime, BeforeItIsAttachedNothingIsKnownOfIt)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    revoke();
    yard().dark = true;
    site->run_for(1s);
    driver.starts = false;
    start_anew();
    site->run_for(1min);
    ASSERT_THAT(residuals(), SizeIs(1));
    EXPECT_FALSE(residuals()[0].access.ends_at);
}

TEST_F(TellsTime, OutOfReachItEndsWhatItHoldsByItselfForADay)
{
    tells_time(0s);
    ASSERT_TRUE(site->settles());
    tells_time(0s);
    yard().dark = true;
    goes();
    revoke();
    site->run_for(23h);
    ASSERT_THAT(residuals(), SizeIs(1));
    EXPECT_TRUE(residuals()[0].access.ends_at);
    site->run_for(2h);
    ASSERT_THAT(residuals(), SizeIs(1));
    EXPECT_FALSE(residuals()[0].access.ends_at);
}

TEST_F(WrongClock, AStepOfTheGatewaysClockIsNotTheControllersFaultForLong)
{
    tells_time(0s);
    site->desk.clock.step_wall(10min);
    site->fleet.look_at_clocks({}, 100);
    EXPECT_EQ(known().clock.clock(), DeviceClock::off);
    site->desk.clock.step_wall(-10min);
    site->fleet.look_at_clocks({}, 100);
    EXPECT_NE(known().clock.clock(), DeviceClock::off);
}

} // namespace
} // namespace gatehouse::tests
