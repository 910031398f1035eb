#include "base/clock.hpp"

#include <ctime>

namespace gatehouse::base {

namespace {

microseconds read_clock(clockid_t id)
{
    timespec at{};
    ::clock_gettime(id, &at);
    return std::chrono::duration_cast<microseconds>(seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec});
}

constexpr auto never = asio::steady_timer::time_point::max();
constexpr Monotonic countable{std::chrono::duration_cast<microseconds>(never.time_since_epoch())}; ///< the timer counts in nanoseconds

} // namespace

asio::awaitable<void> Clock::wait_until(Monotonic at)
{
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer slot{executor};
    co_await wait_on(slot, at);
}

asio::awaitable<void> Wakeup::wait(Clock& clock, Monotonic at)
{
    if (!news_ && at > clock.now()) co_await clock.wait_on(slot_, at);
    news_ = false;
}

void Wakeup::notify()
{
    news_ = true;
    slot_.cancel();
}

Monotonic SystemClock::now() const
{
    return Monotonic{read_clock(CLOCK_MONOTONIC)};
}

microseconds SystemClock::boot() const
{
    return read_clock(CLOCK_BOOTTIME);
}

Instant SystemClock::wall() const
{
    return Instant{std::chrono::floor<milliseconds>(read_clock(CLOCK_REALTIME))};
}

asio::awaitable<void> SystemClock::wait_on(asio::steady_timer& slot, Monotonic at)
{
    slot.expires_at(at >= countable ? never : asio::steady_timer::time_point{at.time_since_epoch()});
    co_await slot.async_wait(token);
}

asio::awaitable<void> ManualClock::wait_on(asio::steady_timer& slot, Monotonic at)
{
    if (at <= now_) co_return;
    struct Registered { // leaves the list however the wait ends, destruction of the coroutine included
        std::multimap<Monotonic, asio::steady_timer*>& waits;
        std::multimap<Monotonic, asio::steady_timer*>::iterator entry;
        ~Registered() { waits.erase(entry); }
    };
    slot.expires_at(never);
    const Registered registered{waits_, waits_.emplace(at, &slot)};
    co_await slot.async_wait(token);
}

void ManualClock::advance_to(Monotonic at)
{
    if (at > now_) now_ = at;
    for (auto& [due, slot] : waits_) {
        if (due > now_) break;
        if (slot != nullptr) slot->cancel(); // its entry goes when the waiter has run
        slot = nullptr;
    }
}

Monotonic ManualClock::next_due() const
{
    for (const auto& [due, slot] : waits_)
        if (slot != nullptr) return due;
    return Monotonic::max();
}

} // namespace gatehouse::base
