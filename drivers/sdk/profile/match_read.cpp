#include "sdk/profile/match_read.hpp"

#include <algorithm>

namespace gatehouse::profile {

namespace {

void read_test(Cursor& at, const Scope& scope, Condition& condition)
{
    int tests = 0;
    const auto value = [&at, &scope, &condition, &tests](const char* key, Condition::Kind kind) {
        const auto given = at.child(key);
        if (!given) return;
        ++tests;
        condition.kind = kind;
        if (auto text = read_template(*given, scope)) condition.value = std::move(*text);
    };
    value("equals", Condition::Kind::equals);
    value("equals_or_absent", Condition::Kind::equals_or_absent);
    if (const auto present = at.child("present")) {
        ++tests;
        condition.kind = Condition::Kind::present;
        condition.expected = present->flag().value_or(true);
    }
    if (tests != 1) at.problem("needs exactly one of equals, equals_or_absent, present");
}

std::vector<Condition> read_conditions(const Cursor& at, const Scope& scope)
{
    std::vector<Condition> conditions;
    if (at.is_map())
        conditions.push_back(read_condition(at, scope));
    else
        for (const auto& item : at.items()) conditions.push_back(read_condition(item, scope));
    return conditions;
}

void read_decoder(Cursor& at, Extraction& extraction)
{
    int given = 0;
    for (const char* key : {"as", "enc", "dec"}) {
        const auto name = at.child(key);
        const auto text = name ? name->text() : std::nullopt;
        if (!text) continue;
        if (++given == 2) at.problem("as, enc and dec say the same: give one of them");
        const auto decoder = encoder_named(*text);
        if (decoder == Encoder::tenths || decoder == Encoder::pulse_time || decoder == Encoder::seconds)
            at.problem("lengths of time are not read from a device");
        else if (decoder)
            extraction.decoder = *decoder;
        else
            name->problem("there is no encoder `" + *text + "`");
    }
}

void read_words(const Cursor& at, const std::vector<std::string_view>& words, Extraction& extraction)
{
    if (at.is_map() && at.node().size() == 0) at.problem("an enum without values");
    for (const auto& [device_word, entry] : at.entries()) {
        const auto ours = entry.text();
        if (!ours) continue;
        if (!words.empty() && std::find(words.begin(), words.end(), *ours) == words.end()) static_cast<void>(entry.choice(words));
        extraction.words.emplace(device_word, *ours);
    }
}

} // namespace

Condition read_condition(Cursor at, const Scope& scope)
{
    Condition condition;
    if (!at.is_map()) {
        at.problem("must be a map with `pointer` and a test, or `text`");
        return condition;
    }
    if (const auto text = at.child("text")) {
        condition.kind = Condition::Kind::text;
        if (auto value = read_template(*text, scope)) condition.value = std::move(*value);
    } else {
        if (const auto pointer = at.need("pointer"))
            if (auto read = read_pointer(*pointer, scope)) condition.pointer = std::move(*read);
        read_test(at, scope, condition);
    }
    at.done();
    return condition;
}

std::vector<Condition> read_when(const Cursor& at, const Scope& scope)
{
    auto conditions = read_conditions(at, scope);
    if (conditions.empty()) at.problem("needs at least one condition");
    return conditions;
}

Matcher read_matcher(Cursor at, const Scope& scope)
{
    Matcher matcher;
    if (const auto all = at.child("all")) matcher.all = read_when(*all, scope);
    if (const auto any = at.child("any")) matcher.any = read_when(*any, scope);
    if (const auto guard = at.child("guard")) matcher.guard = read_when(*guard, scope);
    if (const auto missing = at.child("any_of_missing")) matcher.allow_missing = missing->choice({"allow"}).has_value();
    if (at.is_map() && !at.node()["all"] && !at.node()["any"]) at.problem("needs `all` or `any`");
    at.done();
    return matcher;
}

Extraction read_extraction(Cursor at, const Scope& scope, const std::vector<std::string_view>& words)
{
    Extraction extraction;
    if (at.is_scalar()) {
        if (auto pointer = read_pointer(at, scope)) extraction.pointer = std::move(*pointer);
        return extraction;
    }
    if (const auto pointer = at.need("pointer"))
        if (auto read = read_pointer(*pointer, scope)) extraction.pointer = std::move(*read);
    read_decoder(at, extraction);
    if (const auto map = at.child("enum")) read_words(*map, words, extraction);
    if (const auto when = at.child("when")) extraction.when = read_when(*when, scope);
    if (const auto state = at.child("only_when")) extraction.only_when = state->text();
    if (const auto optional = at.child("optional")) extraction.optional = optional->flag().value_or(false);
    if (const auto secret = at.child("secret")) extraction.secret = secret->flag().value_or(false);
    at.done();
    return extraction;
}

} // namespace gatehouse::profile
