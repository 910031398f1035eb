#pragma once

#include "sdk/run.hpp"

namespace gatehouse::mqtt {

// What can be said of a configuration before anything runs.

/// Findings about one profile, each "FILE:LINE: text". Threads: any.
std::vector<std::string> check_profile(const std::filesystem::path& file);

/// Findings about the devices behind one broker. Of one whose profile is not good, nothing is said here. Threads: any.
std::vector<sdk::Finding> check_devices(const std::filesystem::path& profiles, const std::vector<sdk::Attachment>& devices);

/// What attaching a device would answer. Secrets are not at hand, and what they are missed for is no refusal. Threads: any.
sdk::Attached capabilities(const std::filesystem::path& profiles, const sdk::Attachment& device);

} // namespace gatehouse::mqtt
