#include "reconcile/lower.hpp"

#include "reconcile/plan.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

using devices::Capabilities;
using devices::KeyKind;
using model::AccessMethod;
using model::Interval;

namespace {

std::string_view word(KeyKind kind)
{
    switch (kind) {
    case KeyKind::card_uid_hex:
        return "card_uid_hex";
    case KeyKind::card_number:
        return "card_number";
    case KeyKind::pin:
        return "pin";
    }
    return "card_uid_hex";
}

struct Form {
    KeyKind kind = KeyKind::card_uid_hex;
    std::string key;
    std::string name; ///< placement key
    std::string refusal;
    bool applicable = true;
};

Form not_applicable()
{
    return {.applicable = false};
}

Form refused(std::string reason)
{
    return {.refusal = std::move(reason)};
}

Form as_key(KeyKind kind, std::string key)
{
    auto name = placement_key(kind, key);
    return {.kind = kind, .key = std::move(key), .name = std::move(name)};
}

Form number_form(const model::Credential& card, const Capabilities& capabilities, const DevicePolicy& policy)
{
    if (!capabilities.takes_number || !card.card_number || !card.facility_code) return refused("no_presentation");
    std::uint64_t number = 0;
    for (const char digit : *card.card_number) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    const auto full = static_cast<std::uint64_t>(*card.facility_code) * numbers_per_facility + number;
    if (!policy.whole_key && *card.facility_code != policy.facility) return refused("facility_not_expressible");
    const auto held = policy.whole_key ? full : number;
    if (capabilities.key_bits > 0 && capabilities.key_bits < 64 && (held >> capabilities.key_bits) != 0) return refused("key_too_long");
    return as_key(KeyKind::card_number, std::to_string(full));
}

Form card_form(const model::Credential& card, const Capabilities& capabilities, const DevicePolicy& policy)
{
    const bool by_number = capabilities.takes_number && card.card_number && card.facility_code;
    const bool as_uid = policy.card_as.empty() ? capabilities.takes_uid && (card.card_uid || !by_number) : policy.card_as == "uid";
    if (!as_uid) return capabilities.takes_number || !policy.card_as.empty() ? number_form(card, capabilities, policy) : not_applicable();
    if (!capabilities.takes_uid || !card.card_uid) return refused("no_presentation");
    if (capabilities.key_limit > 0 && static_cast<std::int64_t>(card.card_uid->size()) > capabilities.key_limit)
        return refused("key_too_long");
    return as_key(KeyKind::card_uid_hex, std::string{*card.card_uid});
}

Form pin_form(const model::Credential& code, const Capabilities& capabilities)
{
    if (!capabilities.takes_pin) return not_applicable();
    const auto length = static_cast<std::int64_t>(code.code ? code.code->size() : 0);
    if (length == 0) return refused("no_presentation");
    if (length < capabilities.pin_min || (capabilities.pin_max > 0 && length > capabilities.pin_max)) return refused("pin_length");
    const bool digits = std::all_of(code.code->begin(), code.code->end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return refused("pin_not_digits");
    auto form = as_key(KeyKind::pin, std::string{*code.code});
    if (capabilities.slot_based) form.name = placement_key(code.id);
    return form;
}

/// As what, if at all, the device can hold the credential: only a kind that opens the door by itself in its mode is placed.
Form form_of(const model::Credential& credential, const model::DoorNode& door, const Capabilities& capabilities, const DevicePolicy& policy)
{
    if (!model::takes_first(door, credential.method)) return not_applicable();
    switch (credential.method) {
    case AccessMethod::card:
        if (door.mode == "card_and_pin") return refused("second_factor");
        return card_form(credential, capabilities, policy);
    case AccessMethod::code:
        return pin_form(credential, capabilities);
    case AccessMethod::mobile_key:
    case AccessMethod::cloud_key:
        break;
    }
    return not_applicable();
}

/// One credential's claim on one door under a key.
struct Claim {
    devices::Doors door = 0;
    model::DoorId door_id;
    Interval interval;
    bool leaseless = false;
    bool owner = false; ///< of the door's owner workspace
    bool held = false;  ///< in doubt with the clock; it stands already
    const model::Workspace* workspace = nullptr;
    const model::CredentialNode* credential = nullptr;
};

bool attributed_first(const Claim& left, const Claim& right)
{
    if (left.owner != right.owner) return left.owner;
    const auto& a = left.credential->row;
    const auto& b = right.credential->row;
    return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
}

devices::Doors all_doors(const model::Directory& directory, const model::DeviceNode& device)
{
    devices::Doors doors = 0;
    for (const auto& id : device.doors) doors |= devices::Doors{1} << directory.door(id)->row.output;
    return doors;
}

/// Joins the claims of one key into the one entry it may have: open doors now, else the first that lies ahead.
class Merger {
public:
    Merger(const Capabilities& capabilities, const DevicePolicy& policy, base::Now now)
        : capabilities_{capabilities}, policy_{policy}, now_{now}
    {
    }

    std::optional<Desired> merge(const std::vector<Claim>& claims, base::Instant& next_edge) const
    {
        const auto doors = spans(claims);
        std::vector<std::pair<devices::Doors, Interval>> chosen;
        for (const auto& [door, spans] : doors)
            for (const auto& span : spans) {
                if (span.until <= now_.instant) continue;
                next_edge = std::min(next_edge, span.contains(now_.instant) ? span.until : span.from);
                if (span.contains(now_.instant)) chosen.emplace_back(door, span);
            }
        const bool later = chosen.empty();
        if (later) chosen = next(doors, next_edge);
        if (chosen.empty()) return std::nullopt;

        Desired desired;
        desired.interval = {base::no_start, base::no_end};
        for (const auto& [door, span] : chosen) {
            desired.doors |= door;
            desired.interval = intersect(desired.interval, span);
        }
        desired.holders = holders(claims, desired.doors);
        desired.held = desired.doors != surely(claims, desired);
        desired.waits = later && !capabilities_.takes_starts;
        desired.until = desired.interval.until;
        lease(desired, claims);
        return desired;
    }

private:
    /// Doors of the entry that need no way in doubt.
    devices::Doors surely(const std::vector<Claim>& claims, const Desired& desired) const
    {
        devices::Doors sure = 0;
        for (const auto& claim : claims)
            if (!claim.held && claim.interval.contains(std::max(now_.instant, desired.interval.from))) sure |= claim.door & desired.doors;
        return sure;
    }

    static std::map<devices::Doors, std::vector<Interval>> spans(const std::vector<Claim>& claims)
    {
        std::map<devices::Doors, std::vector<Interval>> doors;
        for (const auto& claim : claims) doors[claim.door].push_back(claim.interval);
        for (auto& [door, intervals] : doors) intervals = model::join(std::move(intervals));
        return doors;
    }

    /// Everybody with a claim on a door of the entry, each once.
    static std::vector<model::Holder> holders(std::vector<Claim> claims, devices::Doors doors)
    {
        std::sort(claims.begin(), claims.end(), attributed_first);
        std::vector<model::Holder> found;
        for (const auto& claim : claims) {
            if ((claim.door & doors) == 0) continue;
            const auto& credential = claim.credential->row;
            const auto same = [&credential](const model::Holder& holder) { return holder.credential == credential.id; };
            auto known = std::find_if(found.begin(), found.end(), same);
            if (known == found.end()) {
                found.push_back(holder_of(*claim.workspace, credential, 0));
                known = std::prev(found.end());
            }
            known->doors |= claim.door;
        }
        return found;
    }

    base::milliseconds ahead() const { return policy_.lease.value_or(std::chrono::hours{72}); }

    /// Where the device honours a start, what begins first within the lease may stand there before it begins.
    std::vector<std::pair<devices::Doors, Interval>> next(const std::map<devices::Doors, std::vector<Interval>>& doors,
                                                          base::Instant& next_edge) const
    {
        std::vector<std::pair<devices::Doors, Interval>> found;
        if (capabilities_.validity != devices::Validity::seconds || !capabilities_.honours_start) return found;
        base::Instant earliest = base::no_end;
        for (const auto& [door, spans] : doors)
            for (const auto& span : spans)
                if (span.from > now_.instant) earliest = std::min(earliest, span.from);
        if (earliest == base::no_end) return found;
        if (earliest >= now_.instant + ahead()) {
            next_edge = std::min(next_edge, earliest - ahead() + base::milliseconds{1});
            return found;
        }
        for (const auto& [door, spans] : doors)
            for (const auto& span : spans)
                if (span.from == earliest) found.emplace_back(door, span);
        return found;
    }

    /// The longest expiry written, counted from now also for what begins later. A group without a lease lifts it from the doors it opens,
    /// for as long as it opens them.
    void lease(Desired& desired, const std::vector<Claim>& claims) const
    {
        if (capabilities_.validity == devices::Validity::none || !policy_.lease) return;
        const auto limit = std::max(now_.instant + *policy_.lease, leaseless_until(desired, claims));
        if (desired.until <= limit) return;
        desired.until = limit;
        desired.leased = true;
    }

    /// Until when all doors of the entry stand open by claims without a lease alone.
    base::Instant leaseless_until(const Desired& desired, const std::vector<Claim>& claims) const
    {
        std::vector<Claim> leaseless;
        std::copy_if(claims.begin(), claims.end(), std::back_inserter(leaseless), [](const Claim& claim) { return claim.leaseless; });
        const auto begin = std::max(now_.instant, desired.interval.from);
        auto until = base::no_end;
        devices::Doors held = 0;
        for (const auto& [door, intervals] : spans(leaseless))
            for (const auto& span : intervals) {
                if ((door & desired.doors) == 0 || !span.contains(begin)) continue;
                held |= door;
                until = std::min(until, span.until);
            }
        return held == desired.doors ? until : base::no_start;
    }

    const Capabilities& capabilities_;
    const DevicePolicy& policy_;
    base::Now now_;
};

/// While the clock is not trusted nothing timed is put; what the device holds for it stays, to its end by effective time.
std::optional<Interval> held_for(const model::Placement* placement, const model::CredentialId& credential, devices::Doors door,
                                 const Interval& interval, base::Now now)
{
    const bool stands = placement != nullptr && !placement->leaving && placement->truth != model::Truth::refused &&
                        placement->reason != device_lost_it && stands_for(*placement, credential, door, interval, now);
    const auto both = stands ? intersect(interval, {placement->from, placement->until}) : Interval{now.instant, now.instant};
    return both.empty() ? std::nullopt : std::optional{both};
}

/// A device counts in whole seconds: what holds none of them would be an entry that ends before it begins.
bool shorter_than_a_second(const Desired& desired)
{
    const auto& [from, until] = desired.interval;
    if (from <= base::Instant{} || until == base::no_end) return false;
    return std::chrono::ceil<base::seconds>(from) >= std::chrono::floor<base::seconds>(until);
}

} // namespace

bool stands_for(const model::Placement& placement, const model::CredentialId& credential, devices::Doors door, const Interval& interval,
                base::Now now)
{
    const bool its_own = std::any_of(placement.holders.begin(), placement.holders.end(), [&](const model::Holder& holder) {
        return holder.credential == credential && (holder.doors & door) != 0;
    });
    const bool opens = (static_cast<devices::Doors>(placement.doors) & door) != 0;
    return opens && its_own && (interval.contains(now.last_trusted) || interval.contains(placement.from));
}

std::string placement_key(KeyKind kind, std::string_view key)
{
    return std::string{word(kind)} + ":" + std::string{key};
}

std::string placement_key(const model::CredentialId& credential)
{
    return "code:" + to_string(credential);
}

std::string name_of(const Desired& desired)
{
    return desired.name.empty() ? placement_key(desired.kind, desired.key) : desired.name;
}

std::string key_of(const devices::Entry& entry)
{
    return entry.name.empty() ? placement_key(entry.kind, entry.key) : entry.name;
}

namespace {

/// What credentials ask for at the doors of a device, by key.
class Gathering {
public:
    Gathering(const Task& task, Lowered& lowered) : task_{task}, lowered_{lowered}
    {
        for (const auto& id : task.device.doors) doors_.push_back(task.directory.door(id));
    }

    /// Adds a credential's claims and refusals, once. Answers the key it is served under; empty when it is not.
    std::string add(const model::Workspace& workspace, const model::CredentialNode& credential)
    {
        std::string name;
        if (!seen_.insert(credential.row.id).second) return name;
        for (const auto* door : doors_) {
            const auto opening = model::opens(workspace, credential, *door, task_.now);
            lowered_.number = std::max(lowered_.number, opening.number);
            const bool out = ruled_out(opening.reason);
            if (!out && (!opening.interval || stopped(opening.reason))) continue;
            auto form = form_of(credential.row, *door, task_.capabilities, task_.policy);
            if (out && form.applicable && form.refusal.empty()) form.refusal = to_string(opening.reason);
            if (!form.refusal.empty()) lowered_.refusals.push_back({credential.row.id, door->row.id, form.refusal});
            if (!form.applicable || !form.refusal.empty()) continue;
            const auto output = devices::Doors{1} << door->row.output;
            const bool in_doubt = !task_.now.trusted && !opening.open;
            const auto interval = in_doubt ? held(form.name, credential.row.id, output, *opening.interval) : opening.interval;
            if (!interval && opening.reason == model::Reason::time_untrusted)
                lowered_.refusals.push_back({credential.row.id, door->row.id, std::string{to_string(opening.reason)}});
            if (!interval) continue;
            name = form.name;
            auto& keyed = keys_[form.name];
            keyed.form = std::move(form);
            keyed.claims.push_back({output, door->row.id, *interval, opening.leaseless, workspace.row.id == door->row.owner, in_doubt,
                                    &workspace, &credential});
        }
        return name;
    }

    void merge()
    {
        const Merger merger{task_.capabilities, task_.policy, task_.now};
        const auto all = all_doors(task_.directory, task_.device);
        for (const auto& [key, keyed] : keys_) {
            auto desired = merger.merge(keyed.claims, lowered_.next_edge);
            if (!desired) continue;
            if (!task_.capabilities.any_door_subset && desired->doors != all) { // such an entry would open doors the policy keeps shut
                for (const auto& claim : keyed.claims)
                    lowered_.refusals.push_back({claim.credential->row.id, claim.door_id, "doors_not_separable"});
                continue;
            }
            if (task_.capabilities.validity != devices::Validity::none && shorter_than_a_second(*desired)) continue;
            desired->key = keyed.form.key;
            desired->name = key;
            desired->kind = keyed.form.kind;
            lowered_.entries.emplace(key, std::move(*desired));
        }
    }

    std::set<model::CredentialId> take_seen() { return std::move(seen_); }

private:
    std::optional<Interval> held(const std::string& key, const model::CredentialId& id, devices::Doors output, const Interval& span) const
    {
        return held_for(task_.directory.placements().find(task_.device.row.id, key), id, output, span, task_.now);
    }

    struct Keyed {
        Form form;
        std::vector<Claim> claims;
    };

    const Task& task_;
    Lowered& lowered_;
    std::vector<const model::DoorNode*> doors_;
    std::set<model::CredentialId> seen_;
    std::map<std::string, Keyed> keys_;
};

/// Looks at keys together with everybody who has them, and at whatever key those people are served under.
class Closure {
public:
    Closure(const Task& task, Part& part) : task_{task}, part_{part}, gathering_{task, part.lowered} {}

    void add_key(const std::string& key)
    {
        if (!part_.keys.insert(key).second) return;
        for (const auto& [id, workspace] : task_.directory.workspaces())
            each_keyed(*workspace, key, [this, &tenant = *workspace](const model::CredentialNode& node) { add(tenant, node); });
    }
    void add_credential(const model::CredentialId& id)
    {
        for (const auto& [key, workspace] : task_.directory.workspaces())
            if (add(*workspace, id)) return;
    }
    void finish()
    {
        gathering_.merge();
        part_.credentials = gathering_.take_seen();
    }

private:
    bool add(const model::Workspace& workspace, const model::CredentialId& id)
    {
        const auto* node = workspace.credentials.find(id);
        if (node == nullptr) return false;
        add(workspace, *node);
        return true;
    }
    void add(const model::Workspace& workspace, const model::CredentialNode& node)
    {
        if (const auto key = gathering_.add(workspace, node); !key.empty()) add_key(key);
    }

    const Task& task_;
    Part& part_;
    Gathering gathering_;
};

} // namespace

Lowered lower(const model::Directory& directory, const model::DeviceNode& device, const Capabilities& capabilities,
              const DevicePolicy& policy, base::Now now)
{
    Lowered lowered;
    if (!capabilities.stores_credentials) return lowered;
    const Task task{directory, device, capabilities, policy, now};
    Gathering gathering{task, lowered};
    for (const auto& id : device.doors)
        for (const auto& [workspace, credential] : model::candidates(directory, *directory.door(id)))
            gathering.add(*workspace, *credential);
    gathering.merge();
    return lowered;
}

Part lower_some(const Task& task, std::span<const std::string> keys, std::span<const model::CredentialId> credentials)
{
    Part part;
    if (!task.capabilities.stores_credentials) {
        part.keys.insert(keys.begin(), keys.end());
        return part;
    }
    Closure closure{task, part};
    for (const auto& key : keys) closure.add_key(key);
    for (const auto& credential : credentials) closure.add_credential(credential);
    closure.finish();
    return part;
}

std::string serving_key(const Task& task, const model::Credential& credential)
{
    for (const auto& id : task.device.doors) {
        const auto form = form_of(credential, *task.directory.door(id), task.capabilities, task.policy);
        if (form.applicable && form.refusal.empty()) return form.name;
    }
    return {};
}

Standing standing(const model::Workspace& workspace, const model::CredentialNode& credential, const model::DoorNode& door,
                  const Capabilities& capabilities, const DevicePolicy& policy, base::Now now)
{
    Standing standing;
    standing.opening = model::opens(workspace, credential, door, now);
    const auto form = form_of(credential.row, door, capabilities, policy);
    standing.applicable = form.applicable;
    const auto reason = standing.opening.reason;
    standing.refusal = ruled_out(reason) && form.applicable ? std::string{to_string(reason)} : form.refusal;
    if (form.applicable && standing.refusal.empty()) standing.key = form.name;
    return standing;
}

} // namespace gatehouse::reconcile
