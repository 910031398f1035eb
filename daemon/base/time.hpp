#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace gatehouse::base {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// UTC wall time. Only access windows and records use it; never a duration or a deadline.
using Instant = std::chrono::sys_time<milliseconds>;
/// CLOCK_MONOTONIC: deadlines, back-off, every wait.
using Monotonic = std::chrono::time_point<std::chrono::steady_clock, microseconds>;

inline constexpr Instant no_end = Instant::max();
inline constexpr Instant no_start = Instant::min();

/// What decisions and lowering know about time: the effective instant, and whether the wall clock vouches for it. Where it does not, ends
/// pass by the effective instant and nothing begins.
struct Now {
    Instant instant;
    bool trusted = true;
    Instant last_trusted = no_start; ///< while it is not trusted: the last instant that was
    bool ran_on = false;             ///< and the gateway has run on since: it counted the time that passed

    /// Whether something that begins then surely has begun.
    bool surely_past(Instant start) const { return start <= (trusted ? instant : last_trusted); }
};

/// ISO 8601 in UTC with milliseconds: 2027-03-01T12:00:00.000Z. For the years 0 to 9999, which is what from_iso reads.
std::string to_iso(Instant instant);

/// Reads ISO 8601: date and time with optional fraction, and `Z` or an offset; a bare date is midnight UTC.
/// Digits beyond the millisecond are cut. Errors: invalid, naming what is wrong.
Result<Instant> from_iso(std::string_view text);

} // namespace gatehouse::base
