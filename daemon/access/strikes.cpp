#include "access/strikes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::access {

namespace asio = boost::asio;
using base::milliseconds;
using devices::Verdict;
using model::AttemptStatus;

namespace {

constexpr milliseconds pulse{5'000}; ///< where the device does not fix it itself
constexpr milliseconds answer_margin{2'000};
constexpr std::size_t attempts_kept = 10'000; ///< per workspace; the oldest go

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

void complete(model::ActionAttempt& attempt, const devices::Outcome& outcome)
{
    if (outcome.verdict == Verdict::acknowledged) {
        attempt.status = AttemptStatus::success;
        return;
    }
    attempt.status = AttemptStatus::error;
    switch (outcome.verdict) {
    case Verdict::offline:
        attempt.error_type = "device_offline";
        attempt.error_message = "The door's controller cannot be reached; nothing was sent.";
        break;
    case Verdict::unknown:
        attempt.error_type = "unlock_unconfirmed";
        attempt.error_message = "The controller did not confirm; the door may have opened.";
        break;
    case Verdict::busy:
        attempt.error_type = "device_busy";
        attempt.error_message = "The controller was busy; nothing was done.";
        break;
    default:
        attempt.error_type = "unlock_refused";
        attempt.error_message = "The controller refused" + (outcome.reason.empty() ? "." : ": " + outcome.reason + ".");
    }
}

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
    draft.rows.push_back(model::put(attempt));
    draft.events.push_back(event_of(attempt, "requested"));
    const auto& attempts = directory_.workspace(workspace)->attempts;
    if (attempts.size() >= attempts_kept)
        attempts.walk(nullptr, [&draft](const model::AttemptNode& oldest) {
            draft.rows.push_back(model::erase(oldest.row));
            return false;
        });
    const auto number = ledger_.apply(std::move(draft));
    if (!number) co_return number.error();

    const auto until = clock_.now() + patience;
    auto done = std::make_shared<base::Wakeup>(ledger_.executor());
    asio::co_spawn(ledger_.executor(), strike(attempt, std::move(actor), done), [](std::exception_ptr failure) {
        if (failure) spdlog::error("strike_failed");
    });
    const auto durable = co_await ledger_.durable_at(*number);
    if (!durable) co_return durable.error();
    co_await done->wait(clock_, until);
    const auto* now = directory_.workspace(workspace)->attempts.find(attempt.id);
    co_return now == nullptr ? attempt : now->row;
}

asio::awaitable<void> Strikes::strike(model::ActionAttempt attempt, model::Actor actor, std::shared_ptr<base::Wakeup> done)
{
    const auto door = directory_.door(attempt.door)->row;
    const auto* status = fleet_.status(door.device);
    const auto budget = status == nullptr ? answer_margin : status->capabilities.op_timeout + answer_margin;
    const auto outcome = co_await fleet_.strike(door.device, door.output, pulse, budget);
    complete(attempt, outcome);
    spdlog::info("unlock door={} by={} outcome={}", door.key, actor.name, attempt.error_type.value_or("acknowledged"));

    ledger::Draft draft;
    draft.actor = std::move(actor);
    draft.rows.push_back(model::put(attempt));
    draft.events.push_back(event_of(attempt, attempt.status == AttemptStatus::success ? "succeeded" : "failed"));
    if (const auto recorded = ledger_.apply(std::move(draft)); !recorded)
        spdlog::error("attempt_not_recorded error=\"{}\"", recorded.error().detail);
    done->notify();
}

} // namespace gatehouse::access
