#pragma once

#include "base/time.hpp"
#include "model/directory.hpp"
#include "reconcile/truth.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::http {

// How messages speak of doors and times. Core thread.

/// "12 s", "4 min", "3 h", "2 d"; what lies ahead is "0 s".
std::string age_in_words(base::milliseconds age);

/// Of what somebody has or is given who is stopped everywhere.
inline constexpr std::string_view person_stopped = "The person is stopped everywhere: nothing opens until that is lifted";

/// What the workspace calls a door: its own entrance there, else the door's name.
std::string door_name(const model::Workspace& workspace, const model::DoorNode& door);

/// "Stairs: not yet written to the controller, for 4 min". `row` is one of the workspace.
std::string describe(const model::Directory& directory, const reconcile::AccessRow& row, base::Instant now);

/// The same of several rows, joined; of many, the first and a count.
std::string describe(const model::Directory& directory, const std::vector<reconcile::AccessRow>& rows, base::Instant now);

} // namespace gatehouse::http
