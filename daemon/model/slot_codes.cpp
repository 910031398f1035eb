#include "model/slot_codes.hpp"

#include "model/code_holders.hpp"

#include <algorithm>

namespace gatehouse::model {

namespace {

constexpr std::string_view slot_prefix = "code:";
constexpr int asked_before_sorting = 2; // one look at every slot is cheaper than to sort them

bool unsure(const Placement& placement)
{
    return placement.superseded || placement.value == 0;
}

/// Whether the codes that may stand in the slot beside the one last sent are on record as somebody's.
bool claimed(const Directory& directory, const DoorNode& door, const Placement& placement)
{
    return std::any_of(placement.holders.begin(), placement.holders.end(), [&directory, &door, &placement](const Holder& holder) {
        const auto claims = directory.claims_of(holder.credential);
        return std::any_of(claims.begin(), claims.end(), [&door, &placement](const PinAt& claim) {
            return claim.door == door.row.id && code_value(placement.key, claim.pin) != placement.value;
        });
    });
}

bool by_others(const Placement& placement, const DoorNode& door, const CredentialId& credential)
{
    return std::any_of(placement.holders.begin(), placement.holders.end(), [&door, &credential](const Holder& holder) {
        return holder.credential != credential && (holder.doors >> door.row.output & 1) != 0;
    });
}

template <class Visit>
void each_slot(const Placements::Entries& entries, Visit visit)
{
    for (auto at = entries.lower_bound(slot_prefix); at != entries.end() && in_slot(at->second); ++at)
        if (!visit(at->second)) return;
}

} // namespace

bool in_slot(const Placement& placement)
{
    return placement.key.starts_with(slot_prefix);
}

SlotCodes::SlotCodes(const Directory& directory, const DoorNode& door, const Placement& placement)
{
    const auto add = [this, &placement](std::string_view code) {
        known.emplace(code);
        sent = sent || code_value(placement.key, code) == placement.value;
    };
    for (const auto& holder : placement.holders) {
        const auto found = find(directory, holder.credential);
        const auto now = found.node == nullptr ? std::string{} : found.node->row.code.value_or("");
        if (!now.empty()) add(now);
        for (const auto& claim : directory.claims_of(holder.credential)) {
            add(claim.pin);
            // A claim to the code that somebody has now says nothing of what was there before.
            earlier = earlier || (claim.door == door.row.id && claim.pin != now && code_value(placement.key, claim.pin) != placement.value);
        }
    }
}

bool DeviceCodes::may_open_for_others(const DoorNode& door, const CredentialId& credential, std::string_view pin)
{
    const auto& entries = directory_.placements().of(device_);
    const auto itself = entries.find("pin:" + std::string{pin});
    if (itself != entries.end() && by_others(itself->second, door, credential)) return true;
    const auto holds = [&door, &credential, pin](const Placement& placement) {
        return placement.value == code_value(placement.key, pin) && by_others(placement, door, credential);
    };
    const auto may_hold = [this, &door, &credential](const Placement& placement) {
        return unsure(placement) && by_others(placement, door, credential) && !claimed(directory_, door, placement);
    };
    if (++asked_ <= asked_before_sorting) {
        bool any = false;
        each_slot(entries, [&any, &holds, &may_hold](const Placement& placement) {
            any = holds(placement) || may_hold(placement);
            return !any;
        });
        return any;
    }
    if (asked_ == asked_before_sorting + 1) sort_slots();
    const auto by = [](const auto& check) { return [&check](const Placement* placement) { return check(*placement); }; };
    const auto same = by_code_.find(pin);
    if (same != by_code_.end() && std::any_of(same->second.begin(), same->second.end(), by(holds))) return true;
    return std::any_of(unknown_.begin(), unknown_.end(), by(holds)) || std::any_of(unsure_.begin(), unsure_.end(), by(may_hold));
}

void DeviceCodes::sort_slots()
{
    each_slot(directory_.placements().of(device_), [this](const Placement& placement) {
        bool known = false;
        const auto add = [this, &placement, &known](std::string_view code) {
            if (known || code.empty() || code_value(placement.key, code) != placement.value) return;
            known = true;
            by_code_[std::string{code}].push_back(&placement);
        };
        for (const auto& holder : placement.holders) {
            const auto found = find(directory_, holder.credential);
            if (found.node != nullptr && found.node->row.code) add(*found.node->row.code);
            for (const auto& claim : directory_.claims_of(holder.credential)) add(claim.pin);
        }
        if (!known) unknown_.push_back(&placement);
        if (unsure(placement)) unsure_.push_back(&placement);
        return true;
    });
}

} // namespace gatehouse::model
