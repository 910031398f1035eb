#include "access/strikes.hpp"

#include "devices/wiring.hpp"
#include "model/attempts.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::access {

namespace asio = boost::asio;
using base::milliseconds;
using devices::Verdict;
using model::AttemptStatus;

namespace {

constexpr milliseconds answer_margin{2'000};
constexpr milliseconds durable_within{200};  ///< no door opens on a record that a power cut could take back
constexpr milliseconds strike_within{5'000}; ///< no door opens later than this after somebody asked: they may have gone

model::Event event_of(const model::ActionAttempt& attempt, std::string_view outcome)
{
    model::Event event;
    event.workspace = attempt.workspace;
    event.type = "action_attempt.unlock_door." + std::string{outcome};
    event.body = {{"action_attempt_id", to_string(attempt.id)}, {"action_type", attempt.type}, {"device_id", to_string(attempt.door)}};
    if (outcome != "requested") event.body.emplace_back("status", attempt.status == AttemptStatus::success ? "success" : "error");
    event.refs = {attempt.id.value, attempt.door.value};
    return event;
}

void deny(model::ActionAttempt& attempt, const std::string& type, const std::string& message)
{
    attempt.status = AttemptStatus::error;
    attempt.error_type = type;
    attempt.error_message = message;
}

void complete(model::ActionAttempt& attempt, const devices::Outcome& outcome)
{
    if (outcome.verdict == Verdict::acknowledged) {
        attempt.status = AttemptStatus::success;
        return;
    }
    switch (outcome.verdict) {
    case Verdict::offline:
        return deny(attempt, "device_offline", "The door's controller cannot be reached; nothing was sent.");
    case Verdict::unknown:
        return deny(attempt, "unlock_unconfirmed", "The controller did not confirm; the door may have opened.");
    case Verdict::busy:
        return deny(attempt, "device_busy", "The controller was busy; nothing was done.");
    default:
        return deny(attempt, "unlock_refused", "The controller refused" + (outcome.reason.empty() ? "." : ": " + outcome.reason + "."));
    }
}

/// Marks a door as being unlocked, until the strike is over however it ends.
struct Striking {
    std::set<model::DoorId>& doors;
    model::DoorId door;
    Striking(std::set<model::DoorId>& all, model::DoorId one) : doors{all}, door{one} { doors.insert(door); }
    Striking(const Striking&) = delete;
    Striking& operator=(const Striking&) = delete;
    ~Striking() { doors.erase(door); }
};

} // namespace

asio::awaitable<base::Result<model::ActionAttempt>> Strikes::unlock(model::WorkspaceId workspace, model::DoorId door, model::Actor actor,
                                                                    std::string request, milliseconds patience)
{
    const auto* node = directory_.door(door);
    if (node == nullptr || node->row.owner != workspace) co_return base::fail(base::Fault::not_found, "No such device", "device_not_found");

    ledger::Draft draft;
    draft.actor = actor;
    draft.request = std::move(request);
    model::ActionAttempt attempt;
    attempt.id = {base::random_uuid(random_)};
    attempt.workspace = workspace;
    attempt.type = "UNLOCK_DOOR";
    attempt.door = door;
    attempt.created_at = clock_.wall();
    model::add_attempt(*directory_.workspace(workspace), attempt, draft.rows);
    draft.events.push_back(event_of(attempt, "requested"));
    const auto number = ledger_.apply(std::move(draft));
    if (!number) co_return number.error();

    const auto until = clock_.now() + patience;
    auto done = std::make_shared<base::Wakeup>(ledger_.executor());
    asio::co_spawn(ledger_.executor(), strike(attempt, std::move(actor), *number, done), [](std::exception_ptr failure) {
        if (failure) spdlog::error("strike_failed");
    });
    const auto durable = co_await ledger_.durable_at(*number);
    if (!durable) co_return durable.error();
    co_await done->wait(clock_, until);
    const auto* now = directory_.workspace(workspace)->attempts.find(attempt.id);
    if (now != nullptr) attempt = now->row;
    const auto kept = co_await ledger_.durable_at(attempt.touched); // nobody is told what a power cut could take back
    if (!kept) co_return kept.error();
    co_return attempt;
}

/// The attempt is on record before the door opens, as every grant is: in time, or not at all. Then it is decided again.
asio::awaitable<void> Strikes::strike(model::ActionAttempt attempt, model::Actor actor, model::ChangeNumber number,
                                      std::shared_ptr<base::Wakeup> done)
{
    using namespace asio::experimental::awaitable_operators;
    auto recorded = ledger_.durable_at(number);
    auto too_late = clock_.wait_for(durable_within);
    const auto waited = co_await (std::move(recorded) || std::move(too_late));
    const auto* node = directory_.door(attempt.door);
    const auto name = node == nullptr ? to_string(attempt.door) : node->row.key;
    if (waited.index() == 1 || !std::get<0>(waited)) {
        deny(attempt, "storage_stalled", "The attempt could not be recorded in time; nothing was sent.");
    } else if (node == nullptr || node->row.owner != attempt.workspace) {
        deny(attempt, "device_not_found", "The door is no longer this workspace's; nothing was sent.");
    } else if (striking_.contains(attempt.door)) {
        deny(attempt, "device_busy", "The door is being unlocked already; nothing more was sent.");
    } else {
        const auto door = node->row;
        const auto* status = fleet_.status(door.device);
        const auto wanted = status == nullptr ? answer_margin : status->capabilities.op_timeout + answer_margin;
        const auto budget = std::min<milliseconds>(wanted, strike_within);
        const Striking here{striking_, door.id};
        const auto pulse = devices::unlock_for(door.wiring);
        const auto outcome = co_await fleet_.strike(door.device, door.output, pulse, budget);
        complete(attempt, outcome);
    }
    spdlog::info("unlock door={} by={} outcome={}", name, actor.name, attempt.error_type.value_or("acknowledged"));

    ledger::Draft draft;
    draft.actor = std::move(actor);
    draft.rows.push_back(model::put(attempt));
    draft.events.push_back(event_of(attempt, attempt.status == AttemptStatus::success ? "succeeded" : "failed"));
    if (const auto told = ledger_.apply(std::move(draft)); !told) spdlog::error("attempt_not_recorded error=\"{}\"", told.error().detail);
    done->notify();
}

} // namespace gatehouse::access
