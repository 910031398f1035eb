#include "rehearsal.hpp"

#include "check_profiles.hpp"
#include "plan_json.hpp"
#include "read_settings.hpp"

namespace gatehouse {

namespace {

/// The model as it is on the disk; rows that contradict the rest are left out, as in a start.
std::optional<base::Error> copy_into(model::Directory& directory, store::Store& store, model::ChangeNumber& number)
{
    const auto copied = store.snapshot([&directory](model::Row&& row) {
        [[maybe_unused]] const auto restored = directory.restore(row); // told when it was loaded
    });
    if (!copied) return copied.error();
    directory.finish_restore();
    number = *copied;
    return std::nullopt;
}

void show(Rehearsal& rehearsal)
{
    if (rehearsal.plan)
        rehearsal.shown = plan_json(*rehearsal.plan);
    else
        rehearsal.shown = {{"problems", problems_json(rehearsal.problems, rehearsal.of_drivers)}};
}

} // namespace

Rehearsal rehearse(const settings::Settings& settings, store::Store& store, base::Instant now)
{
    Rehearsal rehearsal;
    model::Directory directory;
    if (auto failed = copy_into(directory, store, rehearsal.number)) {
        rehearsal.failure = std::move(failed);
        return rehearsal;
    }
    auto planned = site::plan(directory, settings, now);
    rehearsal.problems = std::move(planned.problems);
    rehearsal.plan = std::move(planned.plan);
    show(rehearsal);
    return rehearsal;
}

Rehearsal rehearse_file(const Options& options, store::Store& store, base::Instant now)
{
    auto read = read_settings(options, false);
    Rehearsal rehearsal;
    if (!read.settings) {
        rehearsal.problems = std::move(read.problems);
        show(rehearsal);
        return rehearsal;
    }
    rehearsal = rehearse(*read.settings, store, now);
    rehearsal.of_drivers = check_profiles(options, *read.settings);
    if (!rehearsal.of_drivers.empty()) rehearsal.plan.reset();
    if (rehearsal.plan) rehearsal.settings = std::move(read.settings);
    if (!rehearsal.plan) show(rehearsal);
    return rehearsal;
}

} // namespace gatehouse
