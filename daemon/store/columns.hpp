#pragma once

#include "base/hash.hpp"
#include "model/change.hpp"
#include "store/holders.hpp"

#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace gatehouse::store {

// How a field of a row stands in a column or a blob. `Out` takes null, integer, text and blob; `In` gives them back, each answering whether
// the next value is of that kind. Ids and digests are blobs, instants milliseconds since 1970, unsigned numbers their bit pattern.

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_nullable = is_optional<T> || std::is_same_v<T, model::Text>;

inline std::span<const std::byte> raw(const base::Uuid& value)
{
    return std::as_bytes(std::span{value.data});
}
template <class Tag>
std::span<const std::byte> raw(const model::Id<Tag>& value)
{
    return raw(value.value);
}
inline std::span<const std::byte> raw(const base::Digest& value)
{
    return value;
}

inline std::span<std::byte> writable(base::Uuid& value)
{
    return std::as_writable_bytes(std::span{value.data});
}
template <class Tag>
std::span<std::byte> writable(model::Id<Tag>& value)
{
    return writable(value.value);
}
inline std::span<std::byte> writable(base::Digest& value)
{
    return value;
}

/// The number of values an enumeration has; what lies beyond is damage.
constexpr std::int64_t values_of(model::AccessMethod)
{
    return 4;
}
constexpr std::int64_t values_of(model::ListState)
{
    return 3;
}
constexpr std::int64_t values_of(model::AttemptStatus)
{
    return 3;
}
constexpr std::int64_t values_of(model::Truth)
{
    return 5;
}

template <class Out, class T>
void write_value(Out& out, const T& value)
{
    if constexpr (is_optional<T>) {
        if (value)
            write_value(out, *value);
        else
            out.null();
    } else if constexpr (std::is_same_v<T, model::Text>) {
        if (value)
            out.text(*value);
        else
            out.null();
    } else if constexpr (std::is_same_v<T, std::string>)
        out.text(value);
    else if constexpr (std::is_same_v<T, std::vector<model::Holder>>)
        out.copy_of_text(holders_text(value));
    else if constexpr (std::is_same_v<T, base::Instant>)
        out.integer(value.time_since_epoch().count());
    else if constexpr (std::is_enum_v<T>)
        out.integer(static_cast<std::int64_t>(value));
    else if constexpr (std::is_same_v<T, std::uint64_t>)
        out.integer(std::bit_cast<std::int64_t>(value));
    else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t>)
        out.integer(value);
    else
        out.blob(raw(value));
}

template <class In, class T>
bool read_integer(In& in, T& value)
{
    std::int64_t number = 0;
    if (!in.integer(number)) return false;
    if constexpr (std::is_same_v<T, base::Instant>)
        value = base::Instant{base::milliseconds{number}};
    else if constexpr (std::is_same_v<T, std::uint64_t>)
        value = std::bit_cast<std::uint64_t>(number);
    else if constexpr (std::is_same_v<T, std::int64_t>)
        value = number;
    else {
        std::int64_t count = 2;
        if constexpr (std::is_enum_v<T>) count = values_of(T{});
        if (number < 0 || number >= count) return false;
        value = static_cast<T>(number);
    }
    return true;
}

/// False when the next value is none of this type.
template <class In, class T>
bool read_value(In& in, T& value)
{
    if constexpr (is_optional<T>) {
        if (in.null()) return value.reset(), true;
        return read_value(in, value.emplace());
    } else if constexpr (std::is_same_v<T, model::Text>) {
        if (in.null()) return value.reset(), true;
        std::string_view text;
        if (!in.text(text)) return false;
        value = text;
        return true;
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::string_view text;
        if (!in.text(text)) return false;
        value.assign(text);
        return true;
    } else if constexpr (std::is_same_v<T, std::vector<model::Holder>>) {
        std::string_view text;
        return in.text(text) && read_holders(text, value);
    } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T> || std::is_same_v<T, base::Instant>)
        return read_integer(in, value);
    else {
        std::span<const std::byte> bytes;
        if (!in.blob(bytes) || bytes.size() != writable(value).size()) return false;
        std::memcpy(writable(value).data(), bytes.data(), bytes.size());
        return true;
    }
}

/// A column as the schema declares it.
struct Column {
    std::string name;
    std::string_view type; ///< BLOB, TEXT or INTEGER
    bool nullable = false;
    friend bool operator==(const Column&, const Column&) = default;
};

template <class T>
constexpr std::string_view column_type()
{
    if constexpr (is_optional<T>)
        return column_type<typename T::value_type>();
    else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, model::Text> || std::is_same_v<T, std::vector<model::Holder>>)
        return "TEXT";
    else if constexpr (std::is_enum_v<T> || std::is_integral_v<T> || std::is_same_v<T, base::Instant>)
        return "INTEGER";
    else
        return "BLOB";
}

/// The columns of a row type, in the order of its fields.
template <class Row>
std::vector<Column> columns_of()
{
    std::vector<Column> columns;
    const Row row{};
    Row::fields(row, [&columns](std::string_view name, const auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        columns.push_back({std::string{name}, column_type<T>(), is_nullable<T>});
    });
    return columns;
}

} // namespace gatehouse::store
