#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How the controller's JSON library reads: forgiving about types, strict about memory, 32 bits wide.
namespace gatehouse::simulators::mqtt {

constexpr std::size_t slot_bytes = 16; ///< what each member or element costs in the library's pool

/// The first JSON value of `text`; what follows it is not looked at. Nothing when it is broken or nested deeper than 10.
std::optional<boost::json::value> read_json(std::string_view text);

/// Members and elements of `value`, at every depth.
std::size_t slots(const boost::json::value& value);

/// Pool bytes `value` takes when its text is copied in: slots, and every different string once with its end mark.
std::size_t pool_bytes(const boost::json::value& value);

/// A number, numeric text or boolean as an integer in [least, most]; 0 for everything else, out of range included.
std::int64_t as_integer(const boost::json::value* value, std::int64_t least, std::int64_t most);
std::uint32_t as_unsigned(const boost::json::value* value);
int as_int(const boost::json::value* value);

/// Text as it is, anything else as its JSON; a missing member reads "null".
std::string as_text(const boost::json::value* value);

/// What becomes of a value that is read and written again: whole numbers beyond 32 bits keep nine digits only.
boost::json::value as_rewritten(const boost::json::value& value);

} // namespace gatehouse::simulators::mqtt
