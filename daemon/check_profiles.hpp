#pragma once

#include "options.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// Asks each driver about the profiles its devices use (`gatehouse-driver-NAME --check-profile FILE`). Answers what is wrong, a line each:
/// `file:line: path: text` of the configuration for a driver or profile that is not there, the driver's own words for the rest.
/// Waits for each program, at most ten seconds.
std::vector<std::string> check_profiles(const Options& options, const settings::Settings& settings);

} // namespace gatehouse
