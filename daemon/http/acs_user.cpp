#include "http/endpoints.hpp"
#include "http/resources_people.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"

#include <set>

namespace gatehouse::http {

namespace {

using api::datetime;
using api::email;
using api::Fields;
using api::invalid;
using api::list;
using api::object;
using api::ok;
using api::phone;
using api::refuse_window;
using api::text;
using api::uuid;

/// The address under either of its names.
std::optional<std::string> given_email(const Params& params)
{
    auto address = params.find<std::string>("email_address");
    return address ? address : params.find<std::string>("email");
}

std::optional<Answer> refuse_emails(const Params& params)
{
    const auto address = params.find<std::string>("email_address");
    const auto old_name = params.find<std::string>("email");
    if (!address || !old_name || *address == *old_name) return std::nullopt;
    return invalid("email", "Differs from email_address, of which it is the old name");
}

/// Brings an access schedule into the row. Answers why not, when it is none.
std::optional<Answer> take_schedule(const Params& schedule, base::Instant now, model::User& row)
{
    const auto starts_at = schedule.find<base::Instant>("starts_at").value_or(now);
    const auto ends_at = schedule.find<base::Instant>("ends_at");
    if (auto refused = refuse_window(starts_at, ends_at, now, "access_schedule.ends_at")) return refused;
    row.starts_at = starts_at;
    row.ends_at = ends_at;
    return std::nullopt;
}

/// A new user with its groups; the directory refuses what does not fit together.
base::Result<Edit> user_creation(const Context& context, const model::User& row, const std::vector<model::GroupId>& groups)
{
    Edit edit;
    edit.rows.push_back(model::put(row));
    std::string joined;
    for (const auto& group : std::set<model::GroupId>{groups.begin(), groups.end()}) {
        const auto* known = context.workspace().groups.find(group);
        if (known != nullptr && known->row.system != row.system && context.workspace().systems.find(row.system) != nullptr)
            return api::misfit("acs_access_group_ids", "Only access groups of the user's own system");
        edit.rows.push_back(model::put(model::Membership{row.id, group, row.workspace}));
        joined += (joined.empty() ? "" : ",") + to_string(group);
    }
    std::vector<std::pair<std::string, model::EventValue>> more;
    if (!joined.empty()) more.emplace_back("acs_access_group_ids", joined);
    edit.events.push_back(user_event(context, "acs_user.created", row, std::move(more)));
    return edit;
}

asio::awaitable<Answer> create_user(Context& context, const Params& params)
{
    if (auto refused = refuse_emails(params)) co_return std::move(*refused);
    model::User row;
    row.id = {base::random_uuid(context.services.random)};
    row.workspace = context.workspace().row.id;
    row.system = params.get<model::SystemId>("acs_system_id");
    row.identity = params.find<model::IdentityId>("user_identity_id");
    row.full_name = params.get<std::string>("full_name");
    row.email_address = given_email(params);
    row.phone_number = params.find<std::string>("phone_number");
    row.created_at = context.services.clock.wall();
    if (const auto* schedule = params.object("access_schedule"))
        if (auto refused = take_schedule(*schedule, context.now().instant, row)) co_return std::move(*refused);

    auto edit = user_creation(context, row, params.list<model::GroupId>("acs_access_group_ids"));
    const auto done = co_await apply(context, std::move(edit));
    if (!done) co_return answer_of(done);
    const auto made = find_user(context.workspace(), row.id);
    if (!made) co_return made.error();
    co_return ok("acs_user", acs_user_json(context, **made));
}

asio::awaitable<Answer> get_user(Context& context, const Params& params)
{
    const auto user = select_user(context.workspace(), params);
    if (!user) co_return user.error();
    co_return ok("acs_user", acs_user_json(context, **user));
}

/// The fields that differ, named.
std::string differences(const model::User& before, const model::User& after)
{
    std::string changed;
    const auto compare = [&changed](std::string_view name, bool differs) {
        if (differs) changed.append(changed.empty() ? "" : ",").append(name);
    };
    compare("full_name", before.full_name != after.full_name);
    compare("email_address", before.email_address != after.email_address);
    compare("phone_number", before.phone_number != after.phone_number);
    compare("access_schedule", before.starts_at != after.starts_at || before.ends_at != after.ends_at);
    return changed;
}

base::Result<Edit> user_change(const Context& context, const Params& params, const model::User& schedule)
{
    const auto user = select_user(context.workspace(), params);
    if (!user) return user.error();
    auto row = (*user)->row;
    if (const auto name = params.find<std::string>("full_name")) row.full_name = name;
    if (const auto address = given_email(params)) row.email_address = address;
    if (const auto phone = params.find<std::string>("phone_number")) row.phone_number = phone;
    if (params.object("access_schedule") != nullptr || params.is_null("access_schedule")) {
        row.starts_at = schedule.starts_at;
        row.ends_at = schedule.ends_at;
    }
    Edit edit;
    const auto changed = differences((*user)->row, row);
    if (changed.empty()) return edit;
    edit.rows.push_back(model::put(row));
    edit.events.push_back(user_event(context, "gatehouse.acs_user.updated", row, {{"changed", changed}}));
    return edit;
}

asio::awaitable<Answer> update_user(Context& context, const Params& params)
{
    if (auto refused = refuse_emails(params)) co_return std::move(*refused);
    model::User wanted;
    if (const auto* schedule = params.object("access_schedule"))
        if (auto refused = take_schedule(*schedule, context.now().instant, wanted)) co_return std::move(*refused);
    auto edit = user_change(context, params, wanted);
    const auto done = co_await apply(context, std::move(edit));
    co_return answer_of(done);
}

base::Result<Edit> user_deletion(const Context& context, const Params& params)
{
    const auto user = select_user(context.workspace(), params);
    if (!user) return user.error();
    Edit edit;
    erase_user(context, **user, edit);
    return edit;
}

struct WantedUser {
    const model::Workspace& workspace;
    std::optional<model::SystemId> system;
    std::optional<base::Instant> created_before;
    Search search;

    bool operator()(const model::UserNode& node) const
    {
        const auto& row = node.row;
        if (system && row.system != *system) return false;
        if (created_before && row.created_at >= *created_before) return false;
        return search.empty() || found_in(row);
    }
    bool found_in(const model::User& row) const
    {
        if (search.in(row.full_name) || search.in(row.email_address) || search.in(row.phone_number) || search.in(row.id)) return true;
        const auto* identity = row.identity ? workspace.identities.find(*row.identity) : nullptr;
        return identity != nullptr &&
               (search.in(identity->row.id) || search.in(identity->row.full_name) || search.in(identity->row.phone_number));
    }
};

struct ByIdentity {
    bool given = false;
    std::optional<model::IdentityId> id; ///< the one that fits them all; none when no identity does
};

/// The filters that name an identity, by id, e-mail address or phone number.
ByIdentity identity_filter(const model::Workspace& workspace, const Params& params)
{
    ByIdentity filter;
    const auto narrow = [&filter](std::optional<model::IdentityId> found) {
        filter.id = !filter.given || filter.id == found ? found : std::nullopt;
        filter.given = true;
    };
    if (const auto id = params.find<model::IdentityId>("user_identity_id")) narrow(*id);
    if (const auto address = params.find<std::string>("user_identity_email_address")) {
        const auto* node = model::identity_by_email(workspace, model::folded(*address));
        narrow(node == nullptr ? std::nullopt : std::optional{node->row.id});
    }
    if (const auto phone = params.find<std::string>("user_identity_phone_number")) {
        const auto found = workspace.identity_by_phone.find(*phone);
        narrow(found == workspace.identity_by_phone.end() ? std::nullopt : std::optional{found->second});
    }
    return filter;
}

asio::awaitable<Answer> list_all_users(Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    WantedUser wanted{workspace, params.find<model::SystemId>("acs_system_id"), params.find<base::Instant>("created_before"),
                      Search{params.find<std::string>("search")}};
    const auto render = [&context](const model::UserNode& node) { return acs_user_json(context, node); };
    PageOf rows{params, std::move(wanted), render};
    const auto filter = identity_filter(workspace, params);
    if (filter.given) {
        const auto* identity = filter.id ? workspace.identities.find(*filter.id) : nullptr;
        std::vector<model::UserId> ids;
        if (identity != nullptr) ids.assign(identity->users.begin(), identity->users.end());
        co_await walk(workspace.users, std::move(ids), rows.after(), rows);
    } else {
        co_await walk(workspace.users, rows.after(), rows);
    }
    co_return rows.answer("acs_users");
}

Fields contact()
{
    return Fields{}
        .optional("email_address", email())
        .optional("email", email(), {}, "Deprecated: the same as email_address.")
        .optional("phone_number", phone());
}

} // namespace

std::vector<http::Endpoint> acs_user_endpoints()
{
    auto new_schedule = Fields{}.optional("starts_at", datetime(), {}, "Now, when left out.").nullable("ends_at", datetime());
    auto schedule = Fields{}.required("starts_at", datetime()).required("ends_at", datetime());
    return {
        {Route{Policy::api_key, "/acs/users/create"}
             .takes(contact()
                        .required("acs_system_id", uuid())
                        .required("full_name", text(api::not_blank))
                        .optional("access_schedule", object(std::move(new_schedule)))
                        .optional("acs_access_group_ids", list(uuid()))
                        .optional("user_identity_id", uuid()))
             .returns("acs_user", "acs_user"),
         create_user},
        {selects_user(Route{Policy::api_key, "/acs/users/get"}.on(Verb::get)).returns("acs_user", "acs_user"), get_user},
        {Route{Policy::api_key, "/acs/users/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("acs_system_id", uuid())
                        .optional("created_before", datetime())
                        .optional("search", text(1))
                        .optional("user_identity_id", uuid())
                        .optional("user_identity_email_address", text())
                        .optional("user_identity_phone_number", text()))
             .returns_page("acs_users", "acs_user"),
         list_all_users},
        {selects_user(Route{Policy::api_key, "/acs/users/update"}.on(Verb::patch),
                      contact().optional("full_name", text(api::not_blank)).nullable("access_schedule", object(std::move(schedule)))),
         update_user},
        {selects_user(Route{Policy::api_key, "/acs/users/delete"}.on(Verb::del)), mutation(user_deletion)},
    };
}

} // namespace gatehouse::http
