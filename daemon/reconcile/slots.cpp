#include "reconcile/slots.hpp"

#include "reconcile/plan.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::reconcile {

using devices::KeyKind;
using model::Placements;

namespace {

constexpr std::int64_t slots_at_most = 1'000'001; // the driver protocol counts to a million

std::uint64_t whole(std::string_view digits)
{
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// Our records by slot.
std::map<std::int64_t, const model::Placement*> by_slot(const Placements::Entries& placements)
{
    std::map<std::int64_t, const model::Placement*> found;
    for (const auto& [key, placement] : placements)
        if (placement.slot) found.emplace(*placement.slot, &placement);
    return found;
}

void refuse(Lowered& lowered, const Desired& desired, const Slots& slots)
{
    for (const auto& holder : desired.holders)
        for (const auto& id : slots.device.doors)
            if ((holder.doors >> slots.directory.door(id)->row.output & 1) != 0)
                lowered.refusals.push_back({holder.credential, id, "full"});
}

} // namespace

std::string slot_name(std::int64_t slot)
{
    return "slot:" + std::to_string(slot);
}

void write_as_held(devices::Entry& entry, const DevicePolicy& policy)
{
    if (entry.kind != KeyKind::card_number || policy.whole_key || entry.key.empty()) return;
    entry.key = std::to_string(whole(entry.key) % numbers_per_facility);
}

void name_entries(std::deque<devices::Entry>& entries, const Placements::Entries& placements, const devices::Capabilities& capabilities,
                  const DevicePolicy& policy)
{
    const auto ours = capabilities.slot_based ? by_slot(placements) : std::map<std::int64_t, const model::Placement*>{};
    std::erase_if(entries, [&policy, &ours](const devices::Entry& entry) {
        return entry.slot && policy.reserved.contains(*entry.slot) && !ours.contains(*entry.slot);
    });
    for (auto& entry : entries)
        if (entry.kind == KeyKind::card_number && !policy.whole_key && !entry.key.empty())
            entry.key = std::to_string(static_cast<std::uint64_t>(policy.facility) * numbers_per_facility + whole(entry.key));
    if (!capabilities.slot_based) return;
    for (auto& entry : entries) {
        if (!entry.slot) continue;
        const auto here = ours.find(*entry.slot);
        const auto* placement = here == ours.end() ? nullptr : here->second;
        const bool code = entry.key.empty() || entry.kind == KeyKind::pin;
        if (code) {
            entry.kind = KeyKind::pin;
            entry.name = placement != nullptr && placement->key.starts_with("code:") ? placement->key : slot_name(*entry.slot);
            continue;
        }
        const auto own = placements.find(placement_key(entry.kind, entry.key));
        if (own == placements.end() || own->second.slot == entry.slot) continue;
        const auto in_its_slot = [&own](const devices::Entry& other) {
            return other.slot == own->second.slot && other.kind != KeyKind::pin && placement_key(other.kind, other.key) == own->first;
        };
        if (std::any_of(entries.begin(), entries.end(), in_its_slot)) entry.name = slot_name(*entry.slot);
    }
}

bool has_another_code(const model::Directory& directory, const model::Placement& placement)
{
    if (placement.value == 0) return false;
    for (const auto& holder : placement.holders) {
        const auto* workspace = directory.workspace(holder.workspace);
        const auto* credential = workspace == nullptr ? nullptr : workspace->credentials.find(holder.credential);
        if (credential == nullptr || placement.key != placement_key(holder.credential) || !credential->row.code) continue;
        return model::code_value(placement.key, *credential->row.code) != placement.value;
    }
    return false;
}

SlotGiver::SlotGiver(const Slots& slots, const devices::Capabilities& capabilities, const DevicePolicy& policy)
    : known_{slots.known}, first_{capabilities.slot_first}, next_{first_},
      end_{capabilities.capacity > 0 ? capabilities.slot_first + capabilities.capacity : slots_at_most}, reserved_{policy.reserved},
      taken_{policy.reserved}
{
    for (const auto& [key, placement] : slots.directory.placements().of(slots.device.row.id))
        if (placement.slot) taken_.insert(*placement.slot);
    for (const auto& [key, stranger] : slots.strangers.all())
        if (stranger.entry.slot) taken_.insert(*stranger.entry.slot);
}

std::optional<std::int64_t> SlotGiver::give(const std::string& name, const Strangers& strangers)
{
    if (!known_) return std::nullopt;
    const auto stranger = strangers.all().find(name);
    if (stranger != strangers.all().end()) return stranger->second.entry.slot; // taken over where it stands
    if (const auto before = given_.find(name); before != given_.end()) return before->second;
    while (next_ < end_ && taken_.contains(next_)) ++next_;
    if (next_ >= end_) return std::nullopt;
    given_.emplace(name, next_);
    return next_++;
}

void give_slots(Lowered& lowered, SlotGiver& giver, const Slots& slots, const devices::Capabilities& capabilities)
{
    const auto& placements = slots.directory.placements().of(slots.device.row.id);
    for (auto at = lowered.entries.begin(); at != lowered.entries.end();) {
        auto& [name, desired] = *at;
        const auto placed = placements.find(name);
        const bool stands = placed != placements.end() && placed->second.slot;
        const bool changed = stands && (placed->second.superseded || placed->second.value != value_of(to_entry(desired, capabilities)));
        desired.slot = stands ? placed->second.slot : giver.give(name, slots.strangers);
        if (!desired.slot && giver.knows()) refuse(lowered, desired, slots);
        const bool drains = stands && !giver.usable(*desired.slot); // it was reserved since, or is no slot any more
        const bool waits = !desired.slot || drains || (changed && !capabilities.readback_shows_secret);
        at = waits ? lowered.entries.erase(at) : std::next(at);
    }
}

} // namespace gatehouse::reconcile
