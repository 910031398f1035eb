#pragma once

#include "access/decide.hpp"
#include "reconcile/lower.hpp"
#include "unit/model/town.hpp"

#include <map>

namespace gatehouse::tests {

/// What somebody may present, and the key an entry that opens to it has.
struct Tried {
    std::string word; ///< for people
    access::Presented presented;
    devices::KeyKind kind = devices::KeyKind::card_uid_hex;
    std::string key;
    friend bool operator<(const Tried& left, const Tried& right) { return left.word < right.word; }
};

/// Every uid, number and code of the town: whoever has it, and whether anybody has.
std::vector<Tried> tried(const model::Town& town);

/// A table, and what may be compared with it: the forms in which it holds whoever has them.
struct Table {
    std::string name;
    devices::Capabilities capabilities;
    reconcile::DevicePolicy policy;
    std::set<devices::KeyKind> holds;
    bool holds_key(const Tried& one) const { return holds.contains(one.kind); }
};
std::vector<Table> tables();

/// The entry that opens the door to it at that moment, if there is one.
const reconcile::Desired* held(const reconcile::Lowered& lowered, const Tried& one, const model::DoorNode& door, base::Instant at);

/// A busy town some changes on, some of whose entries stand on devices: so codes are kept for their first owner when they change.
void live(model::Town& town, int changes);

} // namespace gatehouse::tests
