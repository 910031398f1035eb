#include "base/zone.hpp"

#include <date/tz.h>

#include <algorithm>

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

} // namespace gatehouse::base
