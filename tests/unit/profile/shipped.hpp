#pragma once

#include "sdk/profile/mqtt.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace gatehouse::profile {

/// What the loader says of a shipped profile with a piece exchanged: "PATH: TEXT" each.
inline std::vector<std::string> told_of_shipped(std::string_view file, std::string_view from, std::string_view to)
{
    std::ifstream stream{std::string{SHIPPED_PROFILES "/mqtt/"}.append(file)};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    const auto at = text.find(from);
    if (at == std::string::npos) {
        ADD_FAILURE() << file << " has no " << from;
        return {};
    }
    text.replace(at, from.size(), to);
    std::vector<std::string> told;
    for (const auto& problem : parse_mqtt(text, "file.yaml").problems) told.push_back(problem.path + ": " + problem.text);
    return told;
}

} // namespace gatehouse::profile
