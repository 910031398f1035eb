#include "site/plan.hpp"
#include "site/standing.hpp"

#include <algorithm>
#include <array>
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

/// Whose a thing is.
template <class Row>
std::string owner_of(const Row& row, const Names& names)
{
    if constexpr (requires { row.owner; }) return names.of(row.owner);
    if constexpr (requires { row.workspace; }) return names.of(row.workspace);
    return {};
}

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

/// A device that is met somewhere else than before: only its owner knows whether that is another unit.
std::string note_on(const model::Device& device, const std::vector<Edit>& edits)
{
    const auto of_address = [](const Edit& edit) {
        return edit.field == "line" || edit.field == "address" || edit.field.starts_with("params.");
    };
    if (std::none_of(edits.begin(), edits.end(), of_address)) return {};
    return "another address: nothing of it is verified until its table is read there; if another unit is met there: gatehouse replace " +
           device.key;
}

/// Of a line that leads elsewhere: so it is with every device on it.
std::string note_on(const model::Line&, const std::vector<Edit>& edits)
{
    constexpr auto places = std::to_array<std::string_view>({"driver", "url", "tcp", "serial", "user", "baud"});
    const auto of_place = [&places](const Edit& edit) { return std::find(places.begin(), places.end(), edit.field) != places.end(); };
    if (std::none_of(edits.begin(), edits.end(), of_place)) return {};
    return "another address for every device of it: nothing of them is verified until their tables are read there";
}

struct Describe {
    const Standing standing;
    const Names& names;
    bool erase;

    Step operator()(const model::GroupEntrance& row) const
    {
        const auto* stands = standing.of(row);
        Step step{erase ? "erased" : stands == nullptr ? "added" : "changed", "path", names.of(row.group) + "/" + names.of(row.entrance)};
        step.workspace = names.of(row.workspace);
        if (!erase && stands != nullptr) step.edits = edits(*stands, row, names);
        return step;
    }
    Step operator()(const model::DoorShare& row) const
    {
        return {erase ? "erased" : "added", "share", names.of(row.door) + "/" + names.of(row.workspace)};
    }
    template <class Row>
    Step operator()(const Row& row) const
    {
        if constexpr (requires { row.absent; }) {
            const auto* stands = standing.of(row);
            Step step{what_of(stands, row, erase), kind_of(Row::table), row.key};
            if constexpr (!std::is_same_v<Row, model::WorkspaceRow>) step.workspace = owner_of(row, names);
            if (stands == nullptr || erase) return step;
            if (stands->key != row.key) step.was = stands->key;
            step.edits = edits(*stands, row, names);
            if constexpr (std::is_same_v<Row, model::Device> || std::is_same_v<Row, model::Line>) step.note = note_on(row, step.edits);
            return step;
        } else {
            return {erase ? "erased" : "changed", kind_of(Row::table), {}};
        }
    }
};

} // namespace

std::vector<Step> steps(const model::Directory& directory, const std::vector<model::Mutation>& rows)
{
    const Names names{directory, rows};
    std::vector<Step> found;
    std::map<std::string_view, std::size_t> of_people;
    for (const auto& [row, erase] : rows) {
        auto step = std::visit(Describe{Standing{directory}, names, erase}, row);
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
