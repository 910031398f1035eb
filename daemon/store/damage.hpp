#pragma once

#include "store/batch.hpp"

namespace gatehouse::store {

/// A row that is not the one that was written, or is no row at all. It is left out: what it gave is revoked.
struct Damage {
    std::string table;
    /// Its key as it stands, for people; of a placement the device and of a claim to a code the door alone, for the rest may be a secret;
    /// empty when it cannot be read.
    std::string row;
    std::vector<base::Uuid> about; ///< ids in its key, as they stand
    /// Of a placement, when its device and a key of the right form can be read. A device may hold that entry, whatever else the record
    /// said.
    std::optional<PlacementKey> placement;
    std::optional<std::int64_t> slot; ///< of that placement, when it can be read
};

/// More damaged rows than this in one file are no accident of single sectors: the file is not used.
inline constexpr std::size_t damage_at_most = 64;

/// Whether a text can be the key of a placement: a kind and lower-case hexadecimal digits, or for a code in a slot its credential.
bool is_placement_key(std::string_view key);

/// `read` is the number of fields, from the first, that could be read.
Damage damage_of(const model::Placement& row, int read);
Damage damage_of(const model::PinClaim& row, int read);

template <class Row>
Damage damage_of(const Row& row, int read)
{
    Damage damage{.table = std::string{Row::table}};
    if (read < Row::keys) return damage;
    int at = 0;
    Row::fields(row, [&damage, &at](std::string_view, const auto& value) {
        if (at++ >= Row::keys) return;
        if (!damage.row.empty()) damage.row += "/";
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>)
            damage.row += value;
        else if constexpr (requires { value.value; })
            damage.row += to_string(value), damage.about.push_back(value.value);
    });
    return damage;
}

} // namespace gatehouse::store
