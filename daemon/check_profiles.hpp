#pragma once

#include "options.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// Asks each driver about the profiles its devices use (`gatehouse-driver-NAME --check-profile FILE`), then about the devices themselves
/// (`--check-devices FOLDER`). Answers what is wrong, a line each: `file:line: path: text`; of a profile in the driver's own words.
/// Waits for each program, at most ten seconds.
std::vector<std::string> check_profiles(const Options& options, const settings::Settings& settings);

} // namespace gatehouse
