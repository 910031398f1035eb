#pragma once

#include "base/random.hpp"
#include "model/change.hpp"
#include "model/directory.hpp"

namespace gatehouse::access {

/// An API key at its birth: the text is shown once, the row keeps its digest alone.
struct NewToken {
    std::string key; ///< seam_ and 256 random bits as hexadecimal
    model::Token row;
};

NewToken make_token(base::Random& random, model::WorkspaceId workspace, std::string name, base::Instant now);

/// The keys of that name in one workspace, or in all. A name is one key's alone in its workspace, but for keys made before that was a rule.
std::vector<const model::Token*> tokens_named(const model::Directory& directory, std::string_view name,
                                              std::optional<model::WorkspaceId> workspace);

/// conflict, code token_name_taken.
base::Error name_taken(std::string_view workspace_key);

/// The end of every key of that name: rows and events of one change.
struct Revocation {
    std::vector<model::Token> tokens;
    std::vector<model::Mutation> rows;
    std::vector<model::Event> events;
};

/// Errors: not_found  no key has this name (code token_not_found);
///         conflict   keys of several workspaces have it and none was named (code token_name_ambiguous).
base::Result<Revocation> revocation(const model::Directory& directory, std::string_view name, std::optional<model::WorkspaceId> workspace);

/// The keys of the workspaces, "harbour, brightline", for whoever named none of them.
std::string names_of_workspaces(const model::Directory& directory);

/// What the row of this key holds. Threads: any.
base::Digest digest_of_key(std::string_view key);

} // namespace gatehouse::access
