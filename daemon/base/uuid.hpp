#pragma once

#include "base/random.hpp"
#include "base/result.hpp"

#include <boost/endian/conversion.hpp>
#include <boost/uuid/uuid.hpp>

#include <compare>
#include <cstring>
#include <string>
#include <string_view>

namespace gatehouse::base {

using Uuid = boost::uuids::uuid;

/// Lower-case text with hyphens.
std::string to_string(const Uuid& uuid);

/// Exactly the 36-character form, either case. Errors: invalid.
Result<Uuid> parse_uuid(std::string_view text);

Uuid random_uuid(Random& random);

/// The id of something declared in configuration: UUIDv5 of `OWNER/KIND/KEY` in Gatehouse's own namespace.
/// Source: docs/architecture.md, "Ids".
Uuid declared_uuid(std::string_view owner, std::string_view kind, std::string_view key);

/// The order of their bytes, and so of their texts.
inline std::strong_ordering order(const Uuid& left, const Uuid& right)
{
    using boost::endian::load_big_u64;
    if (const auto first = load_big_u64(left.data) <=> load_big_u64(right.data); first != 0) return first;
    return load_big_u64(left.data + 8) <=> load_big_u64(right.data + 8);
}

struct UuidHash {
    using is_avalanching = void; ///< ids are random or digests; folding their halves and one multiply spread well enough
    std::size_t operator()(const Uuid& uuid) const noexcept
    {
        std::uint64_t high = 0, low = 0;
        std::memcpy(&high, uuid.data, 8);
        std::memcpy(&low, uuid.data + 8, 8);
        return (high ^ (low * 0x9E3779B97F4A7C15ULL)) * 0xD6E8FEB86659FD93ULL;
    }
};

} // namespace gatehouse::base
