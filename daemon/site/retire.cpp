#include "site/retire.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::site {

using base::fail;
using base::Fault;

namespace {

/// In which order rows are erased: what people have first, then what they have it by, then what that stands on. A row type that comes
/// later has to say its place here.
struct Rank {
    std::size_t operator()(const model::Membership&) const { return 0; }
    std::size_t operator()(const model::DirectGrant&) const { return 0; }
    std::size_t operator()(const model::DeviceGrant&) const { return 0; }
    std::size_t operator()(const model::CredentialEntrance&) const { return 0; }
    std::size_t operator()(const model::CredentialDoor&) const { return 0; }
    std::size_t operator()(const model::PinClaim&) const { return 0; }
    std::size_t operator()(const model::GrantEntrance&) const { return 0; }
    std::size_t operator()(const model::GrantDoor&) const { return 0; }
    std::size_t operator()(const model::MethodCredential&) const { return 0; }
    std::size_t operator()(const model::GrantMethod&) const { return 1; }
    std::size_t operator()(const model::AccessGrant&) const { return 2; }
    std::size_t operator()(const model::Credential&) const { return 1; }
    std::size_t operator()(const model::User&) const { return 2; }
    std::size_t operator()(const model::Identity&) const { return 2; }
    std::size_t operator()(const model::GroupEntrance&) const { return 3; }
    std::size_t operator()(const model::Group&) const { return 4; }
    std::size_t operator()(const model::Entrance&) const { return 5; }
    std::size_t operator()(const model::System&) const { return 6; }
    std::size_t operator()(const model::DoorShare&) const { return 7; }
    std::size_t operator()(const model::Door&) const { return 8; }
    std::size_t operator()(const model::Device&) const { return 9; }
    std::size_t operator()(const model::Line&) const { return 10; }
    std::size_t operator()(const model::Hours&) const { return 11; }
    std::size_t operator()(const model::Token&) const { return 11; }
    std::size_t operator()(const model::ActionAttempt&) const { return 11; }
    std::size_t operator()(const model::WorkspaceRow&) const { return 12; }
};

std::size_t rank(const model::Row& row)
{
    return std::visit(Rank{}, row);
}

/// Gathers what ends with a thing.
class Ending {
public:
    Ending(const model::Directory& directory, const std::function<bool(const model::Device&)>& may_go)
        : directory_{directory}, may_go_{may_go}
    {
    }

    void hours(const model::Hours& row)
    {
        if (!take("hours", row)) return;
        for (const auto& [id, workspace] : directory_.workspaces())
            workspace->groups.walk(nullptr, [this, &row](const model::GroupNode& group) {
                for (const auto& path : group.entrances)
                    if (path.hours == row.key) end_path(path, group.row);
                return true;
            });
    }
    /// Whether its row goes.
    bool line(const model::Line& row)
    {
        if (row.absent && std::any_of(directory_.devices().begin(), directory_.devices().end(), [this, &row](const auto& device) {
                return device.second.row.line == row.id && !goes(device.second);
            })) {
            for (const auto& [id, device] : directory_.devices())
                if (device.row.line == row.id) this->device(device);
            return false;
        }
        if (!take("line", row)) return true;
        for (const auto& [id, device] : directory_.devices())
            if (device.row.line == row.id) this->device(device);
        return true;
    }
    void device(const model::DeviceNode& device)
    {
        if (goes(device)) {
            if (!take("device", device.row)) return;
            ended.push_back(device.row.id);
        } else {
            if (!device.row.absent && in_file.empty()) in_file = "device \"" + device.row.key + "\"";
            waiting.push_back(device.row.id);
        }
        for (const auto& id : device.doors) door(*directory_.door(id));
    }
    void door(const model::DoorNode& door)
    {
        if (!take("door", door.row)) return;
        for (const auto& holder : door.identities) end(model::DeviceGrant{holder.id, door.row.id, holder.workspace});
        for (const auto& here : door.entrances) {
            const auto& workspace = *directory_.workspace(here.workspace);
            entrance(*workspace.entrances.find(here.id));
        }
        for (const auto& grant : door.grants) end(model::GrantDoor{grant.id, door.row.id, grant.workspace});
        for (const auto& listed : door.listed) end(model::CredentialDoor{listed.id, door.row.id, listed.workspace});
        for (const auto& [pin, claim] : door.pins) end(claim);
        for (const auto& tenant : door.shared_with) end(model::DoorShare{door.row.id, tenant});
    }
    void entrance(const model::EntranceNode& entrance)
    {
        if (!take("entrance", entrance.row)) return;
        const auto& workspace = *directory_.workspace(entrance.row.workspace);
        for (const auto& user : entrance.direct) end(model::DirectGrant{user, entrance.row.id, workspace.row.id});
        for (const auto& credential : entrance.listed) end(model::CredentialEntrance{credential, entrance.row.id, workspace.row.id});
        for (const auto& grant : entrance.grants) end(model::GrantEntrance{grant, entrance.row.id, workspace.row.id});
        for (const auto& id : entrance.groups) {
            const auto* group = workspace.groups.find(id);
            for (const auto& path : group->entrances)
                if (path.entrance == entrance.row.id) end_path(path, group->row);
        }
    }
    void group(const model::GroupNode& group)
    {
        if (!take("group", group.row)) return;
        for (const auto& user : group.members) end(model::Membership{user, group.row.id, group.row.workspace});
        for (const auto& path : group.entrances) end(path);
    }
    void system(const model::SystemNode& system)
    {
        if (!take("system", system.row)) return;
        const auto& workspace = *directory_.workspace(system.row.workspace);
        const auto of_it = [&system](const auto& node) { return node.row.system == system.row.id; };
        each(workspace.entrances, of_it, [this](const model::EntranceNode& node) { entrance(node); });
        each(workspace.groups, of_it, [this](const model::GroupNode& node) { group(node); });
        each(workspace.credentials, of_it, [this](const model::CredentialNode& node) { credential(node); });
        methods(workspace, system.row.id);
        each(workspace.users, of_it, [this](const model::UserNode& node) { end(node.row); });
    }

    std::vector<model::Mutation> rows()
    {
        std::stable_sort(rows_.begin(), rows_.end(),
                         [](const model::Mutation& left, const model::Mutation& right) { return rank(left.row) < rank(right.row); });
        return std::move(rows_);
    }

    std::vector<model::DeviceId> ended, waiting;
    std::string in_file; ///< what keeps it all from ending; empty when nothing does

private:
    template <class TableType, class Wanted, class Visit>
    static void each(const TableType& table, Wanted wanted, Visit visit)
    {
        table.walk(nullptr, [&](const auto& node) {
            if (wanted(node)) visit(node);
            return true;
        });
    }
    bool goes(const model::DeviceNode& device) const { return may_go_(device.row); }
    void credential(const model::CredentialNode& credential)
    {
        for (const auto& listed : credential.list) end(model::CredentialEntrance{credential.row.id, listed.id, credential.row.workspace});
        for (const auto& listed : credential.doors) end(model::CredentialDoor{credential.row.id, listed.id, credential.row.workspace});
        end(credential.row);
    }
    /// Access methods that lose their last credential with a system are taken away. What devices may hold is not known here: whoever
    /// applies the rows ends those that nothing holds (Ledger::finish_taken_away).
    void methods(const model::Workspace& workspace, const model::SystemId& system)
    {
        const auto stands = [&workspace, &system](const model::MethodNode& method, bool here) {
            return std::any_of(method.credentials.begin(), method.credentials.end(), [&workspace, &system, here](const auto& link) {
                const auto* node = workspace.credentials.find(link.id);
                return node != nullptr && (node->row.system == system) == here;
            });
        };
        const auto ends = [&workspace, &stands](const model::MethodNode& method) {
            const bool ending = method.row.deleting || workspace.grants.find(method.row.grant)->row.deleting;
            return !ending && stands(method, true) && !stands(method, false);
        };
        each(workspace.methods, ends, [this](const model::MethodNode& method) {
            auto row = method.row;
            row.deleting = true;
            rows_.push_back(model::put(std::move(row)));
        });
    }
    /// A group of the file keeps no path to what the file has no more; so this one is of an absent group, or the file is not applied yet.
    void end_path(const model::GroupEntrance& path, const model::Group& group)
    {
        if (!group.absent && in_file.empty()) in_file = "group \"" + group.key + "\"";
        end(path);
    }
    /// False: it is being ended already.
    template <class Row>
    bool take(std::string_view kind, const Row& row)
    {
        if (!row.absent && in_file.empty()) in_file = std::string{kind} + " \"" + row.key + "\"";
        return end(row);
    }
    template <class Row>
    bool end(const Row& row)
    {
        std::string name{Row::table};
        int at = 0;
        Row::fields(row, [&name, &at](std::string_view, const auto& value) {
            if (at++ >= Row::keys) return;
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>)
                name += " " + value;
            else if constexpr (requires { to_string(value); })
                name += " " + to_string(value);
        });
        if (!named_.insert(std::move(name)).second) return false;
        rows_.push_back(model::erase(row));
        return true;
    }

    const model::Directory& directory_;
    const std::function<bool(const model::Device&)>& may_go_;
    std::set<std::string> named_;
    std::vector<model::Mutation> rows_;
};

base::Error unknown(const Thing& thing)
{
    return fail(Fault::not_found, "There is no " + thing.kind + " \"" + thing.key + "\"", thing.kind + "_not_found");
}

/// Begins with the one thing of that key; answers what is wrong with asking for it.
template <class Map, class Row, class Begin>
base::Result<void> begin_site(const Map& map, Row row_of, const Thing& thing, Begin begin)
{
    for (const auto& [id, node] : map)
        if (row_of(node).key == thing.key) return begin(node), base::Result<void>{};
    return unknown(thing);
}

template <class Table, class Begin>
base::Result<void> begin_tenant(const model::Directory& directory, Table model::Workspace::*table, const Thing& thing, Begin begin)
{
    std::vector<std::function<void()>> found;
    for (const auto& [id, workspace] : directory.workspaces()) {
        if (thing.workspace && workspace->row.key != *thing.workspace) continue;
        (workspace.get()->*table).walk(nullptr, [&found, &thing, &begin](const auto& node) {
            if (node.row.key == thing.key) found.push_back([&begin, &node] { begin(node); });
            return true;
        });
    }
    if (found.empty()) return unknown(thing);
    if (found.size() > 1) return fail(Fault::invalid, "Several workspaces have a " + thing.kind + " \"" + thing.key + "\"; say which");
    found.front()();
    return {};
}

base::Result<void> begin(const model::Directory& directory, const Thing& thing, Ending& ending)
{
    const auto itself = [](const auto& row) -> const auto& { return row; };
    const auto inner = [](const auto& node) -> const auto& { return node.row; };
    if (thing.kind == "hours") return begin_site(directory.hours(), inner, thing, [&ending](const auto& node) { ending.hours(node.row); });
    if (thing.kind == "line") return begin_site(directory.lines(), itself, thing, [&ending](const auto& row) { ending.line(row); });
    if (thing.kind == "device") return begin_site(directory.devices(), inner, thing, [&ending](const auto& node) { ending.device(node); });
    if (thing.kind == "door") return begin_site(directory.doors(), inner, thing, [&ending](const auto& node) { ending.door(node); });
    if (thing.kind == "system")
        return begin_tenant(directory, &model::Workspace::systems, thing, [&ending](const auto& node) { ending.system(node); });
    if (thing.kind == "entrance")
        return begin_tenant(directory, &model::Workspace::entrances, thing, [&ending](const auto& node) { ending.entrance(node); });
    if (thing.kind == "group")
        return begin_tenant(directory, &model::Workspace::groups, thing, [&ending](const auto& node) { ending.group(node); });
    return fail(Fault::invalid, "There is no such kind of thing: system, entrance, group, door, device, line or hours");
}

} // namespace

base::Result<Retirement> retire(model::Directory& directory, const Thing& thing, const std::function<bool(const model::Device&)>& may_go,
                                const Terms& terms)
{
    Ending ending{directory, may_go};
    if (auto begun = begin(directory, thing, ending); !begun) return begun.error();
    if (!ending.in_file.empty())
        return fail(Fault::conflict,
                    ending.in_file +
                        " is in the configuration in use: only what the file leaves out is ended. Take it out and apply the file first",
                    "still_in_file");
    Retirement made;
    made.ended = std::move(ending.ended);
    made.waiting = std::move(ending.waiting);
    made.plan.rows = ending.rows();
    made.plan.steps = steps(directory, made.plan.rows);
    auto compared = delta(directory, made.plan.rows, terms);
    if (!compared) return compared.error();
    made.plan.delta = std::move(*compared);
    return made;
}

} // namespace gatehouse::site
