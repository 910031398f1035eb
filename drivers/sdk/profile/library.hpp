#pragma once

#include "sdk/profile/mqtt.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::profile {

/// The profiles of one driver: `*.yaml` at any depth of its folder, each known by the id it states, not by its file name.
/// Each time one is asked for the folder is looked at again, and a file that was edited since is read anew: who has the profile of before
/// keeps it. One that two files claim is an error for both.
///
/// Errors:  what is wrong with the profile asked for, every problem on a line of its own.
/// Threads: one.
class MqttLibrary {
public:
    explicit MqttLibrary(std::filesystem::path folder) : folder_{std::move(folder)} {}

    Outcome<std::shared_ptr<const MqttProfile>> find(const std::string& id);

private:
    /// A profile, and what stood in its file when it was read.
    struct Loaded {
        std::string text;
        std::shared_ptr<const MqttProfile> profile;
    };

    std::filesystem::path folder_;
    std::map<std::string, Loaded> loaded_;
};

} // namespace gatehouse::profile
