#include "mqtt/control.hpp"

#include "common/control_server.hpp"
#include "common/fields.hpp"
#include "mqtt/decision.hpp"
#include "mqtt/dump.hpp"
#include "mqtt/firmware.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <utility>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;
using common::Fields;

constexpr std::size_t longest_uid = 64;
constexpr double most_storm = 100'000;

Handled done(json::object answer = {})
{
    json::object whole{{"ok", true}};
    for (auto& member : answer) whole.emplace(member.key(), std::move(member.value()));
    return {.answer = std::move(whole)};
}

Handled refused(std::string why)
{
    return {.answer = common::refusal(std::move(why))};
}

Handled present_card(Fields& fields, Board& board, common::Moment now)
{
    const Swipe swipe{.uid = fields.text("uid", longest_uid), .pin = fields.optional_text("pin", longest_uid)};
    if (!fields.complete()) return refused(fields.error());
    auto presented = present(board, swipe, now);
    auto handled = done({{"access", presented.access}, {"opened", presented.opened}});
    handled.output = std::move(presented.output);
    return handled;
}

Handled put_record(Fields& fields, Board& board, common::Moment)
{
    const auto uid = fields.text("uid", longest_uid);
    const auto members = fields.optional_object("fields");
    if (!fields.complete()) return refused(fields.error());
    json::object record{{"command", "userfile"}, {"uid", uid}};
    for (const auto& member : members) record[member.key()] = member.value();
    board.flash.put(uid, json::serialize(record));
    return done();
}

Handled erase_record(Fields& fields, Board& board, common::Moment)
{
    const auto uid = fields.text("uid", longest_uid);
    if (!fields.complete()) return refused(fields.error());
    return done({{"erased", board.flash.erase(uid)}});
}

Handled power_cycle(Fields& fields, Board& board, common::Moment)
{
    const auto table = fields.one_of("table", {"keep", "lose", "half"});
    if (!fields.complete()) return refused(fields.error());
    if (table == "lose") board.flash.clear();
    if (table == "half") board.flash.tear(board.dice);
    auto handled = done({{"entries", board.flash.records().size()}});
    handled.output.restarts = true;
    return handled;
}

Handled set_silent(Fields& fields, Board& board, common::Moment)
{
    const auto on = fields.flag("on");
    if (!fields.complete()) return refused(fields.error());
    board.silent = on;
    return done();
}

Handled storm(const json::value& value, Board& board, common::Moment now)
{
    const auto count = value.is_number() ? value.to_number<double>() : 0.0;
    if (!(count >= 1 && count <= most_storm)) return refused("value: needs 1 to 100000 cards");
    auto handled = done();
    for (auto left = static_cast<std::uint64_t>(count); left > 0; --left) {
        auto presented = present(board, {.uid = "e0" + std::to_string(1'000'000 + board.dice.below(9'000'000))}, now);
        for (auto& message : presented.output.messages) handled.output.messages.push_back(std::move(message));
    }
    return handled;
}

Handled apply_fault(Fields& fields, Board& board, common::Moment now)
{
    const auto name = fields.text("name", 40);
    const auto value = fields.any("value");
    if (!fields.complete()) return refused(fields.error());
    if (name == "event_storm") return storm(value, board, now);
    if (name == "reset") {
        auto handled = done();
        handled.cuts_link = true;
        return handled;
    }
    if (const auto set = common::set_fault(board.faults, name, value); !set) return refused(set.error().text);
    return done();
}

Handled set_door(Fields& fields, Board& board, common::Moment now)
{
    const auto open = fields.flag("open");
    if (!fields.complete()) return refused(fields.error());
    auto handled = done();
    handled.output = move_door(board, open, now);
    return handled;
}

Handled dump_all(Fields& fields, Board& board, common::Moment now)
{
    if (!fields.complete()) return refused(fields.error());
    return done(dump(board, now));
}

struct KnownOrder {
    std::string_view op;
    Handled (*run)(Fields&, Board&, common::Moment);
};

constexpr std::array known_orders{
    KnownOrder{"present", present_card},    KnownOrder{"put", put_record},    KnownOrder{"erase", erase_record},
    KnownOrder{"power_cycle", power_cycle}, KnownOrder{"silent", set_silent}, KnownOrder{"fault", apply_fault},
    KnownOrder{"door", set_door},           KnownOrder{"dump", dump_all},
};

} // namespace

Handled handle(const json::object& request, Board& board, common::Moment now)
{
    Fields fields{request};
    const auto op = fields.text("op", 20);
    for (const auto& entry : known_orders) {
        if (entry.op == op) return entry.run(fields, board, now);
    }
    return refused(fields.error().empty() ? "op: not known: " + op : fields.error());
}

} // namespace gatehouse::simulators::mqtt
