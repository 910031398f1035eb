#include "http/acs_credential_plan.hpp"
#include "http/codes.hpp"
#include "http/endpoints.hpp"
#include "http/grant_changes.hpp"
#include "http/resources_credential.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"

#include <set>

namespace gatehouse::http {

using namespace api;

namespace {

Answer shown_credential(const Context& context, const model::CredentialId& id)
{
    const auto* credential = context.workspace().credentials.find(id);
    if (credential == nullptr) return base::fail(base::Fault::not_found, "No such ACS credential", "acs_credential_not_found");
    return ok("acs_credential", acs_credential_json(context, *credential));
}

asio::awaitable<Answer> get_credential(Context& context, const Params& params)
{
    co_return shown_credential(context, params.get<model::CredentialId>("acs_credential_id"));
}

/// Whose credentials are asked for; nothing: everybody's.
std::optional<std::set<model::UserId>> wanted_users(const Context& context, const Params& params)
{
    if (const auto user = params.find<model::UserId>("acs_user_id")) return std::set{*user};
    const auto identity = params.find<model::IdentityId>("user_identity_id");
    if (!identity) return std::nullopt;
    const auto* node = context.workspace().identities.find(*identity);
    return node == nullptr ? std::set<model::UserId>{} : std::set<model::UserId>{node->users.begin(), node->users.end()};
}

asio::awaitable<Answer> list_credentials(Context& context, const Params& params)
{
    const auto users = wanted_users(context, params);
    const auto system = params.find<model::SystemId>("acs_system_id");
    const auto before = params.find<base::Instant>("created_before");
    const auto multi = params.find<bool>("is_multi_phone_sync_credential");
    const Search search{params.find<std::string>("search")};
    const auto wanted = [users, system, before, multi, search](const model::CredentialNode& credential) {
        const auto& row = credential.row;
        if (users && (!row.user || !users->contains(*row.user))) return false;
        if (system && row.system != *system) return false;
        if (before && row.created_at >= *before) return false;
        if (multi && row.multi_phone_sync != *multi) return false;
        return search.empty() || search.in(row.card_number) || search.in(row.card_uid) || search.in(row.id);
    };
    const auto render = [&context](const model::CredentialNode& credential) { return acs_credential_json(context, credential); };
    PageOf gathered{params, wanted, render};
    const auto after = gathered.after();
    co_await walk(context.workspace().credentials, after, gathered);
    co_return gathered.answer("acs_credentials");
}

asio::awaitable<Answer> create_credential(Context& context, const Params& params)
{
    auto made = co_await plan_credential(context, params);
    if (auto* refused = std::get_if<Answer>(&made)) {
        const auto settled = co_await context.settle();
        co_return settled ? std::move(*refused) : Answer{settled.error()};
    }
    auto& planned = std::get<PlannedCredential>(made);
    const auto id = planned.credential;
    const auto done = co_await apply(context, std::move(planned.edit));
    if (!done) co_return answer_of(done);
    co_return shown_credential(context, id);
}

base::Result<const model::CredentialNode*> find_credential(const Context& context, const Params& params)
{
    const auto* credential = context.workspace().credentials.find(params.get<model::CredentialId>("acs_credential_id"));
    if (credential == nullptr) return base::fail(base::Fault::not_found, "No such ACS credential", "acs_credential_not_found");
    return credential;
}

base::Result<Edit> plan_credential_delete(const Context& context, const Params& params)
{
    const auto credential = find_credential(context, params);
    if (!credential) return credential.error();
    Edit edit;
    end_credential(context, **credential, edit);
    if (!edit.whole) return edit;
    edit.events.push_back(credential_event(context, "acs_credential.deleted", (*credential)->row));
    return edit;
}

/// By identity, the account in the credential's system is linked or made first.
asio::awaitable<base::Result<Edit>> plan_assign(Context& context, const Params& params)
{
    const auto credential = find_credential(context, params);
    if (!credential) co_return credential.error();
    const auto id = (*credential)->row.id;
    const auto system = (*credential)->row.system;
    Edit edit;
    auto owner = params.find<model::UserId>("acs_user_id");
    if (owner) {
        const auto user = find_user(context.workspace(), *owner);
        if (!user) co_return user.error();
        if ((*user)->row.system != system) co_return misfit("acs_user_id", "The user belongs to another system");
    } else {
        auto account = co_await account_of(context, params.get<model::IdentityId>("user_identity_id"), system);
        if (!account) co_return account.error();
        owner = account->user;
        edit = std::move(account->edit);
    }
    const auto* still = context.workspace().credentials.find(id);
    if (still == nullptr) co_return base::fail(base::Fault::not_found, "No such ACS credential", "acs_credential_not_found");
    if (still->row.user == owner) co_return edit;
    if (auto bound = bound_to_grant(context.workspace(), still->row); !bound) co_return bound.error();
    auto row = still->row;
    row.user = owner;
    edit.rows.push_back(model::put(row));
    edit.events.push_back(credential_event(context, "gatehouse.acs_credential.assigned", row));
    co_return edit;
}

asio::awaitable<Answer> assign(Context& context, const Params& params)
{
    auto edit = co_await plan_assign(context, params);
    const auto done = co_await apply(context, std::move(edit));
    if (!done) co_return answer_of(done);
    co_return shown_credential(context, params.get<model::CredentialId>("acs_credential_id"));
}

base::Result<Edit> plan_unassign(const Context& context, const Params& params)
{
    const auto credential = find_credential(context, params);
    if (!credential) return credential.error();
    const auto named = params.find<model::UserId>("acs_user_id");
    const auto identity = params.find<model::IdentityId>("user_identity_id");
    if (named)
        if (const auto known = find_user(context.workspace(), *named); !known) return known.error();
    if (identity)
        if (const auto known = find_identity(context.workspace(), *identity); !known) return known.error();
    auto row = (*credential)->row;
    if (!row.user) return Edit{};
    const auto& user = context.workspace().users.find(*row.user)->row;
    constexpr std::string_view elsewhere = "The credential is assigned to somebody else";
    if (named && *named != user.id) return misfit("acs_user_id", elsewhere);
    if (identity && user.identity != identity) return misfit("user_identity_id", elsewhere);
    if (auto bound = bound_to_grant(context.workspace(), row); !bound) return bound.error();
    Edit edit;
    edit.events.push_back(credential_event(context, "gatehouse.acs_credential.unassigned", row));
    row.user.reset();
    edit.rows.push_back(model::put(std::move(row)));
    return edit;
}

asio::awaitable<Answer> unassign(Context& context, const Params& params)
{
    const auto done = co_await apply(context, plan_unassign(context, params));
    if (!done) co_return answer_of(done);
    co_return shown_credential(context, params.get<model::CredentialId>("acs_credential_id"));
}

/// A new code, another end. A card keeps its numbers.
base::Result<Edit> plan_credential_update(const Context& context, const Params& params)
{
    const auto credential = find_credential(context, params);
    if (!credential) return credential.error();
    auto row = (*credential)->row;
    if (const auto code = params.find<std::string>("code")) {
        if (row.method != model::AccessMethod::code) return misfit("code", "Only with access_method: code");
        if (const auto fits = check_code("code", *code, context.services.pins); !fits) return fits.error();
        row.code = code;
    }
    if (const auto ends_at = params.find<base::Instant>("ends_at")) {
        if (context.workspace().method_by_credential.contains(row.id))
            return misfit("ends_at", "It ends with its access grant: use access_grants/update");
        if (*ends_at <= std::max(context.now().instant, row.starts_at.value_or(base::no_start)))
            return misfit("ends_at", "Must be in the future and after starts_at");
        row.ends_at = ends_at;
    }
    Edit edit;
    if (row == (*credential)->row) return edit;
    const bool reissued = row.code != (*credential)->row.code;
    edit.events.push_back(credential_event(context, reissued ? "acs_credential.reissued" : "gatehouse.acs_credential.updated", row));
    if (reissued) change_method_code(context, row, edit);
    edit.rows.push_back(model::put(std::move(row)));
    return edit;
}

asio::awaitable<Answer> update_credential(Context& context, const Params& params)
{
    for (const auto& name : params.ignored()) // elsewhere it is passed over; here a lost card would seem to be exchanged
        if (name.starts_with("card_") || name == "facility_code")
            co_return misfit(name, "A card is not changed: delete the credential and make another");
        else if (name == "starts_at")
            co_return misfit(name, "A start is not changed: delete the credential and make another");
    const auto done = co_await apply(context, plan_credential_update(context, params));
    if (!done) co_return answer_of(done);
    co_return shown_credential(context, params.get<model::CredentialId>("acs_credential_id"));
}

Fields credential_id()
{
    return Fields{}.required("acs_credential_id", uuid());
}

} // namespace

std::vector<http::Endpoint> acs_credential_endpoints()
{
    return {
        {Route{Policy::api_key, "/acs/credentials/get"}.on(Verb::get).takes(credential_id()).returns("acs_credential", "acs_credential"),
         get_credential},
        {Route{Policy::api_key, "/acs/credentials/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("acs_system_id", uuid())
                        .optional("acs_user_id", uuid())
                        .optional("created_before", datetime())
                        .optional("is_multi_phone_sync_credential", boolean())
                        .optional("search", text(1))
                        .optional("user_identity_id", uuid()))
             .at_most_one({"acs_user_id", "user_identity_id"})
             .returns_page("acs_credentials", "acs_credential"),
         list_credentials},
        {Route{Policy::api_key, "/acs/credentials/create"}
             .takes(credential_fields())
             .at_least_one({"acs_user_id", "user_identity_id", "acs_system_id"})
             .at_most_one({"acs_user_id", "user_identity_id"})
             .needs("user_identity_id", "acs_system_id")
             .returns("acs_credential", "acs_credential"),
         create_credential},
        {Route{Policy::api_key, "/acs/credentials/delete"}.on(Verb::del).takes(credential_id()), mutation(plan_credential_delete)},
        {Route{Policy::api_key, "/acs/credentials/update"}
             .on(Verb::patch)
             .takes(credential_id().optional("code", secret(text(digits, 1, 32))).optional("ends_at", datetime()))
             .returns("acs_credential", "acs_credential"),
         update_credential},
        {names_person(Route{Policy::api_key, "/acs/credentials/assign"}.on(Verb::patch), credential_id())
             .returns("acs_credential", "acs_credential"),
         assign},
        {Route{Policy::api_key, "/acs/credentials/unassign"}
             .on(Verb::patch)
             .takes(credential_id().optional("acs_user_id", uuid()).optional("user_identity_id", uuid()))
             .returns("acs_credential", "acs_credential"),
         unassign},
    };
}

} // namespace gatehouse::http
