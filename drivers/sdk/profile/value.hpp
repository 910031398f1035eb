#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace gatehouse::profile {

/// What a parameter or a field can be. `monostate` is "not given".
using Value = std::variant<std::monostate, bool, std::int64_t, std::string>;

/// Parameters of a device instance and fields of one operation, by name.
using Fields = std::map<std::string, Value, std::less<>>;

/// The largest whole number that a JSON peer with double precision still holds exactly.
inline constexpr std::int64_t largest_exact_number = std::int64_t{1} << 53;

/// A JSON text, number or truth value as the text it is compared by.
///
/// Numbers are compared as text, so that two identifiers above 2^53 never fall together: whole numbers keep every digit, and a
/// number whose digits are already lost (beyond 64 bits, or a fraction above 2^53) has no text at all.
///
/// Units: none. Errors: nothing for null, lists, objects and numbers without exact digits. Threads: any.
/// Source: docs/profiles.md, "Comparing".
std::optional<std::string> scalar_text(const boost::json::value& value);

/// A value as text: `true`, `42`, or the text itself; nothing for "not given".
std::optional<std::string> value_text(const Value& value);

} // namespace gatehouse::profile
