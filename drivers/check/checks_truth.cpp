// What the driver says of its device, held against the device's own word.

#include "check.hpp"

#include <array>

namespace gatehouse::check {

namespace {

constexpr std::string_view code_behind_the_card = "2468";

/// The entry the device holds has the doors, the start and the end it was given, and no more.
void holds_it_as_told(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const bool timed = rig.capability("supports_validity") == "seconds";
    const bool told = rig.bench().knows("doors") || (timed && (rig.bench().knows("from") || rig.bench().knows("until")));
    if (!told && !timed && rig.capability("door_grouping") == "all")
        throw NotApplicable{"an entry of the device has neither doors nor times"};
    if (!told) throw NotChecked{"the bench does not tell doors and times of an entry (`truth.entry`)"};
    for (const auto door : rig.bench().doors()) {
        if (rig.capability("door_grouping") == "all" && door != rig.door()) continue;
        const auto key = rig.key();
        auto step = rig.put(key);
        step["doors"] = json::array{door};
        acknowledged(rig.apply(step), "a `put`");
        const auto held = rig.bench().truth().entries[key];
        int looked_at = 0;
        const auto is_as_told = [&held, &looked_at](const char* what, const std::string& wanted) {
            if (!held.contains(what)) return;
            ++looked_at;
            expect(held.at(what) == wanted, "the device holds `" + std::string{what} + "` " + held.at(what) + " and was to hold " + wanted);
        };
        is_as_told("doors", std::to_string(door));
        if (timed) is_as_told("from", std::string{text_in(step, "from")});
        if (timed) is_as_told("until", rig.bench().last_moment_of(std::string{text_in(step, "until")}));
        if (looked_at == 0) throw BadBench{"`truth` tells nothing of an entry where its `entry` points to"};
        acknowledged(rig.apply(rig.drop(key)), "a `drop`");
    }
}

/// Each kind of credential it takes can be written and taken away again.
void takes_away_each_kind(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    if (rig.able("slot_based")) throw NotApplicable{"a slot is taken away whatever stands in it"};
    const auto* kinds = rig.capabilities().if_contains("credential_kinds");
    for (const auto& one : kinds == nullptr || !kinds->is_array() ? json::array{} : kinds->get_array()) {
        if (!one.is_string()) throw Failure{"`credential_kinds` holds something that is no text"};
        const std::string kind{one.get_string()};
        if (kind == "card_and_pin") continue;
        const auto key = kind == "pin" ? "4711" : kind == "card_number" ? "1234567" : rig.key();
        auto put = rig.put(key), drop = rig.drop(key);
        put["key_kind"] = drop["key_kind"] = kind;
        acknowledged(rig.apply(put), "a `put` of a " + kind);
        expect(rig.bench().holds(key), "an acknowledged `put` of a " + kind + " is not in the table of the device");
        acknowledged(rig.apply(drop), "a `drop` of a " + kind);
        expect(!rig.bench().holds(key), "an acknowledged `drop` of a " + kind + " is still in the table of the device");
    }
}

/// A code behind the card is stored or refused: without it the card opens alone.
void keeps_the_code_behind_a_card(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    if (rig.key_kind() == "pin") throw NotApplicable{"the device takes no cards"};
    const auto key = rig.key();
    auto step = rig.put(key);
    step["pin"] = code_behind_the_card;
    const auto told = text_in(rig.apply(step), "verdict");
    if (told == "acknowledged") {
        if (!rig.bench().knows("pin")) throw NotChecked{"the bench does not tell the code behind a card (`truth.entry.pin`)"};
        const auto held = rig.bench().truth().entries[key];
        expect(held.contains("pin") && held.at("pin") == code_behind_the_card,
               "a code behind the card is acknowledged and not in the device");
    } else {
        expect(!rig.bench().holds(key), "a card whose code is " + std::string{told} + " is in the table without it");
    }
}

/// What somebody else wrote is read back as well.
void shows_what_others_wrote(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    rig.bench().fault("foreign");
    const auto theirs = rig.bench().foreign_key();
    expect(rig.bench().holds(theirs), "the bench did not write its foreign entry");
    const auto table = rig.read();
    expect(table.complete(), "a table with an entry of somebody else is not read completely");
    expect(table.holds(theirs), "an entry that somebody else wrote is not read back");
}

/// A device that says yes and stores nothing: nothing is proven of it.
void proves_nothing_unseen(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    rig.bench().fault("not_stored");
    const auto key = rig.key();
    const auto verdict = rig.apply(rig.put(key), rig.read_budget() + Conversation::usual);
    expect(!rig.bench().holds(key), "the bench stored what it was not to");
    const auto* proven = verdict.if_contains("read_back");
    expect(proven == nullptr || *proven != json::value(true), "what the device did not store is `read_back`");
    expect(!rig.read().holds(key), "what the device did not store is read back");
}

/// A device that says yes and removes nothing: whoever was revoked still opens doors.
void proves_no_removal_unseen(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    const auto key = rig.key();
    acknowledged(rig.apply(rig.put(key)), "a `put`");
    rig.bench().fault("not_stored");
    const auto verdict = rig.apply(rig.drop(key), rig.read_budget() + Conversation::usual);
    if (!rig.bench().holds(key)) throw NotChecked{"the bench removes what it was not to (`not_stored`)"};
    const auto* proven = verdict.if_contains("read_back");
    expect(proven == nullptr || *proven != json::value(true), "what the device did not remove is `read_back`");
    const auto table = rig.read();
    expect(!table.complete() || table.holds(key), "what the device did not remove is missing in a table told as `complete`");
}

constexpr std::array truth_list{
    Check{"as-told", "has the device hold doors and times as it was told", holds_it_as_told},
    Check{"each-kind", "writes and takes away each kind of credential it says it takes", takes_away_each_kind},
    Check{"code-behind-card", "stores a code behind a card, or refuses it", keeps_the_code_behind_a_card},
    Check{"foreign", "reads back what somebody else wrote", shows_what_others_wrote},
    Check{"false-proof", "proves nothing of a write that was not stored", proves_nothing_unseen},
    Check{"false-removal", "proves nothing of a removal that was not made", proves_no_removal_unseen},
};

} // namespace

std::span<const Check> truth_checks()
{
    return truth_list;
}

} // namespace gatehouse::check
