#include "tasmota/control.hpp"

#include "tasmota/commands.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace gatehouse::simulators::tasmota {
namespace {

namespace json = boost::json;
using common::done;
using common::Fields;
using common::Handled;
using common::refused;

/// At its own web page, say: nobody is told.
Handled drift(Fields& fields, Device& device)
{
    const auto relay = fields.optional_number("relay", 1, static_cast<double>(device.channels.size()));
    const auto pulse = fields.optional_number("pulse_time", 0, longest_pulse);
    const auto state = fields.optional_number("power_on_state", 0, 5);
    const auto option4 = fields.optional_flag("option4");
    if (!fields.complete()) return refused(fields.error());
    if (pulse) device.channels[static_cast<std::size_t>(relay.value_or(1)) - 1].pulse_time = static_cast<std::uint32_t>(*pulse);
    if (state) device.installation.power_on_state = static_cast<int>(*state);
    if (option4) device.installation.option4 = *option4;
    return done();
}

Handled open_door(Fields& fields, Device& device, common::Moment now)
{
    const auto open = fields.flag("open");
    if (!fields.complete()) return refused(fields.error());
    return done({}, move_door(device, open, now));
}

Handled dump(Fields& fields, const Device& device, common::Moment now)
{
    if (!fields.complete()) return refused(fields.error());
    json::array relays;
    for (const auto& channel : device.channels)
        relays.push_back({{"open", channel.relay.open},
                          {"pulses", channel.relay.pulses},
                          {"pulse_time", channel.pulse_time},
                          {"remaining", remaining(channel, now)}});
    auto all = common::told_of(device);
    all["power_on_state"] = device.installation.power_on_state;
    all["option4"] = device.installation.option4;
    all["door_open"] = device.door_open;
    all["relays"] = std::move(relays);
    return done(std::move(all));
}

} // namespace

Handled handle(const json::object& request, Device& device, common::Moment now)
{
    Fields fields{request};
    const auto op = fields.text("op", 20);
    if (op == "set") return drift(fields, device);
    if (op == "door") return open_door(fields, device, now);
    if (op == "dump") return dump(fields, device, now);
    if (auto handled = common::handle_common(op, fields, device)) return std::move(*handled);
    return refused(fields.error().empty() ? "op: not known: " + op : fields.error());
}

} // namespace gatehouse::simulators::tasmota
