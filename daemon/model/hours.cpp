#include "model/hours.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::model {

namespace {

using base::fail;
using base::Fault;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;

constexpr minutes midnight{24 * 60};
constexpr days longest{366};

std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional{value} : std::nullopt;
}

/// The next part of a text, up to the mark, which goes as well.
std::string_view part(std::string_view& text, char mark)
{
    const auto at = text.find(mark);
    const auto found = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return found;
}

std::optional<WeeklyHours::Span> read_span(std::string_view text)
{
    const auto from = number(part(text, '-')), until = number(text);
    if (!from || !until || *from < 0 || *until <= *from || minutes{*until} > midnight) return std::nullopt;
    return WeeklyHours::Span{minutes{*from}, minutes{*until}};
}

std::optional<local_days> read_day(std::string_view text)
{
    const auto year = number(part(text, '-')), month = number(part(text, '-')), day = number(text);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{local_days{date}} : std::nullopt;
}

bool whole_day(const std::vector<WeeklyHours::Span>& spans)
{
    auto open_until = minutes{0};
    for (const auto& span : spans)
        if (span.from <= open_until) open_until = std::max(open_until, span.until);
    return open_until == midnight;
}

} // namespace

WeeklyHours::WeeklyHours(Week week, std::set<local_days> closed, base::Zone zone)
    : week_{std::move(week)}, closed_{std::move(closed)}, zone_{zone}, throughout_{std::all_of(week_.begin(), week_.end(), whole_day)},
      never_{std::all_of(week_.begin(), week_.end(), [](const auto& day) { return day.empty(); })}
{
}

base::Result<WeeklyHours> WeeklyHours::read(std::string_view week, std::string_view closed_on, std::string_view zone)
{
    const auto known = base::Zone::named(zone);
    if (!known) return known.error();
    Week read;
    for (auto& day : read)
        for (auto spans = part(week, ';'); !spans.empty();) {
            const auto span = read_span(part(spans, ','));
            if (!span) return fail(Fault::invalid, "week: no span of a day");
            day.push_back(*span);
        }
    if (!week.empty()) return fail(Fault::invalid, "week: more than seven days");
    std::set<local_days> closed;
    while (!closed_on.empty()) {
        const auto day = read_day(part(closed_on, ' '));
        if (!day) return fail(Fault::invalid, "closed_on: no date");
        closed.insert(*day);
    }
    return WeeklyHours{std::move(read), std::move(closed), *known};
}

local_days WeeklyHours::day_of(Instant t) const
{
    return std::chrono::floor<days>(zone_.at(t).local(t));
}

/// When the clocks of the zone first show that time, or one behind it where they skip it.
Instant WeeklyHours::first_at(std::chrono::local_time<base::milliseconds> time) const
{
    auto offset = zone_.at(Instant{time.time_since_epoch() - days{1}}); // no zone is more than a day from UTC
    while (offset.utc(time) >= offset.until) offset = zone_.at(offset.until);
    return std::max(offset.utc(time), offset.from);
}

/// What is open on a local day, in UTC.
std::vector<Interval> WeeklyHours::of_day(local_days day) const
{
    std::vector<Interval> found;
    if (closed_.contains(day)) return found;
    for (const auto& span : week_[std::chrono::weekday{day}.iso_encoding() - 1])
        found.push_back({first_at(day + span.from), first_at(day + span.until)});
    return join(std::move(found));
}

/// Of a week that is open throughout: only days that are closed end anything, and they may be years apart.
std::optional<Interval> WeeklyHours::between_closed(Instant t) const
{
    const auto after = closed_.upper_bound(day_of(t));
    if (after != closed_.begin() && *std::prev(after) == day_of(t)) return std::nullopt;
    return Interval{after == closed_.begin() ? base::no_start : first_at(*std::prev(after) + days{1}),
                    after == closed_.end() ? base::no_end : first_at(*after)};
}

std::optional<Interval> WeeklyHours::around(Instant t) const
{
    if (throughout_) return between_closed(t);
    if (never_) return std::nullopt;
    for (const auto& known : known_)
        if (known.when.contains(t)) return known.span;
    auto& known = known_[oldest_++ % known_.size()];
    known.span = find_around(t);
    known.when = known.span ? *known.span : Interval{t, t + base::milliseconds{1}};
    return known.span;
}

std::optional<Interval> WeeklyHours::find_around(Instant t) const
{
    const auto today = day_of(t);
    std::optional<Interval> found;
    for (const auto& span : of_day(today))
        if (span.contains(t)) found = span;
    if (!found) return std::nullopt;
    const auto touching = [this](local_days day, auto touches) {
        for (const auto& span : of_day(day))
            if (touches(span)) return std::optional{span};
        return std::optional<Interval>{};
    };
    for (auto day = today + days{1}; day < today + longest; day += days{1}) {
        const auto next = touching(day, [&found](const Interval& span) { return span.from == found->until; });
        if (!next) break;
        found->until = next->until;
    }
    for (auto day = today - days{1}; day > today - longest; day -= days{1}) {
        const auto before = touching(day, [&found](const Interval& span) { return span.until == found->from; });
        if (!before) break;
        found->from = before->from;
    }
    return found;
}

std::optional<Instant> WeeklyHours::next_after(Instant t) const
{
    if (never_) return std::nullopt;
    if (!next_known_ || next_known_->first != t) next_known_ = {t, find_next(t)};
    return next_known_->second;
}

std::optional<Instant> WeeklyHours::find_next(Instant t) const
{
    if (throughout_) {
        auto closed = closed_.lower_bound(day_of(t));
        if (closed == closed_.end()) return std::nullopt;
        auto day = *closed;
        while (closed != closed_.end() && *closed == day) ++closed, day += days{1};
        return first_at(day);
    }
    auto last = day_of(t) + days{8};
    if (!closed_.empty()) last = std::max(last, *closed_.rbegin() + days{8});
    for (auto day = day_of(t) - days{1}; day <= last; day += days{1})
        for (const auto& span : of_day(day)) {
            if (span.from <= t) continue;
            const auto whole = around(span.from); // a day that only goes on with the one before opens nothing new
            if (whole && whole->from == span.from) return span.from;
        }
    return std::nullopt;
}

std::string week_text(const WeeklyHours::Week& week)
{
    std::string text;
    for (std::size_t day = 0; day < week.size(); ++day) {
        if (day != 0) text += ';';
        for (std::size_t i = 0; i < week[day].size(); ++i)
            text += (i == 0 ? "" : ",") + std::to_string(week[day][i].from.count()) + "-" + std::to_string(week[day][i].until.count());
    }
    return text;
}

} // namespace gatehouse::model
