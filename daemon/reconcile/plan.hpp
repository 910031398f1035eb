#pragma once

#include "model/placements.hpp"
#include "reconcile/lower.hpp"

namespace gatehouse::reconcile {

/// The entry that goes over the wire for what is desired; whole seconds, never wider than the interval.
devices::Entry to_entry(const Desired& desired, const devices::Capabilities& capabilities);

/// Hash of the code of an entry that is known by its slot; 0 for all others.
std::uint64_t value_of(const devices::Entry& entry);

/// The reason of an entry that a complete read did not show.
inline constexpr std::string_view device_lost_it = "the device does not hold it";

/// The reason of an entry that was to go, whose removal was acknowledged and that a read showed all the same.
inline constexpr std::string_view still_held = "the device acknowledged the removal and still holds it";

/// Whether an entry that was read carries the tag which it would have if we had written it: the tag is made of the rest of it. `outputs`
/// are the device's, for one that does not show doors.
bool bears_our_tag(const devices::Entry& entry, devices::Doors outputs, const devices::Capabilities& capabilities);

/// Whether `inner` opens nothing that `outer` does not open as well.
bool covers(const devices::Entry& outer, const devices::Entry& inner);

/// Whether the lane may go on with a device after this answer, or has to wait first.
inline bool goes_on(const devices::Outcome& outcome)
{
    using devices::Verdict;
    return outcome.verdict != Verdict::unknown && outcome.verdict != Verdict::offline && outcome.verdict != Verdict::busy;
}

/// The record of it, as it stands before it is sent.
model::Placement to_placement(const Desired& desired, const devices::Entry& entry, const model::DeviceId& device, base::Instant now,
                              model::ChangeNumber number);

/// What is to be written now, by what the placements say; revokes first.
struct Writes {
    std::vector<model::Placement> drops; ///< placements to be dropped: no longer desired and not yet acknowledged as gone
    std::vector<Desired> puts;           ///< narrowing ones first
    std::size_t narrowing = 0;           ///< so many of the puts take something away
};
/// What there is to know for the comparison of an entry.
struct Terms {
    const devices::Capabilities& capabilities;
    const DevicePolicy& policy;
    base::Now now;
};

/// What a read looked at: some of the table, all of it, or the entry alone.
enum class Looked : std::uint8_t { at_some, at_all, at_it };

/// What is to be done about one key, of which either is missing where there is none.
enum class Write : std::uint8_t { none, drop, narrowing, widening };
Write write_for(const Desired* desired, const model::Placement* placement, const Terms& terms);

/// Whether a device that takes what is written may still open more than is desired, until a read shows otherwise.
bool owes(const Desired* desired, const model::Placement& placement, const devices::Capabilities& capabilities, base::Now now);

Writes plan_writes(const Lowered& lowered, const model::Placements::Entries& placements, const devices::Capabilities& capabilities,
                   const DevicePolicy& policy, base::Now now);

/// What one read-back says about what is desired and what is placed.
struct Judgement {
    std::vector<model::Placement> verified; ///< shown as desired, or changed by the read: to be recorded
    std::vector<std::string> gone;          ///< placements proven absent: to be erased
    std::vector<std::string> lost;          ///< was verified and is gone or different: drift
    std::vector<std::string> taken;         ///< those of them that should still stand there
    std::vector<devices::Entry> foreign;    ///< no placement and not desired
    std::vector<devices::Entry> claimed;    ///< no placement, and desired: to be taken over by the next write
    bool repairs = false;                   ///< something must be written again
    bool proven = false;                    ///< everything desired is verified or refused, nothing leaving is left
    bool doubted = false;                   ///< what the read does not show is not proven absent by it
};

/// What was read, by key. A table that shows one key twice opens what either row opens.
using Shown = std::map<std::string, devices::Entry>;
void add_shown(Shown& shown, devices::Entry entry);

/// Whether a read is to be doubted that does not show this: a read showed it before, and nothing says why it should be gone. One that
/// misses such an entry may miss any other as well.
bool should_stand(const model::Placement& placement, base::Now now);

/// Judges one key. What a read did not show is absent when it looked at all there is, and the key stands where it looked.
void judge_key(const Desired* desired, const model::Placement* placement, const devices::Entry* seen, Looked looked, const Terms& terms,
               model::ChangeNumber number, Judgement& judgement);

/// When a leased entry is to be renewed: at half its lease, spread over an eighth before.
base::Instant renewal(const model::Placement& placement, const DevicePolicy& policy);

} // namespace gatehouse::reconcile
