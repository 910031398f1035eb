#include "access/decide.hpp"

#include "base/few.hpp"

#include <algorithm>

namespace gatehouse::access {

using model::Reason;

namespace {

struct Candidate {
    const model::Workspace* workspace = nullptr;
    const model::CredentialNode* node = nullptr;
    std::string_view reason;
    int rank = 0; ///< how far it got
    model::ChangeNumber number = 0;
};

using Candidates = base::Few<Candidate, 4>;

/// Visits each workspace with an entrance on the door, and its owner.
template <class Visit>
void workspaces_at(const model::DoorNode& door, Visit visit)
{
    base::Few<model::WorkspaceId, 8> seen;
    const auto once = [&seen, &visit](const model::WorkspaceId& id) {
        if (std::find(seen.begin(), seen.end(), id) != seen.end()) return;
        seen.push_back(id);
        visit(id);
    };
    once(door.row.owner);
    for (const auto& here : door.entrances) once(here.workspace);
}

void by_card(const model::Directory& directory, const model::DoorNode& door, const std::vector<std::string>& forms, Candidates& found)
{
    workspaces_at(door, [&](const model::WorkspaceId& id) {
        const auto& workspace = *directory.workspace(id);
        const auto add = [&found, &workspace](const model::CredentialNode& node) {
            const auto same = [&node](const Candidate& candidate) { return candidate.node == &node; };
            if (std::none_of(found.begin(), found.end(), same)) found.push_back({.workspace = &workspace, .node = &node});
        };
        for (const auto& form : forms) model::each_presented(workspace, form, add);
    });
}

void by_code(const model::Directory& directory, const model::DoorNode& door, std::string_view code, Candidates& found)
{
    const auto claim = door.pins.find(code);
    const auto* workspace = claim == door.pins.end() ? nullptr : directory.workspace(claim->second.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->credentials.find(claim->second.credential);
    if (node == nullptr || node->row.code != code) return; // an earlier code that a device may still hold opens nothing here
    found.push_back({.workspace = workspace, .node = node});
}

/// Two people of one workspace, as they stood before a rule forbade it, or by a damaged store.
bool ambiguous(const Candidates& candidates)
{
    if (candidates.size() < 2) return false;
    std::map<model::WorkspaceId, model::Uuid> holders;
    for (const auto& candidate : candidates) {
        const auto holder = model::holder(*candidate.node);
        if (!holder) continue;
        const auto [at, fresh] = holders.try_emplace(candidate.workspace->row.id, *holder);
        if (!fresh && at->second != *holder) return true;
    }
    return false;
}

int rank_of(Reason reason)
{
    switch (reason) {
    case Reason::unassigned:
        return 0;
    case Reason::frozen:
    case Reason::suspended:
        return 1;
    case Reason::not_yet:
        return 2;
    case Reason::expired:
        return 3;
    case Reason::time_untrusted:
        return 4;
    case Reason::no_access:
    case Reason::duplicate_pin:
    case Reason::card_required:
    case Reason::pin_required:
        return 5;
    case Reason::outside_hours:
        return 6;
    case Reason::granted:
        return 8;
    }
    return 0;
}

constexpr int rank_at_second_factor = 7;

/// Whether the code is that of a code credential of the same user which may itself open the door now: then, by which rows.
std::optional<model::ChangeNumber> second_factor(const Candidate& candidate, const model::DoorNode& door, const std::string& code,
                                                 base::Now now)
{
    const auto& workspace = *candidate.workspace;
    for (const auto& id : candidate.node->user->credentials) {
        const auto& other = *workspace.credentials.find(id);
        if (other.row.method != model::AccessMethod::code || other.row.code != code) continue;
        const auto opening = model::opens_by_any_kind(workspace, other, door, now);
        if (opening.open) return opening.number;
    }
    return std::nullopt;
}

void judge(const model::DoorNode& door, const Presented& presented, base::Now now, Candidate& candidate)
{
    const auto opening = model::opens(*candidate.workspace, *candidate.node, door, now);
    candidate.reason = to_string(opening.reason);
    candidate.rank = rank_of(opening.reason);
    candidate.number = opening.number;
    if (!opening.open || door.mode != "card_and_pin" || presented.forms.empty()) return;
    const auto second = presented.code ? second_factor(candidate, door, *presented.code, now) : std::nullopt;
    if (second) {
        candidate.number = std::max(candidate.number, *second);
        return;
    }
    candidate.reason = presented.code ? "wrong_pin" : "pin_timeout";
    candidate.rank = rank_at_second_factor;
}

/// The door owner's workspace first, then the oldest.
bool attributed_first(const model::DoorNode& door, const Candidate& left, const Candidate& right)
{
    const bool left_owner = left.workspace->row.id == door.row.owner, right_owner = right.workspace->row.id == door.row.owner;
    if (left_owner != right_owner) return left_owner;
    const auto& a = left.node->row;
    const auto& b = right.node->row;
    return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
}

/// Whether the credential's system has an entrance on the door: only then does its reason tell anything of the door.
bool at_home(const Candidate& candidate, const model::DoorNode& door)
{
    return std::any_of(door.entrances.begin(), door.entrances.end(), [&candidate](const auto& here) {
        if (here.workspace != candidate.workspace->row.id) return false;
        return candidate.workspace->entrances.find(here.id)->row.system == candidate.node->row.system;
    });
}

Decision of(const Candidate& candidate, bool granted)
{
    return {granted, candidate.reason, candidate.workspace->row.id, candidate.node->row.id, candidate.number};
}

Decision chosen(const model::DoorNode& door, Candidates& candidates)
{
    if (candidates.size() > 1)
        std::sort(candidates.begin(), candidates.end(),
                  [&door](const Candidate& left, const Candidate& right) { return attributed_first(door, left, right); });
    const Candidate* furthest = nullptr;
    for (const auto& candidate : candidates) {
        if (candidate.rank == rank_of(Reason::granted)) return of(candidate, true);
        if (at_home(candidate, door) && (furthest == nullptr || candidate.rank > furthest->rank)) furthest = &candidate;
    }
    if (furthest != nullptr) return of(*furthest, false);
    auto decision = of(candidates.front(), false);
    decision.reason = to_string(Reason::no_access);
    return decision;
}

} // namespace

Decision decide(const model::Directory& directory, const model::DoorNode& door, const Presented& presented, base::Now now)
{
    const bool card = !presented.forms.empty();
    if (card && !model::takes_first(door, model::AccessMethod::card)) return {.reason = to_string(Reason::pin_required)};
    if (!card && !model::takes_first(door, model::AccessMethod::code)) return {.reason = to_string(Reason::card_required)};
    Candidates candidates;
    if (card) by_card(directory, door, presented.forms, candidates);
    if (!card) by_code(directory, door, presented.code ? std::string_view{*presented.code} : "", candidates);
    if (candidates.empty()) return {.reason = card ? "unknown_card" : "unknown_code"};
    if (ambiguous(candidates)) return {.reason = "ambiguous"};
    Candidates somebodys;
    for (const auto& candidate : candidates)
        if (candidate.node->user != nullptr) somebodys.push_back(candidate);
    if (somebodys.empty()) return {.reason = to_string(Reason::unassigned)};
    for (auto& candidate : somebodys) judge(door, presented, now, candidate);
    return chosen(door, somebodys);
}

} // namespace gatehouse::access
