#include "http/endpoints.hpp"
#include "http/event_types.hpp"
#include "http/resources_site.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace gatehouse::http {

using namespace api;

namespace {

using Events = std::vector<ledger::StoredEvent>;

constexpr std::int64_t usual = 500, at_most = 1'000;
constexpr std::size_t a_turn = 64, ids_at_most = 100;

const std::vector<std::string> objects{"access_code_id",    "access_grant_id", "access_method_id", "acs_access_group_id",
                                       "acs_credential_id", "acs_encoder_id",  "acs_entrance_id",  "acs_system_id",
                                       "acs_user_id",       "device_id",       "space_id",         "user_identity_id",
                                       "connect_webview_id"};
const std::vector<std::string> lists_of_objects{"access_code_ids", "access_grant_ids", "access_method_ids",
                                                "acs_system_ids",  "device_ids",       "space_ids"};

/// Which events are asked for, of a workspace and a time.
struct Asked {
    store::HistoryFilter filter;
    std::vector<std::vector<base::Uuid>> about; ///< of each of these, at least one
    std::set<model::EventId> ids;               ///< any of these; none: all
    bool nothing = false;                       ///< no event can match

    bool keeps(const ledger::StoredEvent& event) const
    {
        const auto refers = [&event](const base::Uuid& id) { return std::ranges::find(event.refs, id) != event.refs.end(); };
        return (ids.empty() || ids.contains(event.id)) &&
               std::ranges::all_of(about, [&refers](const auto& any) { return std::ranges::any_of(any, refers); });
    }
};

/// As clients know it. The gateway keeps one time of an event, and one grant of a method.
json::object event_json(const ledger::StoredEvent& event)
{
    json::object shown{{"event_id", to_string(event.id)},
                       {"event_type", event.type},
                       {"workspace_id", to_string(event.workspace)},
                       {"created_at", to_json(event.occurred_at)},
                       {"occurred_at", to_json(event.occurred_at)}};
    boost::system::error_code unreadable;
    const auto body = json::parse(event.body, unreadable);
    if (unreadable || !body.is_object()) return shown;
    for (const auto& [name, value] : body.get_object()) shown.emplace(name, value);
    shown.erase("acs_access_group_ids"); // for the journal alone
    if (event.type.starts_with("access_method.") && shown.contains("access_grant_id")) {
        shown["access_grant_ids"] = json::array{shown.at("access_grant_id")};
        shown.erase("access_grant_id");
    }
    return shown;
}

/// The first events that match, in their order; `about`: one of the objects they have to be about.
/// Errors: internal  the journal could not be read.
asio::awaitable<base::Result<Events>> first_of(ledger::History& history, const Asked& asked, std::optional<base::Uuid> about,
                                               std::size_t wanted)
{
    Events found;
    auto filter = asked.filter;
    filter.object = about;
    ledger::EventNumber behind = 0;
    for (bool more = true; more;) {
        auto same = filter;
        auto page = co_await history.events(std::move(same), behind, store::history_limit);
        if (!page) co_return page.error();
        more = page->size() == store::history_limit;
        for (auto& event : *page) {
            behind = event.number;
            if (found.size() == wanted) co_return found;
            if (asked.keeps(event)) found.push_back(std::move(event));
        }
        more = more && found.size() < wanted;
    }
    co_return found;
}

/// The same of several objects: each is asked for by itself, as the journal finds events by one.
asio::awaitable<base::Result<Events>> first_of(ledger::History& history, const Asked& asked, std::size_t wanted)
{
    if (asked.nothing) co_return Events{};
    const auto fewest = std::ranges::min_element(asked.about, {}, [](const auto& any) { return any.size(); });
    if (fewest == asked.about.end()) {
        auto all = co_await first_of(history, asked, std::nullopt, wanted);
        co_return all;
    }
    std::map<ledger::EventNumber, ledger::StoredEvent> merged;
    for (const auto& id : *fewest) {
        auto some = co_await first_of(history, asked, id, wanted);
        if (!some) co_return some.error();
        for (auto& event : *some) merged.try_emplace(event.number, std::move(event));
    }
    Events found;
    for (auto& [number, event] : merged)
        if (found.size() < wanted) found.push_back(std::move(event));
    co_return found;
}

Asked asked_of(const Context& context, const Params& params)
{
    Asked asked;
    asked.filter.workspace = context.workspace().row.id;
    asked.filter.types = event_types(); // the gateway's own are none that clients know
    if (params.has("event_types")) asked.filter.types = params.list<std::string>("event_types");
    if (const auto type = params.find<std::string>("event_type")) {
        const bool both = std::ranges::find(asked.filter.types, *type) != asked.filter.types.end();
        asked.filter.types = {*type};
        asked.nothing = !both;
    }
    asked.nothing = asked.nothing || asked.filter.types.empty();
    for (const auto& name : objects)
        if (const auto id = params.find<base::Uuid>(name)) asked.about.push_back({*id});
    for (const auto& name : lists_of_objects)
        if (params.has(name)) asked.about.push_back(params.list<base::Uuid>(name));
    const auto ids = params.list<base::Uuid>("event_ids");
    for (const auto& id : ids) asked.ids.insert({id});
    const auto account = params.find<base::Uuid>("connected_account_id");
    asked.nothing = asked.nothing || (account && *account != connected_account_id(context.workspace().row)) || params.has("customer_key") ||
                    (params.has("event_ids") && ids.empty());
    if (const auto since = params.find<base::Instant>("since")) asked.filter.since = *since;
    if (const auto between = params.list<base::Instant>("between"); between.size() == 2) { // neither end belongs to it
        asked.filter.since = between[0] + base::milliseconds{1};
        asked.filter.before = between[1];
    }
    return asked;
}

asio::awaitable<Answer> list_events(Context& context, const Params& params)
{
    const auto asked = asked_of(context, params);
    const auto limit = static_cast<std::size_t>(std::min(params.get<std::int64_t>("limit"), at_most));
    const auto offset = static_cast<std::size_t>(params.get<std::int64_t>("unstable_offset"));
    const auto found = co_await first_of(context.services.history, asked, offset + limit);
    if (!found) co_return found.error();
    json::array rows;
    for (auto at = offset; at < found->size(); ++at) {
        rows.push_back(event_json((*found)[at]));
        if (rows.size() % a_turn == 0) co_await next_turn();
    }
    co_return ok("events", std::move(rows));
}

/// By its id, or the newest of a type or of a device.
asio::awaitable<Answer> get_event(Context& context, const Params& params)
{
    store::HistoryFilter filter;
    filter.workspace = context.workspace().row.id;
    filter.newest_first = true;
    filter.types = event_types();
    filter.object = params.find<base::Uuid>("device_id");
    filter.id = params.find<model::EventId>("event_id");
    const auto type = params.find<std::string>("event_type");
    const bool known = !type || std::ranges::find(filter.types, *type) != filter.types.end();
    if (type) filter.types = {*type};
    Events found;
    if (known) {
        auto read = co_await context.services.history.events(std::move(filter), 0, 1);
        if (!read) co_return read.error();
        found = std::move(*read);
    }
    if (found.empty()) co_return base::fail(base::Fault::not_found, "No such event", "event_not_found");
    co_return ok("event", event_json(found.front()));
}

Fields event_filters()
{
    auto fields = Fields{}
                      .optional("between", list(datetime(), 2, 2), {}, "Two times; neither belongs to it.")
                      .optional("since", datetime())
                      .optional("event_type", choice(event_types()))
                      .optional("event_types", list(choice(event_types())))
                      .optional("event_ids", list(uuid(), 0, at_most))
                      .optional("connected_account_id", uuid())
                      .optional("customer_key", text())
                      .optional("limit", integer(1, 1'000'000'000), usual)
                      .optional("unstable_offset", integer(0, 1'000'000), std::int64_t{0});
    for (const auto& name : objects) fields = std::move(fields).optional(name, uuid());
    for (const auto& name : lists_of_objects) fields = std::move(fields).optional(name, list(uuid(), 0, ids_at_most));
    return fields;
}

} // namespace

std::vector<http::Endpoint> event_endpoints()
{
    return {
        {Route{Policy::api_key, "/events/list"}
             .on(Verb::get)
             .takes(event_filters())
             .exactly_one({"since", "between"})
             .returns_list("events", "event")
             .about("What happened, oldest first; at most `limit` of it."),
         list_events},
        {Route{Policy::api_key, "/events/get"}
             .on(Verb::get)
             .takes(Fields{}.optional("device_id", uuid()).optional("event_id", uuid()).optional("event_type", text(1)))
             .at_least_one({"event_id", "event_type", "device_id"})
             .returns("event", "event"),
         get_event},
    };
}

api::Schemas event_schemas()
{
    Schemas schemas;
    schemas["event"] = Fields{}
                           .required("event_id", uuid())
                           .required("event_type", text(1))
                           .required("workspace_id", uuid())
                           .required("created_at", datetime())
                           .required("occurred_at", datetime())
                           .optional("access_grant_id", uuid())
                           .optional("access_grant_ids", list(uuid()))
                           .optional("access_method_id", uuid())
                           .optional("acs_credential_id", uuid())
                           .optional("acs_system_id", uuid())
                           .optional("acs_user_id", uuid())
                           .optional("action_attempt_id", uuid())
                           .optional("action_type", text())
                           .optional("connected_account_id", uuid())
                           .optional("device_id", uuid())
                           .optional("status", text())
                           .optional("user_identity_id", uuid());
    return schemas;
}

} // namespace gatehouse::http
