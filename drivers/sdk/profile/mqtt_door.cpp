// The blocks about the door itself: what it says of its state, and what has to be set in the device for an unlock to end.

#include "sdk/profile/match_read.hpp"
#include "sdk/profile/mqtt_ops.hpp"
#include "sdk/reporter.hpp"

namespace gatehouse::profile {

namespace {

template <class Word>
std::vector<std::string_view> words_of()
{
    return {sdk::words<Word>.begin(), sdk::words<Word>.end()};
}

template <class Word>
std::optional<Extraction> read_state(Cursor& at, const char* key, const Scope& scope)
{
    const auto given = at.child(key);
    if (!given) return std::nullopt;
    auto read = read_extraction(*given, scope, words_of<Word>());
    if (read.words.empty()) given->problem("needs an `enum`: the words of a device are not ours");
    return read;
}

SetupRule read_setting(Cursor at, const Scope& scope)
{
    SetupRule rule;
    if (const auto name = at.need("name")) rule.name = name->text().value_or("");
    const auto sending = [&at, &scope](const char* key) {
        auto given = at.child(key);
        if (!given) return std::optional<Sending>{};
        std::optional<Sending> read = read_sending(*given, scope);
        given->done();
        return read;
    };
    if (auto ask = sending("ask"))
        rule.ask = std::move(*ask);
    else
        at.problem("`ask` is missing");
    rule.set = sending("set");
    if (auto expect = at.need("expect")) {
        if (const auto pointer = expect->need("pointer"))
            if (auto read = read_pointer(*pointer, scope)) rule.pointer = std::move(*read);
        if (const auto equals = expect->need("equals"))
            if (auto read = read_shown(*equals, scope)) rule.value = std::move(*read);
        expect->done();
    }
    if (const auto within = at.need("within_ms")) rule.within = std::chrono::milliseconds{within->integer(50, 60'000).value_or(0)};
    at.done();
    return rule;
}

} // namespace

std::optional<Template> read_correlate(Cursor at, const Scope& scope)
{
    std::optional<Template> pointer;
    if (const auto reply = at.need("reply")) pointer = read_pointer(*reply, scope);
    if (const auto kind = at.child("kind")) static_cast<void>(kind->choice({"counter"}));
    at.done();
    return pointer;
}

std::vector<SetupRule> read_setup(const Cursor& at, const Scope& scope)
{
    std::vector<SetupRule> rules;
    for (const auto& item : at.items()) rules.push_back(read_setting(item, scope.with({"pulse_ms"})));
    return rules;
}

std::vector<DoorRule> read_door(const Cursor& at, const Scope& scope)
{
    std::vector<DoorRule> rules;
    for (auto item : at.items()) {
        DoorRule rule;
        if (const auto topic = item.child("topic")) rule.topic = read_topic(*topic, scope);
        if (const auto when = item.child("when")) rule.when = read_when(*when, scope);
        rule.lock = read_state<sdk::LockState>(item, "lock", scope);
        rule.contact = read_state<sdk::Contact>(item, "contact", scope);
        if (!rule.lock && !rule.contact) item.problem("needs `lock` or `contact`");
        item.done();
        rules.push_back(std::move(rule));
    }
    return rules;
}

std::string beyond_its_pulse(const MqttProfile& profile, const Fields& params, const sdk::Door& door)
{
    const auto& caps = profile.caps.stated;
    const bool settable = caps.unlock_pulse == sdk::UnlockPulse::device_settable;
    if (!door.pulse || (!settable && caps.unlock_pulse != sdk::UnlockPulse::per_command)) return {};
    const auto length = door.pulse->count();
    const auto& [least, most, quantum] = caps.pulse_ms;
    const auto told = "an unlock of " + std::to_string(length) + " ms";
    if (most > 0 && (length < least || length > most))
        return told + ": the device takes " + std::to_string(least) + " to " + std::to_string(most) + " ms";
    auto fields = params;
    fields["pulse_ms"] = length;
    for (const auto& rule : profile.setup)
        if (const auto value = rule.value.text(fields); settable && !value) return told + ": " + value.error().text;
    return {};
}

} // namespace gatehouse::profile
