#include "sim/world.hpp"

#include <algorithm>

// Locks that keep codes in numbered slots and do not know whose they are.

namespace gatehouse::sim {

using model::Truth;

std::string row_name(const model::Placement& placement)
{
    return placement.slot ? "slot:" + std::to_string(*placement.slot) : placement.key;
}

bool another_code(const Row& row, const model::Placement& placement)
{
    return row.slot && !placement.superseded && model::code_value(placement.key, row.key) != placement.value;
}

/// Our record of the row: of a code in a slot, the one that has the slot.
const model::Placement* Checks::record_of(const Controller& controller, const Row& row) const
{
    const auto& placements = world_.daemon->directory.placements();
    if (!row.slot) return placements.find(id_of(controller), row.name());
    for (const auto& [key, placement] : placements.of(id_of(controller)))
        if (placement.slot == row.slot) return &placement;
    return nullptr;
}

/// The key people have a right to the entry by; none when another code is its credential's now, which may be written where it stands.
std::string Checks::right_of(const Controller& controller, const model::Placement& placement, bool& in_place) const
{
    if (!placement.key.starts_with("code:")) return placement.key;
    for (const auto& [key, credential] : world_.books().all<model::Credential>()) {
        if (!credential.code || placement.key != "code:" + to_string(credential.id)) continue;
        auto right = "pin:" + std::string{*credential.code};
        if (model::code_value(placement.key, *credential.code) == placement.value) return right;
        in_place = controller.traits.shows_codes && world_.rights().keys(id_of(controller)).contains(right);
    }
    return {};
}

/// A slot is one person's until a read shows it empty, and what stands there for others is not written over.
void Checks::slot_sent(Controller& controller, const Row& row)
{
    if (controller.traits.slots != row.slot.has_value()) return fail("slots", row.id() + " goes to " + controller.key + " without a slot");
    if (!row.slot) return;
    const auto where = "slot " + std::to_string(*row.slot) + " of " + controller.key;
    const auto whose = world_.rights().holder(id_of(controller), row.right()).value_or(model::CredentialId{});
    auto& slots = slots_[controller.key];
    if (world_.form(id_of(controller)).reserved.contains(*row.slot)) fail("slots", where + " is reserved and written");
    if (slots.others.contains(*row.slot)) fail("slots", where + " holds somebody else's code and is written over");
    if (row.record != "code:" + to_string(whose)) fail("slots", where + " is on record as another's: " + row.record);
    const auto known = slots.ours.find(*row.slot);
    if (known != slots.ours.end() && known->second.whose != whose)
        fail("slots", where + " goes to another before it is proven empty");
    else if (known != slots.ours.end() && known->second.code != row.key && !controller.traits.shows_codes)
        fail("slots", where + " gets another code though no read can tell which is there");
    auto& ours = slots.ours[*row.slot];
    if (known != slots.ours.end() && ours.code != row.key) ours.before.insert(ours.code);
    ours.whose = whose, ours.code = row.key, ours.sent = world_.clock.now();
}

/// What was sent to the slot before it was asked for is gone when nothing stands there; and when a code is shown, whatever stood there
/// before.
void Checks::shown_alone(Controller& controller, const std::string& name, const std::optional<Row>& row, base::Monotonic asked)
{
    world_.trace.add("alone", controller.key + " " + name + (row ? " stands" : " gone"));
    auto& slots = slots_[controller.key];
    const auto ours = slots.ours.find(std::stoll(name.substr(name.find(':') + 1)));
    if (ours == slots.ours.end() || ours->second.sent >= asked) return;
    auto gone = ours->second.before;
    if (!row) gone.insert(ours->second.code);
    if (row && (!controller.traits.shows_codes || row->key != ours->second.code)) return;
    for (const auto& [slot, other] : slots.ours) // the same code, elsewhere
        if (slot != ours->first) gone.erase(other.code);
    for (const auto& code : gone) codes_.gone(id_of(controller), code, asked);
    if (row)
        ours->second.before.clear();
    else
        slots.ours.erase(ours);
}

void Checks::slot_dropped(const Controller& controller, const Row& row, const model::Placement* placement)
{
    if (row.slot && placement == nullptr && world_.form(id_of(controller)).reserved.contains(*row.slot))
        fail("slots", "slot " + std::to_string(*row.slot) + " of " + controller.key + " is reserved and emptied");
}

/// Which code stands there is shown by the read; where it shows none, it can only be the one that was sent.
void Checks::slot_verified(const Controller& controller, const model::Placement& placement)
{
    const auto row = controller.shown.find(row_name(placement));
    if (!placement.slot || row == controller.shown.end()) return;
    const auto& ours = slots_[controller.key].ours;
    const auto sent = ours.find(*placement.slot);
    const bool blind = !controller.traits.shows_codes;
    if (blind && sent == ours.end()) return; // the daemon ended between the record and the write
    if (model::code_value(placement.key, blind ? sent->second.code : row->second.key) != placement.value)
        fail("R8", placement.key + " in slot " + std::to_string(*placement.slot) + " of " + controller.key +
                       " is called verified though another code " + (blind ? "was sent" : "was shown"));
}

/// The daemon has judged a complete read.
void Checks::slots_read(const Controller& controller)
{
    if (!controller.traits.slots) return;
    auto& slots = slots_[controller.key];
    std::erase_if(slots.ours, [&controller](const auto& one) {
        return one.second.sent < controller.proof_from && !controller.proof.contains("slot:" + std::to_string(one.first));
    });
    slots.others.clear();
    for (const auto& [name, row] : controller.proof)
        if (!slots.ours.contains(*row.slot) && record_of(controller, row) == nullptr) slots.others.insert(*row.slot);
}

/// Of the codes in slots, those of others bear on nobody's claim to a code.
bool Checks::ours_in_slot(const Controller& controller, const Row& row) const
{
    if (!row.slot) return true;
    const auto slots = slots_.find(controller.key);
    return slots != slots_.end() && slots->second.ours.contains(*row.slot);
}

/// No read can tell it: another code than was sent stands in a slot that shows none, or ours came back where only the installer writes.
bool Checks::not_to_be_known(const Controller& controller, const Row& row) const
{
    if (!row.slot) return false;
    if (world_.form(id_of(controller)).reserved.contains(*row.slot) && record_of(controller, row) == nullptr) return true;
    const auto slots = slots_.find(controller.key);
    if (controller.traits.shows_codes || slots == slots_.end()) return false;
    const auto sent = slots->second.ours.find(*row.slot);
    return sent != slots->second.ours.end() && sent->second.code != row.key;
}

/// Every slot is reserved, holds something or is on record, and the operator is told.
bool Checks::no_slot_left(const Controller& controller, const model::CredentialId& whose) const
{
    const auto device = id_of(controller);
    std::set<std::int64_t> taken;
    for (const auto slot : world_.form(device).reserved) taken.insert(slot);
    for (const auto& [name, row] : controller.rows) taken.insert(*row.slot);
    for (const auto& [key, placement] : world_.daemon->directory.placements().of(device)) taken.insert(placement.slot.value_or(-1));
    for (const auto& [name, stranger] : world_.daemon->reconciler.strangers(device)->all()) taken.insert(stranger.entry.slot.value_or(-1));
    const auto first = controller.traits.slot_first, end = first + static_cast<std::int64_t>(controller.traits.capacity);
    std::erase_if(taken, [first, end](std::int64_t slot) { return slot < first || slot >= end; });
    const auto& doors = world_.daemon->directory.device(device)->doors;
    const auto* status = world_.daemon->reconciler.status(device);
    return taken.size() >= controller.traits.capacity &&
           std::all_of(doors.begin(), doors.end(), [&](const auto& door) { return status->refusal(whose, door) == "full"; });
}

std::string Checks::in_slot_difference(const Controller& controller, const Row& row, std::set<model::CredentialId>& held) const
{
    const auto device = id_of(controller);
    const auto* record = record_of(controller, row);
    if (record == nullptr) {
        const bool known = world_.daemon->reconciler.strangers(device)->all().contains(row.name());
        return known || world_.form(device).reserved.contains(*row.slot) ? "" : row.name() + " is nobody's";
    }
    const auto slots = slots_.find(controller.key);
    const auto sent = slots == slots_.end() ? decltype(slots->second.ours.end()){} : slots->second.ours.find(*row.slot);
    const bool blind = not_to_be_known(controller, row);
    const auto whose = blind ? std::optional{sent->second.whose} : world_.rights().holder(device, row.right());
    if (!whose || record->key != "code:" + to_string(*whose)) return row.name() + " holds a code that is not of its record";
    if (!blind && world_.rights().served(device, row.right(), world_.now().instant) == 0) return row.name() + " still holds its code";
    if (row.state != "active") return row.name() + " does not open";
    held.insert(*whose);
    return {};
}

/// Slot by slot, what is there against what should be.
std::string Checks::slot_difference(const Controller& controller, const Table& rows) const
{
    const auto device = id_of(controller);
    std::set<model::CredentialId> held;
    for (const auto& [name, row] : rows)
        if (auto wrong = in_slot_difference(controller, row, held); !wrong.empty()) return wrong;
    for (const auto& key : world_.rights().keys(device)) {
        if (world_.rights().served(device, key, world_.now().instant) == 0) continue;
        const auto whose = *world_.rights().holder(device, key);
        if (held.contains(whose)) continue;
        const auto* record = world_.daemon->directory.placements().find(device, "code:" + to_string(whose));
        if (record == nullptr ? no_slot_left(controller, whose) : record->truth == Truth::refused) continue;
        return key + " is missing";
    }
    return {};
}

} // namespace gatehouse::sim
