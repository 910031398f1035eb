#pragma once

#include "devices/types.hpp"
#include "model/directory.hpp"

#include <set>
#include <tuple>

namespace gatehouse::reconcile {

// Whoever has a card gets in where an entry of it opens, whoever that was written for. Codes are one person's at a door. Pure.

struct ByPlace {
    bool operator()(const model::Placement* left, const model::Placement* right) const
    {
        return std::tie(left->device, left->key) < std::tie(right->device, right->key);
    }
};
using Entries = std::set<const model::Placement*, ByPlace>;

/// Adds the entries by which somebody may get in with the credential: its own, and those of its card.
void gather_entries(const model::Directory& directory, const model::Credential& credential, Entries& held);

/// The holders, and whoever else has the card, at the doors that the entry opens `beyond` what is granted.
std::vector<model::Holder> with_bearers(const model::Directory& directory, const model::Placement& placement,
                                        std::vector<model::Holder> holders, devices::Doors beyond);

} // namespace gatehouse::reconcile
