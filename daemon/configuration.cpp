#include "configuration.hpp"

#include "base/turn.hpp"
#include "site/declare.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Fault;

namespace {

constexpr int tries = 5;          // while others keep changing who may open what
constexpr std::size_t named = 20; // people in the journal; the plan has them all

base::Error clash(const settings::Problems& problems)
{
    std::string text;
    for (const auto& problem : problems) text += (text.empty() ? "" : "\n") + settings::text(problem);
    return base::fail(Fault::invalid, std::move(text), "configuration_clash");
}

/// Keys and door actions say nothing about who may open what.
bool bears_on_access(const model::Change& change)
{
    return std::any_of(change.rows.begin(), change.rows.end(), [](const model::Mutation& mutation) {
        return !std::holds_alternative<model::Token>(mutation.row) && !std::holds_alternative<model::ActionAttempt>(mutation.row);
    });
}

bool anybody_lives_here(const model::Directory& directory)
{
    const auto& all = directory.workspaces();
    return std::any_of(all.begin(), all.end(), [](const auto& workspace) { return workspace.second->credentials.size() != 0; });
}

asio::awaitable<Rehearsal> over_there(std::function<Rehearsal()> work)
{
    co_return work();
}

std::string bytes_of(const settings::ListenAddress& at)
{
    return at.address + " " + std::to_string(at.port);
}

std::string bytes_of(const settings::Http& http)
{
    std::string text;
    for (const auto& at : http.listen) text += bytes_of(at) + "\n";
    for (const auto& at : http.tls_listen) text += "tls " + bytes_of(at) + "\n";
    if (http.tls) text += http.tls->certificate.name + "\n" + http.tls->key.name;
    return text;
}

void tell_losses(const site::Delta& delta)
{
    for (std::size_t i = 0; i < std::min(delta.losses.size(), named); ++i) {
        const auto& loss = delta.losses[i];
        spdlog::error("configuration_would_take workspace={} person={} door=\"{}\" all={}", loss.workspace_key, base::to_string(loss.who),
                      loss.door, loss.all);
    }
}

} // namespace

Configuration::Configuration(Rooms rooms, asio::any_io_executor other) : rooms_{rooms}, other_{std::move(other)}
{
    rooms_.ledger.on_applied([this](const model::Change& change, const ledger::TouchedDoors&) {
        if (bears_on_access(change)) access_changed_ = change.number;
    });
}

base::Result<void> Configuration::begin(const settings::Settings& settings, model::Directory& directory)
{
    serving_ = settings.http;
    access_changed_ = rooms_.ledger.head();
    Rehearsal rehearsal;
    rehearsal.problems = site::clashes(rooms_.directory, settings);
    if (rehearsal.problems.empty()) rehearsal.plan = site::Plan{site::difference(rooms_.directory, settings, rooms_.clock.wall()), {}, {}};
    if (rehearsal.plan && rehearsal.plan->rows.empty()) return {}; // as in most starts: nothing to try out on a copy of the whole model
    const auto now = rooms_.clock.wall();
    const Holding holding{rooms_.options, {}, now}; // nobody serves them yet
    const bool lived_in = anybody_lives_here(rooms_.directory);
    const bool damaged = rooms_.ledger.damaged_rows() != 0;
    if (damaged) { // the file states anew what a disk altered, and memory knows more than a copy of that disk
        auto planned = site::plan(directory, settings, {now, &holding});
        rehearsal.problems = std::move(planned.problems);
        rehearsal.plan = std::move(planned.plan);
    } else if (lived_in) {
        rehearsal = gatehouse::rehearse(settings, rooms_.store, {now, &holding});
        if (rehearsal.failure) return *rehearsal.failure;
    }
    if (!rehearsal.plan) return clash(rehearsal.problems);
    if (rehearsal.plan->rows.empty()) return {};
    const auto word = site::confirmation(*rehearsal.plan, access_changed_);
    if (!word.empty() && damaged) { // left to wait, what people made below a damaged row would have no parent and be lost
        spdlog::error("configuration_takes losses={} reason=\"rows were damaged, and the file states them anew as it stands\"",
                      rehearsal.plan->delta.losses.size());
        tell_losses(rehearsal.plan->delta);
    } else if (!word.empty()) {
        spdlog::error(
            "configuration_waits losses={} hint=\"it takes access away: look at `gatehouse plan`; until `gatehouse apply --confirm {}` "
            "the gateway runs as last configured\"",
            rehearsal.plan->delta.losses.size(), word);
        tell_losses(rehearsal.plan->delta);
        return {};
    }
    auto done = put_down(rehearsal, {{"configuration", "configuration"}, {}});
    if (!done && !lived_in && rooms_.ledger.mode() == ledger::Mode::normal) { // what was not tried is told like what was
        const auto tried = gatehouse::rehearse(settings, rooms_.store, {now, &holding});
        if (!tried.problems.empty()) return clash(tried.problems);
    }
    if (done || rooms_.ledger.mode() == ledger::Mode::normal) return done;
    spdlog::error("configuration_not_applied storage={}", to_string(rooms_.ledger.mode())); // the site runs on as it was declared last
    return {};
}

/// Everything that waits or reads happens elsewhere. What comes back was made of the model as it still is, but for what bears on no access.
asio::awaitable<Rehearsal> Configuration::rehearse(Work work)
{
    for (int left = tries;; --left) {
        const auto durable = co_await rooms_.ledger.durable_at(rooms_.ledger.head());
        Rehearsal failed;
        if (!durable) {
            failed.failure = durable.error();
            co_return failed;
        }
        auto there = over_there(work);
        auto [thrown, rehearsal] = co_await asio::co_spawn(other_, std::move(there), base::token);
        if (thrown) {
            failed.failure = base::fail(Fault::internal, "reading the configuration threw");
            co_return failed;
        }
        show_rules(rehearsal);
        if (!rehearsal.plan || access_changed_ <= rehearsal.number) co_return std::move(rehearsal);
        if (left > 1) continue;
        failed.failure = base::fail(Fault::conflict, "Who may open what keeps changing; try again in a moment", "configuration_outrun");
        co_return failed;
    }
}

std::optional<base::Error> Configuration::refusal(const Rehearsal& rehearsal, const std::optional<std::string>& confirm) const
{
    if (rehearsal.failure) return rehearsal.failure;
    if (!rehearsal.plan) return base::fail(Fault::invalid, "The configuration has problems; nothing was changed", "configuration_invalid");
    const auto word = site::confirmation(*rehearsal.plan, access_changed_, rehearsal.ended);
    if (word.empty() || confirm == word) return std::nullopt;
    if (confirm)
        return base::fail(Fault::conflict, "That word belongs to another plan: the file or the people changed since; look at this one",
                          "confirmation_outdated");
    return base::fail(Fault::conflict,
                      rehearsal.ended.empty() ? "This takes access away from people: it needs the word of its plan"
                                              : "What is ended does not come back with its grants: it needs the word of its plan",
                      "confirmation_required");
}

asio::awaitable<void> Configuration::my_turn()
{
    constexpr base::milliseconds between_looks{20};
    while (busy_) co_await rooms_.clock.wait_for(between_looks);
}

/// What is known of them on this thread; a few a turn.
asio::awaitable<std::shared_ptr<Holding>> Configuration::look_at_controllers() const
{
    constexpr int a_turn = 32;
    std::vector<model::DeviceId> ids;
    for (const auto& [id, device] : rooms_.directory.devices()) ids.push_back(id);
    Holding::Known known;
    int left = a_turn;
    for (const auto& id : ids) {
        const auto* device = rooms_.directory.device(id);
        const auto* status = rooms_.fleet.status(id);
        const auto* line = device == nullptr ? nullptr : rooms_.directory.line(device->row.line);
        if (status == nullptr || !status->attached || line == nullptr) continue;
        Serving serving{line->driver, device->row.profile, device->row.address, status->capabilities, {}};
        const bool roomy = status->capabilities.capacity == 0; // what it holds leaves room for all
        if (!roomy) serving.occupied = occupied(id);
        known.emplace(id, std::move(serving));
        if (roomy && --left > 0) continue;
        co_await base::next_turn();
        left = a_turn;
    }
    co_return std::make_shared<Holding>(rooms_.options, std::move(known), rooms_.clock.wall());
}

reconcile::Occupied Configuration::occupied(const model::DeviceId& device) const
{
    reconcile::Occupied found;
    for (const auto& [key, placement] : rooms_.directory.placements().of(device)) found.ours.emplace(key, placement.slot);
    if (const auto* strangers = rooms_.reconciler.strangers(device))
        for (const auto& [key, stranger] : strangers->all()) found.others.push_back(stranger.entry.slot);
    return found;
}

Configuration::Work Configuration::read_file(std::shared_ptr<Holding> holding) const
{
    return [&options = rooms_.options, &store = rooms_.store, now = rooms_.clock.wall(), holding = std::move(holding)] {
        return rehearse_file(options, store, {now, holding.get()});
    };
}

asio::awaitable<Configuration::Said> Configuration::plan()
{
    co_await my_turn();
    const Turn turn{busy_};
    auto holding = co_await look_at_controllers();
    auto exchanged = co_await rooms_.fleet.exchanged();
    auto work = read_file(std::move(holding));
    auto rehearsal = co_await rehearse(std::move(work));
    rehearsal.exchanged = std::move(exchanged);
    show_secrets(rehearsal);
    Said said;
    if (rehearsal.failure || !rehearsal.plan) said.refusal = refusal(rehearsal, std::nullopt);
    complete(rehearsal, false);
    said.shown = std::move(rehearsal.shown);
    co_return said;
}

asio::awaitable<Configuration::Said> Configuration::apply(std::optional<std::string> confirm, Caller caller)
{
    co_await my_turn();
    const Turn turn{busy_};
    auto holding = co_await look_at_controllers();
    auto exchanged = co_await rooms_.fleet.exchanged();
    auto work = read_file(std::move(holding));
    auto rehearsal = co_await rehearse(std::move(work));
    rehearsal.exchanged = std::move(exchanged);
    show_secrets(rehearsal);
    auto said = co_await carry_out(std::move(rehearsal), std::move(confirm), std::move(caller));
    co_return said;
}

asio::awaitable<Configuration::Said> Configuration::carry_out(Rehearsal rehearsal, std::optional<std::string> confirm, Caller caller)
{
    Said said;
    said.refusal = refusal(rehearsal, confirm);
    complete(rehearsal, !said.refusal);
    if (said.refusal) {
        said.shown = std::move(rehearsal.shown);
        co_return said;
    }
    const auto left_behind = site::left_behind(rooms_.directory, rehearsal.plan->rows);
    if (auto put = put_down(rehearsal, caller); !put) {
        said.refusal = put.error();
        co_return said;
    }
    let_go_of(rehearsal.controllers_ended, caller);
    rooms_.reconciler.touch(std::span<const model::DeviceId>{left_behind}, true);
    if (rehearsal.settings) take_over(*rehearsal.settings);
    const auto durable = co_await rooms_.ledger.durable_at(rooms_.ledger.head());
    if (!durable) {
        said.refusal = durable.error();
        co_return said;
    }
    tell_secrets(rehearsal);
    rooms_.fleet.refresh();
    rooms_.reconciler.refresh(rooms_.cursors);
    said.shown = std::move(rehearsal.shown);
    co_return said;
}

/// What others read of it is there with the next request.
void Configuration::take_over(const settings::Settings& settings)
{
    rooms_.services.delete_cascades = settings.policy.identity_delete == settings::IdentityDelete::cascade;
    rooms_.services.time_zone = settings.site.time_zone;
    rooms_.services.pins = {settings.policy.pin.min_length, settings.policy.pin.refuse_trivial};
}

/// Those of its rules that are no rows.
void Configuration::show_rules(Rehearsal& rehearsal) const
{
    if (!rehearsal.plan || !rehearsal.settings) return;
    const auto& policy = rehearsal.settings->policy;
    const auto& services = rooms_.services;
    json::array edits;
    const auto edit = [&edits](std::string_view field, std::string before, std::string after) {
        if (before != after) edits.push_back(json::object{{"field", field}, {"before", std::move(before)}, {"after", std::move(after)}});
    };
    const auto deletes = [](bool cascade) { return std::string{cascade ? "cascade" : "refuse"}; };
    const auto flag = [](bool on) { return std::string{on ? "true" : "false"}; };
    edit("identity_delete", deletes(services.delete_cascades), deletes(policy.identity_delete == settings::IdentityDelete::cascade));
    edit("pin.min_length", std::to_string(services.pins.min_length), std::to_string(policy.pin.min_length));
    edit("pin.refuse_trivial", flag(services.pins.refuse_trivial), flag(policy.pin.refuse_trivial));
    if (edits.empty()) return;
    auto& steps = rehearsal.shown["steps"].as_array();
    steps.push_back(json::object{{"what", "changed"}, {"kind", "policy"}, {"key", "of the site"}, {"edits", std::move(edits)}});
}

/// The file says the same as before, and what it names does not.
void Configuration::show_secrets(Rehearsal& rehearsal) const
{
    if (!rehearsal.plan) return;
    auto& steps = rehearsal.shown["steps"].as_array();
    const auto show = [&steps](std::string_view kind, std::string_view key, std::string_view note) {
        const auto told = [kind, key](const json::value& step) {
            return step.at("kind").as_string() == kind && step.at("key").as_string() == key;
        };
        if (auto step = std::find_if(steps.begin(), steps.end(), told); step != steps.end()) {
            const auto* before = step->as_object().if_contains("note");
            if (step->at("what") != "erased")
                step->as_object()["note"] = (before == nullptr ? "" : std::string{before->as_string()} + "; ") + std::string{note};
            return;
        }
        steps.push_back(json::object{{"what", "changed"}, {"kind", kind}, {"key", key}, {"note", note}});
    };
    for (const auto& id : rehearsal.exchanged.lines)
        if (const auto* line = rooms_.directory.line(id)) show("line", line->key, "its secret is another: it is opened anew");
    for (const auto& id : rehearsal.exchanged.devices)
        if (const auto* device = rooms_.directory.device(id)) show("device", device->row.key, "its secret is another: it is attached anew");
}

void Configuration::tell_secrets(const Rehearsal& rehearsal) const
{
    for (const auto& id : rehearsal.exchanged.lines)
        if (const auto* line = rooms_.directory.line(id)) spdlog::info("secret_exchanged line={}", line->key);
    for (const auto& id : rehearsal.exchanged.devices)
        if (const auto* device = rooms_.directory.device(id)) spdlog::info("secret_exchanged device={}", device->row.key);
}

/// In the order they have; a start or reload that ends between two parts computes the rest anew.
base::Result<void> Configuration::put_down(Rehearsal& rehearsal, const Caller& caller)
{
    auto& rows = rehearsal.plan->rows;
    if (rows.empty()) return {};
    const auto count = rows.size();
    for (std::span<model::Mutation> rest{rows}; !rest.empty();) {
        const auto part = rest.first(std::min(rest.size(), model::rows_per_change));
        if (auto put = put_down_part(part, rehearsal, caller); !put) return put;
        rest = rest.subspan(part.size());
    }
    spdlog::info("configuration_applied rows={} losses={} gains={} by=\"{}\"", count, rehearsal.plan->delta.losses.size(),
                 rehearsal.plan->delta.gains.size(), caller.actor.name);
    return {};
}

base::Result<void> Configuration::put_down_part(std::span<model::Mutation> rows, const Rehearsal& rehearsal, const Caller& caller)
{
    ledger::Draft draft;
    draft.actor = caller.actor;
    draft.request = caller.request;
    model::Event event;
    event.type = rehearsal.ended.empty() ? "gatehouse.configuration_applied" : "gatehouse.retired";
    event.body = {{"rows", static_cast<std::int64_t>(rows.size())},
                  {"losses", static_cast<std::int64_t>(rehearsal.plan->delta.losses.size())},
                  {"gains", static_cast<std::int64_t>(rehearsal.plan->delta.gains.size())}};
    if (!rehearsal.ended.empty()) event.body.emplace_back("what", rehearsal.ended.substr(0, 200));
    draft.events.push_back(std::move(event));
    draft.rows.assign(std::move_iterator{rows.begin()}, std::move_iterator{rows.end()});
    const auto applied = rooms_.ledger.apply(std::move(draft));
    if (!applied)
        return base::fail(applied.error().fault, rooms_.options.config.string() + ": " + applied.error().detail, applied.error().code);
    return {};
}

/// What a reload does not do, told instead of passed over.
json::array Configuration::deferred(const Rehearsal& rehearsal) const
{
    json::array parts;
    if (!rehearsal.settings || bytes_of(rehearsal.settings->http) == bytes_of(serving_)) return parts;
    const auto add = [&parts](const settings::Problem& part) {
        parts.push_back(json::object{{"path", part.path}, {"message", part.message}, {"text", settings::text(part)}});
    };
    add({settings::mark_of(*rehearsal.settings, "http"), "http", "takes effect when the gateway is started again"});
    for (auto problem : rehearsal.of_listeners) {
        problem.message = "that start would fail: " + problem.message;
        add(problem);
    }
    return parts;
}

void Configuration::complete(Rehearsal& rehearsal, bool applied) const
{
    if (!rehearsal.plan) return;
    auto& shown = rehearsal.shown;
    const auto word = site::confirmation(*rehearsal.plan, access_changed_, rehearsal.ended);
    shown["change_number"] = access_changed_;
    shown["confirm"] = word.empty() ? json::value(nullptr) : json::value(word);
    shown["applied"] = applied;
    shown["deferred"] = deferred(rehearsal);
}

asio::awaitable<void> Configuration::reload()
{
    spdlog::info("configuration_reload");
    Caller caller{{"configuration", "signal"}, {}};
    const auto said = co_await apply(std::nullopt, std::move(caller));
    if (said.refusal) spdlog::error("configuration_not_applied reason=\"{}\" hint=\"see `gatehouse plan`\"", said.refusal->detail);
    for (const auto* part : {"problems", "deferred"}) {
        const auto* lines = said.shown.if_contains(part);
        if (lines == nullptr) continue;
        for (const auto& line : lines->as_array()) spdlog::warn("configuration_{} {}", part, std::string_view{line.at("text").as_string()});
    }
}

} // namespace gatehouse
