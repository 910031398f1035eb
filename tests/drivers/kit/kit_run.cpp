#include "drivers/kit/kit_run.hpp"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <sstream>

namespace gatehouse::check {

KitRun run_kit(const std::string& driver, const std::string& bench, const std::vector<std::string>& more)
{
    return run_kit_in("/", driver, bench, more);
}

KitRun run_kit_in(const std::string& folder, const std::string& driver, const std::string& bench, const std::vector<std::string>& more)
{
    std::string command = "cd '" + folder + "' && " DRIVER_CHECK " '" + driver + "'";
    const auto file = bench.ends_with(".json") ? bench : KIT_FIXTURES "/benches/" + bench + ".json";
    if (!bench.empty()) command += " --bench '" + file + "' --set sim=" GATEHOUSE_SIM;
    for (const auto& word : more) command += " '" + word + "'";
    return run_command(command);
}

KitRun run_command(const std::string& command)
{
    KitRun run;
    auto* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> some;
    while (const auto count = std::fread(some.data(), 1, some.size(), pipe)) run.report.append(some.data(), count);
    const int status = ::pclose(pipe);
    run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::istringstream lines{run.report};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string word, check, text;
        words >> word >> check;
        std::getline(words >> std::ws, text);
        if (word == "ok" || word == "FAIL" || word == "open" || word == "-") run.word[check] = word, run.text[check] = text;
    }
    return run;
}

} // namespace gatehouse::check
