#include "settings/sections.hpp"

namespace gatehouse::settings {

namespace {

std::optional<Mode> read_mode(const Fields& fields)
{
    return fields.choice<Mode>("mode", {{"card", Mode::card},
                                        {"pin", Mode::pin},
                                        {"card_or_pin", Mode::card_or_pin},
                                        {"card_and_pin", Mode::card_and_pin},
                                        {"unlocked", Mode::unlocked}});
}

TimedMode read_timed_mode(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "workspaces.*.systems.*.entrances.*.modes[]"};
    fields.need({"hours", "mode"});
    TimedMode timed{.hours = {}, .mode = Mode::card, .mark = reading.mark(item.line)};
    assign(timed.hours, fields.stable_key("hours"));
    assign(timed.mode, read_mode(fields));
    assign(timed.after_first, fields.flag("after_first"));
    if (timed.after_first && timed.mode != Mode::unlocked) fields.report("after_first", "belongs to mode unlocked");
    return timed;
}

Entrance read_entrance(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "workspaces.*.systems.*.entrances.*"};
    fields.need({"door"});
    Entrance entrance;
    entrance.key = own_key(item);
    entrance.mark = reading.mark(item.line);
    entrance.name = read_name(fields, entrance.key);
    assign(entrance.door, fields.stable_key("door"));
    assign(entrance.cloud_key, fields.flag("cloud_key"));
    assign(entrance.mode, read_mode(fields));
    if (entrance.mode == Mode::unlocked) fields.report("mode", "unlocked needs hours: write it under `modes`");
    for (const Value& timed : fields.list("modes")) entrance.modes.push_back(read_timed_mode(reading, timed));
    entrance.was = read_was(fields, entrance.key);
    return entrance;
}

void read_override(Reading& reading, const Fields& fields, Group& group)
{
    for (const Value& item : fields.list("override")) {
        const auto word = text_of(reading, item);
        if (word == "lockdown")
            group.overrides_lockdown = true;
        else if (word)
            reading.report(item.line, item.path, "expected lockdown, not " + in_quotes(*word));
    }
}

Group read_group(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "workspaces.*.systems.*.groups.*"};
    Group group;
    group.key = own_key(item);
    group.mark = reading.mark(item.line);
    group.name = read_name(fields, group.key);
    for (const Value& path : fields.members("entrances")) {
        auto hours = text_of(reading, path);
        if (hours) group.entrances.push_back({.entrance = own_key(path), .hours = std::move(*hours), .mark = reading.mark(path.line)});
    }
    read_override(reading, fields, group);
    group.leased = !fields.choice<bool>("lease", {{"none", false}}).has_value();
    group.was = read_was(fields, group.key);
    return group;
}

System read_system(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "workspaces.*.systems.*"};
    System system;
    system.key = own_key(item);
    system.mark = reading.mark(item.line);
    system.name = read_name(fields, system.key);
    for (const Value& entrance : fields.members("entrances")) system.entrances.push_back(read_entrance(reading, entrance));
    for (const Value& group : fields.members("groups")) system.groups.push_back(read_group(reading, group));
    system.was = read_was(fields, system.key);
    return system;
}

} // namespace

std::vector<Workspace> read_workspaces(Reading& reading, const Fields& root)
{
    std::vector<Workspace> out;
    for (const Value& item : root.members("workspaces")) {
        const Fields fields{reading, item, "workspaces.*"};
        Workspace workspace;
        workspace.key = own_key(item);
        workspace.mark = reading.mark(item.line);
        workspace.name = read_name(fields, workspace.key);
        for (const Value& system : fields.members("systems")) workspace.systems.push_back(read_system(reading, system));
        workspace.was = read_was(fields, workspace.key);
        out.push_back(std::move(workspace));
    }
    return out;
}

} // namespace gatehouse::settings
