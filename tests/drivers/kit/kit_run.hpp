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

/// What a shell command wrote to either output.
KitRun run_command(const std::string& command);
/// Runs the kit as a driver's author does, on the bench of that name, or in that file.
KitRun run_kit(const std::string& driver, const std::string& bench, const std::vector<std::string>& more = {});
/// The same in a folder.
KitRun run_kit_in(const std::string& folder, const std::string& driver, const std::string& bench,
                  const std::vector<std::string>& more = {});

} // namespace gatehouse::check
