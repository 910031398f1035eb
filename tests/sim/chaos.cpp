#include "sim/chaos.hpp"

#include <algorithm>

namespace gatehouse::sim {

using base::microseconds;
using base::milliseconds;
using base::seconds;

Chaos::Chaos(World& world) : world_{world}, dice_{world.dice}
{
    for (int kind = 0; kind <= static_cast<int>(Kind::storm); ++kind)
        if (dice_.percent(45)) kinds_.push_back(static_cast<Kind>(kind));
    pace_people_ = milliseconds{dice_.between(150, 4'000)};
    pace_nature_ = milliseconds{dice_.between(800, 12'000)};
}

void Chaos::run_until(base::Monotonic end)
{
    end_ = end;
    people();
    nature();
    if (world_.seed % 4 == 1) later(a_while(), [this] { reload(); });
    if (world_.seed % 2 == 1) clocks();
}

void Chaos::heal()
{
    ++age_;
    world_.healing = true;
    world_.disk_stalled = false;
    world_.kill_after(0);
    world_.trace.add("heal", "");
    if (!world_.daemon) world_.start_daemon();
    world_.mend_wall();
    world_.field.heal();
}

void Chaos::later(microseconds span, std::function<void()> what)
{
    world_.agenda.in(span, [this, age = age_, what = std::move(what)] {
        if (age == age_) what();
    });
}

microseconds Chaos::a_while()
{
    return dice_.percent(70) ? dice_.between(microseconds{milliseconds{200}}, microseconds{seconds{8}})
                             : dice_.between(microseconds{seconds{8}}, microseconds{seconds{70}});
}

void Chaos::change()
{
    if (!world_.desk.ask()) world_.apply(world_.changes.next(world_.books(), world_.now().instant));
}

/// Somebody changes something; now and then much at once.
void Chaos::people()
{
    if (world_.clock.now() >= end_) return;
    for (auto times = dice_.percent(15) ? dice_.between(2, 6) : 1; times > 0; --times) change();
    later(dice_.between(microseconds{1'000}, pace_people_ * 2), [this] { people(); });
}

void Chaos::nature()
{
    if (world_.clock.now() >= end_) return;
    auto& controller = dice_.one_of(world_.field.controllers()).second;
    if (!kinds_.empty()) happens(dice_.one_of(kinds_), controller);
    later(dice_.between(microseconds{1'000}, pace_nature_ * 2), [this] { nature(); });
}

/// Clocks of controllers are set, lose their battery, and are set right. One run in two, and none in those whose controllers tell none.
void Chaos::clocks()
{
    std::vector<Controller*> telling;
    for (auto& [key, controller] : world_.field.controllers())
        if (controller.traits.tells_clock) telling.push_back(&controller);
    if (telling.empty() || world_.clock.now() >= end_) return;
    auto& controller = *telling[dice_.below(telling.size())];
    const auto to_1970 = milliseconds{-world_.field.right_time().time_since_epoch().count()};
    const milliseconds ahead[] = {milliseconds{0}, milliseconds{0}, milliseconds{dice_.between(-90'000, 90'000)},
                                  milliseconds{dice_.between(-48 * 3'600'000, 48 * 3'600'000)}, to_1970};
    world_.field.set_clock(controller, ahead[dice_.below(5)]);
    later(a_while(), [this] { clocks(); });
}

void Chaos::happens(Kind kind, Controller& controller)
{
    switch (kind) {
    case Kind::path:
        return trouble_on_the_way(controller);
    case Kind::silence:
        return silence(controller);
    case Kind::absence:
        return absence(controller);
    case Kind::power:
        return power(controller);
    case Kind::driver:
        return driver();
    case Kind::line:
        return line();
    case Kind::disk:
        return disk();
    case Kind::kill:
        return kill();
    case Kind::clock:
        return step_clock();
    case Kind::stranger:
        return stranger(controller);
    case Kind::storm:
        return storm(controller);
    }
}

void Chaos::trouble_on_the_way(Controller& controller)
{
    auto troubles = controller.troubles;
    const auto share = [this](unsigned most) { return dice_.percent(50) ? static_cast<unsigned>(dice_.below(most + 1)) : 0U; };
    troubles.lose_request = share(30), troubles.lose_reply = share(30), troubles.duplicate = share(20), troubles.delay = share(20);
    troubles.unstored = share(15), troubles.refuse = share(10), troubles.busy = share(40), troubles.damage = share(60);
    troubles.slowness = dice_.percent(20) ? static_cast<int>(dice_.between(2, 12)) : 1;
    world_.field.set(controller, troubles);
    later(a_while(), [this, &controller] {
        Troubles none;
        none.silent = controller.troubles.silent, none.away = controller.troubles.away;
        world_.field.set(controller, none);
    });
}

void Chaos::silence(Controller& controller)
{
    auto troubles = controller.troubles;
    troubles.silent = true;
    world_.field.set(controller, troubles);
    later(a_while(), [this, &controller] {
        auto better = controller.troubles;
        better.silent = false;
        world_.field.set(controller, better);
    });
}

void Chaos::absence(Controller& controller)
{
    auto troubles = controller.troubles;
    troubles.away = true;
    world_.field.set(controller, troubles);
    later(a_while(), [this, &controller] {
        auto better = controller.troubles;
        better.away = false;
        world_.field.set(controller, better);
    });
}

void Chaos::power(Controller& controller)
{
    if (dice_.percent(30)) controller.flush();
    world_.field.power_fails(controller, static_cast<Controller::Memory>(dice_.below(3)));
}

void Chaos::driver()
{
    const auto drivers = world_.field.drivers();
    const auto driver = dice_.one_of(drivers);
    if (dice_.percent(50)) return world_.field.crash(driver);
    if (dice_.percent(50)) {
        world_.field.hang(driver, true);
        later(a_while(), [this, driver] { world_.field.hang(driver, false); });
        return;
    }
    world_.field.start_fails(driver, true);
    world_.field.crash(driver);
    later(a_while(), [this, driver] { world_.field.start_fails(driver, false); });
}

void Chaos::line()
{
    const auto line = dice_.one_of(world_.field.lines()).first;
    world_.field.line_goes(line);
    later(a_while(), [this, line] { world_.field.line_comes(line); });
}

void Chaos::disk()
{
    world_.disk_stalled = true;
    if (dice_.percent(60)) change();
    later(dice_.between(microseconds{milliseconds{500}}, microseconds{seconds{8}}), [this] { world_.disk_stalled = false; });
}

/// Anywhere between two turns, mostly just behind a change.
void Chaos::kill()
{
    if (!world_.daemon) return;
    if (dice_.percent(60)) change();
    world_.kill_after(1 + dice_.below(60));
    later(dice_.between(microseconds{seconds{1}}, microseconds{seconds{4}}), [this] {
        if (world_.daemon) world_.kill_daemon();
        const bool dark = std::find(kinds_.begin(), kinds_.end(), Kind::clock) != kinds_.end() && dice_.percent(40);
        if (dark) { // the box had no power
            nobody_set_it();
            later(a_while(), [this] { world_.mend_wall(); });
        }
        world_.start_daemon();
    });
}

/// Mostly by little; now and then to where nobody can believe it, until somebody sets it right.
void Chaos::step_clock()
{
    const auto odd = [](std::int64_t by) { return milliseconds{by / 10 * 10 + 5}; }; // never just as much as is believed
    if (dice_.percent(60))
        return world_.step_wall(odd(dice_.percent(70) ? dice_.between(-2'000, 90'000) : dice_.between(-120'000, 600'000)));
    switch (dice_.below(4)) {
    case 0:
        nobody_set_it();
        break;
    case 1:
        world_.set_wall(base::Instant{std::chrono::sys_days{std::chrono::year{2036} / 2 / 7}} + std::chrono::hours{6});
        break;
    case 2:
        world_.step_wall(odd(dice_.between(-48 * 3'600'000, 48 * 3'600'000)));
        break;
    default:
        return world_.mend_wall();
    }
    later(a_while(), [this] { world_.mend_wall(); });
}

/// As a machine without a battery starts.
void Chaos::nobody_set_it()
{
    world_.set_wall(base::Instant{std::chrono::floor<milliseconds>(world_.clock.now().time_since_epoch())});
}

/// Somebody else at the table: new entries, entries changed, entries gone.
void Chaos::stranger(Controller& controller)
{
    for (auto times = dice_.percent(20) ? dice_.between(8, 20) : dice_.between(1, 2); times > 0; --times) {
        const auto kind = dice_.below(4);
        if (kind == 0 && !controller.rows.empty()) {
            const auto& [name, row] = dice_.one_of(controller.rows);
            if (!row.slot || !controller.traits.reserved.contains(*row.slot)) controller.lose(std::string{name});
        } else if (kind == 1 && !controller.rows.empty()) {
            auto row = dice_.one_of(controller.rows).second;
            row.doors = 1 + dice_.below(7);
            row.until = std::nullopt;
            if (row.slot) { // at the keypad: another code, or none that works
                if (controller.traits.reserved.contains(*row.slot)) continue;
                row.doors = 1;
                if (dice_.percent(50)) row.key = world_.site.code();
                if (dice_.percent(50)) row.state = row.state == "active" ? "disabled" : "active";
            }
            controller.hold(row);
        } else if (controller.traits.capacity == 0 || controller.rows.size() < controller.traits.capacity) {
            controller.hold(unknown(controller));
        }
    }
}

/// What nobody of ours wrote; some of it with a key of somebody's.
Row Chaos::unknown(const Controller& controller)
{
    Row row{.kind = "card_uid_hex", .doors = 1 + dice_.below(7)};
    const auto number = static_cast<unsigned>(dice_.below(40));
    char key[16];
    if (controller.traits.slots) {
        row.kind = "pin", row.doors = 1, row.key = dice_.percent(30) ? world_.site.code() : std::to_string(90'000 + number);
        do row.slot = controller.traits.slot_first + static_cast<std::int64_t>(dice_.below(controller.traits.capacity));
        while (controller.traits.reserved.contains(*row.slot));
        return row;
    }
    if (controller.traits.pins && dice_.percent(40)) {
        row.kind = "pin";
        row.key = dice_.percent(30) ? std::to_string(4'711 + dice_.below(9) * 1'001) : std::to_string(90'000 + number);
        return row;
    }
    if (controller.traits.numbers && (!controller.traits.uids || dice_.percent(50))) {
        row.kind = "card_number";
        const auto known = dice_.between(1, 12) * 5'003;
        const auto whole = controller.traits.facility ? 0 : dice_.between(110, 111) * 65'536;
        row.key = std::to_string(dice_.percent(30) ? known + whole : 1'000 + number);
        return row;
    }
    std::snprintf(key, sizeof key, "0bad%04x", number);
    row.key = dice_.percent(30) ? world_.site.uid() : key;
    return row;
}

/// The file changes while the gateway runs: what a start would find is there now. One run in four, so that the others are what they were.
void Chaos::reload()
{
    if (world_.clock.now() >= end_) return;
    if (world_.daemon)
        for (auto& row : world_.changes.configured(world_.books(), world_.now().instant)) world_.apply({std::move(row)});
    later(a_while() * 2, [this] { reload(); });
}

/// Much noise about nothing.
void Chaos::storm(Controller& controller)
{
    for (auto times = dice_.between(20, 260); times > 0; --times)
        world_.agenda.in(microseconds{dice_.between(0, 900'000)}, [this, &controller] {
            json::object said{{"line", controller.line}, {"device", controller.key}, {"at", "0"}};
            switch (dice_.below(4)) {
            case 0:
                said["type"] = "event", said["kind"] = "granted", said["key_kind"] = "card_uid_hex", said["key"] = world_.site.uid();
                break;
            case 1:
                said["type"] = "door", said["door"] = 0, said["contact"] = "open";
                break;
            case 2:
                said["type"] = "online", said["reason"] = "heartbeat";
                break;
            default:
                said["type"] = "event", said["kind"] = "denied_unknown", said["key_kind"] = "card_uid_hex", said["key"] = "00000000";
            }
            world_.field.notify(controller, std::move(said));
        });
}

} // namespace gatehouse::sim
