#pragma once

#include "model/directory.hpp"
#include "store/damage.hpp"

namespace gatehouse::ledger {

/// gateway.storage_row_damaged: the table, and the key of the row as it stands.
model::Event damage_event(const store::Damage& damage);

/// In place of the record of an entry that is damaged: the device may hold it for anybody, at every door, without end, until a read shows
/// what it is. Nothing of the damaged record is believed but where the entry is, and of a code in a slot whose it is. `damage` is of a
/// placement whose key can be read.
model::Placement stand_in(const model::Directory& directory, const store::Damage& damage, base::Instant now);

} // namespace gatehouse::ledger
