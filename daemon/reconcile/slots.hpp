#pragma once

#include "model/placements.hpp"
#include "reconcile/lower.hpp"
#include "reconcile/strangers.hpp"

namespace gatehouse::reconcile {

/// The entry as the device holds it: where its keys have no facility, the number alone.
void write_as_held(devices::Entry& entry, const DevicePolicy& policy);

/// What an entry goes by that is on no record of ours.
std::string slot_name(std::int64_t slot);

/// Gives what was read the names of our records: full card numbers, and for a code the credential whose slot it stands in. Reserved slots
/// go, but for what we put there before they were; a second row of a key of ours, in a slot that is not its own, becomes a stranger.
void name_entries(std::deque<devices::Entry>& entries, const model::Placements::Entries& placements,
                  const devices::Capabilities& capabilities, const DevicePolicy& policy);

/// Another code than the one that was sent is the credential's now.
bool has_another_code(const model::Directory& directory, const model::Placement& placement);

/// What is known of a device's slots when they are given away.
struct Slots {
    const model::DeviceNode& device;
    const model::Directory& directory;
    const Strangers& strangers;
    bool known = false; ///< the whole table was read once: only then is a slot known to be free
};

/// Gives away free slots, the lowest first; a key keeps the one it was given.
class SlotGiver {
public:
    SlotGiver(const Slots& slots, const devices::Capabilities& capabilities, const DevicePolicy& policy);
    /// Nothing when there is none to be had, or none is known to be free.
    std::optional<std::int64_t> give(const std::string& name, const Strangers& strangers);
    bool knows() const { return known_; }
    /// One of the device's, as it is described now, and not reserved.
    bool usable(std::int64_t slot) const { return slot >= first_ && slot < end_ && !reserved_.contains(slot); }

private:
    bool known_;
    std::int64_t first_, next_, end_;
    std::set<std::int64_t> reserved_, taken_;
    std::map<std::string, std::int64_t> given_;
};

/// Gives every entry its slot: the one it has, the one in which its key stands already, else the lowest free one. A slot is free when
/// nothing of ours is recorded for it, so it passes to another key only when the one before is proven gone. What has no slot yet is left
/// out: with a refusal, `full`, when there is none to be had; else until the slots are known. So is a code that was changed, or changed and
/// changed back, where a read-back does not show codes, and one whose slot was reserved since, or is none of the device's any more: it is
/// dropped, proven gone and put anew.
void give_slots(Lowered& lowered, SlotGiver& giver, const Slots& slots, const devices::Capabilities& capabilities);

} // namespace gatehouse::reconcile
