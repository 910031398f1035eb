#include "sim/run.hpp"

#include "sim/chaos.hpp"

#include <algorithm>

namespace gatehouse::sim {

using base::seconds;

namespace {

/// What a whole table of the slowest controller takes, and what a start of its driver may: the bounds of B3 on top of it.
base::microseconds bound(World& world)
{
    base::microseconds slowest{0};
    for (const auto& [key, controller] : world.field.controllers())
        slowest = std::max<base::microseconds>(slowest, controller.traits.step * static_cast<std::int64_t>(controller.rows.size() + 40) +
                                                            controller.traits.read * 4);
    const auto drivers = seconds{35}; // back-off of a process that died again and again
    const auto clocks = world.clock.now() - world.stepped_at < seconds{10} ? seconds{10} : seconds{0};
    const auto& all = world.field.controllers();
    const bool told = std::any_of(all.begin(), all.end(), [](const auto& one) { return one.second.traits.tells_clock; });
    const auto theirs = told ? seconds{90} : seconds{0}; // a clock that went off again and again is off for a minute
    return seconds{60} + drivers + clocks + theirs + slowest;
}

bool settles(World& world)
{
    std::string last;
    const auto settled = [&world, &last] {
        auto why = world.checks.unsettled();
        if (why != last) world.trace.add("unsettled", why);
        last = std::move(why);
        return last.empty();
    };
    if (world.run_for(bound(world), settled)) return true;
    if (world.checks.violations().empty()) world.checks.fail("R7", world.checks.unsettled());
    return false;
}

/// The operator says what becomes of entries that are nobody's.
void speak(World& world)
{
    for (const auto& [key, controller] : world.field.controllers()) {
        const auto* status = world.daemon->reconciler.status(world.site.devices().at(key));
        if (status->foreign > 0 || status->braked)
            world.adopt(key, world.dice.percent(70) ? reconcile::Foreign::remove : reconcile::Foreign::keep);
    }
}

void mend(World& world, Chaos& chaos)
{
    chaos.heal();
    if (world.may_stall) world.run_until(world.disk_back_at); // the commit under way
    if (!settles(world)) return;
    speak(world);
    world.run_for(seconds{1});
    if (!settles(world)) return;
    world.run_for(seconds{90}); // nothing is written where nothing differs
    if (world.checks.violations().empty()) settles(world);
}

} // namespace

Outcome run(std::uint64_t seed, bool shown)
{
    World world{seed, shown};
    world.start_daemon();
    Chaos chaos{world};
    world.run_for(seconds{world.dice.between(0, 20)});
    const auto end = world.clock.now() + seconds{world.dice.between(60, 240)};
    chaos.run_until(end);
    world.run_until(end);
    if (world.checks.violations().empty()) mend(world, chaos);
    Outcome outcome;
    if (!world.checks.violations().empty()) outcome.violation = world.checks.violations().front();
    outcome.hash = world.trace.hash();
    outcome.lines = world.trace.lines();
    outcome.steps = world.steps;
    outcome.seconds = static_cast<double>(world.clock.now().time_since_epoch().count()) / 1e6;
    return outcome;
}

} // namespace gatehouse::sim
