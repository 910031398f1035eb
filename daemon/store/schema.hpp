#pragma once

#include <cstdint>
#include <span>

namespace gatehouse::store {

/// "GtHs", in the header of every database of ours.
inline constexpr std::int64_t application_id = 0x47744873;

/// One step of the schema, from the version before it. Steps are never edited once released; a new one is added behind.
struct Migration {
    int version;
    const char* sql;
};

/// Every step, versions 1, 2, 3 ...
std::span<const Migration> migrations();

} // namespace gatehouse::store
