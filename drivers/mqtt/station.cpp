#include "station.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

namespace {

std::vector<Station::Topic> topics_of(const Identity& identity)
{
    std::vector<Station::Topic> topics;
    if (const auto reply = identity.profile->topics.reply.text(identity.params)) topics.push_back({*reply, false});
    const auto add = [&topics, &identity](const profile::Template& topic, bool with_retained) {
        const auto text = topic.text(identity.params);
        if (!text) return;
        const auto known = std::find_if(topics.begin(), topics.end(), [&text](const Station::Topic& one) { return one.text == *text; });
        if (known == topics.end())
            topics.push_back({*text, with_retained});
        else
            known->with_retained = known->with_retained || with_retained;
    };
    for (const auto& presence : identity.profile->liveness.presences) add(presence.topic, true);
    for (const auto& rule : identity.profile->failures) add(rule.topic, false);
    for (const auto& rule : identity.profile->events)
        if (rule.topic) add(*rule.topic, false);
    for (const auto& rule : identity.profile->door)
        if (rule.topic) add(*rule.topic, false);
    return topics;
}

} // namespace

Station::Station(std::string name, Identity identity, Broker& broker, sdk::Reporter report, sdk::Time now)
    : name_{std::move(name)}, broker_{broker}, report_{std::move(report)}, topics_{topics_of(identity)},
      shares_topic_{names_its_sender(*identity.profile)}, device_{std::move(identity), *this, now}
{
}

bool names_its_sender(const profile::MqttProfile& profile)
{
    return profile.from_device && !profile.from_device->allow_missing;
}

std::string param_of_replies(const profile::MqttProfile& profile)
{
    std::string first;
    for (const auto* one : profile.topics.reply.placeholders()) {
        const auto param = profile.params.find(one->name);
        if (param == profile.params.end()) continue;
        if (std::holds_alternative<std::monostate>(param->second.fallback)) return one->name;
        if (first.empty()) first = one->name;
    }
    return first.empty() ? "topic" : first;
}

std::string beyond_this_driver(const profile::MqttProfile& profile)
{
    if (profile.caps.stated.unlock_pulse == sdk::UnlockPulse::host_timed) return "pulses timed by the host";
    return {};
}

sdk::Capabilities capabilities_of(const profile::MqttProfile& profile, const profile::Fields& params)
{
    auto caps = profile::capabilities(profile.caps, profile.limits, params);
    if (profile.one) {
        const auto slots = caps.capacity * (profile.one->takes + sdk::Milliseconds{profile.limits.min_gap_ms});
        const auto all = slots + sdk::Milliseconds{profile.limits.late_ack_grace_ms};
        caps.readback_s = std::max(caps.readback_s, static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(all).count()));
    }
    caps.boot_counter = profile.liveness.restart.has_value();
    if (profile.liveness.poll)
        caps.liveness_s =
            static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(profile.liveness.poll->every).count());
    if (profile.list) caps.absent_after = static_cast<std::uint32_t>(profile.list->absent_after);
    if (profile.liveness.heartbeat)
        caps.liveness_s =
            static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(profile.liveness.heartbeat->every).count());
    return caps;
}

} // namespace gatehouse::mqtt
