#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

/// Holds this driver's side of a recorded conversation against what was recorded, without broker or device. The profile it names is looked
/// for in the folder of the recording.
///
/// Errors:  every difference as "FILE:LINE: text"; empty when there is none.
/// Threads: any.
/// Source:  docs/profiles.md, "Conversations".
std::vector<std::string> replay(const std::filesystem::path& recording);

} // namespace gatehouse::mqtt
