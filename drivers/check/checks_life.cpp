#include "check.hpp"

#include <array>
#include <csignal>

namespace gatehouse::check {

namespace {

constexpr Milliseconds lost_within{10'000}, back_within{10'000};

void attaches(Rig& rig)
{
    rig.greet();
    rig.open();
    const auto answer = rig.attach();
    const auto* told = answer.if_contains("doors");
    const auto doors = told != nullptr && told->is_array() ? told->get_array() : json::array{};
    expect(doors.size() == rig.bench().doors().size(), "the answer to `attach` has not a verdict for each door");
    for (const auto& door : doors) {
        const auto verdict = door.is_object() ? text_in(door.get_object(), "verdict") : std::string{};
        expect(verdict == "acknowledged" || verdict == "offline" || verdict == "unknown",
               "a door that is to be locked is told as " + std::string{verdict});
    }
    expect(rig.talk().heard("online", rig.bench().time("heard_ms", Milliseconds{5'000})).has_value(),
           "no `online` tells that the device is there");
}

/// Whatever a predecessor left behind.
void asserts_modes(Rig& rig)
{
    rig.ready();
    if (!rig.able("set_door")) throw NotApplicable{"the device cannot hold a door open"};
    rig.hold_open();
    rig.child().signal(SIGKILL);
    rig.start();
    rig.ready("locked");
    expect(!rig.bench().open(rig.door()), "a door that `attach` locks is open when `online` is told");
    rig.start();
    rig.ready("unlocked");
    expect(rig.bench().open(rig.door()), "a door that `attach` holds open is shut when `online` is told");
    rig.child().signal(SIGKILL);
    rig.start();
    rig.ready("leave");
    expect(rig.bench().open(rig.door()), "a door whose mode is `leave` was locked at `attach`");
}

/// A driver that begins during a fire ends no pulse of its predecessor, nor when it ends itself.
void attaches_and_leaves(Rig& rig)
{
    rig.ready();
    const auto length = rig.long_pulse();
    rig.open_for_long();
    rig.child().signal(SIGKILL);
    rig.start();
    rig.ready("leave", length);
    expect(rig.bench().open(rig.door()), "a pulse at a door whose mode is `leave` was ended at `attach`");
    rig.child().close_input();
    rig.child().exit_code(Deadline::in(Milliseconds{3'000}));
    expect(rig.bench().open(rig.door()), "a pulse at a door attached in mode `leave` was ended at the end of its input");
    rig.shut_again();
}

void tells_restarts(Rig& rig)
{
    rig.ready();
    if (!rig.able("boot_counter")) throw NotApplicable{"the device has no mark of its restarts"};
    const bool holds = rig.able("set_door");
    if (holds) rig.hold_open();
    const auto from = rig.talk().said();
    rig.bench().fault("restart");
    const auto told = rig.talk().heard("restarted", rig.bench().time("restart_ms", back_within), from);
    expect(told.has_value(), "the device restarted and no `restarted` tells so");
    if (holds) expect(rig.bench().open(rig.door()), "`restarted` is told before the doors are in their modes again");
}

void tells_offline_and_online(Rig& rig)
{
    rig.ready();
    const auto from = rig.talk().said();
    rig.bench().fault("silent");
    expect(rig.talk().heard("offline", rig.bench().time("lost_ms", lost_within), from).has_value(),
           "the device is silent and no `offline` tells so");
    if (rig.able("stores_credentials")) {
        const auto key = rig.key();
        const auto verdict = rig.apply(rig.put(key), Milliseconds{2'000});
        const auto word = text_in(verdict, "verdict");
        expect(word == "offline" || word == "unknown", "a write to a device that does not answer is told as " + std::string{word});
    }
    const auto silent = rig.talk().said();
    rig.bench().heal();
    expect(rig.talk().heard("online", rig.bench().time("back_ms", back_within), silent).has_value(),
           "the device is back and no `online` tells so");
    if (!rig.able("stores_credentials")) return;
    const auto key = rig.key(); // what the device still owes of before may make the first ones `unknown`
    const auto acknowledged = [&] { return text_in(rig.apply(rig.put(key)), "verdict") == "acknowledged"; };
    expect(rig.becomes(acknowledged, rig.bench().time("back_ms", back_within)), "behind `online` no write succeeds any more");
}

/// The line is cut, and nothing of what was asked is lost without a word.
void comes_back_to_a_cut_line(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    rig.bench().fault("cut");
    const auto key = rig.key();
    const auto acknowledged = [&] { return text_in(rig.apply(rig.put(key), Milliseconds{2'000}), "verdict") == "acknowledged"; };
    expect(rig.becomes(acknowledged, rig.bench().time("back_ms", back_within)), "behind a cut of its line no write succeeds any more");
    expect(rig.bench().holds(key), "what was acknowledged behind a cut of its line is not there");
}

constexpr std::array life_list{
    Check{"attach", "answers `attach` with a verdict for each door and tells when the device is there", attaches},
    Check{"door-modes", "puts the doors into their modes before it says `online`", asserts_modes},
    Check{"attach-leave", "ends no pulse at a door that it attaches in mode `leave`", attaches_and_leaves},
    Check{"restart", "tells that the device restarted, behind the doors' modes", tells_restarts},
    Check{"offline-online", "tells that the device is gone and that it is back, and acknowledges nothing meanwhile",
          tells_offline_and_online},
    Check{"cut-line", "comes back to a line that was cut", comes_back_to_a_cut_line},
};

} // namespace

std::span<const Check> life_checks()
{
    return life_list;
}

} // namespace gatehouse::check
