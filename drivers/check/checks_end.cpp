#include "check.hpp"

#include <array>
#include <csignal>

namespace gatehouse::check {

namespace {

constexpr Milliseconds gone_within{2'000}, shut_within{500};

void ended(Rig& rig, const std::string& by)
{
    const auto code = rig.child().exit_code(Deadline::in(gone_within));
    expect(code.has_value(), "2 s behind " + by + " it still runs");
    expect(code == 0, by + " ends it with exit code " + std::to_string(*code));
}

void shut(Rig& rig, const std::string& by)
{
    if (rig.capability("unlock_pulse") == "device_fixed" && !rig.able("set_door")) return; // by itself
    expect(rig.becomes([&rig] { return !rig.bench().open(rig.door()); }, shut_within), "a door it held is open behind " + by);
}

void end_of_input(Rig& rig)
{
    rig.ready();
    rig.hold_open();
    rig.child().close_input();
    ended(rig, "the end of its input");
    shut(rig, "the end of its input");
}

/// A device that says nothing keeps nobody from ending.
void end_while_silent(Rig& rig)
{
    rig.ready();
    rig.bench().fault("silent");
    if (rig.able("stores_credentials")) rig.start_apply(rig.put(rig.key()), Milliseconds{30'000});
    rig.talk().listen(Milliseconds{200});
    rig.child().close_input();
    ended(rig, "the end of its input, with a silent device,");
}

void end_of_a_pulse(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    rig.strike(rig.longest_pulse());
    rig.child().close_input();
    ended(rig, "the end of its input, with a pulse running,");
    shut(rig, "the end of its input, with a pulse running,");
}

void sigterm(Rig& rig)
{
    rig.ready();
    rig.hold_open();
    rig.child().signal(SIGTERM);
    ended(rig, "SIGTERM");
    shut(rig, "SIGTERM");
}

void shutdown(Rig& rig)
{
    rig.ready();
    rig.hold_open();
    const auto answer = rig.talk().ask("shutdown", {}, Milliseconds{2'000});
    expect(text_in(answer, "verdict") == "acknowledged", "`shutdown` is told as " + text_in(answer, "verdict"));
    shut(rig, "`shutdown`");
    ended(rig, "`shutdown`");
}

void detach(Rig& rig)
{
    rig.ready();
    rig.hold_open();
    const auto answer = rig.talk().ask("detach");
    expect(text_in(answer, "verdict") == "acknowledged", "`detach` is told as " + text_in(answer, "verdict"));
    shut(rig, "`detach`");
    const auto gone = rig.talk().ask("read_table");
    expect(text_in(gone, "reason") == "not_attached", "a request for a detached device is not refused as `not_attached`");
    rig.attach();
    const auto closed = rig.talk().ask("close_line");
    expect(text_in(closed, "verdict") == "acknowledged", "`close_line` is told as " + text_in(closed, "verdict"));
}

/// During a fire no lock-type command goes out, whoever ends.
void leaves_doors(Rig& rig)
{
    rig.ready();
    if (!rig.able("set_door")) throw NotApplicable{"the device cannot hold a door open"};
    rig.hold_open();
    const auto answer = rig.talk().ask("set_door", {{"door", rig.door()}, {"mode", "leave"}});
    expect(text_in(answer, "verdict") == "acknowledged", "mode `leave` is told as " + text_in(answer, "verdict"));
    rig.child().close_input();
    ended(rig, "the end of its input");
    expect(rig.bench().open(rig.door()), "a door in mode `leave` was locked at the end of its input");
}

/// Nor does the end of the driver end a pulse then, where the device is one that cannot be held open.
void leaves_pulses(Rig& rig)
{
    rig.ready();
    rig.open_for_long();
    const auto answer = rig.talk().ask("set_door", {{"door", rig.door()}, {"mode", "leave"}});
    expect(text_in(answer, "verdict") == "acknowledged", "mode `leave` is told as " + text_in(answer, "verdict"));
    rig.child().close_input();
    ended(rig, "the end of its input");
    expect(rig.bench().open(rig.door()), "a pulse at a door in mode `leave` was ended at the end of its input");
    rig.shut_again();
}

constexpr std::array end_list{
    Check{"end-of-input", "locks its doors and exits within 2 s at the end of its input", end_of_input},
    Check{"end-while-silent", "exits within 2 s with a device that does not answer", end_while_silent},
    Check{"end-of-a-pulse", "locks the door of a running pulse when it ends", end_of_a_pulse},
    Check{"sigterm", "does at SIGTERM what it does at the end of its input", sigterm},
    Check{"shutdown", "locks its doors, answers `shutdown` and exits", shutdown},
    Check{"detach", "locks the doors of a device it lets go of, and knows it no more", detach},
    Check{"leave", "sends no lock command to a door in mode `leave`", leaves_doors},
    Check{"leave-pulse", "lets a pulse run at a door in mode `leave`, also when it ends", leaves_pulses},
};

} // namespace

std::span<const Check> end_checks()
{
    return end_list;
}

} // namespace gatehouse::check
