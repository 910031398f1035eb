#include "check_state.hpp"

#include "base/clock.hpp"
#include "site/plan.hpp"
#include "store/store.hpp"

namespace gatehouse {

namespace {

template <class Items>
void forget(Items& items)
{
    for (auto& item : items) item.was.reset();
}

/// The file without what only a state can tell.
settings::Settings without_was(settings::Settings settings)
{
    forget(settings.lines), forget(settings.devices), forget(settings.doors), forget(settings.workspaces);
    for (auto& workspace : settings.workspaces) {
        forget(workspace.systems);
        for (auto& system : workspace.systems) forget(system.entrances), forget(system.groups);
    }
    return settings;
}

/// Controllers whose profile has the name it had and another file than they go by.
settings::Problems edited_profiles(const settings::Settings& settings, const site::Plan& plan)
{
    settings::Problems notes;
    for (const auto& step : plan.steps)
        for (const auto& [field, before, after] : step.edits) {
            const auto name = before.substr(0, before.find(' '));
            if (step.kind != "device" || field != "profile" || name == before || !after.starts_with(name + " ")) continue;
            const auto path = "devices." + step.key + ".profile";
            notes.push_back(
                {.at = settings::mark_of(settings, path),
                 .path = path,
                 .message = "the file of " + name + " was edited since it was applied; `gatehouse plan` says what comes of it"});
        }
    return notes;
}

} // namespace

StateFindings check_state(const Options& options, const settings::Settings& settings)
{
    StateFindings found;
    const auto now = base::SystemClock{}.wall();
    model::Directory directory;
    const auto read = store::look_into(options.state, [&directory](model::Row&& row) {
        [[maybe_unused]] const auto restored = directory.restore(std::move(row)); // told when a gateway loads it
    });
    if (read || read.error().fault == base::Fault::not_found) {
        directory.finish_restore();
        auto planned = site::plan(directory, settings, {now});
        if (planned.plan) found.notes = edited_profiles(settings, *planned.plan);
        found.problems = std::move(planned.problems);
        return found;
    }
    found.unchecked = read.error().detail;
    model::Directory nothing;
    found.problems = site::plan(nothing, without_was(settings), {now}).problems;
    return found;
}

} // namespace gatehouse
