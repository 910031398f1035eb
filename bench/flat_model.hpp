#pragma once

#include "base/uuid.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::bench {

/// What decisions need of a site, packed: sorted arrays, no texts.
struct FlatModel {
    struct User {
        base::Uuid id;
        std::int64_t starts_at = 0, ends_at = 0;
        std::uint32_t first_grant = 0, grants = 0;
    };
    struct Credential {
        base::Uuid card; ///< hash of what a reader presents
        base::Uuid id;
        std::int64_t starts_at = 0, ends_at = 0;
        std::uint32_t user = 0;
    };
    std::vector<base::Uuid> groups;
    std::vector<User> users;             ///< by id
    std::vector<Credential> credentials; ///< by card
    std::vector<std::uint32_t> grants;   ///< groups, user after user
};

/// Reads it from a gateway's database in the order of the keys. Throws when it cannot.
FlatModel read_flat_model(const std::string& database);

} // namespace gatehouse::bench
