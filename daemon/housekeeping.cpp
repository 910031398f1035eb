#include "housekeeping.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse {

namespace {

constexpr base::seconds between_prunings{10}; // with 2,000 events a time: as many as may arrive

std::vector<model::ActionAttempt> open_attempts(const model::Directory& directory)
{
    std::vector<model::ActionAttempt> open;
    for (const auto& [id, workspace] : directory.workspaces())
        workspace->attempts.walk(nullptr, [&open](const model::AttemptNode& attempt) {
            if (attempt.row.status == model::AttemptStatus::pending) open.push_back(attempt.row);
            return true;
        });
    return open;
}

model::Event failed(const model::ActionAttempt& attempt)
{
    model::Event event;
    event.workspace = attempt.workspace;
    event.type = "action_attempt.unlock_door.failed";
    event.body = {{"action_attempt_id", to_string(attempt.id)},
                  {"action_type", attempt.type},
                  {"device_id", to_string(attempt.door)},
                  {"status", "error"}};
    event.refs = {attempt.id.value, attempt.door.value};
    return event;
}

} // namespace

base::Result<void> close_lost_attempts(const model::Directory& directory, ledger::Ledger& ledger)
{
    const auto open = open_attempts(directory);
    for (std::size_t begin = 0; begin < open.size(); begin += model::rows_per_change) {
        ledger::Draft draft;
        draft.actor = {"gatehoused", "start"};
        for (auto at = begin; at < std::min(begin + model::rows_per_change, open.size()); ++at) {
            auto attempt = open[at];
            attempt.status = model::AttemptStatus::error;
            attempt.error_type = "gateway_restarted";
            attempt.error_message = "The gateway restarted before the controller had answered; the door may have opened.";
            draft.events.push_back(failed(attempt));
            draft.rows.push_back(model::put(std::move(attempt)));
        }
        if (const auto closed = ledger.apply(std::move(draft)); !closed) return closed.error();
    }
    if (!open.empty()) spdlog::warn("attempts_lost count={}", open.size());
    return {};
}

boost::asio::awaitable<void> forget_old_history(ledger::Ledger& ledger, base::Clock& clock)
{
    for (;;) {
        co_await clock.wait_for(between_prunings);
        ledger.prune(store::Pruning{}); // by number alone: a clock that jumped ahead must not cost a year of records
    }
}

} // namespace gatehouse
