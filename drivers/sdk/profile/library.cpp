#include "sdk/profile/library.hpp"

#include <algorithm>
#include <sstream>

namespace gatehouse::profile {

namespace {

/// The ids a file states (`profile: ID` and `also: [ID, ...]`, each on a line of its own), without judging the rest of it.
std::vector<std::string> stated_ids(const std::string& text)
{
    std::vector<std::string> ids;
    std::istringstream stream{text};
    std::string line;
    while (std::getline(stream, line) && line.size() < 4096) {
        const std::size_t key = line.starts_with("profile:") ? 8 : line.starts_with("also:") ? 5 : 0;
        if (key == 0) continue;
        const auto* apart = " \t\"'[],\r";
        const auto end = std::min(line.find('#'), line.size());
        for (auto from = line.find_first_not_of(apart, key); from < end;) {
            const auto to = std::min(line.find_first_of(apart, from), end);
            ids.push_back(line.substr(from, to - from));
            from = line.find_first_not_of(apart, to);
        }
    }
    return ids;
}

std::multimap<std::string, std::filesystem::path> files_in(const std::filesystem::path& folder)
{
    std::multimap<std::string, std::filesystem::path> files;
    std::error_code error;
    auto entry = std::filesystem::recursive_directory_iterator{folder, error};
    for (; !error && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(error)) {
        if (!entry->is_regular_file(error) || entry->path().extension() != ".yaml") continue;
        for (auto& id : stated_ids(profile_text(entry->path()).value_or(""))) files.emplace(std::move(id), entry->path());
    }
    return files;
}

} // namespace

Outcome<std::shared_ptr<const MqttProfile>> MqttLibrary::find(const std::string& id)
{
    const auto files = files_in(folder_);
    const auto count = files.count(id);
    if (count == 0) return because("no profile `" + id + "` in " + folder_.string());
    const auto file = files.find(id)->second;
    if (count > 1) return because("profile `" + id + "` is in " + file.string() + " and in another file");
    auto text = profile_text(file).value_or("");
    const auto known = loaded_.find(id);
    if (known != loaded_.end() && known->second.text == text) return known->second.profile;
    auto read = load_mqtt(file);
    if (!read.profile) {
        std::string problems;
        for (const auto& problem : read.problems) problems += (problems.empty() ? "" : "\n") + to_text(problem);
        return because(problems);
    }
    auto profile = std::make_shared<const MqttProfile>(std::move(*read.profile));
    loaded_[id] = {std::move(text), profile};
    return profile;
}

} // namespace gatehouse::profile
