#include "zigbee2mqtt/control.hpp"

#include "zigbee2mqtt/dump.hpp"
#include "zigbee2mqtt/messages.hpp"

#include <array>
#include <utility>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

namespace json = boost::json;
using common::done;
using common::Effects;
using common::Fields;
using common::Handled;
using common::refused;

constexpr std::size_t longest_text = 200;

/// Of one lock, of all when none is named and `all` is allowed, of the only one there is.
common::Outcome<std::vector<Member*>> named(Bridge& bridge, Fields& fields, bool all)
{
    const auto name = fields.optional_text("lock", longest_text);
    std::vector<Member*> found;
    for (auto& member : bridge.members)
        if (!name || member.lock.name == *name) found.push_back(&member);
    if (found.empty()) return common::problem("lock: there is no " + *name);
    if (found.size() > 1 && !all) return common::problem("lock: is missing, and there is more than one");
    return found;
}

Handled type_at_keypad(Fields& fields, Bridge& bridge, common::Moment now)
{
    const auto members = named(bridge, fields, false);
    const auto pin = fields.text("pin", longest_text);
    if (!fields.complete()) return refused(fields.error());
    if (!members) return refused(members.error().text);
    auto& member = *members->front();
    ++bridge.counters.swipes;
    const auto typed = type_code(member.lock, pin);
    Effects out;
    heard(bridge, member, Event{.action = typed.action, .user = typed.slot, .source = 0}, out);
    if (typed.opens) {
        move(member.lock, false, now, bridge.installation.auto_relock);
        heard_bolt(bridge, member, out);
    }
    return done({{"opened", typed.opens}, {"slot", typed.slot ? json::value(*typed.slot) : json::value(nullptr)}},
                sent(bridge, std::move(out)));
}

Handled program_at_keypad(Fields& fields, Bridge& bridge, common::Moment)
{
    const auto members = named(bridge, fields, false);
    const auto slot = fields.optional_number("slot", 0, 9999);
    const auto pin = fields.any("pin");
    if (!fields.complete()) return refused(fields.error());
    if (!members) return refused(members.error().text);
    auto& member = *members->front();
    if (!slot || *slot >= static_cast<double>(member.lock.slot_count)) return refused("slot: needs one of the lock's");
    if (!pin.is_null() && !pin.is_string()) return refused("pin: needs text, or null to clear the slot");
    const auto at = static_cast<std::size_t>(*slot);
    std::string_view action;
    if (pin.is_null()) {
        if (clear(member.lock, at)) action = "pin_code_deleted";
    } else {
        const auto stored =
            store(member.lock, at, {.pin = std::string{std::string_view{pin.get_string()}}}, bridge.installation.refuses_duplicates);
        if (stored != Stored::refused) action = stored == Stored::added ? "pin_code_added" : "pin_code_changed";
    }
    Effects out;
    if (!action.empty() && bridge.installation.programming_events)
        heard(bridge, member, Event{.action = action, .user = at, .source = 0}, out);
    return done({{"stored", !action.empty()}}, sent(bridge, std::move(out)));
}

Handled report(Fields& fields, Bridge& bridge, common::Moment)
{
    const auto members = named(bridge, fields, true);
    if (!fields.complete()) return refused(fields.error());
    if (!members) return refused(members.error().text);
    Effects out;
    for (auto* member : *members) heard_battery(bridge, *member, out);
    return done({}, sent(bridge, std::move(out)));
}

Handled set_chatter(Fields& fields, Bridge& bridge, common::Moment now)
{
    const auto every = fields.optional_number("every_ms", 0, 3'600'000);
    if (!fields.complete()) return refused(fields.error());
    bridge.chatter = std::chrono::milliseconds{static_cast<std::int64_t>(every.value_or(0))};
    bridge.chats_at = bridge.chatter.count() > 0 ? now.running + bridge.chatter : never;
    return done();
}

Handled set_radio(Fields& fields, Bridge& bridge, common::Moment)
{
    const auto ms = fields.optional_number("ms", 0, 600'000);
    const auto timeout = fields.optional_number("timeout_ms", 0, 600'000);
    if (!fields.complete()) return refused(fields.error());
    if (ms) bridge.installation.radio = std::chrono::milliseconds{static_cast<std::int64_t>(*ms)};
    if (timeout) bridge.installation.radio_timeout = std::chrono::milliseconds{static_cast<std::int64_t>(*timeout)};
    return done();
}

Handled set_availability(Fields& fields, Bridge& bridge, common::Moment)
{
    const auto members = named(bridge, fields, true);
    const auto online = fields.flag("online");
    if (!fields.complete()) return refused(fields.error());
    if (!members) return refused(members.error().text);
    Effects out;
    for (auto* member : *members) {
        member->online = online;
        if (bridge.installation.availability) out.messages.push_back(availability(bridge.installation, *member));
    }
    return done({}, sent(bridge, std::move(out)));
}

/// The lock's own batteries: the bridge hears nothing of it.
Handled restart_lock(Fields& fields, Bridge& bridge, common::Moment)
{
    const auto members = named(bridge, fields, true);
    const auto table = fields.one_of("table", {"keep", "lose"});
    if (!fields.complete()) return refused(fields.error());
    if (!members) return refused(members.error().text);
    std::size_t entries = 0;
    for (auto* member : *members) {
        if (table == "lose") member->lock.slots.clear();
        entries += member->lock.slots.size();
    }
    return done({{"entries", entries}});
}

Handled change_radio_fault(Fields& fields, Bridge& bridge)
{
    const auto name = fields.text("name", 40);
    const auto value = fields.any("value");
    if (!fields.complete()) return refused(fields.error());
    if (name == "reset") return done({}, {.cuts_link = true});
    if (const auto set = set_fault(bridge, name, value); !set) return refused(set.error().text);
    return done();
}

Handled save_state(Fields& fields, Bridge& bridge, common::Moment)
{
    if (!fields.complete()) return refused(fields.error());
    save(bridge);
    return done();
}

Handled tell_all(Fields& fields, Bridge& bridge, common::Moment)
{
    if (!fields.complete()) return refused(fields.error());
    return done(dump(bridge));
}

struct KnownOrder {
    std::string_view op;
    Handled (*run)(Fields&, Bridge&, common::Moment);
};

constexpr std::array known_orders{
    KnownOrder{"keypad", type_at_keypad},
    KnownOrder{"keypad_program", program_at_keypad},
    KnownOrder{"report", report},
    KnownOrder{"chatter", set_chatter},
    KnownOrder{"radio", set_radio},
    KnownOrder{"availability", set_availability},
    KnownOrder{"restart_lock", restart_lock},
    KnownOrder{"save_state", save_state},
    KnownOrder{"dump", tell_all},
};

} // namespace

common::Outcome<void> set_fault(Bridge& bridge, std::string_view name, const json::value& value)
{
    const auto share = value.is_number() ? value.to_number<double>() : -1.0;
    if (name == "radio_fails" || name == "radio_loses_answers") {
        if (!(share >= 0 && share <= 1)) return common::problem("value: needs a number from 0 to 1");
        (name == "radio_fails" ? bridge.radio_fails : bridge.radio_loses_answers) = share;
        return {};
    }
    if (name == "refuses_duplicates") {
        if (!value.is_bool()) return common::problem("value: needs true or false");
        bridge.installation.refuses_duplicates = value.get_bool();
        return {};
    }
    if (name == "none") bridge.radio_fails = bridge.radio_loses_answers = 0;
    return common::set_fault(bridge.faults, name, value);
}

Handled handle(const json::object& request, Bridge& bridge, common::Moment now)
{
    Fields fields{request};
    const auto op = fields.text("op", 20);
    if (op == "fault") return change_radio_fault(fields, bridge);
    for (const auto& entry : known_orders)
        if (entry.op == op) return entry.run(fields, bridge, now);
    if (auto handled = common::handle_common(op, fields, bridge)) return std::move(*handled);
    return refused(fields.error().empty() ? "op: not known: " + op : fields.error());
}

} // namespace gatehouse::simulators::zigbee2mqtt
