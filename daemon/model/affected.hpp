#pragma once

#include "model/directory.hpp"

namespace gatehouse::model {

/// Doors whose holders a row may bear on, as the directory stands now. Called before and after the row is applied, the union is what a
/// change touches: everything else stays as it was. May name a door twice.
void affected_doors(const Directory& directory, const Mutation& mutation, std::vector<DoorId>& doors);

/// Whether the row may take access away: everything but a row that is new.
bool may_narrow(const Directory& directory, const Mutation& mutation);

/// Doors a user's credentials may open, by any way.
void doors_of(const Workspace& workspace, const UserNode& user, std::vector<DoorId>& doors);

} // namespace gatehouse::model
