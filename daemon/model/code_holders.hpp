#pragma once

#include "model/directory.hpp"

#include <set>
#include <string_view>
#include <vector>

namespace gatehouse::model {

// Who has a code, and where it opens by itself: what claims to codes (pins.hpp) are made of.

/// A credential in its workspace.
struct Found {
    const Workspace* workspace = nullptr;
    const CredentialNode* node = nullptr;
};

/// Empty for one that is gone.
Found find(const Directory& directory, const CredentialId& id);

/// Its time has passed, for good unless somebody changes it.
bool over(const Found& found, Instant now);

/// Doors at which the credential's code opens by itself and it has a way to, whatever the hour.
std::vector<const DoorNode*> doors_by_code(const Directory& directory, const Found& found);
/// Whether the door is one of them.
bool opens_by_code(const Found& found, const DoorNode& door);

/// Everybody who has the code.
std::set<CredentialId> holders_of(const Directory& directory, std::string_view pin);
/// Everybody whose code opens the door, in no order; some may be named more than once.
std::vector<Found> codes_at(const Directory& directory, const DoorNode& door);
/// The same of the members of a group.
std::vector<Found> codes_among(const Directory& directory, const DoorNode& door, const Workspace& workspace, const GroupNode& group);

} // namespace gatehouse::model
