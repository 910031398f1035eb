#pragma once

#include "options.hpp"
#include "settings/settings.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace gatehouse {

/// The profiles in a driver's folder, at any depth, by the id each states in its first key; the daemon reads no more of them than this.
/// Threads: any; reads files.
std::multimap<std::string, std::filesystem::path> profiles_of(const std::filesystem::path& folder);

/// Notes with each device what stands in the file of its profile, so that one that is edited in place is a change of the configuration.
/// Nothing where no file or several claim the profile, which `check_profiles` tells.
/// Threads: any; reads files.
void note_profiles(const Options& options, settings::Settings& settings);

} // namespace gatehouse
