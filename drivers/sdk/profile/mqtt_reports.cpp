#include "sdk/profile/mqtt_ops.hpp"

#include "sdk/profile/match_read.hpp"
#include "sdk/reporter.hpp"

namespace gatehouse::profile {

namespace {

std::vector<std::string_view> event_kinds()
{
    return {sdk::words<sdk::EventKind>.begin(), sdk::words<sdk::EventKind>.end()};
}

EventRule read_event(Cursor at, const Scope& scope)
{
    EventRule rule;
    if (const auto topic = at.child("topic")) rule.topic = read_topic(*topic, scope);
    if (const auto when = at.need("when")) rule.when = read_when(*when, scope);
    if (const auto kind = at.need("kind")) {
        if (kind->is_scalar()) {
            if (const auto chosen = kind->choice(event_kinds())) rule.kind = std::string{event_kinds()[*chosen]};
        } else {
            auto read = read_extraction(*kind, scope, event_kinds());
            if (read.words.empty()) kind->problem("needs an `enum`: the words of a device are not ours");
            rule.kind = std::move(read);
        }
    }
    const auto part = [&at, &scope](const char* key, std::optional<Extraction>& into) {
        if (const auto given = at.child(key)) into = read_extraction(*given, scope);
    };
    part("key", rule.key);
    part("time", rule.time);
    part("slot", rule.slot);
    part("source", rule.source);
    at.done();
    return rule;
}

Heartbeat read_heartbeat(Cursor at, const Scope& scope)
{
    Heartbeat heartbeat;
    if (const auto when = at.need("when")) heartbeat.when = read_when(*when, scope);
    if (const auto every = at.need("every_s")) heartbeat.every = std::chrono::seconds{every->integer(1, 86'400).value_or(60)};
    if (const auto after = at.child("offline_after")) heartbeat.offline_after = after->number(1.1, 100).value_or(2.5);
    at.done();
    return heartbeat;
}

RestartRule read_restart(Cursor at, const Scope& scope)
{
    RestartRule rule;
    if (const auto when = at.need("when")) rule.when = read_when(*when, scope);
    if (const auto pointer = at.need("pointer"))
        if (auto read = read_pointer(*pointer, scope)) rule.pointer = std::move(*read);
    if (const auto decreases = at.need("decreases"))
        if (!decreases->flag().value_or(true)) decreases->problem("must be true: it is the only rule there is");
    at.done();
    return rule;
}

ClockRule read_clock(Cursor at, const Scope& scope)
{
    ClockRule rule;
    if (const auto match = at.need("match")) rule.match = read_matcher(*match, scope);
    if (const auto time = at.need("time")) {
        rule.time = read_extraction(*time, scope);
        if (rule.time.decoder != Encoder::epoch_s && rule.time.decoder != Encoder::epoch_ms)
            time->problem("must be read as `epoch_s` or `epoch_ms`");
    }
    at.done();
    return rule;
}

Presence read_presence(Cursor& at, const Cursor& topic, const Scope& scope)
{
    Presence presence;
    if (auto read = read_topic(topic, scope)) presence.topic = std::move(*read);
    if (const auto up = at.need("up")) presence.up = read_when(*up, scope);
    if (const auto down = at.need("down")) presence.down = read_when(*down, scope);
    return presence;
}

/// Of one of several on whom the device depends.
Presence read_also(Cursor at, const Scope& scope)
{
    Presence presence;
    if (const auto topic = at.need("topic")) presence = read_presence(at, *topic, scope);
    at.done();
    return presence;
}

FailureRule read_failure(Cursor at, const Scope& scope)
{
    FailureRule rule;
    if (const auto of = at.child("of"))
        if (const auto chosen = of->choice({"table", "door"})) rule.of = static_cast<FailureRule::Of>(*chosen);
    if (const auto topic = at.need("topic"))
        if (auto read = read_topic(*topic, scope)) rule.topic = std::move(*read);
    if (const auto when = at.need("when")) rule.when = read_when(*when, scope);
    if (const auto contains = at.child("contains"))
        for (const auto& item : contains->items())
            if (auto read = read_template(item, scope)) rule.contains.push_back(std::move(*read));
    at.done();
    return rule;
}

} // namespace

std::vector<EventRule> read_events(const Cursor& at, const Scope& scope)
{
    std::vector<EventRule> rules;
    for (const auto& item : at.items()) rules.push_back(read_event(item, scope));
    return rules;
}

std::vector<Hint> read_hints(const Cursor& at, const Scope& scope)
{
    std::vector<Hint> hints;
    for (auto& item : at.items()) {
        Hint hint;
        Cursor rule = item;
        if (const auto when = rule.need("when")) hint.when = read_when(*when, scope);
        if (const auto slot = rule.need("slot"))
            if (auto read = read_pointer(*slot, scope)) hint.slot = std::move(*read);
        if (const auto means = rule.need("means"))
            if (means->choice({"put_done", "erase_done", "changed"})) hint.means = *means->text();
        rule.done();
        hints.push_back(std::move(hint));
    }
    return hints;
}

std::vector<FailureRule> read_failures(const Cursor& at, const Scope& scope)
{
    std::vector<FailureRule> rules;
    if (at.is_map())
        rules.push_back(read_failure(at, scope));
    else
        for (const auto& item : at.items()) rules.push_back(read_failure(item, scope));
    return rules;
}

Liveness read_liveness(Cursor at, const Scope& scope)
{
    Liveness liveness;
    if (const auto heartbeat = at.child("heartbeat")) liveness.heartbeat = read_heartbeat(*heartbeat, scope);
    if (auto poll = at.child("poll")) {
        liveness.poll.emplace();
        if (const auto every = poll->need("every_s")) liveness.poll->every = std::chrono::seconds{every->integer(1, 86'400).value_or(60)};
        if (const auto after = poll->child("offline_after")) liveness.poll->offline_after = after->number(1.1, 100).value_or(2.5);
        poll->done();
    }
    if (auto birth = at.child("birth")) {
        liveness.birth.emplace();
        if (const auto when = birth->need("when")) liveness.birth->when = read_when(*when, scope);
        if (const auto settle = birth->child("settle_ms"))
            liveness.birth->settle = std::chrono::milliseconds{settle->integer(0, 10'000).value_or(0)};
        birth->done();
    }
    if (const auto restart = at.child("restart_when")) liveness.restart = read_restart(*restart, scope);
    if (const auto clock = at.child("clock")) liveness.clock = read_clock(*clock, scope);
    if (const auto topic = at.child("topic")) liveness.presences.push_back(read_presence(at, *topic, scope));
    if (const auto also = at.child("also"))
        for (const auto& item : also->items()) liveness.presences.push_back(read_also(item, scope));
    at.done();
    return liveness;
}

} // namespace gatehouse::profile
