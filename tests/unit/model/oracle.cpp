#include "oracle.hpp"

#include "chance.hpp"

namespace gatehouse::model {

namespace {

/// One way from a credential to a door.
struct Lead {
    Interval window;
    EntranceId entrance; ///< nil for a device grant
    ChangeNumber number = 0;
    bool leaseless = false;
};

std::vector<Lead> ways_of_user(const Books& books, const User& user, const Door& door)
{
    std::vector<Lead> ways;
    for (const auto& [key, entrance] : books.all<Entrance>()) {
        if (entrance.door != door.id || entrance.workspace != user.workspace) continue;
        for (const auto& [direct_key, direct] : books.all<DirectGrant>())
            if (direct.user == user.id && direct.entrance == entrance.id)
                ways.push_back({{}, entrance.id, std::max(direct.touched, entrance.touched)});
        for (const auto& [path_key, path] : books.all<GroupEntrance>())
            for (const auto& [member_key, member] : books.all<Membership>()) {
                if (path.entrance != entrance.id || member.user != user.id || member.group != path.group) continue;
                const auto* group = books.find<Group>(path.group);
                if (group == nullptr) continue;
                ways.push_back({{group->starts_at.value_or(base::no_start), group->ends_at.value_or(base::no_end)},
                                entrance.id,
                                std::max({path.touched, member.touched, group->touched, entrance.touched}),
                                group->lease_none});
            }
    }
    for (const auto& [key, grant] : books.all<DeviceGrant>())
        if (user.identity == grant.identity && grant.door == door.id && door.owner == user.workspace)
            ways.push_back({{}, {}, grant.touched});
    return ways;
}

std::vector<Lead> ways_of(const Books& books, const Credential& credential, const Door& door)
{
    const auto* user = credential.user ? books.find<User>(*credential.user) : nullptr;
    if (credential.list == ListState::follows_user) return user == nullptr ? std::vector<Lead>{} : ways_of_user(books, *user, door);
    std::vector<Lead> ways;
    if (credential.list == ListState::emptied) return ways;
    for (const auto& [key, listed] : books.all<CredentialEntrance>()) {
        const auto* entrance = books.find<Entrance>(listed.entrance); // books of an earlier time may have the one without the other
        if (entrance != nullptr && listed.credential == credential.id && entrance->door == door.id)
            ways.push_back({{}, entrance->id, std::max(listed.touched, entrance->touched)});
    }
    for (const auto& [key, listed] : books.all<CredentialDoor>())
        if (listed.credential == credential.id && listed.door == door.id && door.owner == credential.workspace)
            ways.push_back({{}, {}, listed.touched});
    return ways;
}

/// The spans of time between edges; within one of them nothing changes.
std::vector<Interval> spans()
{
    std::vector<Interval> spans;
    auto from = base::no_start;
    for (const auto edge : edges()) spans.push_back({std::exchange(from, edge), edge});
    spans.push_back({from, base::no_end});
    return spans;
}

struct Story {
    Interval own;
    std::vector<Lead> ways;
    bool code = false;

    template <class Fits>
    bool open(const Interval& span, Fits fits) const
    {
        if (span.from < own.from || span.until > own.until) return false;
        return std::any_of(ways.begin(), ways.end(), [&span, &fits](const Lead& way) {
            return fits(way) && way.window.from <= span.from && span.until <= way.window.until;
        });
    }
    bool open(const Interval& span) const
    {
        return open(span, [](const Lead&) { return true; });
    }

    /// The run of open spans that holds `at`, or the first behind it.
    std::optional<Interval> run(Instant at) const
    {
        std::optional<Interval> found;
        for (const auto& span : spans()) {
            if (!open(span)) {
                if (found && at < found->until) return found;
                found.reset();
            } else if (found) {
                found->until = span.until;
            } else {
                found = span;
            }
        }
        return found && at < found->until ? found : std::nullopt;
    }
};

Reason reason_of(const Story& story, const std::optional<Interval>& run, Instant at)
{
    if (at < story.own.from) return Reason::not_yet;
    if (at >= story.own.until) return Reason::expired;
    if (story.ways.empty()) return Reason::no_access;
    if (story.code) return Reason::card_required; // every door of a town asks for a card
    if (run && run->contains(at)) return Reason::granted;
    const bool ahead = std::any_of(story.ways.begin(), story.ways.end(), [at](const Lead& way) { return at < way.window.from; });
    return run || ahead ? Reason::not_yet : Reason::expired;
}

/// Neither a code nor something a reader reads.
bool shows_nothing(const Credential& credential)
{
    if (credential.method == AccessMethod::card) return !credential.card_uid && !credential.card_number;
    return credential.method != AccessMethod::code;
}

} // namespace

bool leads(const Books& books, const Credential& credential, const Door& door)
{
    return !ways_of(books, credential, door).empty();
}

Opening opens(const Books& books, const Credential& credential, const Door& door, Instant at)
{
    Opening opening;
    opening.number = std::max(credential.touched, door.touched);
    const auto* user = credential.user ? books.find<User>(*credential.user) : nullptr;
    opening.reason = Reason::unassigned;
    if (user == nullptr) return opening;
    opening.number = std::max(opening.number, user->touched);
    const auto* person = user->identity ? books.find<Identity>(*user->identity) : nullptr;
    if (person != nullptr) opening.number = std::max(opening.number, person->touched);
    opening.reason = person != nullptr && person->frozen ? Reason::frozen : Reason::suspended;
    if (user->suspended || opening.reason == Reason::frozen) return opening;

    const auto latest = std::max(user->starts_at.value_or(base::no_start), credential.starts_at.value_or(base::no_start));
    const auto earliest = std::min(user->ends_at.value_or(base::no_end), credential.ends_at.value_or(base::no_end));
    const Story story{{latest, earliest}, ways_of(books, credential, door), credential.method == AccessMethod::code};
    for (const auto& way : story.ways) opening.number = std::max(opening.number, way.number);
    if (!story.code) opening.interval = story.run(at);
    if (opening.interval && shows_nothing(credential)) {
        opening.interval.reset();
        opening.reason = Reason::no_presentation;
        return opening;
    }
    opening.reason = reason_of(story, opening.interval, at);
    opening.open = opening.reason == Reason::granted;
    if (!opening.interval) return opening;

    const auto begins = std::max(at, opening.interval->from);
    opening.leaseless = true;
    for (const auto& span : spans()) {
        if (span.until <= begins || span.from >= opening.interval->until) continue;
        opening.leaseless = opening.leaseless && story.open(span, [](const Lead& way) { return way.leaseless; });
    }
    for (const auto& way : story.ways)
        if (!way.entrance.nil() && way.window.contains(begins) && (opening.entrance.nil() || way.entrance < opening.entrance))
            opening.entrance = way.entrance;
    return opening;
}

} // namespace gatehouse::model
