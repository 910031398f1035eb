#include "profile_files.hpp"

#include "base/hash.hpp"

#include <fstream>
#include <iterator>

namespace gatehouse {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t digits = 16; // of the digest: enough to tell two files apart

/// The id a profile states.
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

std::string digest_of(const fs::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    return base::to_hex(base::sha256(text)).substr(0, digits);
}

} // namespace

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

void note_profiles(const Options& options, settings::Settings& settings)
{
    std::map<std::string, std::multimap<std::string, fs::path>> of_drivers;
    std::map<fs::path, std::string> digests;
    for (auto& device : settings.devices) {
        const auto* line = settings::find(settings.lines, device.line);
        if (line == nullptr || device.profile.empty()) continue;
        const auto [files, added] = of_drivers.try_emplace(line->driver);
        if (added) files->second = profiles_of(options.profiles / line->driver);
        if (files->second.count(device.profile) != 1) continue;
        const auto& file = files->second.find(device.profile)->second;
        const auto [digest, is_new] = digests.try_emplace(file);
        if (is_new) digest->second = digest_of(file);
        device.profile_digest = digest->second;
    }
}

} // namespace gatehouse
