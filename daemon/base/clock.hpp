#pragma once

#include "base/time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>

namespace gatehouse::base {

namespace asio = boost::asio;

/// The completion token of the house: errors are values.
inline constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// The clock seam. Everything that waits or asks for the time goes through it, so that a simulation can run the core in virtual time.
/// Threads: now, boot and wall from any; waits on the thread of the executor that awaits them.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Monotonic now() const = 0;
    /// CLOCK_BOOTTIME: runs on while the machine sleeps.
    virtual microseconds boot() const = 0;
    virtual Instant wall() const = 0;
    /// The time of the site: wall, and how far it is to be believed. The machine's own clocks believe themselves; the Timekeeper judges.
    virtual Now site() const { return {wall(), true}; }

    /// Waits on `slot` until `at` or until somebody cancels the slot. The slot outlives the wait.
    virtual asio::awaitable<void> wait_on(asio::steady_timer& slot, Monotonic at) = 0;

    /// Waits until `at`; ends early only when the coroutine is cancelled. Race it with `||` for a budget.
    asio::awaitable<void> wait_until(Monotonic at);
    asio::awaitable<void> wait_for(microseconds span) { return wait_until(now() + span); }
};

/// A wait that others can end: a loop sleeps on it until its next due time or until there is news.
/// A notify that comes while nobody waits is kept for the next wait. One waiter at a time.
class Wakeup {
public:
    explicit Wakeup(const asio::any_io_executor& executor) : slot_{executor} {}
    asio::awaitable<void> wait(Clock& clock, Monotonic at = Monotonic::max());
    void notify();

private:
    asio::steady_timer slot_;
    bool news_ = false;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
public:
    Monotonic now() const override;
    microseconds boot() const override;
    Instant wall() const override;
    asio::awaitable<void> wait_on(asio::steady_timer& slot, Monotonic at) override;
};

/// Virtual time for tests and simulation: stands still until it is advanced. One thread; outlives everything that waits on it.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant wall = Instant{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}}) : wall_{wall} {}
    Monotonic now() const override { return now_; }
    microseconds boot() const override { return now_.time_since_epoch(); }
    Instant wall() const override { return wall_ + std::chrono::floor<milliseconds>(now_.time_since_epoch()); }
    asio::awaitable<void> wait_on(asio::steady_timer& slot, Monotonic at) override;

    /// Moves time forward and wakes what became due, in order of due time, then of arrival.
    void advance(microseconds span) { advance_to(now_ + span); }
    void advance_to(Monotonic at);
    /// The earliest due time anybody waits for; Monotonic::max() when nobody does.
    Monotonic next_due() const;
    /// A step of the wall clock alone.
    void step_wall(milliseconds by) { wall_ += by; }

private:
    Monotonic now_{};
    Instant wall_;
    std::multimap<Monotonic, asio::steady_timer*> waits_;
};

} // namespace gatehouse::base
