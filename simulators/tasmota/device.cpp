#include "tasmota/device.hpp"

#include "tasmota/commands.hpp"
#include "tasmota/messages.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::simulators::tasmota {
namespace {

constexpr auto first_telemetry = std::chrono::seconds{5};

enum : int { stays_off = 0, comes_on = 1, toggles = 2, restores = 3, always_on = 4, pulses_backwards = 5 };

bool wakes_open(const Device& device, const Channel& channel)
{
    switch (device.installation.power_on_state) {
    case comes_on:
    case always_on:
        return true;
    case toggles:
        return !channel.saved;
    case restores:
        return channel.saved;
    default:
        return false;
    }
}

void start_pulse(const Device& device, Channel& channel, common::Moment now)
{
    const auto backwards = device.installation.power_on_state == pulses_backwards;
    const auto length = length_of(channel.pulse_time);
    channel.ends_at = channel.relay.open != backwards && length.count() > 0 ? now.running + length : never;
}

void set_output(const Device& device, Channel& channel, bool open)
{
    channel.relay.open = open || device.installation.power_on_state == always_on;
    channel.saved = channel.relay.open;
    if (open) ++channel.relay.pulses;
}

} // namespace

Device::Device(Installation chosen, std::uint64_t seed) : Appliance{seed}, installation{std::move(chosen)}, channels(installation.relays)
{
    for (auto& channel : channels) channel.pulse_time = installation.pulse_time;
}

std::chrono::milliseconds length_of(std::uint32_t pulse_time)
{
    return pulse_time > 111 ? std::chrono::milliseconds{(pulse_time - 100) * 1000LL} : std::chrono::milliseconds{pulse_time * 100LL};
}

std::uint32_t remaining(const Channel& channel, common::Moment now)
{
    if (channel.ends_at == never || channel.ends_at <= now.running) return 0;
    const auto left = static_cast<std::uint32_t>((channel.ends_at - now.running).count());
    return left > 11'100 ? left / 1000 + 100 : left / 100;
}

void switch_relay(Device& device, std::size_t channel, bool open, common::Moment now, common::Effects& out)
{
    set_output(device, device.channels[channel], open);
    start_pulse(device, device.channels[channel], now);
    tell_relay(device, channel, out);
}

void power_on(Device& device, common::Moment now)
{
    device.powered = true;
    device.fresh = true;
    device.powered_at = now.running;
    ++device.counters.boots;
    for (auto& channel : device.channels) {
        set_output(device, channel, wakes_open(device, channel));
        start_pulse(device, channel, now);
    }
}

void power_off(Device& device)
{
    device.powered = device.connected = false;
    device.tells_at = never;
    for (auto& channel : device.channels) {
        channel.relay.open = false; // what was saved stays
        channel.ends_at = never;
    }
}

common::Effects connected(Device& device, common::Moment)
{
    device.connected = true;
    ++device.counters.connects;
    common::Effects out;
    out.messages.push_back(last_will(device.installation, true));
    return sent(device, std::move(out));
}

common::Effects subscribed(Device& device, common::Moment now)
{
    common::Effects out;
    for (std::size_t channel = 0; device.fresh && channel < device.channels.size(); ++channel) tell_relay(device, channel, out);
    device.fresh = false;
    device.tells_at = now.running + std::min(first_telemetry, device.installation.telemetry);
    return sent(device, std::move(out));
}

void disconnected(Device& device)
{
    device.connected = false;
}

bool listens_to(const Device& device, std::string_view topic)
{
    return topic.starts_with("cmnd/" + device.installation.topic + "/");
}

common::Effects receive(Device& device, const common::Message& message, common::Moment now)
{
    common::Effects out;
    if (!hears(device) || !listens_to(device, message.topic)) return out;
    run_command(device, std::string_view{message.topic}.substr(message.topic.rfind('/') + 1), message.payload, now, out);
    return sent(device, std::move(out));
}

common::Effects turn(Device& device, common::Moment now)
{
    common::Effects out;
    for (std::size_t i = 0; i < device.channels.size(); ++i) {
        if (device.channels[i].ends_at > now.running) continue;
        switch_relay(device, i, device.installation.power_on_state == pulses_backwards, now, out);
        device.channels[i].ends_at = never;
    }
    if (device.tells_at <= now.running) {
        out.messages.push_back(telemetry(device, now));
        device.tells_at = std::max(device.tells_at + device.installation.telemetry, now.running);
    }
    return sent(device, std::move(out));
}

std::chrono::milliseconds next_turn_at(const Device& device)
{
    auto at = device.tells_at;
    for (const auto& channel : device.channels) at = std::min(at, channel.ends_at);
    return at;
}

common::Effects move_door(Device& device, bool open, common::Moment now)
{
    common::Effects out;
    const auto moved = device.door_open != open;
    device.door_open = open;
    if (!moved || !device.powered) return out;
    if (device.installation.contact == Contact::detached) out.messages.push_back(switch_message(device));
    if (device.installation.contact == Contact::attached) switch_relay(device, 0, !device.channels[0].relay.open, now, out);
    return sent(device, std::move(out));
}

} // namespace gatehouse::simulators::tasmota
