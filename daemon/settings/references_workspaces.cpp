#include "settings/nearest.hpp"
#include "settings/references.hpp"

#include <algorithm>
#include <map>

namespace gatehouse::settings {

namespace {

bool may_use(const Door& door, const std::string& workspace)
{
    return door.owner == workspace || std::find(door.shared_with.begin(), door.shared_with.end(), workspace) != door.shared_with.end();
}

void expect_hours(const Settings& settings, const std::string& name, const std::string& path, Findings& findings)
{
    if (name != always) findings.expect(settings.hours, name, path, "hours");
}

void check_entrance(const Settings& settings, const Workspace& workspace, const Entrance& entrance, const std::string& path,
                    Findings& findings)
{
    for (std::size_t i = 0; i < entrance.modes.size(); ++i)
        expect_hours(settings, entrance.modes[i].hours, path + ".modes[" + std::to_string(i) + "].hours", findings);
    const Door* door = findings.expect(settings.doors, entrance.door, path + ".door", "door");
    if (door == nullptr || door->owner.empty()) return;
    if (!may_use(*door, workspace.key))
        findings.add(path + ".door", "door " + in_quotes(door->key) + " belongs to " + in_quotes(door->owner) + " and is not shared with " +
                                         in_quotes(workspace.key));
    else if (door->owner != workspace.key && entrance.mode != Mode::card)
        findings.add(path + ".mode", "the mode of a door is set by its owner, " + in_quotes(door->owner));
    else if (door->owner != workspace.key && !entrance.modes.empty())
        findings.add(path + ".modes", "the mode of a door is set by its owner, " + in_quotes(door->owner));
}

void check_group(const Settings& settings, const System& system, const Group& group, const std::string& path, Findings& findings)
{
    for (const GroupEntrance& use : group.entrances) {
        const std::string at = path + ".entrances." + use.entrance;
        findings.expect(system.entrances, use.entrance, at, "entrance");
        expect_hours(settings, use.hours, at, findings);
    }
}

/// Ids are made of workspace, kind and key alone, so a key serves one system of a workspace only.
class KeysOfWorkspace {
public:
    KeysOfWorkspace(Findings& findings, std::string kind) : findings_{findings}, kind_{std::move(kind)} {}

    void use(const std::string& key, const std::string& system, const std::string& path)
    {
        const auto [first, is_new] = system_of_.try_emplace(key, system);
        if (!is_new) findings_.add(path, "system " + in_quotes(first->second) + " of this workspace has " + kind_ + " of this key as well");
    }

private:
    Findings& findings_;
    std::string kind_;
    std::map<std::string, std::string> system_of_;
};

/// A door has one mode, so two entrances of its owner on it may not ask for two.
void check_one_mode(const Workspace& workspace, Findings& findings)
{
    std::map<std::string, const Entrance*> first_on;
    for (const System& system : workspace.systems)
        for (const Entrance& entrance : system.entrances) {
            const auto [first, is_new] = first_on.try_emplace(entrance.door, &entrance);
            if (!is_new && first->second->mode != entrance.mode)
                findings.add("workspaces." + workspace.key + ".systems." + system.key + ".entrances." + entrance.key + ".mode",
                             "entrance " + in_quotes(first->second->key) + " gives the same door another mode");
        }
}

void check_workspace(const Settings& settings, const Workspace& workspace, Findings& findings)
{
    KeysOfWorkspace entrances{findings, "an entrance"};
    KeysOfWorkspace groups{findings, "a group"};
    for (const System& system : workspace.systems) {
        const std::string path = "workspaces." + workspace.key + ".systems." + system.key;
        for (const Entrance& entrance : system.entrances) {
            const std::string at = path + ".entrances." + entrance.key;
            entrances.use(entrance.key, system.key, at);
            check_entrance(settings, workspace, entrance, at, findings);
        }
        for (const Group& group : system.groups) {
            const std::string at = path + ".groups." + group.key;
            groups.use(group.key, system.key, at);
            check_group(settings, system, group, at, findings);
        }
    }
    check_one_mode(workspace, findings);
}

} // namespace

void check_workspaces(const Settings& settings, Findings& findings)
{
    for (const Workspace& workspace : settings.workspaces) check_workspace(settings, workspace, findings);
}

} // namespace gatehouse::settings
