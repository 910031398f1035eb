#pragma once

#include "base/result.hpp"

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

} // namespace gatehouse::base
