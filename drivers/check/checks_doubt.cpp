#include "check.hpp"

#include <array>

namespace gatehouse::check {

namespace {

constexpr Milliseconds past{-1}, short_budget{3'000}, a_while{700};

void is_late(const json::object& answer, const std::string& what)
{
    const bool late = text_in(answer, "verdict") == "unknown" && text_in(answer, "reason") == "late";
    expect(late, what + " is not told as `unknown`, `late` but as " + text_in(answer, "verdict"));
}

void starts_nothing_late(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const auto key = rig.key();
    is_late(rig.talk().answer(rig.start_apply(rig.put(key), past)), "an `apply` whose deadline has passed");
    rig.talk().listen(a_while);
    expect(!rig.bench().holds(key), "an `apply` whose deadline had passed was carried out");
    is_late(rig.talk().ask("read_table", {}, past), "a `read_table` whose deadline has passed");
}

/// What waits behind a long operation is answered at its deadline, and never started.
void waits_no_longer_than_the_deadline(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    for (int more = 0; more < 20 && rig.number("op_timeout_ms") <= 2'000; ++more) rig.apply(rig.put(rig.key()));
    rig.bench().fault("slow");
    const auto read = rig.talk().request("read_table", {}, Milliseconds{20'000});
    rig.talk().listen(Milliseconds{50});
    const auto key = rig.key(), other = rig.key();
    const auto write = rig.start_apply(rig.put(key), Milliseconds{10'000});
    const auto late = rig.talk().request("detach", {}, Milliseconds{1});
    const auto told = rig.talk().answer(late); // a Failure when it is not there a second after its deadline
    const auto word = text_in(told, "verdict");
    expect(word == "unknown" || word == "acknowledged", "what waited beyond its deadline is told as " + std::string{word});
    rig.talk().answer(write);
    rig.talk().answer(read);
}

/// Bytes went out and nothing clear came back.
void is_no_guess(const json::object& told, const std::string& what)
{
    const auto verdict = text_in(told, "verdict");
    expect(verdict == "unknown" || verdict == "offline", what + " is told as " + verdict);
}

void never_guesses_a_put(Rig& rig, std::string_view fault, const std::string& what)
{
    rig.ready();
    rig.needs_table();
    rig.talk().listen(rig.bench().time("settle_ms", Milliseconds{0})); // the process before may still be answered
    rig.bench().fault(fault);
    const auto key = rig.key();
    const auto told = rig.apply(rig.put(key), short_budget);
    rig.bench().heal();
    is_no_guess(told, "a `put` whose " + what + " was lost");
    const bool nothing_done = text_in(told, "verdict") == "offline";
    expect(!nothing_done || !rig.bench().holds(key), "a `put` told as `offline` was carried out: that says nothing was done");
}

/// A revoke that only seems to have been made leaves somebody inside.
void never_guesses_a_drop(Rig& rig, std::string_view fault, const std::string& what)
{
    rig.ready();
    rig.needs_table();
    rig.talk().listen(rig.bench().time("settle_ms", Milliseconds{0}));
    const auto key = rig.key();
    acknowledged(rig.apply(rig.put(key)), "a `put`");
    rig.bench().fault(fault);
    const auto told = rig.apply(rig.drop(key), short_budget);
    rig.bench().heal();
    is_no_guess(told, "a `drop` whose " + what + " was lost");
    const bool nothing_done = text_in(told, "verdict") == "offline";
    expect(!nothing_done || rig.bench().holds(key), "a `drop` told as `offline` was carried out: that says nothing was done");
}

void lost_requests(Rig& rig)
{
    never_guesses_a_put(rig, "lose_requests", "request");
}

void lost_replies(Rig& rig)
{
    never_guesses_a_put(rig, "lose_replies", "answer");
}

void lost_requests_to_drop(Rig& rig)
{
    never_guesses_a_drop(rig, "lose_requests", "request");
}

void lost_replies_to_a_drop(Rig& rig)
{
    never_guesses_a_drop(rig, "lose_replies", "answer");
}

/// Somebody stands before a door that was said to open.
void lost_strikes(Rig& rig)
{
    rig.ready();
    rig.needs_doors_that_open();
    const auto ack = rig.capability("ack");
    if (ack.empty() || ack == "none") throw NotApplicable{"the device answers no command"};
    rig.talk().listen(rig.bench().time("settle_ms", Milliseconds{0}));
    rig.bench().fault("lose_requests");
    const auto told = rig.strike(600, short_budget);
    rig.bench().heal();
    is_no_guess(told, "a strike whose request was lost");
}

/// Unreachable is never empty.
void lost_lists(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    rig.apply(rig.put(rig.key()));
    rig.bench().fault("lose_replies");
    const auto table = rig.read();
    rig.bench().heal();
    expect(!table.complete(), "a table none of whose rows came is told as `complete`: it reads as empty");
}

/// Complete claims that what is not listed is absent.
void damaged_lists(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    if (rig.capability("supports_readback") == "one") throw NotApplicable{"there is no list: its slots are asked for one by one"};
    std::vector<std::string> keys;
    const int rows = rig.number("op_timeout_ms") > 2'000 ? 4 : 12;
    for (int at = 0; at < rows; ++at) keys.push_back(rig.key()), rig.apply(rig.put(keys.back()));
    rig.bench().fault("lose_rows");
    for (int reads = 0; reads < 3; ++reads) {
        const auto table = rig.read();
        for (const auto& key : keys) expect(!table.complete() || table.holds(key), "a table with a row missing is told as `complete`");
    }
}

constexpr std::array doubt_list{
    Check{"late", "starts nothing whose deadline has passed", starts_nothing_late},
    Check{"late-in-queue", "answers what waits behind a long operation at its deadline", waits_no_longer_than_the_deadline},
    Check{"lost-request", "says `unknown` of a write whose request was lost", lost_requests},
    Check{"lost-reply", "says `unknown` of a write whose answer was lost", lost_replies},
    Check{"lost-drop", "says `unknown` of a removal whose request was lost", lost_requests_to_drop},
    Check{"lost-drop-reply", "says `unknown` of a removal whose answer was lost", lost_replies_to_a_drop},
    Check{"lost-strike", "says `unknown` of a strike whose request was lost", lost_strikes},
    Check{"lost-list", "does not take silence for an empty table", lost_lists},
    Check{"damaged-list", "says `complete` only of a whole table", damaged_lists},
};

} // namespace

std::span<const Check> doubt_checks()
{
    return doubt_list;
}

} // namespace gatehouse::check
