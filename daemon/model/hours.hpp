#pragma once

#include "base/zone.hpp"
#include "model/interval.hpp"

#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace gatehouse::model {

using base::Instant;

/// The name of the hours that are always open; built in.
inline constexpr std::string_view always = "always";

/// Weekly opening hours in a zone, closed on some days. Pure.
///
/// A span begins and ends when the clocks of the zone first show its times; a time that they skip is the moment they skip it at. So an hour
/// that a clock change repeats is open throughout where it lies within a span, and opens nothing twice.
/// It remembers its last answers, for one moment is asked of for everybody. Threads: one at a time; hours that never open, any.
class WeeklyHours {
public:
    /// Half-open, in minutes since local midnight; until may be 24:00.
    struct Span {
        std::chrono::minutes from, until;
        friend bool operator==(const Span&, const Span&) = default;
    };
    using Week = std::array<std::vector<Span>, 7>; ///< Monday first

    WeeklyHours(Week week, std::set<std::chrono::local_days> closed, base::Zone zone);

    /// Reads the columns of a row. Errors: invalid, naming the column; those of Zone::named.
    static base::Result<WeeklyHours> read(std::string_view week, std::string_view closed_on, std::string_view zone);

    /// The span that holds t, joined over midnights; nothing when it is closed then.
    std::optional<Interval> around(Instant t) const;
    /// When it next opens after t; nothing when it never does.
    std::optional<Instant> next_after(Instant t) const;

private:
    Instant first_at(std::chrono::local_time<base::milliseconds> time) const;
    std::vector<Interval> of_day(std::chrono::local_days day) const;
    std::optional<Interval> between_closed(Instant t) const;
    std::chrono::local_days day_of(Instant t) const;

    Week week_;
    std::set<std::chrono::local_days> closed_;
    base::Zone zone_;
    bool throughout_ = false; ///< but for days that are closed
    bool never_ = false;

    std::optional<Interval> find_around(Instant t) const;
    std::optional<Instant> find_next(Instant t) const;

    /// An answer of `around`, and the moments it holds for.
    struct Known {
        Interval when{base::no_end, base::no_start};
        std::optional<Interval> span;
    };
    mutable std::array<Known, 4> known_; ///< the span around a moment, and the moments just beyond its ends
    mutable std::size_t oldest_ = 0;
    mutable std::optional<std::pair<Instant, std::optional<Instant>>> next_known_;
};

/// The columns of a row: "480-1080,1200-1260;…" with the days separated, Monday first; days as "2027-03-25 2027-03-26".
std::string week_text(const WeeklyHours::Week& week);

} // namespace gatehouse::model
