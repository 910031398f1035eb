#pragma once

#include "model/concerned.hpp"
#include "store/batch.hpp"

#include <vector>

namespace gatehouse::ledger {

using store::Cursor;
using store::PlacementKey;

/// A change as somebody asks for it: the ledger gives it its number and time, its events their ids, and its rows the number.
struct Draft {
    model::Actor actor;
    std::string request; ///< seam-request-id
    std::vector<model::Mutation> rows;
    std::vector<model::Event> events; ///< `id` is ignored; `occurred_at` counts when it is set (a card read from before)
};

/// Doors whose holders a change bears on, in order, each once.
struct TouchedDoors {
    std::vector<model::DoorId> all;
    std::vector<model::DoorId> narrowed; ///< those of them where somebody may have lost access
    // Told of a change as it is applied, and not again of a commit:
    std::vector<model::DoorId> everybody; ///< those of them where it bears on everybody's entries
    model::Concerned concerned;           ///< at the others: whose it bears on
};

/// What is known now about entries on devices: keys proven gone, entries put or seen, and marks that belong to them.
struct PlacementBatch {
    std::vector<PlacementKey> erased; ///< first, so that a slot may pass to another key
    std::vector<model::Placement> put;
    std::vector<Cursor> cursors; ///< an empty value erases
};

} // namespace gatehouse::ledger
