#include "access/tokens.hpp"

#include <algorithm>

namespace gatehouse::access {

NewToken make_token(base::Random& random, model::WorkspaceId workspace, std::string name, base::Instant now)
{
    std::array<std::byte, 32> secret{};
    random.fill(secret);
    NewToken token;
    token.key = "seam_" + base::to_hex(secret); // hexadecimal never spells seam_at, seam_cst or seam_pk, which mean other things
    token.row.id = {base::random_uuid(random)};
    token.row.workspace = workspace;
    token.row.name = std::move(name);
    token.row.digest = digest_of_key(token.key);
    token.row.created_at = now;
    return token;
}

std::vector<const model::Token*> tokens_named(const model::Directory& directory, std::string_view name,
                                              std::optional<model::WorkspaceId> workspace)
{
    std::vector<const model::Token*> found;
    for (const auto& [id, token] : directory.tokens())
        if (token.name == name && (!workspace || token.workspace == *workspace)) found.push_back(&token);
    return found;
}

base::Error name_taken(std::string_view workspace_key)
{
    return base::fail(base::Fault::conflict,
                      "Workspace " + std::string{workspace_key} + " has a key of that name; revoke it first, or take another name",
                      "token_name_taken");
}

base::Result<Revocation> revocation(const model::Directory& directory, std::string_view name, std::optional<model::WorkspaceId> workspace)
{
    const auto found = tokens_named(directory, name, workspace);
    if (found.empty()) return base::fail(base::Fault::not_found, "No key has that name", "token_not_found");
    const auto elsewhere = [&found](const model::Token* token) { return token->workspace != found.front()->workspace; };
    if (std::ranges::any_of(found, elsewhere))
        return base::fail(base::Fault::conflict, "Several workspaces have a key of that name; say which workspace", "token_name_ambiguous");
    Revocation made;
    for (const auto* token : found) {
        made.tokens.push_back(*token);
        made.rows.push_back(model::erase(*token));
        model::Event event;
        event.workspace = token->workspace;
        event.type = "gatehouse.token.revoked";
        event.body = {{"token_id", to_string(token->id)}, {"name", token->name}};
        event.refs = {token->id.value};
        made.events.push_back(std::move(event));
    }
    return made;
}

std::string names_of_workspaces(const model::Directory& directory)
{
    constexpr std::size_t most = 20;
    std::vector<std::string_view> keys;
    for (const auto& [id, workspace] : directory.workspaces()) keys.push_back(workspace->row.key);
    std::ranges::sort(keys);
    std::string text = keys.empty() ? "none" : "";
    for (std::size_t at = 0; at < std::min(keys.size(), most); ++at) text.append(at == 0 ? "" : ", ").append(keys[at]);
    return keys.size() > most ? text + " and " + std::to_string(keys.size() - most) + " more" : text;
}

base::Digest digest_of_key(std::string_view key)
{
    return base::sha256(key); // 256 random bits need no slow hash
}

} // namespace gatehouse::access
