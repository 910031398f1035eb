#pragma once

#include "common/flash.hpp"
#include "common/outcome.hpp"

#include <optional>
#include <string>

namespace gatehouse::simulators::mqtt {

/// What a controller's flash holds between runs of the program.
struct Stored {
    common::Flash::Records records;
    std::string config;
};

/// Reads the file; nothing when there is none yet.
///
/// Units:   bytes, at most 16 MiB.
/// Errors:  `state: ...` when the file cannot be read or is not what `save_state` writes.
/// Threads: any.
common::Outcome<std::optional<Stored>> load_state(const std::string& path);

/// Replaces the file in one step.
///
/// Units:   none.
/// Errors:  `state: ...` when it cannot be written.
/// Threads: any.
common::Outcome<void> save_state(const std::string& path, const common::Flash& flash, const std::string& config);

} // namespace gatehouse::simulators::mqtt
