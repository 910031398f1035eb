#include "http/context.hpp"

namespace gatehouse::http {

asio::awaitable<base::Result<void>> Context::change(std::vector<model::Mutation> rows, std::vector<model::Event> events)
{
    ledger::Draft draft;
    draft.actor = actor;
    draft.request = request;
    draft.rows = std::move(rows);
    draft.events = std::move(events);
    const auto number = services.ledger.apply(std::move(draft));
    const auto durable = co_await services.ledger.durable_at(number ? *number : services.ledger.head());
    if (!number) co_return number.error();
    co_return durable;
}

asio::awaitable<base::Result<void>> Context::settle()
{
    const auto durable = co_await services.ledger.durable_at(services.ledger.head());
    co_return durable;
}

model::Event Context::event(std::string type, std::vector<std::pair<std::string, model::EventValue>> body,
                            std::vector<model::Uuid> refs) const
{
    model::Event event;
    if (tenant != nullptr) event.workspace = tenant->row.id;
    event.type = std::move(type);
    event.body = std::move(body);
    event.refs = std::move(refs);
    return event;
}

} // namespace gatehouse::http
