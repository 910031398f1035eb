#include "base/hash.hpp"
#include "http/endpoints.hpp"
#include "http/walk.hpp"
#include "http/words.hpp"

#include <algorithm>
#include <map>

namespace gatehouse::http {

using namespace api;
using reconcile::AccessRow;
using reconcile::ResidualRow;

namespace {

const std::vector<std::string> states{"verified", "assumed", "pending", "refused", "unknown"};
/// Of what was taken away: not proven gone and never will be, but somebody said so. It is on no list of what may still open.
constexpr std::string_view by_word = "attested";

json::value when(const std::optional<base::Instant>& instant)
{
    return instant ? to_json(*instant) : json::value(nullptr);
}

json::object row_json(const AccessRow& row)
{
    return {{"acs_credential_id", to_string(row.credential)},
            {"acs_user_id", row.user ? json::value(to_string(*row.user)) : json::value(nullptr)},
            {"user_identity_id", row.identity ? json::value(to_string(*row.identity)) : json::value(nullptr)},
            {"device_id", row.door == model::DoorId{} ? json::value(nullptr) : json::value(to_string(row.door))},
            {"state", reconcile::to_string(row.state)},
            {"reason", row.reason.empty() ? json::value(nullptr) : json::value(row.reason)},
            {"since", when(row.since)},
            {"verified_at", when(row.verified_at)},
            {"change_number", row.number},
            {"ends_at", when(row.ends_at)}};
}

json::object residual_json(const Context& context, const ResidualRow& row)
{
    const auto& directory = context.services.directory;
    auto shown = row_json(row.access);
    const auto* door = directory.door(row.access.door);
    const auto* controller = directory.device(row.access.controller);
    if (row.of_tenant || row.access.credential.nil())
        shown["acs_credential_id"] = shown["acs_user_id"] = shown["user_identity_id"] = nullptr;
    shown["person"] = row.person;
    shown["door"] = door == nullptr ? json::value(nullptr) : json::value(door_name(context.workspace(), *door));
    shown["controller"] = controller == nullptr ? json::value(nullptr) : json::value(controller->row.name);
    shown["message"] = describe(directory, row.access, context.now().instant);
    if (row.attested) shown["state"] = by_word;
    shown["attested_by"] = row.attested ? json::value(row.attested->by) : json::value(nullptr);
    shown["attested_at"] = row.attested ? to_json(row.attested->at) : json::value(nullptr);
    return shown;
}

/// Filters by each id and state.
struct Filter {
    std::optional<model::CredentialId> credential;
    std::optional<model::UserId> user;
    std::optional<model::IdentityId> identity;
    std::optional<model::DoorId> door;
    std::optional<std::string> state;

    explicit Filter(const Params& params)
        : credential{params.find<model::CredentialId>("acs_credential_id")}, user{params.find<model::UserId>("acs_user_id")},
          identity{params.find<model::IdentityId>("user_identity_id")}, door{params.find<model::DoorId>("device_id")},
          state{params.find<std::string>("state")}
    {
    }
    bool keeps(const AccessRow& row) const
    {
        return (!credential || row.credential == *credential) && (!user || row.user == user) && (!identity || row.identity == identity) &&
               (!door || row.door == *door) && (!state || reconcile::to_string(row.state) == *state);
    }
    /// Ids of other workspaces' people are not to be found out by asking for them.
    bool keeps(const ResidualRow& row) const
    {
        auto any = *this;
        if (row.attested) any.state.reset();
        return any.keeps(row.access) && !(row.of_tenant && (credential || user || identity));
    }
    bool asks_for_words() const { return state == by_word; }
};

/// Credential after credential; a page never ends within one, so it may hold a few rows more than its limit.
asio::awaitable<Answer> list_access(Context& context, const Params& params)
{
    const Filter filter{params};
    const auto limit = params.page().limit;
    json::array rows;
    std::optional<std::string> next;
    model::Position last{};
    auto visit = [&context, &filter, &rows, &next, &last, limit](const model::CredentialNode& credential) {
        if (filter.credential && credential.row.id != *filter.credential) return Visited::cheap;
        if (filter.user && credential.row.user != filter.user) return Visited::cheap;
        if (rows.size() >= limit) {
            next = to_cursor(last);
            return Visited::last;
        }
        for (const auto& row : reconcile::access_of(context.services.reconciler, context.workspace(), credential))
            if (filter.keeps(row)) rows.push_back(row_json(row));
        last = position_of(credential);
        return Visited::dear;
    };
    const auto after = from_cursor(params.page().after);
    co_await walk(context.workspace().credentials, after, visit);
    co_return page("access", std::move(rows), std::move(next));
}

/// Where a residual stands in the list: it keeps its place whatever is proven gone around it. A cursor shows nobody another's id.
std::string place_of(const ResidualRow& row)
{
    const bool nobodys = row.access.credential.nil();
    const auto credential = nobodys ? std::to_string(row.entry) : to_string(row.access.credential);
    return to_string(row.access.controller) + (row.of_tenant ? std::to_string(base::xxhash(credential)) : credential) +
           to_string(row.access.door);
}

constexpr std::size_t residuals_a_turn = 64;

/// All that is on the list of residual access, some entries a turn.
template <class Visit>
asio::awaitable<void> each_residual(const Context& context, Visit visit)
{
    reconcile::ResidualWalk walk{context.services.reconciler, context.workspace().row.id};
    for (bool more = true; more;) {
        more = walk.step(residuals_a_turn);
        for (auto& row : walk.take()) visit(std::move(row));
        if (more) co_await next_turn();
    }
}

/// Residuals of one place (a card under its number and its uid) stay on one page, which may so hold a few rows more than its limit.
asio::awaitable<Answer> list_residuals(Context& context, const Params& params)
{
    const Filter filter{params};
    const auto wanted = params.page();
    std::multimap<std::string, ResidualRow> residuals;
    const auto& tenant = context.workspace().row.id;
    const auto& reconciler = context.services.reconciler;
    if (filter.asks_for_words())
        for (auto& row : reconcile::attested(reconciler, tenant))
            if (filter.keeps(row)) residuals.emplace(place_of(row), std::move(row));
    const auto keep = [&filter, &residuals](ResidualRow&& row) {
        if (filter.keeps(row)) residuals.emplace(place_of(row), std::move(row));
    };
    if (!filter.asks_for_words()) co_await each_residual(context, keep);
    json::array rows;
    std::string last;
    for (auto at = wanted.after ? residuals.upper_bound(*wanted.after) : residuals.begin(); at != residuals.end(); ++at) {
        if (rows.size() >= wanted.limit && at->first != last) co_return page("residual_access", std::move(rows), std::move(last));
        rows.push_back(residual_json(context, at->second));
        last = at->first;
    }
    co_return page("residual_access", std::move(rows), std::nullopt);
}

Fields filters(std::vector<std::string> known = states)
{
    return Fields{}
        .optional("acs_credential_id", uuid())
        .optional("acs_user_id", uuid())
        .optional("user_identity_id", uuid())
        .optional("device_id", uuid())
        .optional("state", choice(std::move(known)));
}

Fields residual_filters()
{
    auto known = states;
    known.emplace_back(by_word);
    return filters(std::move(known));
}

json::value setup_json(const devices::DeviceStatus* status)
{
    if (status == nullptr || status->setup.state() == devices::SetupState::none) return nullptr;
    const auto& setup = status->setup;
    json::object shown{{"state", devices::to_string(setup.state())}, {"detail", nullptr}, {"since", to_json(setup.since_wall())}};
    if (!setup.detail().empty()) shown["detail"] = setup.detail();
    return shown;
}

/// Rows on the workspace's list of residual access, by controller.
using ResidualCounts = std::map<model::DeviceId, std::int64_t>;

json::object controller_json(const Context& context, const model::DeviceNode& device, const ResidualCounts& residuals)
{
    const auto* status = context.services.fleet.status(device.row.id);
    const auto* lane = context.services.reconciler.status(device.row.id);
    json::array doors;
    for (const auto& id : device.doors)
        if (context.services.directory.door(id)->row.owner == context.workspace().row.id) doors.push_back(json::value(to_string(id)));
    json::object shown{{"controller_id", to_string(device.row.id)},
                       {"key", device.row.key},
                       {"name", device.row.name},
                       {"profile", device.row.profile},
                       {"device_ids", doors},
                       {"absent", device.row.absent},
                       {"created_at", to_json(device.row.created_at)}};
    const bool attached = status != nullptr && status->attached;
    shown["attached"] = attached;
    shown["state"] = !attached                                ? "not_served"
                     : status->link == devices::Link::online  ? "online"
                     : status->link == devices::Link::offline ? "offline"
                                                              : "unknown";
    shown["reason"] = status == nullptr ? json::value("no driver knows it") : json::value(attached ? status->reason : status->fault);
    shown["since"] = status == nullptr ? json::value(nullptr) : to_json(status->since_wall);
    shown["last_heard_at"] = status == nullptr ? json::value(nullptr) : when(status->heard_at);
    shown["decides_alone"] = attached && status->capabilities.stores_credentials;
    const auto ahead = context.services.fleet.clock_offset(device.row.id);
    shown["clock_ahead_s"] = ahead ? json::value(std::chrono::round<base::seconds>(*ahead).count()) : json::value(nullptr);
    const auto told_at = context.services.fleet.clock_told_at(device.row.id);
    shown["clock_told_at"] = when(told_at);
    const auto clock = status == nullptr ? devices::DeviceClock::unknown : status->clock.clock();
    shown["clock"] = devices::to_string(clock);
    shown["clock_off"] = clock == devices::DeviceClock::off;
    shown["setup"] = setup_json(status);
    if (lane == nullptr) return shown;
    shown["settled"] = lane->settled;
    shown["synced_to_change"] = lane->number;
    shown["read_at"] = when(lane->read_at);
    shown["first_contact"] = lane->first_contact;
    shown["foreign_entries"] = lane->foreign;
    json::value word = nullptr;
    if (lane->word)
        word = json::object{{"foreign", *lane->word == reconcile::Foreign::remove ? "remove" : "keep"}, {"left", lane->word_left}};
    shown["word_on_foreign_entries"] = std::move(word);
    shown["removal_of_foreign_entries_braked"] = lane->braked;
    shown["second_writer_since"] = when(context.services.reconciler.second_writer(device.row.id));
    const auto residual = residuals.find(device.row.id);
    shown["residual_entries"] = residual == residuals.end() ? 0 : residual->second;
    shown["trouble"] = lane->trouble.empty() ? json::value(nullptr) : json::value(lane->trouble);
    return shown;
}

bool serves_own(const Context& context, const model::DeviceNode& device)
{
    return std::any_of(device.doors.begin(), device.doors.end(), [&context](const model::DoorId& door) {
        return context.services.directory.door(door)->row.owner == context.workspace().row.id;
    });
}

/// One that serves a door of the workspace, or may still open to its people what it served.
bool is_own(const Context& context, const model::DeviceNode& device, const ResidualCounts& residuals)
{
    return serves_own(context, device) || residuals.contains(device.row.id);
}

/// In order of id; a cursor is the id of the last one shown.
asio::awaitable<Answer> list_controllers(Context& context, const Params& params)
{
    const auto wanted = params.page();
    ResidualCounts residuals;
    const auto count = [&residuals](const ResidualRow& row) { ++residuals[row.access.controller]; };
    co_await each_residual(context, count);
    json::array rows;
    const auto& all = context.services.directory.devices();
    std::optional<model::DeviceId> behind, last;
    if (const auto cursor = base::parse_uuid(wanted.after.value_or(""))) behind = model::DeviceId{*cursor};
    for (int budget = turn_budget;;) {
        auto at = behind ? all.upper_bound(*behind) : all.begin();
        for (; at != all.end() && budget > 0; ++at) {
            behind = at->first;
            const bool shown = is_own(context, at->second, residuals);
            budget -= shown ? dear_cost : 1;
            if (!shown) continue;
            if (rows.size() == wanted.limit) co_return page("controllers", std::move(rows), to_string(*last));
            rows.push_back(controller_json(context, at->second, residuals));
            last = at->first;
        }
        if (at == all.end()) co_return page("controllers", std::move(rows), std::nullopt);
        co_await next_turn();
        budget = turn_budget;
    }
}

} // namespace

std::vector<http::Endpoint> gatehouse_endpoints()
{
    return {
        {Route{Policy::api_key, "/gatehouse/access/list"}
             .on(Verb::get)
             .takes(filters())
             .returns_page("access", "gatehouse_access")
             .about("Every credential at every door it has a way to, with what is known of the device: verified, assumed, pending, refused "
                    "or unknown."),
         list_access},
        {Route{Policy::api_key, "/gatehouse/residual_access/list"}
             .on(Verb::get)
             .takes(residual_filters())
             .returns_page("residual_access", "gatehouse_residual_access")
             .about("What was taken away and is not yet proven gone. With the state attested: what ended by somebody's word instead."),
         list_residuals},
        {Route{Policy::api_key, "/gatehouse/controllers/list"}
             .on(Verb::get)
             .takes(Fields{})
             .returns_page("controllers", "gatehouse_controller")
             .about("The controllers behind the workspace's doors, and those from which its people's entries are still to be removed."),
         list_controllers},
    };
}

} // namespace gatehouse::http
