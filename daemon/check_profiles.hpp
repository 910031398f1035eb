#pragma once

#include "options.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// What drivers say of a configuration, a line each: `file:line: path: text`.
struct Judged {
    std::vector<std::string> problems;
    std::vector<std::string> notes; ///< what is no mistake: a driver that judges no devices, or what a device cannot do
};

/// Asks each driver about the profiles its devices use (`gatehouse-driver-NAME --check-profile FILE`), then about the devices themselves
/// (`--check-devices FOLDER`), and about what they can do (`--capabilities FOLDER`). What is wrong with a profile stands there in the
/// driver's own words. Waits for each program, at most ten seconds.
Judged check_profiles(const Options& options, const settings::Settings& settings);

} // namespace gatehouse
