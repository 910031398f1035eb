#pragma once

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "http/api/fields.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gatehouse::http::api {

struct Value;
struct Absent {
    friend bool operator==(const Absent&, const Absent&) = default;
};
using List = std::vector<Value>;
using Entries = std::vector<std::pair<std::string, Value>>; ///< of a map parameter, in the order given

/// A change to one field: leave it, clear it, or set it.
template <class T>
struct Patch {
    bool given = false;
    std::optional<T> value = std::nullopt; ///< empty and given: cleared

    /// Brings `field` up to date; true when that changed it.
    template <class Field>
    bool apply(Field& field) const
    {
        if (!given || field == value) return false;
        field = value;
        return true;
    }
};

/// Where in a list an answer begins, and how much of it is wanted.
struct Page {
    std::size_t limit = 0;
    std::optional<std::string> after; ///< the position the previous page ended at, as its handler gave it
};

/// The validated parameters of one request (or of one object among them). Every value has the kind the endpoint declares.
/// Asking for a name the endpoint does not declare, or for another type, is a bug in the endpoint and throws std::logic_error.
class Params {
public:
    Params(const Fields& fields, std::vector<Value> values);

    /// Given, with a value (a fallback counts).
    bool has(std::string_view name) const;
    /// Given as null.
    bool is_null(std::string_view name) const;

    /// A required parameter, or one with a fallback.
    template <class T>
    T get(std::string_view name) const;
    /// Empty when left out or null.
    template <class T>
    std::optional<T> find(std::string_view name) const;
    /// Three states of a nullable parameter.
    template <class T>
    Patch<T> patch(std::string_view name) const;
    /// Items of a list; empty when left out. `has` tells an empty list from none.
    template <class T>
    std::vector<T> list(std::string_view name) const;
    /// An object parameter, or a null pointer when left out or null.
    const Params* object(std::string_view name) const;
    /// Objects of a list of objects.
    std::vector<const Params*> objects(std::string_view name) const;
    /// Entries of a map parameter; empty when left out.
    const Entries& map(std::string_view name) const;
    /// `limit` and the position of `page_cursor`, of an endpoint that is `paged`.
    Page page() const;

    const Value& at(std::string_view name) const;
    const Fields& fields() const { return *fields_; }
    const std::vector<Value>& values() const { return values_; }
    /// Names of parameters that the endpoint does not have and that were dropped; of the whole request.
    const std::vector<std::string>& ignored() const { return ignored_; }
    void set_ignored(std::vector<std::string> names) { ignored_ = std::move(names); }
    void set_page_position(std::string position) { after_ = std::move(position); }

private:
    const Fields* fields_;
    std::vector<Value> values_;
    std::optional<std::string> after_;
    std::vector<std::string> ignored_;
};

struct Value {
    using Holds =
        std::variant<Absent, std::nullptr_t, bool, std::int64_t, double, std::string, base::Uuid, base::Instant, List, Entries, Params>;
    Holds is = Absent{};

    bool absent() const { return std::holds_alternative<Absent>(is); }
    bool null() const { return std::holds_alternative<std::nullptr_t>(is); }
    bool given() const { return !absent() && !null(); }
};

[[noreturn]] void throw_wrong_type(std::string_view name);

/// Reads a value as T: bool, std::int64_t, double, std::string, base::Uuid, base::Instant, or any id type that wraps a Uuid.
template <class T>
T read(const Value& value, std::string_view name)
{
    if constexpr (requires { T{base::Uuid{}}; } && !std::same_as<T, base::Uuid>) {
        return T{read<base::Uuid>(value, name)};
    } else {
        const auto* held = std::get_if<T>(&value.is);
        if (held == nullptr) throw_wrong_type(name);
        return *held;
    }
}

template <class T>
T Params::get(std::string_view name) const
{
    return read<T>(at(name), name);
}

template <class T>
std::optional<T> Params::find(std::string_view name) const
{
    const auto& value = at(name);
    if (!value.given()) return std::nullopt;
    return read<T>(value, name);
}

template <class T>
Patch<T> Params::patch(std::string_view name) const
{
    return {.given = !at(name).absent(), .value = find<T>(name)};
}

template <class T>
std::vector<T> Params::list(std::string_view name) const
{
    const auto& value = at(name);
    if (!value.given()) return {};
    const auto* items = std::get_if<List>(&value.is);
    if (items == nullptr) throw_wrong_type(name);
    std::vector<T> out;
    out.reserve(items->size());
    for (const auto& item : *items) out.push_back(read<T>(item, name));
    return out;
}

} // namespace gatehouse::http::api
