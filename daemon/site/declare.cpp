#include "site/declare.hpp"

#include "site/json_texts.hpp"

#include <set>

namespace gatehouse::site {

namespace {

std::string_view kind_word(settings::Mode mode)
{
    switch (mode) {
    case settings::Mode::card:
        return "card";
    case settings::Mode::pin:
        return "pin";
    case settings::Mode::card_or_pin:
        return "card_or_pin";
    case settings::Mode::card_and_pin:
        return "card_and_pin";
    case settings::Mode::unlocked:
        return "unlocked";
    }
    return "card";
}

/// Timed modes, one a line: hours, mode, and whether it waits for the first read.
std::string modes_text(const std::vector<settings::TimedMode>& modes)
{
    std::string text;
    for (const auto& timed : modes)
        text += timed.hours + " " + std::string{kind_word(timed.mode)} + (timed.after_first ? " after_first" : "") + "\n";
    return text;
}

/// Builds rows with ids made of the file's keys.
class Declaration {
public:
    Declaration(const settings::Settings& settings, const Ids& ids) : settings_{settings}, ids_{ids} {}

    std::vector<model::Row> rows()
    {
        for (const auto& workspace : settings_.workspaces)
            rows_.push_back(model::WorkspaceRow{.id = ids_.workspace(workspace.key),
                                                .key = workspace.key,
                                                .name = workspace.name,
                                                .was = workspace.was.value_or(""),
                                                .first_key = ids_.first_key(workspace.key)});
        for (const auto& hours : settings_.hours) add(hours);
        for (const auto& line : settings_.lines)
            rows_.push_back(model::Line{.id = ids_.line(line.key),
                                        .key = line.key,
                                        .driver = line.driver,
                                        .endpoint = endpoint_text(line),
                                        .was = line.was.value_or("")});
        for (const auto& device : settings_.devices) add(device);
        for (const auto& door : settings_.doors) add(door);
        for (const auto& workspace : settings_.workspaces)
            for (const auto& system : workspace.systems) add(workspace, system);
        return std::move(rows_);
    }

private:
    void add(const settings::Hours& hours)
    {
        model::WeeklyHours::Week week;
        for (std::size_t day = 0; day < week.size(); ++day)
            for (const auto& span : hours.week[day]) week[day].push_back({span.from, span.until});
        std::set<std::chrono::year_month_day> closed;
        for (const auto& key : hours.closed_on)
            if (const auto* holidays = settings::find(settings_.holidays, key)) closed.insert(holidays->days.begin(), holidays->days.end());
        std::string closed_on;
        for (const auto& day : closed) closed_on += (closed_on.empty() ? "" : " ") + text_of(day);
        rows_.push_back(
            model::Hours{.key = hours.key, .zone = settings_.site.time_zone, .week = week_text(week), .closed_on = std::move(closed_on)});
    }

    static std::string text_of(std::chrono::year_month_day day)
    {
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                      static_cast<unsigned>(day.day()));
        return text;
    }

    void add(const settings::Device& device)
    {
        rows_.push_back(model::Device{.id = ids_.device(device.key),
                                      .key = device.key,
                                      .name = device.name,
                                      .line = ids_.line(device.line),
                                      .profile = device.profile,
                                      .address = address_text(device),
                                      .policy = policy_text(device, settings_.policy),
                                      .was = device.was.value_or("")});
    }

    void add(const settings::Door& door)
    {
        const auto id = ids_.door(door.key);
        rows_.push_back(model::Door{.id = id,
                                    .key = door.key,
                                    .name = door.name,
                                    .owner = ids_.workspace(door.owner),
                                    .device = ids_.device(door.strike.device),
                                    .output = door.strike.number,
                                    .wiring = wiring_text(door),
                                    .was = door.was.value_or("")});
        for (const auto& tenant : door.shared_with) rows_.push_back(model::DoorShare{.door = id, .workspace = ids_.workspace(tenant)});
    }

    void add(const settings::Workspace& workspace, const settings::System& system)
    {
        const auto owner = ids_.workspace(workspace.key);
        const auto id = ids_.system(workspace.key, system.key);
        rows_.push_back(
            model::System{.id = id, .workspace = owner, .key = system.key, .name = system.name, .was = system.was.value_or("")});
        for (const auto& entrance : system.entrances)
            rows_.push_back(model::Entrance{.id = ids_.entrance(workspace.key, entrance.key),
                                            .workspace = owner,
                                            .system = id,
                                            .key = entrance.key,
                                            .name = entrance.name,
                                            .door = ids_.door(entrance.door),
                                            .cloud_key = entrance.cloud_key,
                                            .mode = std::string{kind_word(entrance.mode)},
                                            .modes = modes_text(entrance.modes),
                                            .was = entrance.was.value_or("")});
        for (const auto& group : system.groups) {
            const auto group_id = ids_.group(workspace.key, group.key);
            rows_.push_back(model::Group{.id = group_id,
                                         .workspace = owner,
                                         .system = id,
                                         .key = group.key,
                                         .name = group.name,
                                         .override_lockdown = group.overrides_lockdown,
                                         .lease_none = !group.leased,
                                         .was = group.was.value_or("")});
            for (const auto& path : group.entrances)
                rows_.push_back(model::GroupEntrance{
                    .group = group_id, .entrance = ids_.entrance(workspace.key, path.entrance), .workspace = owner, .hours = path.hours});
        }
    }

    const settings::Settings& settings_;
    const Ids& ids_;
    std::vector<model::Row> rows_;
};

} // namespace

std::vector<model::Row> declared(const settings::Settings& settings, const Ids& ids)
{
    return Declaration{settings, ids}.rows();
}

} // namespace gatehouse::site
