#include "check_profiles.hpp"

#include "check_program.hpp"
#include "devices/process.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace gatehouse {

namespace fs = std::filesystem;

namespace {

constexpr base::seconds patience{10};

/// The id a profile states in its first key; the daemon reads no more of it than this.
std::string stated_id(const fs::path& file)
{
    std::ifstream stream{file};
    std::string line;
    while (std::getline(stream, line) && line.size() < 4096) {
        if (!line.starts_with("profile:")) continue;
        const auto from = line.find_first_not_of(" \t\"'", 8);
        if (from == std::string::npos) return {};
        return line.substr(from, line.find_first_of(" \t\"'#\r", from) - from);
    }
    return {};
}

std::multimap<std::string, fs::path> profiles_of(const fs::path& folder)
{
    std::multimap<std::string, fs::path> found;
    std::error_code error;
    auto entry = fs::recursive_directory_iterator{folder, error};
    for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
        if (!entry->is_regular_file(error) || entry->path().extension() != ".yaml") continue;
        if (auto id = stated_id(entry->path()); !id.empty()) found.emplace(std::move(id), entry->path());
    }
    return found;
}

/// One configuration and what is wrong with the drivers and profiles it names.
class Findings {
public:
    Findings(const Options& options, const settings::Settings& settings) : options_{options}, settings_{settings} {}

    std::vector<std::string> all()
    {
        for (const auto& driver : settings_.drivers) check(driver);
        return std::move(lines_);
    }

private:
    void check(const settings::Driver& driver)
    {
        const auto program = devices::driver_program(options_.drivers, driver.key);
        if (!program) return add("drivers." + driver.key, program.error().detail);
        const auto folder = options_.profiles / driver.key;
        const auto files = profiles_of(folder);
        std::vector<std::string> ids;
        for (const auto& device : settings_.devices) {
            const auto* line = settings::find(settings_.lines, device.line);
            if (line == nullptr || line->driver != driver.key || device.profile.empty()) continue;
            const auto path = "devices." + device.key + ".profile";
            if (files.count(device.profile) != 1)
                add(path, (files.contains(device.profile) ? "several profiles \"" : "no profile \"") + device.profile + "\" in " +
                              folder.string());
            else if (std::find(ids.begin(), ids.end(), device.profile) == ids.end())
                ask(*program, files.find(device.profile)->second, path);
            ids.push_back(device.profile);
        }
    }

    /// Passes on what the driver says about one file.
    void ask(const fs::path& program, const fs::path& file, const std::string& path)
    {
        const auto ended = run_program({program.string(), "--check-profile", file.string()}, patience);
        if (!ended) return add(path, ended.error().detail);
        std::istringstream said{ended->output};
        const auto before = lines_.size();
        for (std::string line; std::getline(said, line);)
            if (!line.empty()) lines_.push_back(line);
        if (ended->status == 0 && lines_.size() != before) lines_.resize(before); // remarks of a driver that is content
        if (ended->status != 0 && lines_.size() == before)
            add(path, program.string() + " did not judge " + file.string() + ": exit status " + std::to_string(ended->status));
    }

    void add(const std::string& path, std::string message)
    {
        lines_.push_back(settings::text({settings::mark_of(settings_, path), path, std::move(message)}));
    }

    const Options& options_;
    const settings::Settings& settings_;
    std::vector<std::string> lines_;
};

} // namespace

std::vector<std::string> check_profiles(const Options& options, const settings::Settings& settings)
{
    return Findings{options, settings}.all();
}

} // namespace gatehouse
