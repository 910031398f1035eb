#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace gatehouse::ledger {

namespace asio = boost::asio;

/// What else a coroutine that waits looks out for: `over` is asked whenever `news` is notified, and at the time.
struct Patience {
    base::Wakeup* news = nullptr; ///< outlives the wait; null: nothing else
    std::function<bool()> over;
    base::Monotonic at = base::Monotonic::max();
};

/// Coroutines that wait until a rising number is reached. Core thread; coroutines may outlive it.
class Waiters {
public:
    std::uint64_t reached() const { return state_->reached; }

    /// Returns at once when `number` was reached before.
    /// Errors: transient  it will not be reached (code storage_failed), or not soon (code storage_stalled).
    asio::awaitable<base::Result<void>> until(std::uint64_t number, base::Clock& clock) const { return wait(state_, number, clock, {}); }
    /// The same, and somebody waits no longer than something else lets them.
    /// Errors: as above, and conflict  that came first (code gave_way).
    asio::awaitable<base::Result<void>> until(std::uint64_t number, base::Clock& clock, Patience patience) const
    {
        return wait(state_, number, clock, std::move(patience));
    }

    void reach(std::uint64_t number);
    void give_up();
    /// While held up nobody is kept waiting: those who do, and who come, are told that it takes longer.
    void hold_up(bool held_up);

private:
    struct State {
        std::uint64_t reached = 0;
        bool given_up = false, held_up = false;
        std::multimap<std::uint64_t, base::Wakeup*> waiting;
    };
    static asio::awaitable<base::Result<void>> wait(std::shared_ptr<State> state, std::uint64_t number, base::Clock& clock,
                                                    Patience patience);

    std::shared_ptr<State> state_ = std::make_shared<State>();
};

} // namespace gatehouse::ledger
