#pragma once

#include "base/clock.hpp"

#include <functional>

namespace gatehouse::sim {

/// What the world beyond the daemon does by itself, in order of time, then of arrival.
class Agenda {
public:
    explicit Agenda(const base::ManualClock& clock) : clock_{clock} {}

    void at(base::Monotonic when, std::function<void()> what) { entries_.emplace(std::max(when, clock_.now()), std::move(what)); }
    void in(base::microseconds span, std::function<void()> what) { at(clock_.now() + span, std::move(what)); }
    base::Monotonic next() const { return entries_.empty() ? base::Monotonic::max() : entries_.begin()->first; }
    /// Does the first thing that is due. False when nothing is.
    bool act()
    {
        if (next() > clock_.now()) return false;
        const auto what = std::move(entries_.begin()->second);
        entries_.erase(entries_.begin());
        what();
        return true;
    }

private:
    const base::ManualClock& clock_;
    std::multimap<base::Monotonic, std::function<void()>> entries_;
};

} // namespace gatehouse::sim
