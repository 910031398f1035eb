#pragma once

#include "model/directory.hpp"

namespace gatehouse::site {

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
    const model::Hours* of(const model::Hours& row) const
    {
        const auto found = directory.hours().find(row.key);
        return found == directory.hours().end() ? nullptr : &found->second.row;
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

} // namespace gatehouse::site
