#pragma once

#include "base/random.hpp"
#include "model/change.hpp"

namespace gatehouse::access {

/// An API key at its birth: the text is shown once, the row keeps its digest alone.
struct NewToken {
    std::string key; ///< seam_ and 256 random bits as hexadecimal
    model::Token row;
};

NewToken make_token(base::Random& random, model::WorkspaceId workspace, std::string name, base::Instant now);

/// What the row of this key holds. Threads: any.
base::Digest digest_of_key(std::string_view key);

} // namespace gatehouse::access
