#include "base/zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace gatehouse::base {

namespace {

/// The names of the machine's zone data, read once.
const std::vector<std::string>& names()
{
    static const auto read = [] {
        std::vector<std::string> found;
        try {
            for (const auto& zone : date::get_tzdb().zones) found.push_back(zone.name());
        } catch (const std::exception&) {
            found.clear(); // no data is no names; find_zone says so
        }
        std::sort(found.begin(), found.end());
        return found;
    }();
    return read;
}

} // namespace

Result<void> find_zone(std::string_view name)
{
    if (names().empty()) return fail(Fault::internal, "this machine has no time zone data (package tzdata)");
    if (!std::binary_search(names().begin(), names().end(), name)) return fail(Fault::not_found, "no such time zone");
    return {};
}

std::vector<std::string> zone_names()
{
    return names();
}

Result<Zone> Zone::named(std::string_view name)
{
    if (const auto known = find_zone(name); !known) return known.error();
    return Zone{date::locate_zone(std::string{name})};
}

Zone::Offset Zone::at(Instant instant) const
{
    if (data_ == nullptr) return {no_start, no_end, seconds{0}};
    // The data knows some centuries; beyond them its first and last rule goes on.
    constexpr Instant earliest{std::chrono::sys_days{std::chrono::year{1800} / 1 / 1}},
        latest{std::chrono::sys_days{std::chrono::year{2400} / 1 / 1}};
    const auto asked = std::chrono::floor<seconds>(std::clamp(instant, earliest, latest));
    const auto info = static_cast<const date::time_zone*>(data_)->get_info(asked);
    const Instant from = info.begin <= earliest ? no_start : Instant{info.begin}, until = info.end >= latest ? no_end : Instant{info.end};
    return {instant < earliest ? no_start : from, instant >= latest ? no_end : until, info.offset};
}

std::string to_local_iso(Instant instant, const Zone& zone)
{
    const auto ahead = zone.at(instant).ahead;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(ahead)).count();
    std::array<char, 16> offset{};
    std::snprintf(offset.data(), offset.size(), "%c%02d:%02d", ahead.count() < 0 ? '-' : '+', static_cast<int>(minutes / 60 % 24),
                  static_cast<int>(minutes % 60));
    return to_iso(instant + ahead).substr(0, 19) + offset.data();
}

} // namespace gatehouse::base
