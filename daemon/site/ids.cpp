#include "site/ids.hpp"

#include <set>

namespace gatehouse::site {

namespace {

/// Something that stands: a row's key, the one it had before, and its id.
struct StandingRow {
    base::Uuid id;
    std::string key, was;
    bool absent = false;
};

/// Something the file names.
struct Named {
    std::string key;
    std::optional<std::string> was;
    std::string path;
    const StandingRow* means = nullptr;
    bool renamed = false; ///< it was found by `was`
};

template <class Row>
StandingRow standing(const Row& row)
{
    return {row.id.value, row.key, row.was, row.absent};
}

template <class Item>
void name_all(std::vector<Named>& into, const std::vector<Item>& items, const std::string& path)
{
    for (const auto& item : items) into.push_back({item.key, item.was, path + "." + item.key});
}

} // namespace

/// One kind of things of one owner.
class KeysOfKind {
public:
    KeysOfKind(Ids& ids, const settings::Settings& settings, std::string kind, std::string owner, std::string made_by,
               std::set<base::Uuid>& taken)
        : ids_{ids}, settings_{settings}, kind_{std::move(kind)}, owner_{std::move(owner)}, made_by_{std::move(made_by)}, taken_{taken}
    {
    }

    void resolve(const std::vector<StandingRow>& all, std::vector<Named> named)
    {
        for (const auto& one : all) by_key_[one.key] = &one;
        for (auto& item : named) find(item);
        for (const auto& item : named) check(item);
        for (const auto& item : named) ids_.ids_[Ids::name(kind_, owner_, item.key)] = id_of(item);
    }

private:
    const StandingRow* stands(const std::string& key) const
    {
        const auto found = by_key_.find(key);
        return found == by_key_.end() ? nullptr : found->second;
    }

    void find(Named& item)
    {
        item.means = stands(item.key);
        const bool followed = item.means != nullptr && item.was && item.means->was == *item.was;
        if (item.was && !followed) {
            const auto* before = stands(*item.was);
            if (before == nullptr)
                report(item.path + ".was", "no " + kind_ + " \"" + *item.was + "\" is known; leave `was` out" +
                                               (item.means == nullptr ? " of what is new" : ""));
            item.renamed = before != nullptr;
            if (before != nullptr) item.means = before;
        }
        if (item.means != nullptr) ++meant_[item.means];
    }

    void check(const Named& item)
    {
        if (!item.renamed) return;
        const auto* there = stands(item.key);
        if (meant_[item.means] > 1)
            report(item.path + ".was", "\"" + *item.was + "\" is the key of another " + kind_ + " of this file");
        else if (there != nullptr && !meant_.contains(there))
            report(item.path, "is the key of " + kind_ + " \"" + item.key +
                                  "\", which this file leaves out: end that with `gatehouse retire`, or take another key");
    }

    /// Keys may come back for something new while what had them first goes on under another: then the next id counts them.
    base::Uuid id_of(const Named& item)
    {
        if (item.means != nullptr) return item.means->id;
        auto text = item.key;
        auto id = base::declared_uuid(made_by_, kind_, text);
        for (int again = 2; !taken_.insert(id).second; ++again) {
            text = item.key + "/" + std::to_string(again);
            id = base::declared_uuid(made_by_, kind_, text);
        }
        if (text != item.key) ids_.made_of_[Ids::name(kind_, owner_, item.key)] = text;
        return id;
    }

    void report(const std::string& path, std::string message)
    {
        ids_.problems_.push_back({.at = settings::mark_of(settings_, path), .path = path, .message = std::move(message)});
    }

    Ids& ids_;
    const settings::Settings& settings_;
    std::string kind_, owner_, made_by_;
    std::set<base::Uuid>& taken_; ///< of the kind, whoever's
    std::map<std::string, const StandingRow*> by_key_;
    std::map<const StandingRow*, int> meant_;
};

namespace {

/// Rows of a table of one workspace, or none.
template <class Table>
std::vector<StandingRow> rows_of(const model::Workspace* workspace, Table model::Workspace::*table)
{
    std::vector<StandingRow> rows;
    if (workspace != nullptr)
        (workspace->*table).walk(nullptr, [&rows](const auto& node) {
            rows.push_back(standing(node.row));
            return true;
        });
    return rows;
}

template <class Table>
std::set<base::Uuid> taken(const model::Directory& directory, Table model::Workspace::*table)
{
    std::set<base::Uuid> ids;
    for (const auto& [id, workspace] : directory.workspaces())
        for (const auto& row : rows_of(workspace.get(), table)) ids.insert(row.id);
    return ids;
}

std::set<base::Uuid> taken(const std::vector<StandingRow>& rows)
{
    std::set<base::Uuid> ids;
    for (const auto& row : rows) ids.insert(row.id);
    return ids;
}

} // namespace

Ids::Ids(const model::Directory& directory, const settings::Settings& settings)
{
    find_site(directory, settings);
    auto systems = taken(directory, &model::Workspace::systems);
    auto entrances = taken(directory, &model::Workspace::entrances);
    auto groups = taken(directory, &model::Workspace::groups);
    for (const auto& workspace : settings.workspaces) {
        const auto* stands = directory.workspace(this->workspace(workspace.key));
        const auto path = "workspaces." + workspace.key + ".systems";
        std::vector<Named> of_systems, of_entrances, of_groups;
        name_all(of_systems, workspace.systems, path);
        for (const auto& system : workspace.systems) {
            name_all(of_entrances, system.entrances, path + "." + system.key + ".entrances");
            name_all(of_groups, system.groups, path + "." + system.key + ".groups");
        }
        const auto find = [&](std::string_view kind, std::set<base::Uuid>& ids, const std::vector<StandingRow>& rows,
                              std::vector<Named> named) {
            KeysOfKind{*this, settings, std::string{kind}, workspace.key, workspace.key, ids}.resolve(rows, std::move(named));
        };
        find("system", systems, rows_of(stands, &model::Workspace::systems), std::move(of_systems));
        find("entrance", entrances, rows_of(stands, &model::Workspace::entrances), std::move(of_entrances));
        find("group", groups, rows_of(stands, &model::Workspace::groups), std::move(of_groups));
    }
}

/// What belongs to the site.
void Ids::find_site(const model::Directory& directory, const settings::Settings& settings)
{
    const auto find = [this, &settings](std::string_view kind, const std::vector<StandingRow>& rows, const auto& items) {
        std::vector<Named> named;
        name_all(named, items, std::string{kind} + "s");
        auto ids = taken(rows);
        KeysOfKind{*this, settings, std::string{kind}, {}, settings.site.key, ids}.resolve(rows, std::move(named));
    };
    std::vector<StandingRow> workspaces, lines, devices, doors;
    for (const auto& [id, workspace] : directory.workspaces()) workspaces.push_back(standing(workspace->row));
    for (const auto& [id, line] : directory.lines()) lines.push_back(standing(line));
    for (const auto& [id, device] : directory.devices()) devices.push_back(standing(device.row));
    for (const auto& [id, door] : directory.doors()) doors.push_back(standing(door.row));
    find("workspace", workspaces, settings.workspaces);
    find("line", lines, settings.lines);
    find("device", devices, settings.devices);
    find("door", doors, settings.doors);
}

std::string Ids::name(std::string_view kind, std::string_view owner, std::string_view key)
{
    std::string text{kind};
    return text.append("/").append(owner).append("/").append(key);
}

base::Uuid Ids::at(std::string_view kind, std::string_view owner, std::string_view key) const
{
    const auto found = ids_.find(name(kind, owner, key));
    return found == ids_.end() ? base::Uuid{} : found->second;
}

std::string Ids::first_key(std::string_view workspace) const
{
    const auto found = made_of_.find(name("workspace", {}, workspace));
    return found == made_of_.end() ? std::string{} : found->second;
}

} // namespace gatehouse::site
