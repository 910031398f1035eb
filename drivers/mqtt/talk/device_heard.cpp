// What a device says, and what is said of it.

#include "talk/device.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace gatehouse::mqtt {

namespace {

constexpr int births_at_most = 3; ///< settling times a device is left alone that is born again and again

std::optional<boost::json::value> parsed(std::string_view payload)
{
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = 16;
    auto body = boost::json::parse({payload.data(), payload.size()}, error, {}, options);
    return error ? std::nullopt : std::optional{std::move(body)};
}

} // namespace

void Device::message(const Incoming& incoming, sdk::Time now)
{
    const auto& [topic, payload, retained, heard] = incoming;
    const auto body = parsed(payload);
    const profile::Message message{body ? &*body : nullptr, payload, heard};
    presence_message(topic, message, now);
    if (retained) return advance(now); // what was kept from earlier says nothing about now
    failure_message(topic, message, now);
    const bool of_reply = topic == reply_topic_;
    if (of_reply && !body) {
        gap();
        return;
    }
    if (of_reply && profile_.from_device && !profile::matches(*profile_.from_device, message, self_.params)) return;
    reports_.door(topic, of_reply, message);
    if (of_reply)
        reply_message(topic, message, now);
    else
        reports_.events(topic, false, message);
    advance(now);
}

void Device::reply_message(std::string_view topic, const profile::Message& message, sdk::Time now)
{
    const bool of_rest = rest_.hear(message, now); // both hear all there is
    const bool of_door = strikes_.hear(message, now) == Strikes::Heard::answer || of_rest;
    setup_.hear(message, now);
    const bool of_table = !of_door && table_ && table_->hear(message, now);
    if (of_door || of_table) return alive(sdk::SignOfLife::answer, now);
    take_news(topic, message, now);
}

void Device::take_news(std::string_view topic, const profile::Message& message, sdk::Time now)
{
    std::string mark;
    if (reports_.restarted(message, mark)) {
        lost("restarted", "restarted", now);
        setup_.doubt(now);
        if (locked_by_us()) rest_.owe(now);
        outside_.restarted(mark);
    }
    reports_.clock(message, now);
    reports_.events(topic, true, message);
    if (take_birth(message, now)) return;
    if (table_) table_->sign_of_life(now);
    strikes_.sign_of_life(now);
    const auto& heartbeat = profile_.liveness.heartbeat;
    const bool beat = heartbeat && profile::all_match(heartbeat->when, message, self_.params);
    alive(beat ? sdk::SignOfLife::heartbeat : sdk::SignOfLife::answer, now);
}

bool Device::take_birth(const profile::Message& message, sdk::Time now)
{
    const auto& birth = profile_.liveness.birth;
    if (!birth || !profile::all_match(birth->when, message, self_.params)) return false;
    life_.doubt();
    if (wire_.paced(now)) births_since_ = now; // one that is born all the time is not waited for for ever
    wire_.rest_until(std::min(now + birth->settle, births_since_ + births_at_most * birth->settle));
    lost("sign_of_life", "restarted", now);
    setup_.doubt(now);
    if (locked_by_us()) rest_.owe(now);
    alive(sdk::SignOfLife::boot, now);
    return true;
}

/// A command did not get through, says somebody who carries it.
void Device::failure_message(std::string_view topic, const profile::Message& message, sdk::Time now)
{
    for (const auto& rule : profile_.failures) {
        if (topic_text(rule.topic, self_.params) != topic || !profile::all_match(rule.when, message, self_.params)) continue;
        const auto holds = [this, &message](const profile::Template& part) {
            const auto text = part.text(self_.params);
            return text && message.text.find(*text) != std::string_view::npos;
        };
        if (!std::all_of(rule.contains.begin(), rule.contains.end(), holds)) continue;
        if (rule.of == profile::FailureRule::Of::door)
            strikes_.failed(now), rest_.failed(now);
        else if (table_)
            table_->failed(now);
    }
}

void Device::presence_message(std::string_view topic, const profile::Message& message, sdk::Time now)
{
    const auto& presences = profile_.liveness.presences;
    const auto says = [this, &message](const profile::Condition& one) { return profile::matches(one, message, self_.params); };
    bool back = false;
    bool was_away = false;
    for (std::size_t i = 0; i < presences.size(); ++i) {
        if (topic_text(presences[i].topic, self_.params) != topic) continue;
        if (std::any_of(presences[i].down.begin(), presences[i].down.end(), says)) {
            away_[i] = true;
            if (life_.gone()) outside_.offline("availability");
        } else if (std::any_of(presences[i].up.begin(), presences[i].up.end(), says)) {
            was_away = was_away || away_[i];
            away_[i] = false;
            back = true;
        } else {
            continue;
        }
        forget_what_was_said();
        if (table_) table_->came_or_went(now);
    }
    if (was_away && locked_by_us()) rest_.owe(now);
    if (!back || std::any_of(away_.begin(), away_.end(), [](bool away) { return away; })) return;
    if (was_away) setup_.doubt(now);
    alive(sdk::SignOfLife::connected, now);
}

void Device::ask_state(sdk::Time now)
{
    if (profile_.state) static_cast<void>(wire_.send(*profile_.state, {}, Wire::Manner::table, now));
    if (profile_.liveness.poll) poll_at_ = now + profile_.liveness.poll->every;
}

void Device::alive(sdk::SignOfLife sign, sdk::Time now)
{
    if (life_.heard(now)) {
        outside_.online(sign);
        ask_state(now);
    } else if (life_.is_worth_telling(now)) {
        outside_.alive();
    }
}

} // namespace gatehouse::mqtt
