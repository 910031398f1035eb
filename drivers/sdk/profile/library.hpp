#pragma once

#include "sdk/profile/mqtt.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::profile {

/// The profiles of one driver: `*.yaml` at any depth of its folder, each known by the id it states, not by its file name.
/// A file is read once; one that two files claim is an error for both.
///
/// Errors:  what is wrong with the profile asked for, every problem on a line of its own.
/// Threads: one.
class MqttLibrary {
public:
    explicit MqttLibrary(std::filesystem::path folder) : folder_{std::move(folder)} {}

    Outcome<std::shared_ptr<const MqttProfile>> find(const std::string& id);

private:
    void scan();

    std::filesystem::path folder_;
    bool scanned_ = false;
    std::multimap<std::string, std::filesystem::path> files_;
    std::map<std::string, std::shared_ptr<const MqttProfile>> loaded_;
};

} // namespace gatehouse::profile
