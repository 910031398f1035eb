#pragma once

#include "http/api/kind.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::http::api {

/// What stands in for a parameter that was left out.
using Fallback = std::variant<std::monostate, bool, std::int64_t, std::string>;

struct Field {
    std::string name;
    Kind kind;
    bool is_required = false;
    Fallback fallback = {};
    std::string note = {}; ///< one sentence for the OpenAPI document
};

/// The named parameters of an endpoint, the members of an object parameter, or of an answer.
class Fields {
public:
    /// Must be given, and not null (unless the kind is nullable).
    Fields required(std::string_view name, Kind kind, std::string_view note = {}) &&;
    /// May be left out; null is refused. Leaving out means `fallback`, if there is one.
    Fields optional(std::string_view name, Kind kind, Fallback fallback = {}, std::string_view note = {}) &&;
    /// May be left out, and may be null: three states.
    Fields nullable(std::string_view name, Kind kind, std::string_view note = {}) &&;

    void add(Field field) { all_.push_back(std::move(field)); }
    /// The position of `name`, or empty.
    std::optional<std::size_t> find(std::string_view name) const;
    const std::vector<Field>& all() const { return all_; }
    bool empty() const { return all_.empty(); }

private:
    std::vector<Field> all_;
};

} // namespace gatehouse::http::api
