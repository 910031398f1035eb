#include "base/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace gatehouse::base {

namespace {

/// Takes exactly `digits` decimal digits from the front of `text`.
bool take(std::string_view& text, std::size_t digits, int& into)
{
    if (text.size() < digits) return false;
    for (std::size_t i = 0; i < digits; ++i)
        if (text[i] < '0' || text[i] > '9') return false;
    std::from_chars(text.data(), text.data() + digits, into);
    text.remove_prefix(digits);
    return true;
}

bool take(std::string_view& text, char expected)
{
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

constexpr Instant first_written{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
constexpr Instant behind_last_written{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};

/// Fraction of a second in milliseconds; digits beyond the third are cut.
bool take_fraction(std::string_view& text, milliseconds& into)
{
    if (!take(text, '.')) return true;
    int count = 0, value = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (count < 3) value = value * 10 + (text.front() - '0');
        ++count;
        text.remove_prefix(1);
    }
    for (int i = count; i < 3; ++i) value *= 10;
    into = milliseconds{value};
    return count > 0 && count <= 9;
}

/// `Z`, `+hh:mm`, `+hhmm` or `+hh`.
bool take_zone(std::string_view& text, std::chrono::minutes& offset)
{
    if (take(text, 'Z') || take(text, 'z')) return true;
    const bool minus = !text.empty() && text.front() == '-';
    if (!minus && (text.empty() || text.front() != '+')) return false;
    text.remove_prefix(1);
    int hours = 0, minutes = 0;
    if (!take(text, 2, hours)) return false;
    if (!text.empty()) {
        take(text, ':');
        if (!take(text, 2, minutes)) return false;
    }
    if (hours > 14 || minutes > 59) return false;
    offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    if (minus) offset = -offset;
    return true;
}

} // namespace

std::string to_iso(Instant instant)
{
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{instant - day};
    std::array<char, 40> text{};
    const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                   static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

Result<Instant> from_iso(std::string_view text)
{
    const auto wrong = [] { return fail(Fault::invalid, "not an ISO 8601 date and time"); };
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!take(text, 4, year) || !take(text, '-') || !take(text, 2, month) || !take(text, '-') || !take(text, 2, day)) return wrong();
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return fail(Fault::invalid, "no such date");
    if (text.empty()) return Instant{std::chrono::sys_days{date}};

    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return wrong();
    if (!take(text, 2, hour) || !take(text, ':') || !take(text, 2, minute)) return wrong();
    milliseconds fraction{0};
    std::chrono::minutes offset{0};
    if (take(text, ':') && (!take(text, 2, second) || !take_fraction(text, fraction))) return wrong();
    if (!take_zone(text, offset)) return fail(Fault::invalid, "needs a time zone: Z or an offset");
    if (!text.empty()) return wrong();
    if (hour > 23 || minute > 59 || second > 60) return fail(Fault::invalid, "no such time of day");
    const Instant instant{std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} + seconds{second} +
                          fraction - offset};
    if (instant < first_written || instant >= behind_last_written) return fail(Fault::invalid, "no such date in UTC");
    return instant;
}

} // namespace gatehouse::base
