#include "shelly/control.hpp"

#include "shelly/messages.hpp"
#include "shelly/methods.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace gatehouse::simulators::shelly {
namespace {

namespace json = boost::json;
using common::done;
using common::Fields;
using common::Handled;
using common::refused;

/// In its own app, say: nobody is told.
Handled drift(Fields& fields, Device& device)
{
    const auto config = fields.optional_object("config");
    if (!fields.complete()) return refused(fields.error());
    if (const auto changed = change_config(device.config, config); !changed) return refused("config: " + changed.error().text);
    return done();
}

Handled open_door(Fields& fields, Device& device, common::Moment now)
{
    const auto open = fields.flag("open");
    if (!fields.complete()) return refused(fields.error());
    return done({}, move_input(device, open, now));
}

Handled dump(Fields& fields, const Device& device)
{
    if (!fields.complete()) return refused(fields.error());
    json::array relays;
    relays.push_back(json::object{{"open", device.relay.open}, {"pulses", device.relay.pulses}});
    auto all = common::told_of(device);
    all["door_open"] = device.input;
    all["relays"] = std::move(relays);
    all["timer"] = device.toggles_at == never ? json::value(nullptr) : number(device.timer_duration);
    all["config"] = listed(device.config);
    return done(std::move(all));
}

} // namespace

Handled handle(const json::object& request, Device& device, common::Moment now)
{
    Fields fields{request};
    const auto op = fields.text("op", 20);
    if (op == "set") return drift(fields, device);
    if (op == "door") return open_door(fields, device, now);
    if (op == "dump") return dump(fields, device);
    if (auto handled = common::handle_common(op, fields, device)) return std::move(*handled);
    return refused(fields.error().empty() ? "op: not known: " + op : fields.error());
}

} // namespace gatehouse::simulators::shelly
