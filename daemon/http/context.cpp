#include "http/context.hpp"

#include "http/api/respond.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace gatehouse::http {

namespace {

bool over(const model::Credential& row, base::Instant now)
{
    return row.ends_at && *row.ends_at <= now;
}

/// Gives somebody a code. To take one away, or to shorten what is held, is none of that and must never wait.
bool gives_code(const model::Workspace& workspace, const model::Credential& row, base::Instant now)
{
    if (row.method != model::AccessMethod::code || !row.code || !row.user || over(row, now)) return false;
    const auto* node = workspace.credentials.find(row.id);
    return node == nullptr || node->row.code != row.code || node->row.user != row.user || over(node->row, now);
}

std::size_t chosen_codes(const Context& context, const std::vector<model::Mutation>& rows)
{
    if (context.tenant == nullptr) return 0;
    const auto now = context.services.clock.wall();
    const auto chosen = std::count_if(rows.begin(), rows.end(), [&context, now](const model::Mutation& mutation) {
        const auto* row = mutation.erase ? nullptr : std::get_if<model::Credential>(&mutation.row);
        return row != nullptr && gives_code(context.workspace(), *row, now) && !context.picked.contains(std::string{*row->code});
    });
    return static_cast<std::size_t>(chosen);
}

/// Codes open a door of another workspace by themselves, and this one has an entrance there.
bool is_at_doors_of_others(const Context& context)
{
    const auto& own = context.workspace().row.id;
    const auto& doors = context.services.directory.doors();
    return std::any_of(doors.begin(), doors.end(), [&own](const auto& one) {
        const auto& door = one.second;
        const auto is_own = [&own](const auto& entrance) { return entrance.workspace == own; };
        return door.row.owner != own && model::codes_open(door) && std::any_of(door.entrances.begin(), door.entrances.end(), is_own);
    });
}

/// Whoever owns a door at which a workspace asks for code after code is to know.
void tell_owners(const Context& context, const std::set<model::DoorId>& doors)
{
    const auto& asking = context.workspace().row;
    for (const auto& id : doors) {
        const auto* door = context.services.directory.door(id);
        if (door == nullptr) continue;
        model::Event event;
        event.workspace = door->row.owner;
        event.type = "gatehouse.device.codes_guessed";
        event.body = {{"device_id", to_string(id)}, {"by_workspace", asking.name.empty() ? asking.key : asking.name}};
        event.refs = {id.value};
        context.services.ledger.note(context.actor, std::move(event));
    }
    if (doors.empty()) return;
    spdlog::warn("codes_guessed workspace={} doors={} request={}", asking.key, doors.size(), context.request);
}

} // namespace

asio::awaitable<base::Result<void>> Context::change(std::vector<model::Mutation> rows, std::vector<model::Event> events)
{
    const auto chosen = chosen_codes(*this, rows);
    const auto wait = chosen > 0 ? services.code_budget.wait(tenant->row.id, services.clock.now()) : std::nullopt;
    if (wait) {
        const auto settled = co_await settle();
        if (!settled) co_return settled;
        co_return api::too_often(*wait, "Too many codes were chosen within the hour; leave `code` out to have one made");
    }
    ledger::Draft draft;
    draft.actor = actor;
    draft.request = request;
    draft.rows = std::move(rows);
    draft.events = std::move(events);
    const auto number = services.ledger.apply(std::move(draft));
    if (!number && tenant != nullptr && number.error().code == "duplicate_access_code") {
        const auto& at = services.ledger.clashed_at();
        if (!at.empty()) tell_owners(*this, services.code_budget.spend(tenant->row.id, at, services.clock.now()));
    }
    if (number && chosen > 0 && is_at_doors_of_others(*this)) services.code_budget.choose(tenant->row.id, chosen, services.clock.now());
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
