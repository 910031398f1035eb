#include "reconcile/lane.hpp"

#include "reconcile/plan.hpp"
#include "reconcile/slots.hpp"

// Steps that prove themselves: behind the write the driver asked the device for this entry alone, and it showed what was written.

namespace gatehouse::reconcile {

using model::Truth;

namespace {

/// What a read of the table would show of it, and no more: a code only where reads show codes, and doors never, for whether this device
/// shows them nobody knows here.
devices::Entry as_shown(devices::Entry sent, const devices::Capabilities& capabilities)
{
    sent.doors = 0;
    sent.state = devices::EntryState::active;
    if (sent.kind == devices::KeyKind::pin && !capabilities.readback_shows_secret) sent.key.clear();
    return sent;
}

/// Whether the record is the one that was made for this step, and the entry alone can tell all there is to prove. What it cannot tell waits
/// for a read of the table: a door that was taken away, or which of two codes stands there.
bool tells_all(const devices::Step& step, const model::Placement& placement, const devices::Capabilities& capabilities)
{
    if (placement.truth != Truth::assumed || placement.leaving != step.drop || placement.slot != step.entry.slot) return false;
    if (step.drop) return placement.reason != still_held; // it said so before, and a read showed otherwise
    if (placement.superseded && !capabilities.readback_shows_secret) return false;
    return (placement.may_open() & ~step.entry.doors) == 0;
}

} // namespace

/// Judges what the device showed as a complete read of these entries alone would. In the turn in which the answer was put down.
void Lane::prove(std::span<const devices::Step> sent, std::span<const devices::Outcome> outcomes, const devices::Capabilities& capabilities)
{
    const auto* device = tools_.directory.device(device_);
    const auto* status = tools_.fleet.status(device_);
    if (device == nullptr || status == nullptr || !status->attached || capabilities.readback == devices::Readback::none) return;
    std::vector<std::string> keys;
    Shown shown;
    for (std::size_t i = 0; i < std::min(sent.size(), outcomes.size()); ++i) {
        if (!outcomes[i].read_back) continue;
        auto key = key_of(sent[i].entry);
        const auto* placement = tools_.directory.placements().find(device_, key);
        if (placement == nullptr || !tells_all(sent[i], *placement, capabilities)) continue;
        if (gone_.doubted(key, tools_.clock.now())) continue; // it may say so again: that is for reads, with their pauses
        if (!sent[i].drop) add_shown(shown, as_shown(sent[i].entry, capabilities));
        keys.push_back(std::move(key));
    }
    if (keys.empty()) return;
    Survey found;
    Judgement whole;
    judge_some(keys, shown, Looked::at_it, *device, capabilities, found, whole);
    take_edges(found);
    if (!capabilities.slot_based || whole.gone.empty()) return;
    touched_ = true; // somebody may wait for the slot
    due_.all();
}

/// What is put down of entries by a judgement also says when they change.
void Lane::take_edges(const Survey& found)
{
    status_.leaving = leaving_.size();
    policy_edge_ = std::min(policy_edge_, found.policy_edge);
    next_edge_ = std::min({next_edge_, policy_edge_, found.next_edge});
    claims_edge_ = std::min(claims_edge_, policy_edge_);
}

} // namespace gatehouse::reconcile
