#include "ledger/waiters.hpp"

namespace gatehouse::ledger {

asio::awaitable<base::Result<void>> Waiters::wait(std::shared_ptr<State> state, std::uint64_t number, base::Clock& clock, Patience patience)
{
    const auto waits = [&held = *state, number] { return held.reached < number && !held.given_up && !held.held_up; };
    bool over = false;
    if (waits()) {
        const auto executor = co_await asio::this_coro::executor;
        base::Wakeup own{executor};
        auto& wakeup = patience.news != nullptr ? *patience.news : own;
        struct Listed { // leaves the list however the wait ends, destruction of the coroutine included
            State& state;
            std::multimap<std::uint64_t, base::Wakeup*>::iterator at;
            ~Listed() { state.waiting.erase(at); }
        };
        const Listed listed{*state, state->waiting.emplace(number, &wakeup)};
        const auto is_over = [&patience] { return patience.over && patience.over(); };
        for (over = is_over(); !over && waits(); over = is_over()) {
            const auto at = clock.now() < patience.at ? patience.at : base::Monotonic::max();
            co_await wakeup.wait(clock, at);
        }
    }
    if (state->reached >= number) co_return base::Result<void>{};
    if (over) co_return base::fail(base::Fault::conflict, "something else came first", "gave_way");
    if (!state->given_up) co_return base::fail(base::Fault::transient, "The gateway's disk does not answer", "storage_stalled");
    co_return base::fail(base::Fault::transient, "storage failed", "storage_failed");
}

void Waiters::reach(std::uint64_t number)
{
    state_->reached = number;
    for (const auto& [wanted, wakeup] : state_->waiting) {
        if (wanted > number) break;
        wakeup->notify();
    }
}

void Waiters::give_up()
{
    state_->given_up = true;
    for (const auto& [wanted, wakeup] : state_->waiting) wakeup->notify();
}

void Waiters::hold_up(bool held_up)
{
    state_->held_up = held_up;
    if (!held_up) return;
    for (const auto& [wanted, wakeup] : state_->waiting) wakeup->notify();
}

} // namespace gatehouse::ledger
