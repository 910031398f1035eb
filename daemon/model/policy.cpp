#include "model/policy.hpp"

#include <set>

namespace gatehouse::model {

namespace {

Interval window(const std::optional<Instant>& starts_at, const std::optional<Instant>& ends_at)
{
    return {starts_at.value_or(base::no_start), ends_at.value_or(base::no_end)};
}

/// Collects the windows in which something leads from a credential to a door, and the rows that say so.
struct Paths {
    struct Path {
        Interval window;
        EntranceId entrance; ///< nil for a device grant
        bool leaseless;
    };
    const Workspace& workspace;
    const DoorNode& door;
    std::vector<Path> found;
    Opening opening;

    void use(ChangeNumber number) { opening.number = std::max(opening.number, number); }

    void add(const Interval& interval, const EntranceId& entrance, bool leaseless = false)
    {
        found.push_back({interval, entrance, leaseless});
    }

    /// The windows of all paths, or of those of groups without lease, within those of user and credential.
    std::vector<Interval> within(const Interval& own, bool leaseless_only) const
    {
        std::vector<Interval> windows;
        for (const auto& path : found)
            if (path.leaseless || !leaseless_only) windows.push_back(intersect(path.window, own));
        return join(std::move(windows));
    }

    /// What is said of the interval: by which entrance, and whether groups without lease alone would keep it open to its end.
    void describe(const Interval& interval, const Interval& own, base::Now now)
    {
        const auto from = std::max(interval.from, now.instant);
        for (const auto& path : found) {
            if (path.entrance.nil() || !intersect(path.window, own).contains(from)) continue;
            if (opening.entrance.nil() || path.entrance < opening.entrance) opening.entrance = path.entrance;
        }
        for (const auto& span : within(own, true))
            if (span.contains(from)) opening.leaseless = span.until == interval.until;
    }

    /// The entrance when it is on this door.
    const EntranceNode* here(const EntranceId& id) const
    {
        const auto* entrance = workspace.entrances.find(id);
        return entrance != nullptr && entrance->row.door == door.row.id ? entrance : nullptr;
    }

    /// Whether some path begins later, be it too late for the windows of user and credential.
    bool ahead(base::Now now) const
    {
        return std::any_of(found.begin(), found.end(), [now](const Path& path) { return now.instant < path.window.from; });
    }

    void by_list(const CredentialNode& credential)
    {
        for (const auto& listed : credential.list) {
            const auto* entrance = here(listed.id);
            if (entrance == nullptr) continue;
            use(listed.touched), use(entrance->row.touched);
            add({}, listed.id);
        }
    }

    void by_user(const UserNode& user)
    {
        for (const auto& membership : user.groups) {
            const auto* group = workspace.groups.find(membership.id);
            for (const auto& path : group->entrances) {
                const auto* entrance = here(path.entrance);
                if (entrance == nullptr) continue;
                use(membership.touched), use(group->row.touched), use(path.touched), use(entrance->row.touched);
                add(window(group->row.starts_at, group->row.ends_at), path.entrance, group->row.lease_none);
            }
        }
        for (const auto& direct : user.direct) {
            const auto* entrance = here(direct.id);
            if (entrance == nullptr) continue;
            use(direct.touched), use(entrance->row.touched);
            add({}, direct.id);
        }
    }

    void by_device_grant(const UserNode& user)
    {
        if (!user.row.identity || door.row.owner != workspace.row.id) return;
        const auto* identity = workspace.identities.find(*user.row.identity);
        for (const auto& granted : identity->doors) {
            if (granted.id != door.row.id) continue;
            use(granted.touched);
            add({}, {});
        }
    }
};

/// Whether the windows of user and credential are open, and if not, why.
Reason effective(const Interval& interval, base::Now now)
{
    if (now.instant < interval.from) return Reason::not_yet;
    return interval.contains(now.instant) ? Reason::granted : Reason::expired;
}

/// The interval that holds now, else the first one ahead.
std::optional<Interval> current_or_next(const std::vector<Interval>& joined, base::Now now)
{
    for (const auto& interval : joined)
        if (now.instant < interval.until) return interval;
    return std::nullopt;
}

} // namespace

std::string_view to_string(Reason reason)
{
    switch (reason) {
    case Reason::granted:
        return "granted";
    case Reason::unassigned:
        return "unassigned";
    case Reason::suspended:
        return "suspended";
    case Reason::not_yet:
        return "not_yet";
    case Reason::expired:
        return "expired";
    case Reason::no_access:
        return "no_access";
    }
    return "no_access";
}

Opening opens(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now)
{
    Paths paths{workspace, door, {}, {}};
    auto& opening = paths.opening;
    paths.use(credential.row.touched), paths.use(door.row.touched);
    const auto refuse = [&opening](Reason reason) {
        opening.open = false;
        opening.reason = reason;
        return opening;
    };

    const auto* user = credential.row.user ? workspace.users.find(*credential.row.user) : nullptr;
    if (user == nullptr) return refuse(Reason::unassigned);
    paths.use(user->row.touched);
    if (user->row.suspended) return refuse(Reason::suspended);

    if (credential.row.list == ListState::listed) paths.by_list(credential);
    if (credential.row.list == ListState::follows_user) {
        paths.by_user(*user);
        paths.by_device_grant(*user);
    }
    const auto own = intersect(window(user->row.starts_at, user->row.ends_at), window(credential.row.starts_at, credential.row.ends_at));
    opening.interval = current_or_next(paths.within(own, false), now);
    if (opening.interval) paths.describe(*opening.interval, own, now);

    if (const auto reason = effective(own, now); reason != Reason::granted) return refuse(reason);
    if (paths.found.empty()) return refuse(Reason::no_access);
    if (!opening.interval) return refuse(paths.ahead(now) ? Reason::not_yet : Reason::expired);
    if (!opening.interval->contains(now.instant)) return refuse(Reason::not_yet);
    opening.open = true;
    opening.reason = Reason::granted;
    return opening;
}

std::vector<Candidate> candidates(const Directory& directory, const DoorNode& door)
{
    std::vector<Candidate> found;
    std::set<CredentialId> seen;
    const auto add = [&found, &seen](const Workspace& workspace, const CredentialId& id) {
        if (seen.insert(id).second) found.push_back({&workspace, workspace.credentials.find(id)});
    };
    const auto add_user = [&add](const Workspace& workspace, const UserId& id) {
        for (const auto& credential : workspace.users.find(id)->credentials) add(workspace, credential);
    };
    for (const auto& here : door.entrances) {
        const auto& workspace = *directory.workspace(here.workspace);
        const auto* entrance = workspace.entrances.find(here.id);
        for (const auto& group : entrance->groups)
            for (const auto& member : workspace.groups.find(group)->members) add_user(workspace, member);
        for (const auto& user : entrance->direct) add_user(workspace, user);
        for (const auto& credential : entrance->listed) add(workspace, credential);
    }
    for (const auto& granted : door.identities) {
        const auto& workspace = *directory.workspace(granted.workspace);
        for (const auto& user : workspace.identities.find(granted.id)->users) add_user(workspace, user);
    }
    return found;
}

std::vector<const EntranceNode*> reachable(const Workspace& workspace, const UserNode& user)
{
    std::vector<const EntranceNode*> found;
    std::set<EntranceId> seen;
    const auto add = [&](const EntranceId& id) {
        if (seen.insert(id).second) found.push_back(workspace.entrances.find(id));
    };
    for (const auto& membership : user.groups)
        for (const auto& path : workspace.groups.find(membership.id)->entrances) add(path.entrance);
    for (const auto& direct : user.direct) add(direct.id);
    return found;
}

std::vector<const EntranceNode*> reachable(const Workspace& workspace, const CredentialNode& credential)
{
    if (credential.row.list == ListState::follows_user) {
        const auto* user = credential.row.user ? workspace.users.find(*credential.row.user) : nullptr;
        return user == nullptr ? std::vector<const EntranceNode*>{} : reachable(workspace, *user);
    }
    std::vector<const EntranceNode*> found;
    for (const auto& listed : credential.list) found.push_back(workspace.entrances.find(listed.id));
    return found;
}

} // namespace gatehouse::model
