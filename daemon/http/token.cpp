#include "access/tokens.hpp"
#include "http/endpoints.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::http {

using namespace api;

namespace {

const model::Workspace* workspace_named(const model::Directory& directory, const std::optional<std::string>& key)
{
    for (const auto& [id, workspace] : directory.workspaces())
        if (key ? workspace->row.key == *key : directory.workspaces().size() == 1) return workspace.get();
    return nullptr;
}

base::Error no_workspace(const Services& services, bool named)
{
    const auto known = access::names_of_workspaces(services.directory);
    if (!named) return misfit("workspace", "There are several workspaces, say which: " + known);
    return base::fail(base::Fault::not_found, "No such workspace. There is: " + known, "workspace_not_found");
}

/// What may be shown of a key at any time: neither its text nor its digest.
json::object shown_token(const Services& services, const model::Token& token)
{
    const auto* workspace = services.directory.workspace(token.workspace);
    return {{"token_id", to_string(token.id)},
            {"name", token.name},
            {"workspace", workspace == nullptr ? "" : workspace->row.key},
            {"created_at", to_json(token.created_at)}};
}

asio::awaitable<Answer> create_token(Context& context, const Params& params)
{
    const auto key = params.find<std::string>("workspace");
    const auto* workspace = workspace_named(context.services.directory, key);
    if (workspace == nullptr) co_return no_workspace(context.services, key.has_value());
    auto name = params.get<std::string>("name");
    context.tenant = workspace;
    if (!access::tokens_named(context.services.directory, name, workspace->row.id).empty()) {
        const auto settled = co_await context.settle();
        if (!settled) co_return settled.error();
        co_return access::name_taken(workspace->row.key);
    }
    const auto token = access::make_token(context.services.random, workspace->row.id, std::move(name), context.now().instant);
    std::vector<model::Mutation> rows{model::put(token.row)};
    std::vector<model::Event> events{
        context.event("gatehouse.token.created", {{"token_id", to_string(token.row.id)}}, {token.row.id.value})};
    const auto made = co_await context.change(std::move(rows), std::move(events));
    if (!made) co_return made.error();
    spdlog::info("token_created name=\"{}\" workspace={} by=\"{}\"", token.row.name, workspace->row.key, context.actor.name);
    auto answer = shown_token(context.services, token.row);
    answer["key"] = token.key;
    co_return ok("token", std::move(answer));
}

/// By id: one page is one turn, and rows may come and go between two.
asio::awaitable<Answer> list_tokens(Context& context, const Params& params)
{
    const auto& tokens = context.services.directory.tokens();
    const auto [limit, after] = params.page();
    const auto last = base::parse_uuid(after.value_or(""));
    auto at = last ? tokens.upper_bound(model::TokenId{*last}) : tokens.begin();
    json::array rows;
    for (; at != tokens.end() && rows.size() < limit; ++at) rows.push_back(shown_token(context.services, at->second));
    std::optional<std::string> next;
    if (at != tokens.end()) next = model::to_string(std::prev(at)->first);
    co_return page("tokens", std::move(rows), std::move(next));
}

/// In memory, which every request is judged by, the key is gone when this answers; on the disk as well.
asio::awaitable<Answer> revoke_tokens(Context& context, const Params& params)
{
    const auto& services = context.services;
    const auto key = params.find<std::string>("workspace");
    const auto* workspace = key ? workspace_named(services.directory, key) : nullptr;
    if (key && workspace == nullptr) co_return no_workspace(services, true);
    const auto only = workspace == nullptr ? std::nullopt : std::optional{workspace->row.id};
    const auto revocation = access::revocation(services.directory, params.get<std::string>("name"), only);
    if (!revocation) {
        const auto settled = co_await context.settle();
        if (!settled) co_return settled.error();
        co_return revocation.error();
    }
    json::array gone;
    for (const auto& token : revocation->tokens) gone.push_back(shown_token(services, token));
    auto done = co_await context.change(revocation->rows, revocation->events);
    if (!done) co_return done.error();
    for (const auto& token : revocation->tokens) spdlog::info("token_revoked name=\"{}\" by=\"{}\"", token.name, context.actor.name);
    co_return ok("tokens", std::move(gone));
}

} // namespace

std::vector<http::Endpoint> token_endpoints()
{
    return {{Route{Policy::local_admin, "/gatehouse/tokens/create"}
                 .takes(Fields{}.required("name", text(1, 100)).optional("workspace", text(key_name)))
                 .returns("token", "token")
                 .about("Makes an API key and shows it once."),
             create_token},
            {Route{Policy::local_admin, "/gatehouse/tokens/list"}
                 .on(Verb::get)
                 .takes(Fields{})
                 .returns_page("tokens", "token", 200)
                 .about("The API keys there are: name, workspace and when each was made."),
             list_tokens},
            {Route{Policy::local_admin, "/gatehouse/tokens/revoke"}
                 .takes(Fields{}.required("name", text(1, 100)).optional("workspace", text(key_name)))
                 .returns_list("tokens", "token")
                 .about("Ends the API key of that name: it is refused from this answer on."),
             revoke_tokens}};
}

} // namespace gatehouse::http
