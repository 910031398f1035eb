#pragma once

#include "base/uuid.hpp"
#include "devices/types.hpp"
#include "model/concerned.hpp"
#include "model/policy.hpp"
#include "reconcile/device_policy.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::reconcile {

/// What a device should hold under one key: the doors open to it now (or, where the device honours a start, next), and until when.
struct Desired {
    std::string key;                  ///< what opens: a card's uid or full number, a code
    std::string name;                 ///< placement key; empty: made of kind and key
    std::optional<std::int64_t> slot; ///< where it is to stand, on a device with slots
    devices::KeyKind kind = devices::KeyKind::card_uid_hex;
    devices::Doors doors = 0;
    model::Interval interval;           ///< what the policy says, before the lease
    base::Instant until = base::no_end; ///< what is to be written: the interval's end or the lease's, whichever is first
    bool leased = false;                ///< the lease made it
    bool waits = false; ///< it begins later, and the device's clock was not told of late: it stays where it stands, and no more
    bool held = false;  ///< it stands, and whether it should is in doubt with the clock: written only to take away
    std::vector<model::Holder> holders; ///< whose it is, by owner of the door and then age, for our own record; a device gets a short id
};

/// A credential that has a path to a door which its device cannot serve.
struct Refusal {
    model::CredentialId credential;
    model::DoorId door;
    std::string reason; ///< key_too_long, no_presentation, ...
};

struct Lowered {
    std::map<std::string, Desired> entries; ///< by placement key
    std::vector<Refusal> refusals;
    base::Instant next_edge = base::no_end; ///< when this result changes by time alone
    model::ChangeNumber number = 0;         ///< highest among the rows used
};

using model::numbers_per_facility;
using model::placement_keys;

/// The placement key of an entry: kind and value. A code in a slot goes by its credential instead.
std::string placement_key(devices::KeyKind kind, std::string_view key);
std::string placement_key(const model::CredentialId& credential);
std::string name_of(const Desired& desired);
std::string key_of(const devices::Entry& entry);

/// What a device must hold now. Pure.
Lowered lower(const model::Directory& directory, const model::DeviceNode& device, const devices::Capabilities& capabilities,
              const DevicePolicy& policy, base::Now now);

/// What there is to lower.
struct Task {
    const model::Directory& directory;
    const model::DeviceNode& device;
    const devices::Capabilities& capabilities;
    const DevicePolicy& policy;
    base::Now now;
};

/// A part of what a device must hold now.
struct Part {
    Lowered lowered;
    std::set<std::string> keys; ///< looked at: what is not among the entries is not to be held
    std::set<model::CredentialId> credentials;
};
/// The part that these keys and credentials have to do with: whoever shares a key is looked at too. It says of its keys what `lower` says.
/// Pure.
Part lower_some(const Task& task, std::span<const std::string> keys, std::span<const model::CredentialId> credentials = {});

/// The placement key the device can hold a credential under, at any of its doors; empty when it can not.
std::string serving_key(const Task& task, const model::Credential& credential);

/// Who has a right to doors of the device by the key of a placement, now or from a start that the placement itself waits for, whatever the
/// device can hold: what a placement may open beyond these doors is residual access.
struct Entitlement {
    devices::Doors doors = 0;
    std::vector<model::Holder> holders;     ///< by owner of a door and then age, each with its doors
    base::Instant next_edge = base::no_end; ///< when it changes by time alone
};
/// `honours_start`: what begins later may stand there, since the device waits for it. Pure.
Entitlement entitled(const model::Directory& directory, const model::DeviceNode& device, const model::Placement& placement, base::Now now,
                     bool honours_start);

/// The text under which cards are indexed for a placement key; nothing for a code.
std::optional<std::string> presentation(std::string_view key);

/// Visits every credential of the workspace that a placement with this key lets in: whoever has the card, the code, or the entry itself.
template <class Visit>
void each_keyed(const model::Workspace& workspace, std::string_view key, Visit visit)
{
    if (const auto form = presentation(key)) return model::each_presented(workspace, *form, visit);
    const auto value = key.substr(std::min(key.find(':') + 1, key.size()));
    if (key.starts_with("code:")) {
        const auto id = base::parse_uuid(value);
        const auto* node = id ? workspace.credentials.find(model::CredentialId{*id}) : nullptr;
        if (node != nullptr) visit(*node);
    }
    const auto same = key.starts_with("pin:") ? workspace.credentials_by_code.find(value) : workspace.credentials_by_code.end();
    if (same == workspace.credentials_by_code.end()) return;
    for (const auto& id : same->second) visit(*workspace.credentials.find(id));
}

/// Outputs of the device that are a workspace's business: of doors that it owns or has an entrance on.
devices::Doors seen_by(const model::Directory& directory, const model::DeviceNode& device, const model::WorkspaceId& workspace);

/// An entry of nobody whose key people carry, as if it were theirs at the doors their workspace sees; nothing when nobody does. Of others
/// nothing is said: who chooses a code or a card would learn by it what opens another's door. Pure.
std::optional<model::Placement> as_placement(const model::Directory& directory, const model::DeviceNode& device,
                                             const devices::Entry& entry);

/// What was removed, proven gone and stands there again, as a record of what is to go: of whoever has its key today, and where nobody has,
/// of nobody in the workspace of each door. Pure.
model::Placement came_back(const model::Directory& directory, const model::DeviceNode& device, const devices::Entry& entry,
                           base::Instant now);

/// Whether an entry that stands was put for that very way, which is in doubt with the clock: then it may stay, to its end by effective
/// time.
bool stands_for(const model::Placement& placement, const model::CredentialId& credential, devices::Doors door,
                const model::Interval& interval, base::Now now);

/// The holders of a placement as they stand: who has a right to what it opens, and who had one to what it may still open beyond that.
std::vector<model::Holder> holders_now(const model::Placement& placement, const std::vector<model::Holder>& entitled);

/// Whose an entry with these doors is by a credential.
model::Holder holder_of(const model::Workspace& workspace, const model::Credential& credential, devices::Doors doors);

/// The name people know a user, or the holder of a credential, by; never sent to a device.
std::string person_of(const model::User& user);
std::string person_of(const model::Workspace& workspace, const model::Credential& credential);

/// How one credential stands at one door of a device: the entry that should open it there, or why none does.
struct Standing {
    model::Opening opening;
    std::optional<std::string> key; ///< placement key it is (or would be) served under
    std::string refusal;            ///< why the device cannot serve it; empty when it can
    bool applicable = true;         ///< false: a kind this door never takes, which is no fault
};
Standing standing(const model::Workspace& workspace, const model::CredentialNode& credential, const model::DoorNode& door,
                  const devices::Capabilities& capabilities, const DevicePolicy& policy, base::Now now);

} // namespace gatehouse::reconcile
