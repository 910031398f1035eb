#pragma once

#include "base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::base {

/// Whether the machine's time zone data has an IANA zone of this name ("Europe/Copenhagen", "UTC"); case counts.
/// Errors:  not_found  it has not; internal  there is no time zone data (package tzdata).
/// Threads: any.
Result<void> find_zone(std::string_view name);

/// Every zone name there is, in order; empty without time zone data.
std::vector<std::string> zone_names();

/// How local time relates to UTC, as the machine's time zone data has it. A value; what it points to lives as long as the program.
/// Threads: any.
class Zone {
public:
    /// A span of time in which local time is UTC and a constant. Half-open; the first and last are open-ended.
    struct Offset {
        Instant from, until;
        seconds ahead; ///< of UTC: positive in the east
        Instant utc(std::chrono::local_time<milliseconds> local) const { return Instant{local.time_since_epoch() - ahead}; }
        std::chrono::local_time<milliseconds> local(Instant utc) const
        {
            return std::chrono::local_time<milliseconds>{utc.time_since_epoch() + ahead};
        }
    };

    /// Errors: those of find_zone.
    static Result<Zone> named(std::string_view name);
    static Zone utc() { return Zone{nullptr}; }
    Offset at(Instant instant) const;

private:
    explicit Zone(const void* data) : data_{data} {}
    const void* data_;
};

/// ISO 8601 in local time with the offset, in whole seconds: 2027-03-01T13:00:00+01:00. For the years to_iso reads.
std::string to_local_iso(Instant instant, const Zone& zone);

} // namespace gatehouse::base
