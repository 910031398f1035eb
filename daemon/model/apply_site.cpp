#include "model/applier.hpp"

namespace gatehouse::model {

using base::fail;
using base::Fault;

namespace {

/// Replaces a row in place or adds a node for it; answers what stood there.
template <class Map, class Row>
std::optional<Row> replace(Map& map, const Row& row)
{
    const auto found = map.find(row.id);
    if (found == map.end()) {
        map.emplace(row.id, typename Map::mapped_type{row, {}});
        return std::nullopt;
    }
    return std::exchange(found->second.row, row);
}

bool shared(const DoorNode& door, const WorkspaceId& with)
{
    return std::find(door.shared_with.begin(), door.shared_with.end(), with) != door.shared_with.end();
}

} // namespace

Applier::Previous<WorkspaceRow> Applier::put(const WorkspaceRow& row)
{
    auto& slot = workspaces()[row.id];
    if (slot) return std::optional{std::exchange(slot->row, row)};
    slot = std::make_unique<Workspace>();
    slot->row = row;
    slot->hours = &hours();
    if (restoring()) slot->restoring();
    return std::optional<WorkspaceRow>{};
}

Applier::Previous<WorkspaceRow> Applier::erase(const WorkspaceRow& row)
{
    const auto found = workspaces().find(row.id);
    if (found == workspaces().end()) return missing("workspace");
    const auto& workspace = *found->second;
    if (workspace.systems.size() + workspace.identities.size() + workspace.attempts.size() != 0) return in_use("workspace");
    for (const auto& [id, door] : doors())
        if (door.row.owner == row.id || shared(door, row.id)) return in_use("workspace");
    for (const auto& [id, token] : tokens())
        if (token.workspace == row.id) return in_use("workspace");
    const auto previous = workspace.row;
    workspaces().erase(found);
    return std::optional{previous};
}

Applier::Previous<Hours> Applier::put(const Hours& row)
{
    auto read = WeeklyHours::read(row.week, row.closed_on, row.zone);
    if (!read) return fail(Fault::invalid, "hours " + row.key + ": " + read.error().detail, "hours_unreadable");
    const auto found = hours().find(row.key);
    if (found == hours().end()) {
        hours().emplace(row.key, HoursNode{row, std::move(*read)});
        return std::optional<Hours>{};
    }
    return std::optional{std::exchange(found->second, HoursNode{row, std::move(*read)}).row};
}

Applier::Previous<Hours> Applier::erase(const Hours& row)
{
    const auto found = hours().find(row.key);
    if (found == hours().end()) return missing("hours");
    for (const auto& [id, workspace] : workspaces()) {
        bool used = false;
        workspace->groups.walk(nullptr, [&used, &row](const GroupNode& group) {
            for (const auto& path : group.entrances) used = used || path.hours == row.key;
            return !used;
        });
        if (used) return in_use("hours");
    }
    auto previous = std::move(found->second.row);
    hours().erase(found);
    return std::optional{std::move(previous)};
}

Applier::Previous<Line> Applier::put(const Line& row)
{
    const auto [at, added] = lines().try_emplace(row.id, row);
    if (added) return std::optional<Line>{};
    return std::optional{std::exchange(at->second, row)};
}

Applier::Previous<Line> Applier::erase(const Line& row)
{
    if (devices_on().contains(row.id)) return in_use("line");
    const auto found = lines().find(row.id);
    if (found == lines().end()) return missing("line");
    const auto previous = found->second;
    lines().erase(found);
    return std::optional{previous};
}

Applier::Previous<Device> Applier::put(const Device& row)
{
    if (!lines().contains(row.line)) return missing("line");
    auto previous = replace(devices(), row);
    if (previous && previous->line != row.line) take_off_line(*previous);
    devices_on()[row.line].insert(row.id);
    return previous;
}

void Applier::take_off_line(const Device& row)
{
    const auto line = devices_on().find(row.line);
    line->second.erase(row.id);
    if (line->second.empty()) devices_on().erase(line);
}

Applier::Previous<Device> Applier::erase(const Device& row)
{
    const auto found = devices().find(row.id);
    if (found == devices().end()) return missing("controller");
    if (!found->second.doors.empty()) return in_use("controller");
    const auto previous = found->second.row;
    take_off_line(previous);
    devices().erase(found);
    return std::optional{previous};
}

Applier::Previous<Door> Applier::put(const Door& row)
{
    if (tenant(row.owner) == nullptr) return missing("workspace");
    const auto device = devices().find(row.device);
    if (device == devices().end()) return missing("controller");
    for (const auto& id : device->second.doors) {
        const auto& other = doors().at(id).row;
        if (id != row.id && other.output == row.output)
            return fail(Fault::conflict, "door " + row.key + ": door " + other.key + " has this strike", "strike_in_use");
    }
    const auto found = doors().find(row.id);
    if (found == doors().end()) {
        doors().emplace(row.id, DoorNode{.row = row});
        device->second.doors.push_back(row.id);
        return std::optional<Door>{};
    }
    auto previous = std::exchange(found->second.row, row);
    if (previous.device != row.device) {
        take_out(devices().at(previous.device).doors, row.id);
        device->second.doors.push_back(row.id);
    }
    refresh_mode(found->second);
    return std::optional{std::move(previous)};
}

Applier::Previous<Door> Applier::erase(const Door& row)
{
    const auto found = doors().find(row.id);
    if (found == doors().end()) return missing("device");
    const auto& door = found->second;
    if (door.entrances.size() + door.identities.size() + door.shared_with.size() + door.pins.size() + door.grants.size() +
            door.listed.size() !=
        0)
        return in_use("device");
    take_out(devices().at(door.row.device).doors, row.id);
    const auto previous = door.row;
    doors().erase(found);
    return std::optional{previous};
}

Applier::Previous<DoorShare> Applier::put(const DoorShare& row)
{
    const auto door = doors().find(row.door);
    if (door == doors().end()) return missing("device");
    if (tenant(row.workspace) == nullptr) return missing("workspace");
    if (shared(door->second, row.workspace)) return std::optional{row};
    door->second.shared_with.push_back(row.workspace);
    return std::optional<DoorShare>{};
}

Applier::Previous<DoorShare> Applier::erase(const DoorShare& row)
{
    const auto door = doors().find(row.door);
    if (door == doors().end() || !shared(door->second, row.workspace)) return missing("device");
    for (const auto& entrance : door->second.entrances)
        if (entrance.workspace == row.workspace && door->second.row.owner != row.workspace) return in_use("device");
    take_out(door->second.shared_with, row.workspace);
    return std::optional{row};
}

Applier::Previous<Token> Applier::put(const Token& row)
{
    if (tenant(row.workspace) == nullptr) return missing("workspace");
    const auto same = token_by_digest().find(row.digest);
    if (same != token_by_digest().end() && same->second != row.id)
        return fail(Fault::conflict, "another token has this key", "token_in_use");
    const auto [at, added] = tokens().try_emplace(row.id, row);
    std::optional<Token> previous;
    if (!added) {
        previous = std::exchange(at->second, row);
        token_by_digest().erase(previous->digest);
    }
    token_by_digest()[row.digest] = row.id;
    return previous;
}

Applier::Previous<Token> Applier::erase(const Token& row)
{
    const auto found = tokens().find(row.id);
    if (found == tokens().end()) return missing("token");
    auto previous = std::move(found->second);
    token_by_digest().erase(previous.digest);
    tokens().erase(found);
    return std::optional{std::move(previous)};
}

} // namespace gatehouse::model
