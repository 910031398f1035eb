#include "check.hpp"

#include <array>

namespace gatehouse::check {

namespace {

constexpr std::size_t requests = 200'000, more_memory_kib = 48 * 1024;
constexpr Milliseconds takes_no_more{400};

/// Whose answers nobody takes, it stops reading; it loses none and does not grow.
void stops_reading(Rig& rig)
{
    rig.greet();
    const auto before = rig.child().resident_kib();
    std::vector<std::string> ids;
    std::string cut;
    for (std::size_t at = 0; at < requests && cut.empty(); ++at) {
        std::string id;
        const auto line = rig.talk().text_of("ping", {}, Milliseconds{60'000}, id) + "\n";
        ids.push_back(id);
        const auto went = rig.child().write_unread(line, takes_no_more);
        if (went < line.size()) cut = line.substr(went);
    }
    expect(!cut.empty(), "it reads on and on though nobody takes its answers");
    const auto grown = rig.child().resident_kib();
    expect(grown <= before + more_memory_kib,
           "it grew by " + std::to_string((grown - before) / 1024) + " MiB while its answers were not taken");
    rig.child().write(cut);
    for (const auto& id : {ids.front(), ids.back()}) rig.talk().answer(id);
    for (const auto& id : ids) expect(rig.talk().answered(id), "an answer is lost among those that were not taken at once");
}

/// A device that talks without end costs no memory and no answer.
void bounds_its_output(Rig& rig)
{
    rig.ready();
    const auto events = rig.capability("events");
    if (events.empty() || events == "none") throw NotApplicable{"the device has no events"};
    const auto before = rig.child().resident_kib();
    for (int storms = 0; storms < 3; ++storms) rig.bench().fault("storm");
    expect(!rig.child().ends(Deadline::in(Milliseconds{3'000})), "it ended under a storm of events"); // nobody reads meanwhile
    const auto grown = rig.child().resident_kib();
    expect(grown <= before + more_memory_kib,
           "it grew by " + std::to_string((grown - before) / 1024) + " MiB under a storm of events nobody takes");
    expect(text_in(rig.talk().ask("ping"), "verdict") == "acknowledged", "behind a storm of events it does not answer");
}

constexpr std::array bound_list{
    Check{"flood", "stops reading while its answers are not taken, and loses none", stops_reading, true},
    Check{"bounded-output", "bounds what it keeps when nobody listens", bounds_its_output},
};

} // namespace

std::span<const Check> bound_checks()
{
    return bound_list;
}

} // namespace gatehouse::check
