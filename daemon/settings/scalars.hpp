#pragma once

#include "base/result.hpp"
#include "settings/doors.hpp"
#include "settings/hours.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::settings {

/// Readers of single values. Every error is `invalid`, its detail says what was expected, without the path.

/// `[a-z0-9][a-z0-9-]{0,62}`
bool is_stable_key(std::string_view text);

/// Decimal without sign games or leading zeros: "0", "17", "-3".
base::Result<std::int64_t> parse_whole(std::string_view text);

/// A whole number and s, m, h or d: "30s", "72h", "400d"; at most ten years.
base::Result<std::chrono::seconds> parse_duration(std::string_view text);

/// "25%", 0 to 100.
base::Result<unsigned> parse_share(std::string_view text);

/// "2027-03-25"
base::Result<std::chrono::year_month_day> parse_date(std::string_view text);

/// "08:00-18:00"; the end may be 24:00 and lies after the start.
base::Result<Span> parse_span(std::string_view text);

/// Days of the week, Monday 0, both ends included.
struct DayRange {
    unsigned first;
    unsigned last;
};

/// "mon" or "mon-fri"; a range does not run over the end of the week.
base::Result<DayRange> parse_days(std::string_view text);

/// "relays/2"; device key and a number from 0 to 255.
base::Result<Point> parse_input(std::string_view text);
constexpr unsigned last_output = 62; ///< an entry names its doors as bits of a signed 64-bit number
base::Result<Point> parse_output(std::string_view text);

} // namespace gatehouse::settings
