#include "http/endpoints.hpp"
#include "turns.hpp"

#include <algorithm>

namespace gatehouse::bench {

namespace {

constexpr double longest_allowed_us = 500;

/// An endpoint and what stands behind it.
class Desk {
public:
    explicit Desk(World& world)
        : world_{world}, strikes_{world.directory, world.ledger, world.fleet, world.clock(), world.random()},
          services_{world.directory, world.ledger, world.history, world.reconciler, world.fleet, strikes_, world.clock(), world.random()}
    {
    }

    /// One call, from the first turn to the answer.
    http::Answer ask(const std::vector<http::Endpoint>& table, std::string_view path, std::map<std::string, http::api::Value> given)
    {
        const auto at = std::find_if(table.begin(), table.end(), [path](const http::Endpoint& one) { return one.route.path == path; });
        std::vector<http::api::Value> values;
        for (const auto& field : at->route.parameters.all()) values.push_back(given[field.name]);
        const http::Params params{at->route.parameters, std::move(values)};
        http::Context context{services_, world_.directory.workspace(world_.workspace()), {"bench", "bench"}, "bench"};
        http::Answer answer;
        answer.status = 0;
        world_.run(call(at->handler, context, params, answer));
        if (answer.status == 0 || answer.status >= 500) throw std::runtime_error{"no answer from " + std::string{path}};
        return answer;
    }

private:
    static http::asio::awaitable<void> call(http::api::Handler<http::Context> handler, http::Context& context, const http::Params& params,
                                            http::Answer& answer)
    {
        answer = co_await handler(context, params);
    }

    World& world_;
    access::Strikes strikes_;
    http::Services services_;
};

http::api::Value text(std::string value)
{
    return {std::move(value)};
}

/// A change that bears on nothing is fast, and says nothing.
void demand(bool holds, const char* otherwise)
{
    if (!holds) throw std::runtime_error{otherwise};
}

std::size_t claimed(const World& world)
{
    return world.directory.door(world.door_id(0))->pins.size();
}

} // namespace

void add(Table& table, const std::string& what, double whole_us, const World::Turns& turns)
{
    table.add({"turns", what + "; " + number(static_cast<double>(turns.count)) + " turns, " + number(turns.all_us / 1'000, "ms"),
               whole_us > 0 ? number(whole_us, "us") : "", number(turns.longest_us, "us"), "", "≤ 500 us",
               verdict(turns.longest_us <= longest_allowed_us)});
}

World::Turns settled(World& world)
{
    world.settle();
    return world.take_turns();
}

void measure_codes(World& world, Table& table)
{
    const auto one = [&world, &table](const std::string& what, std::vector<model::Mutation> rows) {
        world.apply(std::move(rows));
        add(table, what, 0, world.take_turns());
        world.settle();
        (void)world.take_turns();
    };
    auto entrance = world.entrance_row(0);
    entrance.mode = "card_or_pin";
    one("a door gets a keypad: the change", {model::put(entrance)});
    const auto codes = claimed(world);
    demand(codes > 0, "nobody has a code at the door");
    entrance.name = "Keypad";
    one("it is named anew, " + number(static_cast<double>(codes)) + " codes", {model::put(entrance)});

    const model::GroupEntrance path{.group = world.group_id(0), .entrance = entrance.id, .workspace = world.workspace()};
    const auto& claim = world.directory.door(world.door_id(0))->pins.begin()->second;
    model::Placement slot;
    slot.device = world.device_id(0), slot.key = "code:" + to_string(claim.credential);
    slot.value = model::code_value(slot.key, claim.pin), slot.doors = 1;
    slot.holders.push_back({claim.workspace, claim.credential, std::nullopt, {}, 1});
    world.note({.put = {slot}});
    (void)world.take_turns();
    world.apply({model::erase(path)});
    add(table, "its group loses it: the change", 0, world.take_turns());
    demand(claimed(world) == 1, "not only the code in the slot is still held");
    world.note({.erased = {{slot.device, slot.key}}});
    add(table, "the last code leaves a slot of its controller", 0, world.take_turns());
    demand(claimed(world) == 0, "a code is held that opens nothing");
    world.settle();
    (void)world.take_turns();
    one("the group gets it back: the change", {model::put(path)});
    demand(claimed(world) == codes, "not everybody has the code back");
}

void measure_freeze(World& world, Table& table)
{
    Desk desk{world};
    http::api::List people;
    for (std::size_t i = 0; i < 1'000; ++i) {
        const auto* user = world.directory.workspace(world.workspace())->users.find(world.user_id(i * 7));
        people.push_back({user->row.identity->value});
    }
    const auto endpoints = http::gatehouse_people_endpoints();
    (void)world.take_turns();
    const auto frozen = desk.ask(endpoints, "/gatehouse/user_identities/freeze", {{"user_identity_ids", {people}}});
    demand(frozen.status == 200, "nobody was frozen");
    add(table, "1,000 people frozen: the call", 0, world.take_turns());
    add(table, "and their cards leave the tables", 0, settled(world));
}

void measure_served(const Plan& plan, Table& table)
{
    constexpr std::size_t controllers = 1'000, lines = 50;
    World world{{.people = {.users = plan.large},
                 .devices = controllers,
                 .served = controllers,
                 .lines = lines,
                 .people_a_door = 20,
                 .group_doors = 1}};
    table.add({"turns", "1,000 lanes begin, before anything is answered", "", number(world.begin_us(), "us"), "", "", ""});
    world.run_for(base::milliseconds{1'500});
    add(table, "1,000 controllers on 50 lines are opened and attached", 0, world.take_turns());
    add(table, "and loaded, one with 10,000 cards", 0, settled(world));
    world.run_for(base::seconds{20});
    add(table, "ten pings, with nothing to do", 0, world.take_turns());
    world.fleet.refresh();
    world.run_for(base::seconds{1});
    add(table, "every line and controller is looked at anew", 0, world.take_turns());

    Desk desk{world};
    const auto lists = http::gatehouse_endpoints(), words = http::gatehouse_controller_endpoints();
    const auto listed = desk.ask(lists, "/gatehouse/controllers/list", {{"limit", {std::int64_t{500}}}});
    demand(listed.body.at("controllers").as_array().size() == 500, "not as many controllers as asked for");
    add(table, "500 of 1,000 controllers listed", 0, world.take_turns());

    world.modelled(0).away = true;
    world.apply({model::erase(
        model::GroupEntrance{.group = world.group_id(0), .entrance = world.entrance_row(0).id, .workspace = world.workspace()})});
    world.run_for(base::seconds{2});
    (void)world.take_turns();
    auto shown = desk.ask(words, "/gatehouse/controllers/replace", {{"controller", text("c0")}, {"by", text("bench")}});
    const auto& data = shown.body.at("error").at("data");
    const auto rows = data.at("attested").as_array().size();
    demand(rows > 0, "nothing ends with the controller");
    add(table, "what ends with a controller is shown, " + number(static_cast<double>(rows)) + " rows", 0, world.take_turns());
    const auto confirm = text(std::string{data.at("confirm").as_string()});
    const auto replaced =
        desk.ask(words, "/gatehouse/controllers/replace", {{"controller", text("c0")}, {"by", text("bench")}, {"confirm", confirm}});
    demand(replaced.status == 200, "the controller was not replaced");
    add(table, "and it is replaced", 0, world.take_turns());
}

} // namespace gatehouse::bench
