#include "rehearsal.hpp"

#include "base/heap.hpp"
#include "check_profiles.hpp"
#include "listening.hpp"
#include "plan_json.hpp"
#include "read_settings.hpp"

namespace gatehouse {

namespace json = boost::json;

namespace {

/// Declared before a copy of the model: what that took goes back to the system, and does not stay with the thread for the next one.
struct GiveBack {
    GiveBack() = default;
    GiveBack(const GiveBack&) = delete;
    GiveBack& operator=(const GiveBack&) = delete;
    ~GiveBack() { base::give_back_memory(); }
};

/// The model as it is on the disk; rows that contradict the rest are left out, as in a start.
std::optional<base::Error> copy_into(model::Directory& directory, store::Store& store, model::ChangeNumber& number)
{
    const auto copied = store.snapshot([&directory](model::Row&& row) {
        [[maybe_unused]] const auto restored = directory.restore(std::move(row)); // told when it was loaded
    });
    if (!copied) return copied.error();
    directory.finish_restore();
    number = *copied;
    return std::nullopt;
}

void show(Rehearsal& rehearsal, const std::string& time_zone)
{
    const auto zone = base::Zone::named(time_zone);
    if (rehearsal.plan)
        rehearsal.shown = plan_json(*rehearsal.plan, zone ? *zone : base::Zone::utc());
    else
        rehearsal.shown = {{"problems", problems_json(rehearsal.problems, rehearsal.of_drivers)}};
}

} // namespace

Rehearsal rehearse(const settings::Settings& settings, store::Store& store, const site::Terms& terms)
{
    Rehearsal rehearsal;
    const GiveBack after;
    model::Directory directory;
    if (auto failed = copy_into(directory, store, rehearsal.number)) {
        rehearsal.failure = std::move(failed);
        return rehearsal;
    }
    auto planned = site::plan(directory, settings, terms);
    rehearsal.problems = std::move(planned.problems);
    rehearsal.plan = std::move(planned.plan);
    show(rehearsal, settings.site.time_zone);
    return rehearsal;
}

Rehearsal rehearse_file(const Options& options, store::Store& store, const site::Terms& terms)
{
    auto read = read_settings(options, false);
    Rehearsal rehearsal;
    if (!read.settings) {
        rehearsal.problems = std::move(read.problems);
        show(rehearsal, {});
        return rehearsal;
    }
    rehearsal = rehearse(*read.settings, store, terms);
    auto judged = check_profiles(options, *read.settings);
    rehearsal.of_drivers = std::move(judged.problems);
    if (!rehearsal.of_drivers.empty()) rehearsal.plan.reset();
    rehearsal.of_listeners = check_listeners(options, *read.settings);
    if (rehearsal.plan) rehearsal.settings = std::move(read.settings);
    if (!rehearsal.plan) show(rehearsal, {});
    if (rehearsal.plan) rehearsal.shown["remarks"] = lines_json(judged.notes);
    return rehearsal;
}

Rehearsal rehearse_end(const site::Thing& thing, const std::function<bool(const model::Device&)>& may_go, store::Store& store,
                       const site::Terms& terms, const std::string& time_zone)
{
    Rehearsal rehearsal;
    const GiveBack after;
    model::Directory directory;
    if (auto failed = copy_into(directory, store, rehearsal.number)) {
        rehearsal.failure = std::move(failed);
        return rehearsal;
    }
    auto ended = site::retire(directory, thing, may_go, terms);
    if (!ended) {
        rehearsal.failure = ended.error();
        return rehearsal;
    }
    json::array remaining;
    for (const auto& id : ended->waiting) {
        const auto text = "device " + directory.device(id)->row.key +
                          " stays until a read proves that it holds nothing of ours: look at the residual access list, then do this again";
        remaining.push_back(json::object{{"text", text}});
    }
    rehearsal.ended = thing.kind + " " + thing.workspace.value_or("") + " " + thing.key;
    for (const auto& id : ended->ended) rehearsal.ended += " " + to_string(id);
    rehearsal.plan = std::move(ended->plan);
    rehearsal.controllers_ended = std::move(ended->ended);
    rehearsal.controllers_waiting = std::move(ended->waiting);
    show(rehearsal, time_zone);
    rehearsal.shown["remaining"] = std::move(remaining);
    return rehearsal;
}

} // namespace gatehouse
