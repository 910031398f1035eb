#include "site/delta.hpp"

#include "model/affected.hpp"
#include "model/pins.hpp"
#include "model/policy.hpp"
#include "site/frames.hpp"
#include "site/likeness.hpp"

#include <map>
#include <set>
#include <tuple>

namespace gatehouse::site {

using model::Interval;

namespace {

/// One credential at one door.
struct At {
    model::WorkspaceId workspace;
    model::CredentialId credential;
    model::DoorId door;
    friend auto operator<=>(const At&, const At&) = default;
};

struct Times {
    std::vector<Interval> before, after;
    bool card = false;
    Shift shift; ///< whose, and where
};

std::string person_of(const model::Workspace& workspace, const model::User& user)
{
    const auto* identity = user.identity ? workspace.identities.find(*user.identity) : nullptr;
    if (identity != nullptr && identity->row.full_name) return std::string{*identity->row.full_name};
    for (const auto* name : {&user.full_name, &user.email_address, &user.phone_number})
        if (*name) return std::string{**name};
    return to_string(user.id);
}

/// As the workspace calls it.
std::string name_at(const model::Workspace& workspace, const model::DoorNode& door)
{
    auto name = door.row.name;
    for (const auto& here : door.entrances)
        if (here.workspace == workspace.row.id) name = workspace.entrances.find(here.id)->row.name;
    return name;
}

Shift shift_of(const model::Workspace& workspace, const model::CredentialNode& credential, const model::DoorNode& door)
{
    Shift shift;
    shift.workspace = workspace.row.id;
    shift.workspace_key = workspace.row.key;
    shift.door_id = door.row.id;
    shift.door = name_at(workspace, door);
    const auto* user = credential.row.user ? workspace.users.find(*credential.row.user) : nullptr;
    if (user == nullptr) return shift;
    shift.who = user->row.identity ? user->row.identity->value : user->row.id.value;
    shift.person = person_of(workspace, user->row);
    return shift;
}

/// The directory between a set of rows and what takes them back.
class Trial {
public:
    Trial(model::Directory& directory, base::Instant now) : directory_{directory}, now_{now} {}
    ~Trial() { take_back(); }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

    /// `doors` becomes what the rows bear on. Answers the rows that were refused, in their order.
    std::vector<Refused> apply(std::span<const model::Mutation> rows, std::vector<model::DoorId>* doors = nullptr)
    {
        std::vector<Refused> refused;
        model::CodeScope codes;
        for (std::size_t at = 0; at < rows.size(); ++at) {
            auto wrong = one(rows[at], codes, doors);
            if (wrong && !follows(rows, refused, rows[at], *wrong)) refused.push_back({at, std::move(*wrong)});
        }
        if (codes.empty() || !refused.empty()) return refused;
        const auto claims = model::plan_claims(directory_, codes, now_); // as the ledger will
        for (const auto& mutation : claims.rows)
            if (auto wrong = one(mutation, codes, doors)) return {{rows.size() - 1, std::move(*wrong)}};
        return refused;
    }
    void take_back()
    {
        for (auto last = undo_.rbegin(); last != undo_.rend(); ++last) directory_.revert(*last);
        undo_.clear();
    }

private:
    /// Whether a row is refused only because one before it was: it names what did not come to be, or what did not move along.
    static bool follows(std::span<const model::Mutation> rows, const std::vector<Refused>& refused, const model::Mutation& mutation,
                        const base::Error& error)
    {
        if (refused.empty()) return false;
        if (error.fault == base::Fault::not_found) return true;
        const auto* path = std::get_if<model::GroupEntrance>(&mutation.row);
        return path != nullptr && std::any_of(refused.begin(), refused.end(), [&rows, path](const Refused& before) {
                   const auto* group = std::get_if<model::Group>(&rows[before.at].row);
                   const auto* entrance = std::get_if<model::Entrance>(&rows[before.at].row);
                   return (group != nullptr && group->id == path->group) || (entrance != nullptr && entrance->id == path->entrance);
               });
    }

    std::optional<base::Error> one(const model::Mutation& mutation, model::CodeScope& codes, std::vector<model::DoorId>* doors)
    {
        if (doors != nullptr) name_doors(mutation, *doors);
        model::affected_codes(directory_, mutation, codes);
        auto inverse = directory_.apply(mutation);
        if (!inverse) return inverse.error();
        if (doors != nullptr) name_doors(mutation, *doors);
        model::affected_codes(directory_, mutation, codes);
        undo_.push_back(std::move(*inverse));
        return std::nullopt;
    }

    /// The doors a row bears on; those behind a line of another driver can be served otherwise.
    void name_doors(const model::Mutation& mutation, std::vector<model::DoorId>& doors) const
    {
        model::affected_doors(directory_, mutation, doors);
        const auto* line = std::get_if<model::Line>(&mutation.row);
        if (line == nullptr) return;
        for (const auto& [id, device] : directory_.devices())
            if (device.row.line == line->id) doors.insert(doors.end(), device.doors.begin(), device.doors.end());
    }

    model::Directory& directory_;
    base::Instant now_;
    std::vector<model::Mutation> undo_;
};

using TimesAt = std::map<At, Times>;

/// What is asked before and after.
struct Looking {
    std::set<model::DoorId> doors;
    Frames frames;
    const Controllers* controllers;

    /// Doors of another key's or person's that stand or fall with these.
    void widen(const model::Directory& directory)
    {
        if (controllers != nullptr) controllers->widen(directory, doors);
    }
    Ways unheld(const model::Directory& directory) const { return controllers == nullptr ? Ways{} : controllers->unheld(directory, doors); }
};

void look(const model::Directory& directory, const Looking& looking, TimesAt& times, std::vector<Interval> Times::*which)
{
    const auto unheld = looking.unheld(directory);
    for (const auto& id : looking.doors) {
        const auto* door = directory.door(id);
        if (door == nullptr) continue;
        std::map<std::string, std::vector<Interval>> known; // by likeness
        for (const auto& [workspace, credential] : model::candidates(directory, *door)) {
            if (unheld.contains({credential->row.id, id})) continue;
            const auto [open, is_new] = known.try_emplace(likeness(*workspace, *credential));
            if (is_new) open->second = open_times(*workspace, *credential, *door, looking.frames);
            if (open->second.empty()) continue;
            auto& at = times[{workspace->row.id, credential->row.id, id}];
            at.*which = open->second;
            if (!at.shift.who.is_nil()) continue;
            at.shift = shift_of(*workspace, *credential, *door);
            at.card = credential->row.method == model::AccessMethod::card;
        }
    }
}

/// Whose times at which door.
using Place = std::tuple<model::WorkspaceId, model::Uuid, model::DoorId>;

/// What one person has at one door, by all they carry.
struct Carried {
    Shift shift;
    std::vector<const Times*> cards, others;
};

std::vector<Interval> joined(const std::vector<const Times*>& carried, std::vector<Interval> Times::*which)
{
    std::vector<Interval> all;
    for (const auto* times : carried) all.insert(all.end(), (times->*which).begin(), (times->*which).end());
    return model::join(std::move(all));
}

/// Collects what people lose, or gain, by person and door.
class Shifts {
public:
    /// Each card counts for itself. A code, or what else is no card, counts for the times at which none of the person's cards opens.
    void add(const Place& place, const Carried& carried, std::vector<Interval> Times::*from, std::vector<Interval> Times::*less)
    {
        std::vector<Interval> rest;
        const auto add = [&rest](std::vector<Interval> more) { rest.insert(rest.end(), more.begin(), more.end()); };
        for (const auto* card : carried.cards) add(without(card->*from, card->*less));
        const auto by_card = joined(carried.cards, less);
        for (const auto* other : carried.others) add(without(without(other->*from, other->*less), by_card));
        rest = model::join(std::move(rest));
        if (rest.empty()) return;
        auto shift = carried.shift;
        shift.all = by_card.empty() && joined(carried.others, less).empty();
        shift.first = rest.front();
        found_.emplace(place, std::move(shift));
    }
    /// What somebody loses, or gains, altogether and from now on.
    void add(Shift shift, base::Instant now)
    {
        shift.all = true;
        shift.first = {now, base::no_end};
        found_.try_emplace({shift.workspace, shift.who, shift.door_id}, shift);
    }
    std::vector<Shift> take();

private:
    std::map<Place, Shift> found_;
};

bool in_order(const Shift& left, const Shift& right)
{
    return std::tie(left.workspace_key, left.person, left.door, left.who, left.door_id) <
           std::tie(right.workspace_key, right.person, right.door, right.who, right.door_id);
}

std::vector<Shift> Shifts::take()
{
    std::vector<Shift> shifts;
    for (auto& [at, shift] : found_) shifts.push_back(std::move(shift));
    std::sort(shifts.begin(), shifts.end(), in_order);
    return shifts;
}

std::map<Place, Carried> by_person(const TimesAt& times)
{
    std::map<Place, Carried> people;
    for (const auto& [at, found] : times) {
        auto& carried = people[{at.workspace, found.shift.who, at.door}];
        carried.shift = found.shift;
        (found.card ? carried.cards : carried.others).push_back(&found);
    }
    return people;
}

/// Who owns the doors.
using Owners = std::map<model::DoorId, model::WorkspaceId>;

Owners owners_of(const model::Directory& directory, const std::set<model::DoorId>& doors)
{
    Owners owners;
    for (const auto& id : doors)
        if (const auto* door = directory.door(id)) owners.emplace(id, door->row.owner);
    return owners;
}

/// Every API key of a workspace unlocks each door that is the workspace's own, and no other.
void add_keys(const model::Directory& directory, const model::DoorNode& door, const model::WorkspaceId& owner, base::Instant now,
              Shifts& shifts)
{
    const auto* workspace = directory.workspace(owner);
    if (workspace == nullptr) return;
    for (const auto& [id, token] : directory.tokens())
        if (token.workspace == owner)
            shifts.add({owner, id.value, "API key \"" + token.name + "\"", name_at(*workspace, door), workspace->row.key, door.row.id},
                       now);
}

} // namespace

base::Result<Delta> delta(model::Directory& directory, std::span<const model::Mutation> rows, const Terms& terms,
                          std::vector<Refused>* refused)
{
    Trial trial{directory, terms.now};
    std::vector<model::DoorId> named;
    Looking looking{{}, Frames{terms.now}, terms.controllers};
    looking.frames.look_at(directory, rows);
    if (auto wrong = trial.apply(rows, &named); !wrong.empty()) {
        auto first = wrong.front().error;
        if (refused != nullptr) *refused = std::move(wrong);
        return first;
    }
    looking.frames.look_at(directory, rows);
    looking.doors.insert(named.begin(), named.end());
    looking.widen(directory);
    trial.take_back();
    looking.widen(directory);

    TimesAt times;
    look(directory, looking, times, &Times::before);
    const auto owners = owners_of(directory, looking.doors);
    if (const auto again = trial.apply(rows); !again.empty()) return again.front().error;
    look(directory, looking, times, &Times::after);

    Shifts losses, gains;
    for (const auto& [place, carried] : by_person(times)) {
        losses.add(place, carried, &Times::before, &Times::after);
        gains.add(place, carried, &Times::after, &Times::before);
    }
    for (const auto& [id, owner] : owners_of(directory, looking.doors)) {
        const auto before = owners.find(id);
        if (before == owners.end() || before->second == owner) continue; // what is new or gone belongs to nobody else
        add_keys(directory, *directory.door(id), before->second, terms.now, losses);
        add_keys(directory, *directory.door(id), owner, terms.now, gains);
    }
    return Delta{losses.take(), gains.take()};
}

} // namespace gatehouse::site
