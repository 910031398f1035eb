#include "base/clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <array>
#include <thread>
#include <vector>

namespace gatehouse::base {

namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

/// A loop in virtual time, and the names of the coroutines that went on, in order.
class VirtualTime : public testing::Test {
protected:
    void settle()
    {
        core_.restart();
        core_.poll();
    }
    void start(asio::awaitable<void> work)
    {
        asio::co_spawn(core_, std::move(work), [this](const std::exception_ptr& thrown) { thrown_ = thrown_ || thrown; });
        settle();
    }
    void advance(microseconds span)
    {
        clock_.advance(span);
        settle();
    }
    asio::awaitable<void> sleeper(std::string name, microseconds span)
    {
        co_await clock_.wait_for(span);
        woken_.push_back(std::move(name));
    }
    asio::awaitable<void> waiter(std::string name, Wakeup& wakeup, Monotonic until = Monotonic::max())
    {
        co_await wakeup.wait(clock_, until);
        woken_.push_back(std::move(name));
    }

    ManualClock clock_; // outlives what waits on it
    asio::io_context core_{1};
    std::vector<std::string> woken_;
    bool thrown_ = false;
};

} // namespace

TEST_F(VirtualTime, StandsStillUntilItIsAdvanced)
{
    const auto before = clock_.wall();
    start(sleeper("a", seconds{1}));
    settle();
    EXPECT_THAT(woken_, IsEmpty());
    EXPECT_EQ(clock_.now(), Monotonic{});
    advance(milliseconds{999});
    EXPECT_THAT(woken_, IsEmpty());
    advance(milliseconds{1});
    EXPECT_THAT(woken_, ElementsAre("a"));
    EXPECT_EQ(clock_.wall(), before + seconds{1});
    EXPECT_EQ(clock_.boot(), seconds{1});
}

TEST_F(VirtualTime, WakesInOrderOfDueTimeThenOfArrival)
{
    start(sleeper("late", seconds{3}));
    start(sleeper("early", seconds{1}));
    start(sleeper("first of two", seconds{2}));
    start(sleeper("second of two", seconds{2}));
    EXPECT_EQ(clock_.next_due(), Monotonic{seconds{1}});
    advance(seconds{10});
    EXPECT_THAT(woken_, ElementsAre("early", "first of two", "second of two", "late"));
    EXPECT_EQ(clock_.next_due(), Monotonic::max());
}

TEST_F(VirtualTime, DoesNotSuspendForWhatIsDue)
{
    advance(seconds{5});
    start(sleeper("now", microseconds{0}));
    start(sleeper("before", -seconds{1}));
    EXPECT_THAT(woken_, ElementsAre("now", "before"));
}

TEST_F(VirtualTime, NeverRunsBackwards)
{
    advance(seconds{5});
    clock_.advance_to(Monotonic{seconds{2}});
    EXPECT_EQ(clock_.now(), Monotonic{seconds{5}});
}

TEST_F(VirtualTime, StepsTheWallClockAlone)
{
    const auto before = clock_.wall();
    start(sleeper("a", seconds{1}));
    clock_.step_wall(hours{-24});
    settle();
    EXPECT_THAT(woken_, IsEmpty());
    EXPECT_EQ(clock_.wall(), before - hours{24});
    EXPECT_EQ(clock_.now(), Monotonic{});
}

TEST_F(VirtualTime, ForgetsAWaitThatLostARace)
{
    auto race = [](ManualClock& clock) -> asio::awaitable<void> {
        using namespace asio::experimental::awaitable_operators;
        auto soon = clock.wait_for(seconds{1});
        auto late = clock.wait_for(hours{1});
        co_await (std::move(soon) || std::move(late));
    };
    start(race(clock_));
    EXPECT_EQ(clock_.next_due(), Monotonic{seconds{1}});
    advance(seconds{1});
    EXPECT_EQ(clock_.next_due(), Monotonic::max()) << "the loser left the list";
    EXPECT_FALSE(thrown_);
}

TEST_F(VirtualTime, ForgetsWaitsWhoseLoopIsGone)
{
    {
        asio::io_context loop{1};
        asio::co_spawn(loop, clock_.wait_for(seconds{1}), [](const std::exception_ptr&) {});
        loop.poll();
        EXPECT_EQ(clock_.next_due(), Monotonic{seconds{1}});
    }
    EXPECT_EQ(clock_.next_due(), Monotonic::max());
    clock_.advance(seconds{2});
}

TEST_F(VirtualTime, EndsAWakeupByNewsOrByTime)
{
    Wakeup wakeup{core_.get_executor()};
    start(waiter("by news", wakeup, clock_.now() + seconds{1}));
    wakeup.notify();
    settle();
    EXPECT_THAT(woken_, ElementsAre("by news"));
    EXPECT_EQ(clock_.next_due(), Monotonic::max());
    start(waiter("by time", wakeup, clock_.now() + seconds{1}));
    advance(seconds{1});
    EXPECT_THAT(woken_, ElementsAre("by news", "by time"));
}

TEST_F(VirtualTime, KeepsNewsForTheNextWaitOnce)
{
    Wakeup wakeup{core_.get_executor()};
    wakeup.notify();
    wakeup.notify();
    start(waiter("first", wakeup));
    EXPECT_THAT(woken_, ElementsAre("first"));
    start(waiter("second", wakeup));
    EXPECT_THAT(woken_, ElementsAre("first")) << "two notifies are one piece of news";
    wakeup.notify();
    settle();
    EXPECT_THAT(woken_, ElementsAre("first", "second"));
}

TEST_F(VirtualTime, WakesOnceForNewsAndTimeTogether)
{
    Wakeup wakeup{core_.get_executor()};
    start(waiter("once", wakeup, clock_.now() + seconds{1}));
    clock_.advance(seconds{1});
    wakeup.notify();
    settle();
    start(waiter("again", wakeup, clock_.now() + seconds{1}));
    EXPECT_THAT(woken_, ElementsAre("once")) << "the news came while the first wait lasted";
    advance(seconds{1});
    EXPECT_THAT(woken_, ElementsAre("once", "again"));
}

TEST(SystemTime, RunsForwardsAndAgreesWithTheCalendar)
{
    const SystemClock clock;
    const auto now = clock.now();
    EXPECT_LE(now, clock.now());
    EXPECT_GT(now, Monotonic{});
    EXPECT_GE(clock.boot() + milliseconds{1}, now.time_since_epoch()) << "boot time counts what the machine slept as well";
    EXPECT_GT(clock.wall(), Instant{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}});
}

TEST(SystemTime, WaitsForAsLongAsItIsTold)
{
    SystemClock clock;
    asio::io_context core{1};
    const auto until = clock.now() + milliseconds{20};
    auto ended = Monotonic{};
    asio::co_spawn(core, clock.wait_until(until), [&ended, &clock](const std::exception_ptr&) { ended = clock.now(); });
    core.run();
    EXPECT_GE(ended, until);
}

TEST(SystemTime, DoesNotTakeTheFarFutureForThePast)
{
    SystemClock clock;
    asio::io_context core{1};
    int ended = 0;
    for (const auto at : {Monotonic::max(), Monotonic::max() - microseconds{1}, Monotonic{hours{24 * 365 * 300}}})
        asio::co_spawn(core, clock.wait_until(at), [&ended](const std::exception_ptr&) { ++ended; });
    asio::co_spawn(core, clock.wait_for(milliseconds{5}), [&core](const std::exception_ptr&) { core.stop(); });
    core.run();
    EXPECT_EQ(ended, 0);
}

TEST(SystemTime, MayBeReadByManyThreadsAtOnce)
{
    const SystemClock clock;
    std::array<bool, 4> backwards{};
    std::vector<std::thread> threads;
    for (auto& wrong : backwards)
        threads.emplace_back([&clock, &wrong] {
            for (int at = 0; at < 1000; ++at) {
                const auto before = clock.now();
                wrong = wrong || clock.now() < before;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(backwards, testing::Each(false));
}

} // namespace gatehouse::base
