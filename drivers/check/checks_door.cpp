#include "check.hpp"

#include <array>

namespace gatehouse::check {

namespace {

constexpr Milliseconds moves_within{2'000};

bool times_its_pulse(const Rig& rig)
{
    const auto pulse = rig.capability("unlock_pulse");
    return pulse != "device_fixed" && pulse != "device_settable";
}

void opened(Rig& rig, const json::object& answer, const std::string& what)
{
    expect(text_in(answer, "verdict") == "acknowledged",
           what + " is told as " + text_in(answer, "verdict") + " " + text_in(answer, "reason"));
    (void)rig;
}

void strikes(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    const auto door = rig.door();
    const auto from = Deadline::in(Milliseconds{600});
    const auto id = rig.talk().request("strike", {{"door", door}, {"pulse_ms", 600}});
    expect(rig.becomes([&] { return rig.bench().open(door); }, moves_within), "a strike does not open its door");
    for (const auto other : rig.bench().doors()) expect(other == door || !rig.bench().open(other), "a strike opens another door as well");
    opened(rig, rig.talk().answer(id), "a strike");
    expect(rig.becomes([&] { return !rig.bench().open(door); }, from.left() + moves_within), "the door of a strike does not lock again");
}

void starts_no_strike_late(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    const auto answer = rig.strike(5'000, Milliseconds{-1});
    expect(text_in(answer, "verdict") == "unknown" && text_in(answer, "reason") == "late",
           "a strike whose deadline has passed is not `unknown`, `late`");
    rig.talk().listen(Milliseconds{300});
    expect(!rig.bench().open(rig.door()), "a strike whose deadline had passed opened the door");
}

void lengthens_a_pulse(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    if (!times_its_pulse(rig)) throw NotApplicable{"the device's pulse has one length"};
    opened(rig, rig.strike(3'000), "a strike");
    opened(rig, rig.strike(100), "a strike while a pulse runs");
    rig.talk().listen(Milliseconds{1'200});
    expect(rig.bench().open(rig.door()), "a short strike ended a longer pulse");
}

/// As long as it was told, and not twice as long.
void opens_as_long_as_told(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    if (!times_its_pulse(rig)) throw NotApplicable{"the device's pulse has one length"};
    constexpr Milliseconds length{1'500}, of_a_look{700};
    opened(rig, rig.strike(length.count()), "a strike");
    const auto over = Deadline::in(length + of_a_look);
    rig.talk().listen(Milliseconds{900});
    expect(rig.bench().open(rig.door()), "a strike of 1.5 s is over within 0.9 s");
    expect(rig.becomes([&] { return !rig.bench().open(rig.door()); }, over.left()), "a strike of 1.5 s is not over after 2.2 s");
}

/// Nobody stands before a door until a list is read.
void overtakes_a_read(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    rig.needs_table();
    for (int more = 0; more < 20 && rig.number("op_timeout_ms") <= 2'000; ++more) rig.apply(rig.put(rig.key()));
    rig.bench().fault("slow");
    const auto read = rig.talk().request("read_table", {}, rig.read_budget() + Milliseconds{20'000});
    rig.talk().listen(Milliseconds{100});
    const auto answer = rig.strike(500);
    expect(!rig.talk().answered(read), "a strike waits until the table is read");
    opened(rig, answer, "a strike while a table is read");
    rig.talk().answer(read);
}

void holds_and_locks(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    const auto set = [&rig](std::string_view mode) { return rig.talk().ask("set_door", {{"door", rig.door()}, {"mode", mode}}); };
    if (!rig.able("set_door")) {
        const auto word = std::string{text_in(set("unlocked"), "verdict")};
        expect(word == "unsupported" || word == "refused", "a door that cannot be held open is told as " + word + " when it is to be");
        return;
    }
    opened(rig, set("unlocked"), "holding a door open");
    rig.talk().listen(Milliseconds{300});
    expect(rig.bench().open(rig.door()), "a door that is held open is shut");
    opened(rig, rig.strike(100), "a strike at a door that is held open");
    rig.talk().listen(Milliseconds{600});
    expect(rig.bench().open(rig.door()), "a strike ended the hold of its door");
    opened(rig, set("locked"), "locking a door");
    expect(!rig.bench().open(rig.door()), "a locked door is open");
}

constexpr std::array door_list{
    Check{"strike", "opens a door for a moment and locks it again", strikes},
    Check{"late-strike", "opens no door behind its deadline", starts_no_strike_late},
    Check{"longer-pulse", "lengthens a running pulse and never shortens it", lengthens_a_pulse},
    Check{"pulse-length", "opens a door as long as it was told", opens_as_long_as_told},
    Check{"strike-first", "opens a door while a table is being read", overtakes_a_read},
    Check{"hold", "holds a door open and locks it, or says that it cannot", holds_and_locks},
};

} // namespace

std::span<const Check> door_checks()
{
    return door_list;
}

} // namespace gatehouse::check
