#include "shelly/device.hpp"

#include "shelly/messages.hpp"
#include "shelly/methods.hpp"

#include <cmath>
#include <utility>

namespace gatehouse::simulators::shelly {
namespace {

std::chrono::milliseconds in_seconds(double seconds)
{
    return std::chrono::milliseconds{std::llround(seconds * 1000)};
}

bool wakes_on(const Device& device)
{
    const auto& state = device.config.initial_state;
    if (state == "on") return true;
    if (state == "restore_last") return device.saved;
    return state == "match_input" && device.input;
}

/// What the settings add to a switching that names no time of its own.
double own_delay(const SwitchConfig& config, bool on)
{
    if (on) return config.auto_off ? config.auto_off_delay : 0;
    return config.auto_on ? config.auto_on_delay : 0;
}

void drive(Device& device, bool moved, common::Moment now, common::Effects& out)
{
    const auto& mode = device.config.in_mode;
    if (mode == "follow") set_output(device, device.input, "switch", 0, now, out);
    const auto flips = (mode == "flip" && moved) || (mode == "momentary" && device.input);
    if (flips) set_output(device, !device.relay.open, "switch", 0, now, out);
}

} // namespace

Device::Device(Installation chosen, SwitchConfig settings, std::uint64_t seed)
    : Appliance{seed}, installation{std::move(chosen)}, config{std::move(settings)}
{
}

void set_output(Device& device, bool on, std::string_view source, double toggle_after, common::Moment now, common::Effects& out)
{
    const auto changed = device.relay.open != on;
    const auto delay = toggle_after > 0 ? toggle_after : own_delay(device.config, on);
    device.relay.open = device.saved = on;
    if (on) ++device.relay.pulses;
    device.source = source;
    device.toggles_at = delay > 0 ? now.running + in_seconds(delay) : never;
    device.timer_started_at = now.wall.time_since_epoch().count();
    device.timer_duration = delay;
    if (changed || delay > 0) tell_switch(device, changed, now, out);
}

void power_on(Device& device, common::Moment now)
{
    device.powered = true;
    ++device.counters.boots;
    common::Effects nobody_hears;
    if (wakes_on(device))
        set_output(device, true, "init", 0, now, nobody_hears);
    else
        device.saved = false;
    device.source = "init";
}

void power_off(Device& device)
{
    device.powered = device.connected = false;
    device.relay.open = false; // what was saved stays
    device.toggles_at = never;
}

common::Effects connected(Device& device, common::Moment)
{
    device.connected = true;
    ++device.counters.connects;
    common::Effects out;
    out.messages.push_back(online(device.installation, true));
    return sent(device, std::move(out));
}

common::Effects subscribed(Device& device, common::Moment now)
{
    common::Effects out;
    notify_status(device, {{"mqtt", boost::json::object{{"connected", true}}}}, now, out);
    tell_status_topics(device, out);
    return sent(device, std::move(out));
}

void disconnected(Device& device)
{
    device.connected = false;
}

bool listens_to(const Device& device, std::string_view topic)
{
    return topic == device.installation.prefix + "/rpc";
}

common::Effects receive(Device& device, const common::Message& message, common::Moment now)
{
    common::Effects out;
    if (!hears(device) || !listens_to(device, message.topic)) return out;
    answer_frame(device, message.payload, now, out);
    return sent(device, std::move(out));
}

common::Effects turn(Device& device, common::Moment now)
{
    common::Effects out;
    if (device.toggles_at <= now.running) {
        device.toggles_at = never;
        set_output(device, !device.relay.open, "timer", 0, now, out);
    }
    return sent(device, std::move(out));
}

std::chrono::milliseconds next_turn_at(const Device& device)
{
    return device.toggles_at;
}

common::Effects move_input(Device& device, bool state, common::Moment now)
{
    common::Effects out;
    const auto moved = device.input != state;
    device.input = state;
    if (!moved || !device.powered) return out;
    tell_input(device, now, out);
    drive(device, moved, now, out);
    return sent(device, std::move(out));
}

} // namespace gatehouse::simulators::shelly
