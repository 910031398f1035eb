#include "access/decide.hpp"

#include <algorithm>
#include <set>

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

/// Workspaces with an entrance on the door, and its owner; in the order of their ids.
std::set<model::WorkspaceId> workspaces_at(const model::DoorNode& door)
{
    std::set<model::WorkspaceId> found{door.row.owner};
    for (const auto& here : door.entrances) found.insert(here.workspace);
    return found;
}

std::vector<Candidate> by_card(const model::Directory& directory, const model::DoorNode& door, const std::vector<std::string>& forms)
{
    std::vector<Candidate> found;
    std::set<model::CredentialId> seen;
    for (const auto& id : workspaces_at(door)) {
        const auto& workspace = *directory.workspace(id);
        for (const auto& form : forms)
            model::each_presented(workspace, form, [&found, &seen, &workspace](const model::CredentialNode& node) {
                if (seen.insert(node.row.id).second) found.push_back({.workspace = &workspace, .node = &node});
            });
    }
    return found;
}

std::vector<Candidate> by_code(const model::Directory& directory, const model::DoorNode& door, const std::string& code)
{
    const auto claim = door.pins.find(code);
    const auto* workspace = claim == door.pins.end() ? nullptr : directory.workspace(claim->second.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->credentials.find(claim->second.credential);
    if (node == nullptr || node->row.code != code) return {}; // an earlier code that a device may still hold opens nothing here
    return {{.workspace = workspace, .node = node}};
}

/// Two people of one workspace, as they stood before a rule forbade it, or by a damaged store.
bool ambiguous(const std::vector<Candidate>& candidates)
{
    std::map<model::WorkspaceId, model::Uuid> holders;
    for (const auto& candidate : candidates) {
        const auto holder = model::holder(*candidate.workspace, candidate.node->row);
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
    for (const auto& id : workspace.users.find(*candidate.node->row.user)->credentials) {
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

Decision chosen(const model::DoorNode& door, std::vector<Candidate> candidates)
{
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
    auto candidates = card ? by_card(directory, door, presented.forms) : by_code(directory, door, presented.code.value_or(""));
    if (candidates.empty()) return {.reason = card ? "unknown_card" : "unknown_code"};
    if (ambiguous(candidates)) return {.reason = "ambiguous"};
    const auto nobodys = [](const Candidate& candidate) { return !candidate.node->row.user; };
    if (std::all_of(candidates.begin(), candidates.end(), nobodys)) return {.reason = to_string(Reason::unassigned)};
    std::erase_if(candidates, nobodys);
    for (auto& candidate : candidates) judge(door, presented, now, candidate);
    return chosen(door, std::move(candidates));
}

} // namespace gatehouse::access
