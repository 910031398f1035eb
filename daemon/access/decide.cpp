#include "access/decide.hpp"

#include "base/few.hpp"
#include "model/ranking.hpp"
#include "model/second_factor.hpp"

#include <algorithm>

namespace gatehouse::access {

using model::Reason;

namespace {

struct Candidate : model::Runner {
    std::string_view reason;
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
            if (std::none_of(found.begin(), found.end(), same)) found.push_back({{&workspace, &node}});
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
    found.push_back({{workspace, node}});
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

void judge(const model::DoorNode& door, const Presented& presented, base::Now now, Candidate& candidate)
{
    const auto opening = model::opens(*candidate.workspace, *candidate.node, door, now);
    candidate.reason = to_string(opening.reason);
    candidate.reach = model::reach(opening.reason);
    candidate.number = opening.number;
    if (!opening.open || !model::asks_for_code(door, candidate.node->row.method)) return;
    const auto second =
        presented.code ? model::code_after(*candidate.workspace, *candidate.node, door, now, *presented.code) : std::nullopt;
    if (second && second->open) {
        candidate.number = std::max(candidate.number, second->number);
        return;
    }
    candidate.reason = presented.code ? "wrong_pin" : "pin_timeout";
    candidate.reach = model::reach(Reason::second_factor);
}

Decision chosen(const model::DoorNode& door, const Candidates& candidates)
{
    const Candidate& one = model::furthest(door, candidates);
    const bool granted = one.reach == model::reach(Reason::granted);
    const auto reason = granted || model::at_home(one, door) ? one.reason : to_string(Reason::no_access);
    return {granted, reason, one.workspace->row.id, one.node->row.id, one.number};
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
