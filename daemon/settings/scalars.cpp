#include "settings/scalars.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::settings {

using base::fail;
using base::Fault;
using base::Result;

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Exactly `text.size()` digits.
std::optional<unsigned> fixed_digits(std::string_view text)
{
    unsigned value = 0;
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::chrono::minutes> parse_clock_time(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = fixed_digits(text.substr(0, 2));
    const auto minute = fixed_digits(text.substr(3));
    if (!hour || !minute || *hour > 24 || *minute > 59 || (*hour == 24 && *minute != 0)) return std::nullopt;
    return std::chrono::minutes{*hour * 60 + *minute};
}

std::optional<unsigned> parse_day(std::string_view text)
{
    constexpr std::array<std::string_view, 7> days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const auto day = std::find(days.begin(), days.end(), text);
    if (day == days.end()) return std::nullopt;
    return static_cast<unsigned>(day - days.begin());
}

} // namespace

bool is_stable_key(std::string_view text)
{
    const auto letter_or_digit = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); };
    return !text.empty() && text.size() <= 63 && letter_or_digit(text[0]) &&
           std::all_of(text.begin(), text.end(), [letter_or_digit](char c) { return letter_or_digit(c) || c == '-'; });
}

Result<std::int64_t> parse_whole(std::string_view text)
{
    std::int64_t value = 0;
    const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || (digits.size() > 1 && digits[0] == '0') || text == "-0")
        return fail(Fault::invalid, "expected a whole number");
    return value;
}

Result<std::chrono::seconds> parse_duration(std::string_view text)
{
    constexpr std::string_view units = "smhd";
    constexpr std::array<std::int64_t, 4> seconds{1, 60, 3600, 86400};
    constexpr std::int64_t most = 3660LL * 86400;
    const auto wrong = [] { return fail(Fault::invalid, R"(expected a duration such as "30s", "15m", "72h" or "400d")"); };
    if (text.size() < 2) return wrong();
    const auto unit = units.find(text.back());
    const auto count = parse_whole(text.substr(0, text.size() - 1));
    if (unit == std::string_view::npos || !count || *count < 0) return wrong();
    if (*count > most / seconds[unit]) return fail(Fault::invalid, "is longer than ten years");
    return std::chrono::seconds{*count * seconds[unit]};
}

Result<unsigned> parse_share(std::string_view text)
{
    const auto value = text.ends_with('%') ? parse_whole(text.substr(0, text.size() - 1)) : parse_whole("");
    if (!value || *value < 0 || *value > 100) return fail(Fault::invalid, R"(expected a share from "0%" to "100%")");
    return static_cast<unsigned>(*value);
}

Result<std::chrono::year_month_day> parse_date(std::string_view text)
{
    const auto wrong = [] { return fail(Fault::invalid, R"(expected a date such as "2027-03-25")"); };
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong();
    const auto year = fixed_digits(text.substr(0, 4));
    const auto month = fixed_digits(text.substr(5, 2));
    const auto day = fixed_digits(text.substr(8));
    if (!year || !month || !day) return wrong();
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month}, std::chrono::day{*day}};
    if (!date.ok()) return fail(Fault::invalid, "no such day in the calendar");
    return date;
}

Result<Span> parse_span(std::string_view text)
{
    const auto dash = text.find('-');
    const auto from = parse_clock_time(text.substr(0, dash));
    const auto until = dash == std::string_view::npos ? std::nullopt : parse_clock_time(text.substr(dash + 1));
    if (!from || !until) return fail(Fault::invalid, R"(expected a span such as "08:00-18:00")");
    if (*until <= *from) return fail(Fault::invalid, "a span ends after it starts, on the same day; write two for one across midnight");
    return Span{.from = *from, .until = *until};
}

Result<DayRange> parse_days(std::string_view text)
{
    const auto dash = text.find('-');
    const auto first = parse_day(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
    if (!first || !last) return fail(Fault::invalid, R"(expected days such as "mon" or "mon-fri", or "closed_on")");
    if (*last < *first) return fail(Fault::invalid, "days run from Monday to Sunday; write two ranges");
    return DayRange{.first = *first, .last = *last};
}

namespace {

Result<Point> parse_point(std::string_view text, int last)
{
    const auto slash = text.find('/');
    const auto number = slash == std::string_view::npos ? parse_whole("") : parse_whole(text.substr(slash + 1));
    if (!number || *number < 0 || *number > last || !is_stable_key(text.substr(0, slash)))
        return fail(Fault::invalid, "expected a device and a number from 0 to " + std::to_string(last) + R"(, such as "relays/2")");
    return Point{.device = std::string{text.substr(0, slash)}, .number = static_cast<unsigned>(*number)};
}

} // namespace

Result<Point> parse_input(std::string_view text)
{
    return parse_point(text, 255);
}

Result<Point> parse_output(std::string_view text)
{
    return parse_point(text, static_cast<int>(last_output));
}

} // namespace gatehouse::settings
