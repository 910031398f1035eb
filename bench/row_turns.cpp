#include "http/walk.hpp"
#include "model/candidates.hpp"
#include "reconcile/truth.hpp"
#include "rows.hpp"
#include "turns.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::bench {

namespace {

void measure_lanes(World& world, Table& table)
{
    const auto now = base::Now{base::Instant{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}}, true};
    const auto& device = *world.directory.device(world.device_id(0));
    std::size_t entries = 0;
    const auto whole = microseconds_of(
        [&] { entries = reconcile::lower(world.directory, device, uid_table(), reconcile::DevicePolicy{}, now).entries.size(); });
    const auto cards = number(static_cast<double>(entries)) + " cards";
    add(table, "two devices loaded from nothing, " + cards + " each", whole, settled(world));

    auto user = world.directory.workspace(world.workspace())->users.find(world.user_id(0))->row;
    user.suspended = true;
    world.apply({model::put(user)});
    add(table, "one person suspended, of " + cards, 0, settled(world));
    user.suspended = false;
    world.apply({model::put(user)});
    add(table, "and no longer", 0, settled(world));
    world.run_for(std::chrono::minutes{16});
    add(table, "a sweep reads both tables", 0, world.take_turns());

    model::GroupEntrance path{.group = world.group_id(0), .entrance = world.entrance_row(0).id, .workspace = world.workspace()};
    world.apply({model::erase(path)});
    world.run_for(base::milliseconds{2});
    const auto begun = world.take_turns();
    add(table, "a group loses a door: the first turns", 0, begun);
    auto walked = reconcile::ResidualWalk{world.reconciler, world.workspace()};
    double listed = microseconds_of([&world] { (void)reconcile::residuals(world.reconciler, world.workspace()); });
    add(table, "residual access listed", listed, turns_of([&walked] {
            const bool more = walked.step(64);
            (void)walked.take();
            return more;
        }));
    add(table, "the door taken out of that table, " + cards, 0, settled(world));
    world.apply({model::put(path)});
    world.settle();
    (void)world.take_turns();
}

/// Tables that are full when the next row comes move to larger ones.
void measure_growth(World& world, Table& table)
{
    constexpr std::size_t added = 10'000;
    auto row = world.directory.workspace(world.workspace())->users.find(world.user_id(0))->row;
    row.identity.reset();
    for (std::size_t i = 0; i < added; ++i) {
        row.id = model::UserId{base::declared_uuid("bench", "added", std::to_string(i))};
        world.apply({model::put(row)});
        if (i % 64 == 63) world.run_for(base::milliseconds{1});
    }
    add(table, number(added) + " users added one by one", 0, settled(world));
}

void measure_questions(World& world, Table& table)
{
    const auto now = base::Now{base::Instant{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}}, true};
    const auto& tenant = *world.directory.workspace(world.workspace());
    const auto& door = *world.directory.door(world.door_id(0));
    const auto whole = microseconds_of([&] {
        for (const auto& [workspace, credential] : model::candidates(world.directory, door))
            (void)model::opens(*workspace, *credential, door, now);
    });
    model::Candidates walk{world.directory, {&door.row.id, 1}};
    add(table, "who can open a door", whole, turns_of([&] {
            std::vector<model::Candidate> found;
            const bool more = walk.step(world.directory, 32, found);
            for (const auto& [workspace, credential] : found) (void)model::opens(*workspace, *credential, door, now);
            return more;
        }));

    const http::Search search{std::optional<std::string>{"nobody of that name"}};
    std::optional<model::Position> after;
    add(table, "users searched by name and address", 0, turns_of([&] {
            int budget = http::turn_budget;
            bool ended = true;
            tenant.users.walk(after ? &*after : nullptr, [&](const model::UserNode& node) {
                (void)(search.in(node.row.full_name) || search.in(node.row.email_address) || search.in(node.row.id));
                after = http::position_of(node);
                ended = --budget > 0;
                return ended;
            });
            return !ended;
        }));
}

} // namespace

void measure_turns(const Plan& plan, Table& table)
{
    spdlog::set_level(spdlog::level::off); // alarms of what a dark controller owes are told one by one
    pin_to(measured_core);
    {
        World world{{.people = {.users = plan.large, .codes_every = 10}, .keypads_every = 100}};
        measure_lanes(world, table);
        measure_growth(world, table);
        measure_questions(world, table);
        measure_codes(world, table);
        measure_freeze(world, table);
    }
    measure_served(plan, table);
    pin_to(load_core);
}

void measure_idle(const Plan& plan, Table& table)
{
    spdlog::set_level(spdlog::level::err);
    pin_to(measured_core);
    constexpr std::size_t devices = 1'000, each = 20;
    World world{{.people = {.users = 10'000, .credentials_each = 1, .groups_each = 0, .groups = 1},
                 .devices = devices,
                 .served = devices,
                 .people_a_door = each}};
    world.settle();
    std::vector<double> ours, floor;
    std::vector<std::uint64_t> held(devices, 7), desired(devices, 7);
    ledger::TouchedDoors doors;
    for (std::size_t i = 0; i < devices; ++i) doors.all.push_back(world.door_id(i));
    std::size_t asked = 0;
    for (int run = 0; run < plan.runs; ++run) {
        for (std::size_t i = 0; i < devices; ++i) asked -= world.modelled(i).diary.size();
        (void)world.take_turns();
        const auto touched = microseconds_of([&world, &doors] { world.reconciler.durable(doors); });
        world.run_for(base::milliseconds{50});
        ours.push_back((touched + world.take_turns().all_us) / 1'000);
        for (std::size_t i = 0; i < devices; ++i) asked += world.modelled(i).diary.size();
        volatile std::size_t differ = 0;
        floor.push_back(microseconds_of([&] {
                            for (std::size_t i = 0; i < devices; ++i) differ = differ + (held[i] != desired[i] ? 1 : 0);
                        }) /
                        1'000);
    }
    const auto spent = median(ours);
    table.add({"12", "a pass of 1000 devices with nothing to do, CPU; floor: compares digests", number(median(floor), "ms"),
               number(spent, "ms"), "", "≤ 1 ms", verdict(spent <= 1)});
    const auto trips = static_cast<double>(asked) / static_cast<double>(devices) / plan.runs;
    table.add({"12", "round trips a device", "0", number(trips), "", "≤ 1", verdict(trips <= 1)});
    pin_to(load_core);
}

} // namespace gatehouse::bench
