#pragma once

#include "books.hpp"
#include "model/policy.hpp"

namespace gatehouse::model {

/// What docs/access.md says about a credential at a door, found by looking through all rows; slow and simple.
Opening opens(const Books& books, const Credential& credential, const Door& door, Instant at);

/// Whether a path, a list entry or a device grant leads from the credential to the door, whatever the windows.
bool leads(const Books& books, const Credential& credential, const Door& door);

} // namespace gatehouse::model
