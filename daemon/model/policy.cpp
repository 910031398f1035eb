#include "model/policy.hpp"

#include "base/few.hpp"
#include "model/candidates.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <span>

namespace gatehouse::model {

namespace {

Interval window(const std::optional<Instant>& starts_at, const std::optional<Instant>& ends_at)
{
    return {starts_at.value_or(base::no_start), ends_at.value_or(base::no_end)};
}

/// One way from a credential to a door: a window, and the hours within it.
struct Path {
    Interval window;
    const WeeklyHours* hours; ///< null: always
    EntranceId entrance;      ///< nil where the door itself is granted or listed
    bool leaseless;
    Way::Kind kind;
    GroupId group;
    const Hours* hours_row;

    /// The span in which it is open that holds t.
    std::optional<Interval> around(Instant t) const
    {
        if (!window.contains(t)) return std::nullopt;
        const auto span = hours == nullptr ? Interval{} : hours->around(t);
        return span ? std::optional{intersect(window, *span)} : std::nullopt;
    }
    /// Whether it is open, however much the clock is to be believed.
    bool surely_open(base::Now now) const
    {
        if (!around(now.instant)) return false;
        if (now.trusted) return true;
        return now.surely_past(window.from) && (hours == nullptr || (now.ran_on && hours->around(now.last_trusted)));
    }
    /// Whether it may be open by now, and nothing says so.
    bool in_doubt(base::Now now) const
    {
        if (now.trusted || window.empty() || window.until <= now.instant || surely_open(now)) return false;
        if (!now.surely_past(window.from) || (hours != nullptr && !now.ran_on)) return true;
        return around(now.instant).has_value(); // hours that opened since
    }
    /// When it next begins to be open after t.
    std::optional<Instant> next_after(Instant t) const
    {
        if (window.empty() || window.until <= t) return std::nullopt;
        const bool ahead = window.from > t;
        if (ahead && around(window.from)) return window.from;
        const auto next = hours == nullptr ? std::nullopt : hours->next_after(ahead ? window.from : t);
        return next && *next < window.until ? next : std::nullopt;
    }
};

constexpr int spans_joined = 1'000; // of several paths that follow each other without a gap; one that goes on longer is cut

/// The span around t in which some of the paths is open; empty when none is at t.
template <class Wanted>
Interval joined_around(std::span<const Path> paths, Instant t, Wanted wanted)
{
    const auto reach = [&](Instant at, Interval whole) {
        for (const auto& path : paths)
            if (const auto span = wanted(path) ? path.around(at) : std::nullopt)
                whole = {std::min(whole.from, span->from), std::max(whole.until, span->until)};
        return whole;
    };
    auto whole = reach(t, {t, t});
    for (int joined = 0; joined < spans_joined && !whole.empty() && whole.until != base::no_end; ++joined) {
        const auto longer = reach(whole.until, whole);
        if (longer.until == whole.until) break;
        whole.until = longer.until;
    }
    for (int joined = 0; joined < spans_joined && !whole.empty() && whole.from != base::no_start; ++joined) {
        const auto longer = reach(whole.from - base::milliseconds{1}, whole);
        if (longer.from == whole.from) break;
        whole.from = longer.from;
    }
    return whole;
}

/// The span that holds t, else the first one after it.
std::optional<Interval> current_or_next(std::span<const Path> paths, Instant t)
{
    const auto any = [](const Path&) { return true; };
    if (const auto now = joined_around(paths, t, any); !now.empty()) return now;
    std::optional<Instant> first;
    for (const auto& path : paths)
        if (const auto next = path.next_after(t); next && (!first || *next < *first)) first = next;
    return first ? std::optional{joined_around(paths, *first, any)} : std::nullopt;
}

/// Collects what leads from a credential to a door, and the rows that say so.
struct Paths {
    const Workspace& workspace;
    const DoorNode& door;
    Interval own; ///< of user and credential: nothing is open outside it
    base::Now now;
    base::Few<Path, 4> found;
    bool within = false; ///< some path's own window holds now, whatever its hours
    bool ahead = false;  ///< some path's own window lies ahead
    bool any_kind = false;
    Opening opening;

    void use(ChangeNumber number) { opening.number = std::max(opening.number, number); }

    void add(Path path)
    {
        within = within || path.window.contains(now.instant);
        ahead = ahead || now.instant < path.window.from;
        path.window = intersect(path.window, own);
        found.push_back(path);
    }
    /// One that is always open, by an entrance or (nil) by the door itself.
    void add(Way::Kind kind, const EntranceId& entrance) { add({{}, nullptr, entrance, false, kind, {}, nullptr}); }

    /// What is said of the interval: by which entrance, and whether groups without lease alone would keep it open to its end.
    void describe(const Interval& interval, std::span<const Path> paths)
    {
        const auto from = std::max(interval.from, now.instant);
        for (const auto& path : paths) {
            if (path.entrance.nil() || !path.around(from)) continue;
            if (opening.entrance.nil() || path.entrance < opening.entrance) opening.entrance = path.entrance;
        }
        const auto leaseless = joined_around(paths, from, [](const Path& path) { return path.leaseless; });
        opening.leaseless = !leaseless.empty() && leaseless.until == interval.until;
    }

    static constexpr std::size_t few = 16;
    base::Few<const EntranceNode*, few> entrances; ///< of the workspace on the door, when the door has few

    void look_around()
    {
        if (door.entrances.size() > few) return;
        for (const auto& on_door : door.entrances) {
            if (on_door.workspace != workspace.row.id) continue;
            const auto* entrance = workspace.entrances.find(on_door.id);
            if (entrance != nullptr && entrance->row.door == door.row.id) entrances.push_back(entrance);
        }
    }

    /// The entrance when it is on this door.
    const EntranceNode* here(const EntranceId& id) const
    {
        if (door.entrances.size() <= few) {
            const auto found_here =
                std::find_if(entrances.begin(), entrances.end(), [&id](const auto* entrance) { return entrance->row.id == id; });
            return found_here == entrances.end() ? nullptr : *found_here;
        }
        const auto same = [&id](const auto& on_door) { return on_door.id == id; };
        if (std::none_of(door.entrances.begin(), door.entrances.end(), same)) return nullptr;
        const auto* entrance = workspace.entrances.find(id);
        return entrance != nullptr && entrance->row.door == door.row.id ? entrance : nullptr;
    }

    /// Null for `always`. Hours that nobody defined open nothing.
    const HoursNode* hours_of(const GroupEntrance& path)
    {
        if (path.hours == always) return nullptr;
        static const HoursNode never{{}, WeeklyHours{{}, {}, base::Zone::utc()}};
        const auto found_hours = workspace.hours->find(path.hours);
        if (found_hours == workspace.hours->end()) return &never;
        use(found_hours->second.row.touched);
        return &found_hours->second;
    }

    void by_list(const CredentialNode& credential)
    {
        for (const auto& listed : credential.list) {
            const auto* entrance = here(listed.id);
            if (entrance == nullptr) continue;
            use(listed.touched), use(entrance->row.touched);
            add(Way::Kind::list, listed.id);
        }
        for (const auto& listed : credential.doors) {
            if (listed.id != door.row.id || door.row.owner != workspace.row.id) continue; // of a door that changed hands
            use(listed.touched);
            add(Way::Kind::list, {});
        }
    }

    /// Whether a group may lead here; so that nobody goes through all doors of all groups.
    bool may_lead_here(const GroupNode* group) const
    {
        if (door.entrances.size() > few) return true;
        return std::any_of(entrances.begin(), entrances.end(), [group](const auto* entrance) {
            const auto& groups = entrance->groups.nodes();
            return groups.size() > few || std::find(groups.begin(), groups.end(), group) != groups.end();
        });
    }

    void by_user(const UserNode& user)
    {
        for (const auto& membership : user.groups.entries()) {
            const auto* group = membership.node;
            if (!may_lead_here(group)) continue;
            for (const auto& path : group->entrances) {
                const auto* entrance = here(path.entrance);
                if (entrance == nullptr) continue;
                use(membership.touched), use(group->row.touched), use(path.touched), use(entrance->row.touched);
                const auto* hours = hours_of(path);
                add({window(group->row.starts_at, group->row.ends_at), hours == nullptr ? nullptr : &hours->hours, path.entrance,
                     group->row.lease_none, Way::Kind::group, group->row.id, hours == nullptr ? nullptr : &hours->row});
            }
        }
        for (const auto& direct : user.direct) {
            const auto* entrance = here(direct.id);
            if (entrance == nullptr) continue;
            use(direct.touched), use(entrance->row.touched);
            add(Way::Kind::direct, direct.id);
        }
    }

    void by_device_grant(const UserNode& user)
    {
        if (user.identity == nullptr || door.row.owner != workspace.row.id) return;
        for (const auto& granted : user.identity->doors) {
            if (granted.id != door.row.id) continue;
            use(granted.touched);
            add(Way::Kind::device_grant, {});
        }
    }

    Opening refuse(Reason reason)
    {
        opening.open = false;
        opening.reason = reason;
        return opening;
    }
    std::vector<Path> surely_open() const
    {
        std::vector<Path> sure;
        std::copy_if(found.begin(), found.end(), std::back_inserter(sure), [this](const Path& path) { return path.surely_open(now); });
        return sure;
    }
    bool shows_nothing(const Credential& credential) const;
    Opening decide(const CredentialNode& credential);
    std::vector<Way> ways() const;
};

/// Whether the windows of user and credential are open, and if not, why.
Reason effective(const Interval& interval, base::Now now)
{
    if (!now.trusted && now.instant < interval.until && !now.surely_past(interval.from)) return Reason::time_untrusted;
    if (now.instant < interval.from) return Reason::not_yet;
    return interval.contains(now.instant) ? Reason::granted : Reason::expired;
}

/// Whether there is nothing of it that a reader or a device could be shown, whatever else it gets.
bool Paths::shows_nothing(const Credential& credential) const
{
    if (any_kind || credential.method == AccessMethod::code) return false;
    if (credential.method != AccessMethod::card) return true;
    return !credential.card_uid && !credential.card_number && takes_first(door, AccessMethod::card);
}

Opening Paths::decide(const CredentialNode& credential)
{
    use(credential.row.touched), use(door.row.touched);
    const auto* user = credential.user;
    if (user == nullptr) return refuse(Reason::unassigned);
    use(user->row.touched);
    if (user->identity != nullptr) {
        const auto& identity = user->identity->row;
        use(identity.touched);
        if (identity.frozen) return refuse(Reason::frozen);
    }
    if (user->row.suspended) return refuse(Reason::suspended);

    own = intersect(window(user->row.starts_at, user->row.ends_at), window(credential.row.starts_at, credential.row.ends_at));
    if (credential.row.list != ListState::emptied) look_around();
    if (credential.row.list == ListState::listed) by_list(credential);
    if (credential.row.list == ListState::follows_user) by_user(*user), by_device_grant(*user);
    const bool kind_fits = any_kind || takes_first(door, credential.row.method);
    const bool over = effective(own, now) == Reason::expired; // its code may be another's by now, which is no fault
    if (!found.empty() && !over && credential.row.method == AccessMethod::code && codes_open(door)) {
        const auto claim = door.pins.find(credential.row.code.value_or(""));
        if (claim == door.pins.end() || claim->second.credential != credential.row.id) return refuse(Reason::duplicate_pin);
        use(claim->second.touched);
    }
    const auto sure = now.trusted ? std::vector<Path>{} : surely_open();
    const auto counted =
        sure.empty() ? std::span<const Path>{found.data(), found.size()} : sure; // what is in doubt prolongs nothing that is not
    const bool mute = shows_nothing(credential.row);
    const auto span = kind_fits || mute ? current_or_next(counted, now.instant) : std::nullopt;
    if (mute && span) return refuse(Reason::no_presentation);
    opening.interval = span;
    if (opening.interval) describe(*opening.interval, counted);

    if (const auto reason = effective(own, now); reason != Reason::granted) return refuse(reason);
    if (found.empty()) return refuse(Reason::no_access);
    if (!kind_fits && !mute) return refuse(credential.row.method == AccessMethod::code ? Reason::card_required : Reason::pin_required);
    if (!now.trusted && sure.empty() && std::any_of(found.begin(), found.end(), [this](const Path& path) { return path.in_doubt(now); }))
        return refuse(Reason::time_untrusted);
    const bool open = opening.interval && opening.interval->contains(now.instant);
    if (!open && within) return refuse(Reason::outside_hours);
    if (!open) return refuse(ahead ? Reason::not_yet : Reason::expired);
    opening.open = true;
    opening.reason = Reason::granted;
    return opening;
}

std::vector<Way> Paths::ways() const
{
    std::vector<Way> ways;
    for (const auto& path : found)
        ways.push_back({path.kind, path.window, path.hours_row, path.entrance, path.group, path.leaseless, path.surely_open(now)});
    return ways;
}

} // namespace

std::string_view to_string(Reason reason)
{
    switch (reason) {
    case Reason::granted:
        return "granted";
    case Reason::unassigned:
        return "unassigned";
    case Reason::frozen:
        return "frozen";
    case Reason::suspended:
        return "suspended";
    case Reason::not_yet:
        return "not_yet";
    case Reason::expired:
        return "expired";
    case Reason::time_untrusted:
        return "time_untrusted";
    case Reason::no_access:
        return "no_access";
    case Reason::no_presentation:
        return "no_presentation";
    case Reason::card_required:
        return "card_required";
    case Reason::pin_required:
        return "pin_required";
    case Reason::duplicate_pin:
        return "duplicate_pin";
    case Reason::outside_hours:
        return "outside_hours";
    case Reason::second_factor:
        return "second_factor";
    }
    return "no_access";
}

Opening opens(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now)
{
    Paths paths{.workspace = workspace, .door = door, .own = {}, .now = now, .found = {}, .opening = {}};
    return paths.decide(credential);
}

Opening opens_by_any_kind(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now)
{
    Paths paths{.workspace = workspace, .door = door, .own = {}, .now = now, .found = {}, .any_kind = true, .opening = {}};
    return paths.decide(credential);
}

bool takes_first(const DoorNode& door, AccessMethod method)
{
    if (method == AccessMethod::code) return codes_open(door);
    return method == AccessMethod::card && door.mode != "pin";
}

Explanation explain(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now)
{
    Paths paths{.workspace = workspace, .door = door, .own = {}, .now = now, .found = {}, .opening = {}};
    const auto opening = paths.decide(credential);
    return {opening, paths.ways()};
}

std::vector<Candidate> candidates(const Directory& directory, const DoorNode& door)
{
    std::vector<Candidate> found;
    Candidates walk{directory, {&door.row.id, 1}};
    while (walk.step(directory, std::numeric_limits<std::size_t>::max(), found)) {
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
    for (const auto& membership : user.groups.entries())
        for (const auto& path : membership.node->entrances) add(path.entrance);
    for (const auto& direct : user.direct) add(direct.id);
    return found;
}

std::vector<const EntranceNode*> reachable(const Workspace& workspace, const CredentialNode& credential)
{
    if (credential.row.list == ListState::follows_user) {
        return credential.user == nullptr ? std::vector<const EntranceNode*>{} : reachable(workspace, *credential.user);
    }
    std::vector<const EntranceNode*> found;
    for (const auto& listed : credential.list) found.push_back(workspace.entrances.find(listed.id));
    return found;
}

} // namespace gatehouse::model
