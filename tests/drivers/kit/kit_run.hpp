#pragma once

#include <map>
#include <string>
#include <vector>

namespace gatehouse::check {

/// What one run of gatehouse-driver-check came to.
struct KitRun {
    int code = -1;
    std::string report;
    std::map<std::string, std::string> word; ///< by check: ok, FAIL, open or -
    std::map<std::string, std::string> text; ///< by check: what it says
};

/// Runs the kit as a driver's author does, on the bench of that name.
KitRun run_kit(const std::string& driver, const std::string& bench, std::vector<std::string> more = {});

} // namespace gatehouse::check
