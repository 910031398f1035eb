#include "site/names.hpp"

namespace gatehouse::site {

Names::Names(const model::Directory& directory, const std::vector<model::Mutation>& rows)
{
    const auto take = [this](const auto& row) { keys_[row.id.value] = row.key; };
    for (const auto& [id, line] : directory.lines()) take(line);
    for (const auto& [id, device] : directory.devices()) take(device.row);
    for (const auto& [id, door] : directory.doors()) take(door.row);
    for (const auto& [id, workspace] : directory.workspaces()) {
        const auto take_all = [&take](const auto& table) {
            table.walk(nullptr, [&take](const auto& node) {
                take(node.row);
                return true;
            });
        };
        take(workspace->row);
        take_all(workspace->systems), take_all(workspace->entrances), take_all(workspace->groups);
    }
    for (const auto& mutation : rows)
        std::visit(
            [&take](const auto& row) {
                if constexpr (requires { row.id, row.absent, row.key; }) take(row);
            },
            mutation.row);
}

std::string Names::at(const model::Uuid& id) const
{
    const auto found = keys_.find(id);
    return found == keys_.end() ? base::to_string(id) : found->second;
}

} // namespace gatehouse::site
