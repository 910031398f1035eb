#include "check.hpp"

#include <array>

namespace gatehouse::check {

namespace {

const json::object* entry_with(const json::array& entries, std::string_view key)
{
    for (const auto& entry : entries)
        if (entry.is_object() && text_in(entry.get_object(), "key") == key) return &entry.get_object();
    return nullptr;
}

void holds_what_it_was_given(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const auto key = rig.key();
    const auto step = rig.put(key);
    acknowledged(rig.apply(step), "a `put`");
    expect(rig.bench().holds(key), "an acknowledged `put` is not in the table of the device");
    const auto table = rig.read();
    expect(table.complete(), "a table that can be read is not read completely");
    const auto* entry = entry_with(table.entries, key);
    expect(entry != nullptr, "what the device holds is not among the entries read back");
    for (const auto* field : {"from", "until", "tag"})
        if (entry->contains(field) && step.contains(field))
            expect(entry->at(field) == step.at(field), "`" + std::string{field} + "` is read back as another than was put");
    if (rig.capability("supports_validity") == "seconds")
        expect(entry->contains("until"), "the end of an entry is not read back: it reads as one without an end");
    acknowledged(rig.apply(rig.drop(key)), "a `drop`");
    expect(!rig.bench().holds(key), "an acknowledged `drop` is still in the table of the device");
    expect(!rig.read().holds(key), "a dropped entry is read back");
}

void is_idempotent(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const auto key = rig.key();
    for (const auto* time : {"the first", "the second"}) acknowledged(rig.apply(rig.put(key)), std::string{time} + " of two equal `put`s");
    for (const auto* time : {"the first", "the second"})
        acknowledged(rig.apply(rig.drop(key)), std::string{time} + " of two equal `drop`s");
    expect(!rig.bench().holds(key), "an entry is there though it was dropped twice");
}

void keeps_the_order_of_steps(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const auto key = rig.key(), other = rig.key();
    json::array steps;
    steps.push_back(rig.put(key)), steps.push_back(rig.drop(key));
    const auto budget = Milliseconds{5'000 + 3 * rig.number("op_timeout_ms")};
    const auto answer = rig.talk().ask("apply", {{"steps", std::move(steps)}}, budget);
    acknowledged(answer, "an `apply` of two steps");
    expect(!rig.bench().holds(key), "put and drop of one key in one `apply` leave the entry");
}

/// What it cannot express exactly it refuses; nothing shortened stands in the table.
void refuses_what_does_not_fit(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const auto limit = rig.number("key_limit");
    if (limit <= 0 || limit >= 64 || rig.key_kind() != "card_uid_hex") throw NotApplicable{"no limit of its keys is known"};
    const auto before = rig.bench().keys();
    const auto verdict = rig.apply(rig.put(std::string(static_cast<std::size_t>(limit + 2) / 2 * 2, 'a')));
    expect(text_in(verdict, "verdict") == "refused", "a key longer than `key_limit` is told as " + text_in(verdict, "verdict"));
    expect(rig.bench().keys() == before, "of a key that does not fit something is in the table");
}

void says_full(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    if (rig.able("slot_based")) throw NotApplicable{"the gateway gives away the slots"};
    rig.bench().fault("full");
    const auto key = rig.key();
    const auto verdict = text_in(rig.apply(rig.put(key)), "verdict");
    const bool blind = verdict == "acknowledged" && rig.capability("ack") != "correlated"; // the device itself says so of what it loses
    expect(verdict == "full" || blind, "a `put` into a full table is told as " + std::string{verdict});
    if (blind) expect(!rig.read().holds(key), "an entry there was no room for is read back");
    rig.bench().heal();
    acknowledged(rig.apply(rig.put(key)), "a `put` once there is room");
}

void pages_long_tables(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    if (rig.able("slot_based")) throw NotApplicable{"a table by slots is filled slot by slot"};
    const auto capacity = rig.number("capacity");
    if (capacity > 0 && capacity <= 140) throw NotApplicable{"the table fits one page"};
    if (rig.number("op_timeout_ms") > 2'000) throw NotApplicable{"filling a page takes this device minutes"};
    json::array steps;
    std::vector<std::string> keys;
    for (int at = 0; at < 140; ++at) keys.push_back(rig.key());
    for (std::size_t at = 0; at < keys.size(); ++at) {
        steps.push_back(rig.put(keys[at]));
        if (steps.size() < 70) continue;
        acknowledged(rig.talk().ask("apply", {{"steps", std::exchange(steps, {})}}, Milliseconds{20'000}), "an `apply` of 70 steps");
    }
    const auto first = rig.talk().ask("read_table", {}, Milliseconds{20'000});
    expect(text_in(first, "page") == "more", "of 140 entries the first page is not `more`");
    const std::string cursor{text_in(first, "cursor")};
    const auto table = rig.read();
    expect(table.complete() && table.entries.size() >= 140, "140 entries are not read back, page by page");
    const auto spent = rig.talk().ask("read_table", {{"cursor", cursor}}, Milliseconds{20'000});
    expect(text_in(spent, "page") == "partial" && text_in(spent, "reason") == "yielded",
           "a cursor that a fresh read spent is not `partial`, `yielded`");
}

void one_table_request_at_a_time(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    rig.bench().fault("slow");
    const auto first = rig.start_apply(rig.put(rig.key()), Milliseconds{6'000});
    const auto second = rig.start_apply(rig.put(rig.key()), Milliseconds{6'000});
    const auto answer = rig.talk().answer(second);
    expect(text_in(answer, "verdict") == "busy", "a second table request of one device is not `busy` but " + text_in(answer, "verdict"));
    rig.talk().answer(first);
}

/// A revoke waits for no list.
void yields_to_an_apply(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const auto key = rig.key();
    acknowledged(rig.apply(rig.put(key)), "a `put`");
    for (int more = 0; more < 20 && rig.number("op_timeout_ms") <= 2'000; ++more) rig.apply(rig.put(rig.key()));
    rig.bench().fault("slow");
    const auto read = rig.talk().request("read_table", {}, rig.read_budget() + Milliseconds{30'000});
    rig.talk().listen(Milliseconds{100});
    const auto revoke = rig.start_apply(rig.drop(key), Milliseconds{10'000});
    const auto told = rig.talk().answer(revoke);
    expect(rig.talk().answered(read), "an `apply` is carried out before the read it ends is answered");
    const auto ended = rig.talk().answer(read);
    expect(text_in(ended, "page") != "complete", "a read that an `apply` ended is `complete`");
    expect(text_in(ended, "reason") == "yielded", "a read that an `apply` ended does not say `yielded`");
    acknowledged(rig.step_of(told), "a `drop` beside a read");
    expect(!rig.bench().holds(key), "the `drop` beside a read is not carried out");
}

constexpr std::array table_list{
    Check{"table", "writes what it is told and reads back what is there", holds_what_it_was_given},
    Check{"idempotent", "puts and drops twice as it does once", is_idempotent},
    Check{"steps-in-order", "carries steps out in their order", keeps_the_order_of_steps},
    Check{"too-long", "refuses a key that does not fit, and shortens none", refuses_what_does_not_fit},
    Check{"full", "says `full` where there is no room", says_full},
    Check{"pages", "answers long tables page by page", pages_long_tables},
    Check{"one-at-a-time", "takes one table request of a device at a time", one_table_request_at_a_time},
    Check{"yield", "ends a read for an `apply`", yields_to_an_apply},
};

} // namespace

std::span<const Check> table_checks()
{
    return table_list;
}

} // namespace gatehouse::check
