#include "site/plan.hpp"
#include "site/standing.hpp"

#include <map>

namespace gatehouse::site {

namespace {

std::string_view kind_of(std::string_view table)
{
    if (table == "access_group") return "group";
    if (table == "group_entrance") return "path";
    if (table == "door_share") return "share";
    return table;
}

/// Keys of things by their id, as they stand and as the rows have them.
class Keys {
public:
    Keys(const model::Directory& directory, const std::vector<model::Mutation>& rows) : directory_{directory}
    {
        for (const auto& mutation : rows)
            std::visit(
                [this](const auto& row) {
                    if constexpr (requires { row.id, row.absent, row.key; }) put_[row.id.value] = row.key;
                },
                mutation.row);
    }

    std::string path(const model::GroupEntrance& row) const
    {
        const auto* workspace = directory_.workspace(row.workspace);
        return key_in(workspace, &model::Workspace::groups, row.group) + "/" +
               key_in(workspace, &model::Workspace::entrances, row.entrance);
    }
    std::string share(const model::DoorShare& row) const
    {
        const auto* door = directory_.door(row.door);
        const auto* workspace = directory_.workspace(row.workspace);
        return (door == nullptr ? put(row.door.value) : door->row.key) + "/" +
               (workspace == nullptr ? put(row.workspace.value) : workspace->row.key);
    }

private:
    std::string put(const model::Uuid& id) const
    {
        const auto found = put_.find(id);
        return found == put_.end() ? base::to_string(id) : found->second;
    }
    template <class Table, class IdType>
    std::string key_in(const model::Workspace* workspace, Table model::Workspace::*table, const IdType& id) const
    {
        const auto* node = workspace == nullptr ? nullptr : (workspace->*table).find(id);
        return node == nullptr ? put(id.value) : node->row.key;
    }

    const model::Directory& directory_;
    std::map<model::Uuid, std::string> put_;
};

/// What becomes of a thing that has a key.
template <class Row>
std::string_view what_of(const Row* stands, const Row& row, bool erase)
{
    if (erase) return "erased";
    if (stands == nullptr) return "added";
    if (row.absent != stands->absent) return row.absent ? "left_out" : "taken_back";
    if (row.key != stands->key) return "renamed";
    if constexpr (std::is_same_v<Row, model::Door>)
        if (row.device != stands->device || row.output != stands->output) return "moved";
    return "changed";
}

struct Describe {
    const Standing standing;
    const Keys& keys;
    bool erase;

    Step operator()(const model::GroupEntrance& row) const
    {
        const auto* stands = standing.of(row);
        return {erase ? "erased" : stands == nullptr ? "added" : "changed", "path", keys.path(row)};
    }
    Step operator()(const model::DoorShare& row) const { return {erase ? "erased" : "added", "share", keys.share(row)}; }
    template <class Row>
    Step operator()(const Row& row) const
    {
        if constexpr (requires { row.absent; })
            return {what_of(standing.of(row), row, erase), kind_of(Row::table), row.key};
        else
            return {erase ? "erased" : "changed", kind_of(Row::table), {}};
    }
};

} // namespace

std::vector<Step> steps(const model::Directory& directory, const std::vector<model::Mutation>& rows)
{
    const Keys keys{directory, rows};
    std::vector<Step> found;
    std::map<std::string_view, std::size_t> of_people;
    for (const auto& [row, erase] : rows) {
        auto step = std::visit(Describe{Standing{directory}, keys, erase}, row);
        const bool between =
            std::holds_alternative<model::Door>(row) && std::get<model::Door>(row).output < 0; // on its way to another strike
        if (step.key.empty())
            ++of_people[step.kind];
        else if (!between)
            found.push_back(std::move(step));
    }
    for (const auto& [kind, count] : of_people) found.push_back({"erased", kind, std::to_string(count)});
    return found;
}

} // namespace gatehouse::site
