#include "access/tokens.hpp"

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

base::Digest digest_of_key(std::string_view key)
{
    return base::sha256(key); // 256 random bits need no slow hash
}

} // namespace gatehouse::access
