#include "site/declare.hpp"

#include <set>

namespace gatehouse::site {

using model::Mutation;
using model::Row;

namespace {

/// What the directory holds under a declared row's key; null when nothing.
struct Standing {
    const model::Directory& directory;

    template <class Table, class IdType>
    auto in(const model::WorkspaceId& workspace, Table model::Workspace::*table, const IdType& id) const
        -> decltype(&(directory.workspace({})->*table).find(id)->row)
    {
        const auto* tenant = directory.workspace(workspace);
        const auto* node = tenant == nullptr ? nullptr : (tenant->*table).find(id);
        return node == nullptr ? nullptr : &node->row;
    }

    const model::WorkspaceRow* of(const model::WorkspaceRow& row) const
    {
        const auto* workspace = directory.workspace(row.id);
        return workspace == nullptr ? nullptr : &workspace->row;
    }
    const model::Line* of(const model::Line& row) const { return directory.line(row.id); }
    const model::Device* of(const model::Device& row) const
    {
        const auto* device = directory.device(row.id);
        return device == nullptr ? nullptr : &device->row;
    }
    const model::Door* of(const model::Door& row) const
    {
        const auto* door = directory.door(row.id);
        return door == nullptr ? nullptr : &door->row;
    }
    const model::System* of(const model::System& row) const { return in(row.workspace, &model::Workspace::systems, row.id); }
    const model::Entrance* of(const model::Entrance& row) const { return in(row.workspace, &model::Workspace::entrances, row.id); }
    const model::Group* of(const model::Group& row) const { return in(row.workspace, &model::Workspace::groups, row.id); }
    const model::GroupEntrance* of(const model::GroupEntrance& row) const
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* group = workspace == nullptr ? nullptr : workspace->groups.find(row.group);
        if (group == nullptr) return nullptr;
        for (const auto& path : group->entrances)
            if (path.entrance == row.entrance) return &path;
        return nullptr;
    }
};

/// Collects what differs.
class Difference {
public:
    Difference(const model::Directory& directory, base::Instant now) : directory_{directory}, now_{now} {}

    template <class T>
    void want(T row)
    {
        if constexpr (requires { row.id; }) seen_.insert(row.id.value);
        const auto* stands = Standing{directory_}.of(row);
        if constexpr (requires { row.created_at; }) row.created_at = stands == nullptr ? now_ : stands->created_at;
        if (stands != nullptr) row.touched = stands->touched;
        if constexpr (std::is_same_v<T, model::Group>) // its schedule is not of the file
            if (stands != nullptr) row.starts_at = stands->starts_at, row.ends_at = stands->ends_at;
        if (stands == nullptr || !(*stands == row)) changes_.push_back(model::put(std::move(row)));
    }
    void want(model::DoorShare row)
    {
        const auto* door = directory_.door(row.door);
        if (door != nullptr)
            for (const auto& tenant : door->shared_with)
                if (tenant == row.workspace) return;
        changes_.push_back(model::put(row));
    }
    void want(model::GroupEntrance row)
    {
        paths_.insert({row.group, row.entrance});
        const auto* stands = Standing{directory_}.of(row);
        if (stands == nullptr || stands->hours != row.hours) changes_.push_back(model::put(std::move(row)));
    }

    /// What the file leaves out: things become absent; a path that a group of the file no longer has is gone.
    std::vector<Mutation> finish()
    {
        for (const auto& [id, line] : directory_.lines()) leave(line);
        for (const auto& [id, device] : directory_.devices()) leave(device.row);
        for (const auto& [id, door] : directory_.doors()) leave(door.row);
        for (const auto& [id, workspace] : directory_.workspaces()) {
            leave(workspace->row);
            leave_all(workspace->systems), leave_all(workspace->entrances), leave_all(workspace->groups);
            workspace->groups.walk(nullptr, [this](const model::GroupNode& group) {
                for (const auto& path : group.entrances)
                    if (seen_.contains(group.row.id.value) && !paths_.contains({path.group, path.entrance}))
                        narrowing_.push_back(model::erase(path));
                return true;
            });
        }
        // Narrowing first.
        narrowing_.insert(narrowing_.end(), changes_.begin(), changes_.end());
        return std::move(narrowing_);
    }

private:
    template <class T>
    void leave(const T& row)
    {
        if (row.absent || seen_.contains(row.id.value)) return;
        auto absent = row;
        absent.absent = true;
        changes_.push_back(model::put(std::move(absent)));
    }
    template <class TableType>
    void leave_all(const TableType& table)
    {
        table.walk(nullptr, [this](const auto& node) {
            leave(node.row);
            return true;
        });
    }

    const model::Directory& directory_;
    base::Instant now_;
    std::set<model::Uuid> seen_;
    std::set<std::pair<model::GroupId, model::EntranceId>> paths_;
    std::vector<Mutation> changes_, narrowing_;
};

} // namespace

std::vector<Mutation> difference(const model::Directory& directory, const settings::Settings& settings, base::Instant now)
{
    Difference difference{directory, now};
    for (auto& row : declared(settings))
        std::visit(
            [&difference]<class T>(T& value) {
                if constexpr (!std::is_same_v<T, model::Identity> && !std::is_same_v<T, model::User> &&
                              !std::is_same_v<T, model::Membership> && !std::is_same_v<T, model::DirectGrant> &&
                              !std::is_same_v<T, model::DeviceGrant> && !std::is_same_v<T, model::Credential> &&
                              !std::is_same_v<T, model::CredentialEntrance> && !std::is_same_v<T, model::Token> &&
                              !std::is_same_v<T, model::ActionAttempt>)
                    difference.want(std::move(value));
            },
            row);
    return difference.finish();
}

} // namespace gatehouse::site
