#include "talk/reports.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

namespace {

constexpr std::chrono::minutes clock_every{2};        // heard all the same, the daemon wants to know that it still is
constexpr std::chrono::seconds clock_step{2};         // whole seconds and the way here make up for less
constexpr std::int64_t last_second = 253'402'300'799; // of the year 9999

template <class Word>
std::optional<Word> read_state(const std::optional<profile::Extraction>& part, const profile::Message& message,
                               const profile::Fields& params)
{
    if (!part) return std::nullopt;
    const auto value = profile::extract(*part, message, params);
    const auto word = value ? profile::value_text(*value) : std::nullopt;
    return word ? std::optional{sdk::from_word<Word>(*word).value_or(Word::unknown)} : std::nullopt;
}

} // namespace

bool Reports::is_on(const std::optional<profile::Template>& rule_topic, std::string_view topic, bool of_reply) const
{
    return rule_topic ? topic_text(*rule_topic, desk_.self.params) == topic : of_reply;
}

void Reports::door(std::string_view topic, bool of_reply, const profile::Message& message)
{
    auto state = door_;
    for (const auto& rule : desk_.profile().door) {
        if (!is_on(rule.topic, topic, of_reply) || !profile::all_match(rule.when, message, desk_.self.params)) continue;
        if (const auto lock = read_state<sdk::LockState>(rule.lock, message, desk_.self.params)) state.lock = *lock;
        if (const auto contact = read_state<sdk::Contact>(rule.contact, message, desk_.self.params)) state.contact = *contact;
    }
    if (state == door_) return;
    door_ = state;
    for (const auto& door : desk_.self.doors) desk_.outside.door(door.door, door_);
}

void Reports::events(std::string_view topic, bool of_reply, const profile::Message& message)
{
    const auto matching = [&](const profile::EventRule& rule) {
        return is_on(rule.topic, topic, of_reply) && profile::all_match(rule.when, message, desk_.self.params);
    };
    const auto& rules = desk_.profile().events;
    const auto rule = std::find_if(rules.begin(), rules.end(), matching);
    if (rule != rules.end()) desk_.outside.event(read_event(desk_.rules, *rule, message));
}

/// The clock is told when it is first heard, when it goes otherwise than ours did since, and now and then.
void Reports::clock(const profile::Message& message, sdk::Time now)
{
    const auto& rule = desk_.profile().liveness.clock;
    if (!rule || !profile::matches(rule->match, message, desk_.self.params)) return;
    const auto value = profile::extract(rule->time, message, desk_.self.params);
    const auto* time = value ? std::get_if<std::int64_t>(&*value) : nullptr;
    if (time == nullptr || *time < 0 || *time > last_second) return;
    const auto ahead = sdk::Milliseconds{std::chrono::seconds{*time}} - now.time_since_epoch();
    if (clock_ && std::chrono::abs(ahead - *clock_) < clock_step && now < clock_told_at_ + clock_every) return;
    clock_ = ahead;
    clock_told_at_ = now;
    desk_.outside.clock(*time, now);
}

bool Reports::restarted(const profile::Message& message, std::string& told)
{
    const auto& rule = desk_.profile().liveness.restart;
    if (!rule || !profile::all_match(rule->when, message, desk_.self.params)) return false;
    const auto* found = profile::find(*message.body, rule->pointer, desk_.self.params);
    const auto value = found ? profile::decode(profile::Encoder::integer, *found) : profile::Outcome<profile::Value>{profile::Value{}};
    const auto* mark = value ? std::get_if<std::int64_t>(&*value) : nullptr;
    if (!mark || !desk_.life.mark(*mark)) return false;
    told = rule->pointer.source().substr(1, 40) + ":" + std::to_string(*mark);
    return true;
}

} // namespace gatehouse::mqtt
