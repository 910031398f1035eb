#include "common/appliance.hpp"

namespace gatehouse::simulators::common {
namespace {

Handled cycle_power(Fields& fields)
{
    const auto table = fields.any("table");
    if (!fields.complete()) return refused(fields.error());
    if (!table.is_null() && table != "keep") return refused("table: it has none to lose: keep, or leave it out");
    return done({}, {.restarts = true});
}

Handled make_silent(Fields& fields, Appliance& appliance)
{
    const auto on = fields.flag("on");
    if (!fields.complete()) return refused(fields.error());
    appliance.silent = on;
    return done();
}

Handled change_fault(Fields& fields, Appliance& appliance)
{
    const auto name = fields.text("name", 40);
    const auto value = fields.any("value");
    if (!fields.complete()) return refused(fields.error());
    if (name == "reset") return done({}, {.cuts_link = true});
    if (const auto set = set_fault(appliance.faults, name, value); !set) return refused(set.error().text);
    return done();
}

} // namespace

bool hears(Appliance& appliance)
{
    if (appliance.powered && !appliance.silent) return true;
    ++appliance.counters.requests_dropped;
    return false;
}

Effects sent(const Appliance& appliance, Effects effects)
{
    if (appliance.silent || !appliance.connected) effects.messages.clear();
    return effects;
}

boost::json::object told_of(const Appliance& appliance)
{
    return {{"powered", appliance.powered},
            {"connected", appliance.connected},
            {"silent", appliance.silent},
            {"counters", listed(appliance.counters)}};
}

std::optional<Handled> handle_common(std::string_view op, Fields& fields, Appliance& appliance)
{
    if (op == "power_cycle") return cycle_power(fields);
    if (op == "silent") return make_silent(fields, appliance);
    if (op == "fault") return change_fault(fields, appliance);
    return std::nullopt;
}

} // namespace gatehouse::simulators::common
