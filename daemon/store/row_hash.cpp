#include "store/row_hash.hpp"

#include <sqlite3.h>

#include <bit>

namespace gatehouse::store {

namespace {

void take(ByteWriter& bytes, sqlite3_value* value)
{
    const auto size = [value] { return static_cast<std::size_t>(sqlite3_value_bytes(value)); };
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        return bytes.integer(sqlite3_value_int64(value));
    case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
        return bytes.text({text, size()});
    }
    case SQLITE_BLOB: {
        const auto* blob = static_cast<const std::byte*>(sqlite3_value_blob(value));
        return bytes.blob({blob, size()});
    }
    default:
        return bytes.null();
    }
}

void hash_of_row(sqlite3_context* context, int count, sqlite3_value** values)
{
    thread_local ByteWriter bytes;
    bytes.clear();
    if (count < 2) return sqlite3_result_error(context, "hash_of_row(table, value, ...)", -1);
    for (int at = 1; at < count; ++at) take(bytes, values[at]);
    const auto* table = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const auto seed = hash_seed({table, static_cast<std::size_t>(sqlite3_value_bytes(values[0]))});
    sqlite3_result_int64(context, std::bit_cast<std::int64_t>(base::xxhash(bytes.bytes(), seed)));
}

} // namespace

Result<void> Connection::teach_row_hash()
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    const int code = sqlite3_create_function_v2(handle(), "hash_of_row", -1, flags, nullptr, &hash_of_row, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(Fault::internal, std::string{"hash_of_row: "} + sqlite3_errstr(code));
    return {};
}

} // namespace gatehouse::store
