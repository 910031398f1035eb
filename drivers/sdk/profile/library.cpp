#include "sdk/profile/library.hpp"

#include <fstream>

namespace gatehouse::profile {

namespace {

/// The id a file states, without judging the rest of it; empty when there is none.
std::string stated_id(const std::filesystem::path& file)
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

} // namespace

void MqttLibrary::scan()
{
    scanned_ = true;
    std::error_code error;
    auto entry = std::filesystem::recursive_directory_iterator{folder_, error};
    for (; !error && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(error)) {
        if (!entry->is_regular_file(error) || entry->path().extension() != ".yaml") continue;
        if (auto id = stated_id(entry->path()); !id.empty()) files_.emplace(std::move(id), entry->path());
    }
}

Outcome<std::shared_ptr<const MqttProfile>> MqttLibrary::find(const std::string& id)
{
    if (const auto known = loaded_.find(id); known != loaded_.end()) return known->second;
    if (!scanned_) scan();
    const auto count = files_.count(id);
    if (count == 0) return because("no profile `" + id + "` in " + folder_.string());
    const auto file = files_.find(id)->second;
    if (count > 1) return because("profile `" + id + "` is in " + file.string() + " and in another file");
    auto read = load_mqtt(file);
    if (!read.profile) {
        std::string text;
        for (const auto& problem : read.problems) text += (text.empty() ? "" : "\n") + to_text(problem);
        return because(text);
    }
    auto profile = std::make_shared<const MqttProfile>(std::move(*read.profile));
    loaded_.emplace(id, profile);
    return profile;
}

} // namespace gatehouse::profile
