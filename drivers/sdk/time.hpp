#pragma once

#include <chrono>

namespace gatehouse::sdk {

using Milliseconds = std::chrono::milliseconds;

/// A moment on CLOCK_MONOTONIC, the one clock daemon and drivers share.
using Time = std::chrono::time_point<std::chrono::steady_clock, Milliseconds>;

/// The only place where a driver reads the clock.
Time now();

/// Budget and expiry at once: nothing starts after it.
class Deadline {
public:
    /// A moment beyond a century is cut to that: nanoseconds overflow later.
    explicit Deadline(Time at) : at_{at < farthest ? at : farthest} {}
    static Deadline in(Milliseconds budget) { return Deadline{now() + budget}; }

    Time at() const { return at_; }
    bool passed() const { return now() >= at_; }
    /// What is left of the budget, never negative.
    Milliseconds left() const;
    /// The earlier of this deadline and `budget` from now: for one telegram of a longer operation.
    Deadline within(Milliseconds budget) const;

private:
    static constexpr Time farthest{Milliseconds{4'000'000'000'000}};
    Time at_;
};

} // namespace gatehouse::sdk
