// What a device says, and what its silence says.

#include "talk/device.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace gatehouse::mqtt {

namespace {

constexpr std::chrono::hours idle{1};
constexpr std::chrono::minutes clock_every{2};        // heard all the same, the daemon wants to know that it still is
constexpr std::chrono::seconds clock_step{2};         // whole seconds and the way here make up for less
constexpr std::int64_t last_second = 253'402'300'799; // of the year 9999
constexpr int births_at_most = 3;                     ///< settling times a device is left alone that is born again and again

std::optional<boost::json::value> parsed(std::string_view payload)
{
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = 16;
    auto body = boost::json::parse({payload.data(), payload.size()}, error, {}, options);
    return error ? std::nullopt : std::optional{std::move(body)};
}

} // namespace

void Device::message(std::string_view topic, std::string_view payload, bool retained, sdk::Time now)
{
    const auto body = parsed(payload);
    const profile::Message message{body ? &*body : nullptr, payload};
    if (topic == presence_topic_) presence_message(message, now);
    if (topic != reply_topic_ || retained) return; // what was kept from earlier says nothing about now
    if (!body) {
        if (read_) read_->damaged();
        return;
    }
    if (profile_.from_device && !profile::matches(*profile_.from_device, message, self_.params)) return;
    reply_message(message, now);
    advance(now);
}

void Device::reply_message(const profile::Message& message, sdk::Time now)
{
    const bool strike_answer = strikes_.take(message, self_.params, now);
    const bool of_probe = read_ && table_.busy();
    const bool taken = strike_answer || table_.take(message, self_.params, now);
    if (is_acknowledgement(message)) {
        if (!taken) stray(now);
        if (!of_probe) quiet_at_ = std::max(quiet_at_, now + grace()); // it may be said twice
    }
    if (taken || take_row(message, now)) return alive(sdk::SignOfLife::answer, now);
    if (read_) read_->other(message, self_.params);
    take_news(message, now);
}

bool Device::is_acknowledgement(const profile::Message& message) const
{
    const auto fits = [this, &message](const std::optional<profile::Operation>& op) {
        return op && op->ack && profile::matches(*op->ack, message, self_.params);
    };
    return fits(profile_.put) || fits(profile_.erase) || fits(profile_.probe);
}

/// Something nobody waits for, so that what was taken for an answer a moment ago may have been none: what rests on it is to be read again.
void Device::stray(sdk::Time now)
{
    quiet_at_ = now + grace();
    if (read_) read_->doubt();
    if (!proven_ || proven_->at + grace() <= now) return;
    proven_.reset();
    outside_.event({.kind = sdk::EventKind::table_changed, .detail = "an answer that nobody waits for"});
}

/// A row that came behind its read, or of a read before this driver's: what the last one did not show was not absent.
void Device::stray_row(const std::optional<sdk::Entry>& entry, sdk::Time now)
{
    quiet_at_ = std::max(quiet_at_, now + grace());
    if (!proven_ || (entry && proven_->keys.contains(entry->key))) return;
    proven_.reset();
    outside_.event({.kind = sdk::EventKind::table_changed, .detail = "a row behind the end of its list"});
}

bool Device::take_row(const profile::Message& message, sdk::Time now)
{
    if (!profile_.list || !profile::matches(profile_.list->entry, message, self_.params)) return false;
    auto entry = read_entry(rules_, profile_.list->map, message);
    if (!read_) {
        stray_row(entry, now);
        return true;
    }
    if (entry) {
        read_->entry(std::move(*entry), now);
    } else {
        read_->damaged();
        outside_.log(sdk::Level::warning, "an entry whose key cannot be read stands in the table; remove it at the controller");
    }
    return true;
}

void Device::take_news(const profile::Message& message, sdk::Time now)
{
    take_mark(message, now);
    take_clock(message, now);
    take_event(message);
    const auto& rules = profile_.liveness;
    if (rules.birth && profile::all_match(rules.birth->when, message, self_.params)) {
        life_.doubt();
        if (paced(now)) births_since_ = now; // one that is born all the time is not waited for for ever
        const auto settled = std::min(now + rules.birth->settle, births_since_ + births_at_most * rules.birth->settle);
        ready_at_ = std::max(ready_at_, settled);
        lost("sign_of_life", now);
        return alive(sdk::SignOfLife::boot, now);
    }
    table_.life_seen(now);
    strikes_.life_seen(now);
    if (table_.expire(now) != Window::Expired::nothing) life_.doubt();
    if (strikes_.expire(now) != Window::Expired::nothing) life_.doubt();
    const bool beat = rules.heartbeat && profile::all_match(rules.heartbeat->when, message, self_.params);
    alive(beat ? sdk::SignOfLife::heartbeat : sdk::SignOfLife::answer, now);
}

void Device::take_mark(const profile::Message& message, sdk::Time now)
{
    const auto& rule = profile_.liveness.restart;
    if (!rule || !profile::all_match(rule->when, message, self_.params)) return;
    const auto* found = profile::find(*message.body, rule->pointer, self_.params);
    const auto value = found ? profile::decode(profile::Encoder::integer, *found) : profile::Outcome<profile::Value>{profile::Value{}};
    const auto* mark = value ? std::get_if<std::int64_t>(&*value) : nullptr;
    if (!mark || !life_.mark(*mark)) return;
    lost("restarted", now);
    outside_.restarted(rule->pointer.source().substr(1, 40) + ":" + std::to_string(*mark));
}

/// The clock is told when it is first heard, when it goes otherwise than ours did since, and now and then.
void Device::take_clock(const profile::Message& message, sdk::Time now)
{
    const auto& rule = profile_.liveness.clock;
    if (!rule || !profile::matches(rule->match, message, self_.params)) return;
    const auto value = profile::extract(rule->time, message, self_.params);
    const auto* time = value ? std::get_if<std::int64_t>(&*value) : nullptr;
    if (time == nullptr || *time < 0 || *time > last_second) return;
    const auto ahead = sdk::Milliseconds{std::chrono::seconds{*time}} - now.time_since_epoch();
    if (clock_ && std::chrono::abs(ahead - *clock_) < clock_step && now < clock_told_at_ + clock_every) return;
    clock_ = ahead;
    clock_told_at_ = now;
    outside_.clock(*time, now);
}

void Device::take_event(const profile::Message& message)
{
    const auto matching = [this, &message](const profile::EventRule& rule) { return profile::all_match(rule.when, message, self_.params); };
    const auto rule = std::find_if(profile_.events.begin(), profile_.events.end(), matching);
    if (rule == profile_.events.end()) return;
    outside_.event(read_event(rules_, *rule, message));
}

void Device::presence_message(const profile::Message& message, sdk::Time now)
{
    const auto& presence = *profile_.liveness.presence;
    const auto says = [this, &message](const profile::Condition& one) { return profile::matches(one, message, self_.params); };
    if (std::any_of(presence.down.begin(), presence.down.end(), says)) {
        if (life_.gone()) outside_.offline("availability");
    } else if (std::any_of(presence.up.begin(), presence.up.end(), says)) {
        alive(sdk::SignOfLife::connected, now);
    }
}

void Device::alive(sdk::SignOfLife sign, sdk::Time now)
{
    if (life_.heard(now))
        outside_.online(sign);
    else if (life_.is_worth_telling(now))
        outside_.alive();
}

void Device::lost(std::string_view reason, sdk::Time now)
{
    if (table_.give_up(reason, now)) life_.doubt();
    if (strikes_.give_up(reason, now)) life_.doubt();
    finish_read("restarted");
}

void Device::connected(sdk::Time now)
{
    quiet_at_ = std::max(quiet_at_, now + grace());
    life_.restart_silence(now);
}

void Device::disconnected(sdk::Time now)
{
    finish_read("offline");
    table_.give_up("connection_lost", now);
    strikes_.give_up("connection_lost", now);
    life_.restart_silence(now);
    advance(now);
}

void Device::end(sdk::Time now)
{
    finish_read("offline");
    table_.give_up("detached", now);
    strikes_.give_up("detached", now);
    if (apply_) {
        apply_->verdicts.resize(apply_->steps.size(), sdk::Verdict::late());
        advance_apply(now);
    }
    for (auto& strike : waiting_) strike.reply(sdk::Verdict::refused("not_attached"));
    waiting_.clear();
}

sdk::Time Device::tick(sdk::Time now)
{
    for (auto* window : {&table_, &strikes_}) {
        const auto expired = window->expire(now);
        if (expired == Window::Expired::unanswered) life_.doubt();
        if (expired == Window::Expired::lost) outside_.online(sdk::SignOfLife::answer);
    }
    if (read_ && !read_->expire(now, profile_.probe.has_value())) finish_read("late");
    if (outside_.connected() && life_.expire(now)) outside_.offline("silent");
    while (!waiting_.empty() && waiting_.front().deadline <= now) {
        waiting_.front().reply(sdk::Verdict::late());
        waiting_.pop_front();
    }
    advance(now);

    auto next = now + idle;
    const auto sooner = [&next](std::optional<sdk::Time> at) { next = std::min(next, at.value_or(next)); };
    sooner(table_.due());
    sooner(strikes_.due());
    if (outside_.connected()) sooner(life_.due());
    if (read_) sooner(read_->due());
    if (!waiting_.empty()) sooner(waiting_.front().deadline);
    if (ready_at_ > now) sooner(ready_at_);
    if (read_ && quiet_at_ > now) sooner(quiet_at_);
    return std::max(next, now + sdk::Milliseconds{1});
}

} // namespace gatehouse::mqtt
