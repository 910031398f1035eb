#include "station.hpp"

namespace gatehouse::mqtt {

namespace {

std::vector<Station::Topic> topics_of(const Identity& identity)
{
    std::vector<Station::Topic> topics;
    if (const auto reply = identity.profile->topics.reply.text(identity.params)) topics.push_back({*reply, false});
    if (const auto& presence = identity.profile->liveness.presence)
        if (const auto topic = presence->topic.text(identity.params)) topics.push_back({*topic, true});
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

std::string beyond_this_driver(const profile::MqttProfile& profile)
{
    if (profile.caps.stated.slot_based) return "slots";
    if (profile.one) return "the operation `one`";
    if (!profile.hints.empty()) return "`hints`";
    if (profile.failures) return "`failures`";
    if (profile.caps.stated.unlock_pulse == sdk::UnlockPulse::host_timed) return "pulses timed by the host";
    return {};
}

sdk::Capabilities capabilities_of(const profile::MqttProfile& profile, const profile::Fields& params)
{
    auto caps = profile::capabilities(profile.caps, profile.limits, params);
    if (profile.list) caps.absent_after = static_cast<std::uint32_t>(profile.list->absent_after);
    if (profile.liveness.heartbeat)
        caps.liveness_s =
            static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(profile.liveness.heartbeat->every).count());
    return caps;
}

} // namespace gatehouse::mqtt
