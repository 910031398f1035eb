#include "site/plan.hpp"

#include "base/hash.hpp"
#include "site/declare.hpp"
#include "site/row_text.hpp"

#include <algorithm>

namespace gatehouse::site {

namespace {

void write(std::string& text, std::string_view sign, const std::vector<Shift>& shifts)
{
    for (const auto& shift : shifts) {
        text.append(sign).append(to_string(shift.workspace)).append(" ").append(base::to_string(shift.who));
        text.append(" ").append(to_string(shift.door_id)).append(shift.all ? " all" : " part").append("\n");
    }
}

template <class Item>
bool has(const std::vector<Item>& items, std::string_view key)
{
    return settings::find(items, key) != nullptr;
}

/// Entrances and groups stand in the system the file gives them, by a key that their workspace has once.
template <class Items>
std::string path_in(const settings::Settings& settings, std::string_view kind, std::string_view key, Items settings::System::*items)
{
    for (const auto& workspace : settings.workspaces)
        for (const auto& system : workspace.systems)
            if (has(system.*items, key))
                return "workspaces." + workspace.key + ".systems." + system.key + "." + std::string{kind} + "." + std::string{key};
    return {};
}

struct PathOf {
    const settings::Settings& settings;

    std::string operator()(const model::WorkspaceRow& row) const { return in(settings.workspaces, "workspaces.", row.key); }
    std::string operator()(const model::Hours& row) const { return in(settings.hours, "hours.", row.key); }
    std::string operator()(const model::Line& row) const { return in(settings.lines, "lines.", row.key); }
    std::string operator()(const model::Device& row) const { return in(settings.devices, "devices.", row.key); }
    std::string operator()(const model::Door& row) const { return in(settings.doors, "doors.", row.key); }
    std::string operator()(const model::System& row) const
    {
        for (const auto& workspace : settings.workspaces)
            if (has(workspace.systems, row.key)) return "workspaces." + workspace.key + ".systems." + row.key;
        return {};
    }
    std::string operator()(const model::Entrance& row) const
    {
        return path_in(settings, "entrances", row.key, &settings::System::entrances);
    }
    std::string operator()(const model::Group& row) const { return path_in(settings, "groups", row.key, &settings::System::groups); }
    template <class Row>
    std::string operator()(const Row&) const
    {
        return {};
    }

private:
    template <class Items>
    static std::string in(const Items& items, std::string_view parent, const std::string& key)
    {
        return has(items, key) ? std::string{parent} + key : std::string{};
    }
};

} // namespace

std::string path_of(const model::Row& row, const settings::Settings& settings)
{
    return std::visit(PathOf{settings}, row);
}

Planned plan(model::Directory& directory, const settings::Settings& settings, const Terms& terms)
{
    Planned planned;
    planned.problems = clashes(directory, settings);
    if (!planned.problems.empty()) return planned;
    Plan made;
    made.rows = difference(directory, settings, terms.now);
    made.steps = steps(directory, made.rows);
    std::vector<Refused> refused;
    auto compared = delta(directory, made.rows, terms, &refused);
    if (!compared) {
        for (const auto& [at, error] : refused) {
            const auto path = path_of(made.rows[at].row, settings);
            planned.problems.push_back({.at = settings::mark_of(settings, path), .path = path, .message = error.detail});
        }
        std::stable_sort(planned.problems.begin(), planned.problems.end(),
                         [](const auto& left, const auto& right) { return left.at.line < right.at.line; });
        return planned;
    }
    made.delta = std::move(*compared);
    planned.plan = std::move(made);
    return planned;
}

std::string confirmation(const Plan& plan, model::ChangeNumber against, std::string_view ended)
{
    if (plan.delta.losses.empty() && ended.empty()) return {};
    auto text = "change " + std::to_string(against) + "\n" + std::string{ended} + "\n" + text_of(plan.rows);
    write(text, "-", plan.delta.losses);
    write(text, "+", plan.delta.gains);
    return base::to_hex(base::sha256(text)).substr(0, 12);
}

std::vector<model::DeviceId> left_behind(const model::Directory& directory, const std::vector<model::Mutation>& rows)
{
    std::vector<model::DeviceId> devices;
    for (const auto& mutation : rows) {
        const auto* row = std::get_if<model::Door>(&mutation.row);
        const auto* stands = row == nullptr ? nullptr : directory.door(row->id);
        if (stands != nullptr && (mutation.erase || stands->row.device != row->device)) devices.push_back(stands->row.device);
    }
    std::sort(devices.begin(), devices.end());
    devices.erase(std::unique(devices.begin(), devices.end()), devices.end());
    return devices;
}

} // namespace gatehouse::site
