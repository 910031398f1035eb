#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <vector>

namespace gatehouse::model {

/// A half-open span of UTC time, [from, until).
struct Interval {
    base::Instant from = base::no_start;
    base::Instant until = base::no_end;
    bool empty() const { return until <= from; }
    bool contains(base::Instant t) const { return from <= t && t < until; }
    friend bool operator==(const Interval&, const Interval&) = default;
};

inline Interval intersect(const Interval& left, const Interval& right)
{
    return {std::max(left.from, right.from), std::min(left.until, right.until)};
}

/// Sorts and joins what overlaps or touches; empty ones go.
std::vector<Interval> join(std::vector<Interval> intervals);

} // namespace gatehouse::model
