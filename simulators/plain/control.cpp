#include "plain/control.hpp"

#include "common/control_server.hpp"
#include "common/fields.hpp"

#include <boost/json/array.hpp>

#include <array>
#include <utility>

namespace gatehouse::simulators::plain {

namespace {

namespace json = boost::json;
using common::Fields;

constexpr std::size_t longest_word = 64;
constexpr double most_at_once = 100'000;

Handled done(json::object more = {})
{
    json::object whole{{"ok", true}};
    for (auto& member : more) whole.emplace(member.key(), std::move(member.value()));
    return {.answer = std::move(whole)};
}

Handled refused(std::string why)
{
    return {.answer = common::refusal(std::move(why))};
}

Handled present_card(Fields& fields, Controller& controller, common::Moment now)
{
    const auto key = fields.text("key", longest_word);
    const auto kind = fields.optional_text("kind", longest_word).value_or("card_uid_hex");
    const auto door = fields.any("door");
    if (!fields.complete()) return refused(fields.error());
    if (!door.is_int64() || door.get_int64() < 0) return refused("door: needs a door number");
    auto presented = present(controller, kind, key, static_cast<std::size_t>(door.get_int64()), now);
    auto handled = done({{"opened", presented.opened}});
    handled.says.push_back(std::move(presented.event));
    return handled;
}

/// A local edit, by whoever stands in front of it.
Handled put_record(Fields& fields, Controller& controller, common::Moment)
{
    const auto key = fields.text("key", longest_word);
    const auto kind = fields.optional_text("kind", longest_word).value_or("card_uid_hex");
    const auto doors = fields.optional_text("doors", longest_word).value_or("0");
    if (!fields.complete()) return refused(fields.error());
    controller.flash.put(kind + " " + key, doors + " - - -");
    ++controller.changes;
    return done();
}

Handled erase_record(Fields& fields, Controller& controller, common::Moment)
{
    const auto key = fields.text("key", longest_word);
    const auto kind = fields.optional_text("kind", longest_word).value_or("card_uid_hex");
    if (!fields.complete()) return refused(fields.error());
    const bool erased = controller.flash.erase(kind + " " + key);
    if (erased) ++controller.changes;
    return done({{"erased", erased}});
}

Handled power_cycle(Fields& fields, Controller& controller, common::Moment)
{
    const auto table = fields.one_of("table", {"keep", "lose", "half"});
    if (!fields.complete()) return refused(fields.error());
    if (table == "lose") controller.flash.clear();
    if (table == "half") controller.flash.tear(controller.dice);
    auto handled = done({{"entries", controller.flash.records().size()}});
    handled.restarts = true;
    return handled;
}

Handled set_silent(Fields& fields, Controller& controller, common::Moment)
{
    const auto on = fields.flag("on");
    if (!fields.complete()) return refused(fields.error());
    controller.silent = on;
    return done();
}

Handled apply_fault(Fields& fields, Controller& controller, common::Moment now)
{
    const auto name = fields.text("name", longest_word);
    const auto value = fields.any("value");
    if (!fields.complete()) return refused(fields.error());
    auto handled = done();
    if (name == "reset") {
        handled.cuts_link = true;
    } else if (name == "event_storm") {
        const auto count = value.is_number() ? value.to_number<double>() : 0.0;
        if (!(count >= 1 && count <= most_at_once)) return refused("value: needs 1 to 100000 cards");
        for (auto left = static_cast<std::uint64_t>(count); left > 0; --left)
            handled.says.push_back(present(controller, "card_uid_hex", "e0" + std::to_string(100'000 + left % 900'000), 0, now).event);
    } else if (const auto set = common::set_fault(controller.faults, name, value); !set) {
        return refused(set.error().text);
    }
    return handled;
}

json::object counted(const common::Counters& counters)
{
    return {{"commands", counters.commands},
            {"ignored", counters.ignored},
            {"connects", counters.connects},
            {"writes_lost", counters.writes_lost},
            {"list_dropped", counters.list_dropped},
            {"swipes", counters.swipes},
            {"requests_dropped", counters.requests_dropped},
            {"replies_dropped", counters.replies_dropped},
            {"duplicated", counters.duplicated},
            {"corrupted", counters.corrupted}};
}

Handled dump(Fields& fields, Controller& controller, common::Moment)
{
    if (!fields.complete()) return refused(fields.error());
    json::array entries, doors;
    for (const auto& record : records(controller))
        entries.push_back({{"kind", record.kind},
                           {"key", record.key},
                           {"doors", record.doors},
                           {"from", record.from},
                           {"until", record.until},
                           {"tag", record.tag}});
    for (const auto& door : controller.doors)
        doors.push_back({{"open", door.relay.open}, {"pulses", door.relay.pulses}, {"held", door.held}});
    return done({{"entries", std::move(entries)},
                 {"relays", std::move(doors)},
                 {"counters", counted(controller.counters)},
                 {"boots", controller.boots},
                 {"changes", controller.changes},
                 {"silent", controller.silent},
                 {"waiting", controller.inbox.size()}});
}

struct KnownOrder {
    std::string_view op;
    Handled (*run)(Fields&, Controller&, common::Moment);
};

constexpr std::array known_orders{
    KnownOrder{"present", present_card},
    KnownOrder{"put", put_record},
    KnownOrder{"erase", erase_record},
    KnownOrder{"power_cycle", power_cycle},
    KnownOrder{"silent", set_silent},
    KnownOrder{"fault", apply_fault},
    KnownOrder{"dump", dump},
};

} // namespace

Handled handle(const json::object& request, Controller& controller, common::Moment now)
{
    Fields fields{request};
    const auto op = fields.text("op", longest_word);
    for (const auto& order : known_orders)
        if (order.op == op) return order.run(fields, controller, now);
    return refused(fields.error().empty() ? "op: not known: " + op : fields.error());
}

} // namespace gatehouse::simulators::plain
