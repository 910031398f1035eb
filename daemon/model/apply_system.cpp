#include "model/applier.hpp"

namespace gatehouse::model {

using base::fail;
using base::Fault;

namespace {

bool linked(const EntranceNode& node)
{
    return node.groups.size() + node.direct.size() + node.listed.size() + node.grants.size() != 0;
}

bool linked(const GroupNode& node)
{
    return node.entrances.size() + node.members.size() != 0;
}

/// Paths and grants never lead from one system to another.
base::Error moves_between_systems(std::string_view kind)
{
    return fail(Fault::conflict, "the " + std::string{kind} + " cannot change its system while paths or grants use it",
                std::string{kind} + "_in_use");
}

} // namespace

Applier::Previous<System> Applier::put(const System& row)
{
    auto* workspace = tenant(row.workspace);
    if (workspace == nullptr) return missing("workspace");
    if (auto* node = workspace->systems.find(row.id)) return std::optional{workspace->systems.replace(*node, row)};
    workspace->systems.add({row});
    return std::optional<System>{};
}

Applier::Previous<System> Applier::erase(const System& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->systems.find(row.id);
    if (node == nullptr) return missing("acs_system");
    if (node->users + node->groups + node->entrances + node->credentials != 0) return in_use("acs_system");
    const auto previous = node->row;
    workspace->systems.erase(row.id);
    return std::optional{previous};
}

void Applier::refresh_mode(DoorNode& door)
{
    door.mode = "card";
    EntranceId first;
    for (const auto& here : door.entrances) {
        if (here.workspace != door.row.owner || (!first.nil() && first < here.id)) continue;
        first = here.id;
        door.mode = tenant(here.workspace)->entrances.find(here.id)->row.mode;
    }
}

Applier::Previous<Entrance> Applier::put(const Entrance& row)
{
    auto* workspace = tenant(row.workspace);
    auto* system = workspace == nullptr ? nullptr : workspace->systems.find(row.system);
    if (system == nullptr) return missing("acs_system");
    const auto door = doors().find(row.door);
    if (door == doors().end()) return missing("device");
    auto* node = workspace->entrances.find(row.id);
    const bool comes =
        node == nullptr || node->row.door != row.door; // an entrance that is there stays when the door passes to another owner
    const auto& shared = door->second.shared_with;
    if (comes && !known() && door->second.row.owner != row.workspace &&
        std::find(shared.begin(), shared.end(), row.workspace) == shared.end())
        return fail(Fault::invalid, "the door is not shared with this workspace");

    if (node != nullptr) {
        if (node->row.system != row.system) {
            if (linked(*node)) return moves_between_systems("acs_entrance");
            --workspace->systems.find(node->row.system)->entrances;
            ++system->entrances;
        }
        auto previous = workspace->entrances.replace(*node, row);
        if (previous.door != row.door) {
            auto& left = doors().at(previous.door);
            take_out(left.entrances, {row.workspace, row.id});
            door->second.entrances.push_back({row.workspace, row.id});
            refresh_mode(left);
        }
        refresh_mode(door->second);
        return std::optional{std::move(previous)};
    }
    workspace->entrances.add({row, {}, {}, {}, {}});
    door->second.entrances.push_back({row.workspace, row.id});
    refresh_mode(door->second);
    ++system->entrances;
    return std::optional<Entrance>{};
}

Applier::Previous<Entrance> Applier::erase(const Entrance& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->entrances.find(row.id);
    if (node == nullptr) return missing("acs_entrance");
    if (linked(*node)) return in_use("acs_entrance");
    auto previous = node->row;
    auto& door = doors().at(previous.door);
    take_out(door.entrances, {row.workspace, row.id});
    --workspace->systems.find(previous.system)->entrances;
    workspace->entrances.erase(row.id);
    refresh_mode(door);
    return std::optional{std::move(previous)};
}

Applier::Previous<Group> Applier::put(const Group& row)
{
    auto* workspace = tenant(row.workspace);
    auto* system = workspace == nullptr ? nullptr : workspace->systems.find(row.system);
    if (system == nullptr) return missing("acs_system");
    if (auto* node = workspace->groups.find(row.id)) {
        if (node->row.system != row.system) {
            if (linked(*node)) return moves_between_systems("acs_access_group");
            --workspace->systems.find(node->row.system)->groups;
            ++system->groups;
        }
        return std::optional{workspace->groups.replace(*node, row)};
    }
    workspace->groups.add({row, {}, {}});
    ++system->groups;
    return std::optional<Group>{};
}

Applier::Previous<Group> Applier::erase(const Group& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->groups.find(row.id);
    if (node == nullptr) return missing("acs_access_group");
    if (linked(*node)) return in_use("acs_access_group");
    auto previous = node->row;
    --workspace->systems.find(previous.system)->groups;
    workspace->groups.erase(row.id);
    return std::optional{std::move(previous)};
}

Applier::Previous<GroupEntrance> Applier::put(const GroupEntrance& row)
{
    auto* workspace = tenant(row.workspace);
    auto* group = workspace == nullptr ? nullptr : workspace->groups.find(row.group);
    if (group == nullptr) return missing("acs_access_group");
    auto* entrance = workspace->entrances.find(row.entrance);
    if (entrance == nullptr) return missing("acs_entrance");
    if (entrance->row.system != group->row.system) return fail(Fault::invalid, "the entrance belongs to another system");
    for (auto& path : group->entrances)
        if (path.entrance == row.entrance) return std::optional{std::exchange(path, row)};
    group->entrances.push_back(row);
    entrance->groups.nodes().push_back(group);
    return std::optional<GroupEntrance>{};
}

Applier::Previous<GroupEntrance> Applier::erase(const GroupEntrance& row)
{
    auto* workspace = tenant(row.workspace);
    auto* group = workspace == nullptr ? nullptr : workspace->groups.find(row.group);
    if (group == nullptr) return missing("acs_access_group");
    for (auto at = group->entrances.begin(); at != group->entrances.end(); ++at) {
        if (at->entrance != row.entrance) continue;
        auto previous = *at;
        group->entrances.erase(at);
        take_out(workspace->entrances.find(row.entrance)->groups.nodes(), group);
        return std::optional{std::move(previous)};
    }
    return missing("acs_entrance");
}

} // namespace gatehouse::model
