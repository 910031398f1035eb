#include "base/timekeeper.hpp"

#include <gtest/gtest.h>

namespace gatehouse::base {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using Doubt = Timekeeper::Doubt;

Instant day(std::string_view text)
{
    return *from_iso(text);
}

/// A machine whose clocks are in the test's hand, and the file that a time service touches.
class SiteTime : public testing::Test {
protected:
    const Instant built = day("2027-01-01");
    const Instant noon = day("2027-03-01T12:00:00Z");

    /// A machine switched on, whose wall clock says so; it has been up for a minute.
    void boots_at(Instant wall)
    {
        machine.emplace(wall - minutes{1});
        machine->advance(minutes{1});
        keeper.emplace(*machine, built, [this] { return touched; });
    }
    void runs_since(Instant wall)
    {
        boots_at(wall);
        keeper->begin(std::nullopt);
        ASSERT_TRUE(keeper->site().trusted);
    }
    /// The process, on the machine as it goes on.
    void restarts(Mark mark)
    {
        keeper.emplace(*machine, built, [this] { return touched; });
        keeper->begin(mark);
    }
    void set(Instant wall) { machine->step_wall(wall - machine->wall()); }
    /// A time service sets the clock and says so.
    void sync(Instant wall)
    {
        set(wall);
        touched = wall;
    }

    std::optional<ManualClock> machine;
    std::optional<Instant> touched;
    std::optional<Timekeeper> keeper;
};

} // namespace

TEST_F(SiteTime, IsTheWallClockWhileThatGoesAsExpected)
{
    runs_since(noon);
    machine->advance(hours{3});
    EXPECT_TRUE(keeper->site().trusted);
    EXPECT_EQ(keeper->wall(), noon + hours{3});
    machine->step_wall(minutes{4});
    EXPECT_TRUE(keeper->site().trusted) << "somebody corrected it";
    EXPECT_EQ(keeper->wall(), noon + hours{3} + minutes{4});
    machine->step_wall(-seconds{1});
    EXPECT_TRUE(keeper->site().trusted);
}

TEST_F(SiteTime, IsNotWalkedBackBySecondsEach)
{
    runs_since(noon);
    for (int step = 1; step <= 301; ++step) {
        machine->advance(seconds{10});
        machine->step_wall(-seconds{1});
        EXPECT_EQ(keeper->site().trusted, step <= 300) << step;
    }
    EXPECT_EQ(keeper->doubt(), Doubt::behind);
    EXPECT_EQ(keeper->wall(), noon + minutes{45} + seconds{10}) << "it goes on from the last instant that was believed";
}

TEST_F(SiteTime, IsNotWalkedForwardByMinutesEach)
{
    runs_since(noon);
    machine->advance(minutes{1});
    machine->step_wall(minutes{4});
    EXPECT_TRUE(keeper->site().trusted);
    machine->advance(minutes{1});
    machine->step_wall(minutes{4});
    EXPECT_FALSE(keeper->site().trusted);
    EXPECT_EQ(keeper->wall(), noon + minutes{6}) << "as it went before";
}

TEST_F(SiteTime, IsNotWalkedBackByComingBackLateAgainAndAgain)
{
    runs_since(noon);
    for (int round = 0; round < 2; ++round) {
        machine->advance(hours{1});
        machine->step_wall(-minutes{3});
        EXPECT_FALSE(keeper->site().trusted) << round;
        machine->advance(minutes{4});
        EXPECT_EQ(keeper->site().trusted, round == 0) << round; // three minutes late, and then six
    }
}

TEST_F(SiteTime, MayDriftByTwoSecondsADay)
{
    runs_since(noon);
    for (int day = 0; day < 400; ++day) {
        machine->advance(days{1});
        machine->step_wall(-seconds{2});
        EXPECT_TRUE(keeper->site().trusted) << day;
    }
}

TEST_F(SiteTime, IsHeldAgainstTheLastWordOfATimeService)
{
    runs_since(noon);
    for (int step = 0; step < 5; ++step) {
        machine->advance(minutes{1});
        sync(machine->wall() - seconds{1});
        keeper->look();
        EXPECT_TRUE(keeper->site().trusted) << step;
    }
}

TEST_F(SiteTime, IsNotBelievedBeforeTheMarkIsRead)
{
    boots_at(noon);
    EXPECT_FALSE(keeper->site().trusted);
    EXPECT_EQ(keeper->doubt(), Doubt::not_begun);
}

TEST_F(SiteTime, GoesOnFromTheMarkOnABoxThatStartsIn1970)
{
    boots_at(day("1970-01-01"));
    keeper->begin(noon);
    EXPECT_EQ(keeper->doubt(), Doubt::before_build);
    machine->advance(hours{6});
    const auto now = keeper->site();
    EXPECT_FALSE(now.trusted);
    EXPECT_FALSE(now.ran_on);
    EXPECT_EQ(now.instant, noon + hours{6});
    EXPECT_EQ(now.last_trusted, noon);
}

TEST_F(SiteTime, OfANewGatewayIn1970IsTheBuildDate)
{
    boots_at(day("1970-01-01"));
    keeper->begin(std::nullopt);
    EXPECT_FALSE(keeper->site().trusted);
    EXPECT_EQ(keeper->wall(), built);
}

TEST_F(SiteTime, IsTrustedAgainOnceTheClockIsSetToWhatCanBe)
{
    boots_at(day("1970-01-01"));
    keeper->begin(noon);
    machine->advance(seconds{30});
    set(noon + seconds{10});
    EXPECT_EQ(keeper->doubt(), Doubt::behind) << "20 s before the mark and what has passed since";
    set(noon + hours{5});
    EXPECT_TRUE(keeper->site().trusted) << "it was off for five hours";
    EXPECT_EQ(keeper->wall(), noon + hours{5});
}

TEST_F(SiteTime, AtTheStartMayBeThirtyDaysAfterTheMarkAndTwoSecondsBeforeIt)
{
    struct Case {
        Instant wall;
        Doubt doubt;
    };
    for (const auto& [wall, doubt] : {Case{noon - seconds{2}, Doubt::none}, Case{noon - seconds{3}, Doubt::behind},
                                      Case{noon + days{30}, Doubt::none}, Case{noon + days{30} + seconds{1}, Doubt::ahead}}) {
        boots_at(wall);
        keeper->begin(noon);
        EXPECT_EQ(keeper->doubt(), doubt) << to_iso(wall);
    }
}

TEST_F(SiteTime, IsNotBelievedAfterAJumpTo2036)
{
    runs_since(noon);
    machine->advance(hours{1});
    (void)keeper->site();
    set(day("2036-02-07T06:28:16Z"));
    const auto now = keeper->site();
    EXPECT_EQ(keeper->doubt(), Doubt::ahead);
    EXPECT_TRUE(now.ran_on);
    EXPECT_EQ(now.instant, noon + hours{1});
    EXPECT_EQ(now.last_trusted, noon + hours{1});
    machine->advance(hours{2});
    EXPECT_EQ(keeper->wall(), noon + hours{3}) << "the boot clock goes on";
    set(noon + hours{3} + minutes{1});
    EXPECT_TRUE(keeper->site().trusted) << "it came back";
}

TEST_F(SiteTime, IsNotBelievedWhenItIsSetBackAndNeverAnHourLate)
{
    runs_since(noon);
    set(noon - hours{1});
    EXPECT_EQ(keeper->doubt(), Doubt::behind);
    machine->advance(hours{1});
    EXPECT_EQ(keeper->doubt(), Doubt::behind) << "it has caught up with the mark, and is an hour late";
    EXPECT_EQ(keeper->wall(), noon + hours{1});
}

TEST_F(SiteTime, SetBackBySecondsIsBelievedOnceItHasCaughtUp)
{
    runs_since(noon);
    set(noon - seconds{10});
    EXPECT_EQ(keeper->doubt(), Doubt::behind);
    EXPECT_EQ(keeper->wall(), noon) << "nothing that ended begins again";
    machine->advance(seconds{10});
    EXPECT_TRUE(keeper->site().trusted);
}

TEST_F(SiteTime, IsBelievedWhenATimeServiceOfThisBootVouches)
{
    touched = noon + days{59};
    boots_at(noon + days{60});
    machine->advance(days{1}); // up since the day the service set it
    keeper.emplace(*machine, built, [this] { return touched; });
    touched = machine->wall() - hours{1};
    keeper->begin(noon);
    EXPECT_TRUE(keeper->site().trusted);
    machine->advance(hours{2});
    sync(machine->wall() + hours{8});
    EXPECT_TRUE(keeper->site().trusted) << "a step that it made";
}

TEST_F(SiteTime, IsNotVouchedForByASyncBeforeTheStep)
{
    touched = noon - seconds{30};
    runs_since(noon);
    keeper->look();
    set(noon + hours{8});
    EXPECT_EQ(keeper->doubt(), Doubt::ahead);
    keeper->look();
    EXPECT_EQ(keeper->doubt(), Doubt::ahead);
    touched = noon + hours{8};
    keeper->look();
    EXPECT_EQ(keeper->doubt(), Doubt::none) << "the service has looked at it since";
    EXPECT_EQ(keeper->wall(), noon + hours{8});
}

TEST_F(SiteTime, IsNotVouchedForByAMarkerThatIsOlderThanTheBoot)
{
    touched = noon;
    boots_at(day("2036-01-01")); // up for a minute, and the sync was nine years ago?
    keeper->begin(noon);
    EXPECT_EQ(keeper->doubt(), Doubt::ahead);
    touched = day("2037-01-01");
    keeper->look();
    EXPECT_EQ(keeper->doubt(), Doubt::ahead) << "one of the future says nothing either";
}

TEST_F(SiteTime, IsBelievedWhenAnOperatorAcceptsIt)
{
    runs_since(noon);
    set(noon - hours{7});
    EXPECT_EQ(keeper->doubt(), Doubt::behind);
    ASSERT_TRUE(keeper->accept(*keeper->acceptable()));
    EXPECT_EQ(keeper->doubt(), Doubt::none);
    EXPECT_EQ(keeper->wall(), noon - hours{7});
    set(day("1999-01-01"));
    const auto refused = keeper->acceptable();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::invalid);
    EXPECT_FALSE(keeper->site().trusted);
}

TEST_F(SiteTime, IsAcceptedAsItWasReadAndNotAsItWasSetMeanwhile)
{
    runs_since(noon);
    set(noon + hours{7});
    const auto read = keeper->acceptable();
    ASSERT_TRUE(read);
    machine->advance(seconds{40}); // a slow disk
    set(day("2036-02-07T06:28:16Z"));
    const auto refused = keeper->accept(*read);
    ASSERT_FALSE(refused) << "nobody vouched for that";
    EXPECT_EQ(refused.error().fault, Fault::conflict);
    EXPECT_FALSE(keeper->site().trusted);
    set(noon + hours{7} + seconds{40});
    EXPECT_TRUE(keeper->accept(*read));
    EXPECT_EQ(keeper->wall(), noon + hours{7} + seconds{40});
}

TEST_F(SiteTime, CaughtWrongWhileRunningIsNotBelievedAfterARestartEither)
{
    for (const auto jump : {Instant::duration{days{1}}, Instant::duration{-hours{1}}}) {
        touched.reset();
        runs_since(noon);
        machine->advance(hours{3});
        (void)keeper->site();
        set(machine->wall() + jump);
        EXPECT_FALSE(keeper->site().trusted);
        const auto mark = keeper->mark();
        ASSERT_TRUE(mark);
        machine->advance(hours{2});
        restarts(*mark);
        const auto now = keeper->site();
        EXPECT_FALSE(now.trusted) << "it is as wrong as before";
        EXPECT_FALSE(now.ran_on);
        EXPECT_EQ(now.last_trusted, noon + hours{3});
        EXPECT_EQ(now.instant, noon + hours{5}) << "the boot clock went on";
        restarts(*keeper->mark());
        EXPECT_FALSE(keeper->site().trusted) << "nor after another one";
        set(noon + hours{5});
        EXPECT_TRUE(keeper->site().trusted) << "it came back";
        EXPECT_EQ(keeper->mark(), Mark{noon + hours{5}});
    }
}

TEST_F(SiteTime, CaughtWrongIsNotBelievedAfterAnotherBootUnlessSomebodyVouches)
{
    runs_since(noon);
    machine->advance(hours{3});
    set(noon + days{2});
    const auto mark = keeper->mark();
    boots_at(noon + days{2} + hours{1});
    keeper->begin(mark);
    EXPECT_EQ(keeper->doubt(), Doubt::ahead);
    EXPECT_EQ(keeper->wall(), noon) << "by the mark, and never later than the truth";
    EXPECT_TRUE(keeper->accept(*keeper->acceptable()));
    EXPECT_TRUE(keeper->site().trusted);
}

TEST_F(SiteTime, CaughtWrongIsVouchedForByASyncSinceThenAlone)
{
    touched = noon - seconds{20};
    runs_since(noon);
    machine->advance(hours{3});
    keeper->look();
    set(machine->wall() - hours{1});
    const auto mark = keeper->mark();
    restarts(*mark);
    EXPECT_FALSE(keeper->site().trusted) << "that sync was before the step";
    touched = machine->wall();
    restarts(*mark);
    EXPECT_TRUE(keeper->site().trusted);
}

TEST_F(SiteTime, WrongAtTheStartAloneLeavesTheMarkOfTheRunBefore)
{
    boots_at(day("1970-01-01"));
    keeper->begin(noon);
    EXPECT_FALSE(keeper->mark());
}

} // namespace gatehouse::base
