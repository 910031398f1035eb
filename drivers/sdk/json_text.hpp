#pragma once

#include "sdk/capabilities.hpp"
#include "sdk/verdict.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

/// At most `most` bytes of `text`, cut between characters, with every byte that is not UTF-8 replaced by '?'.
std::string clean(std::string_view text, std::size_t most);

/// Sets a field unless it is empty.
void put_text(boost::json::object& object, std::string_view name, std::string_view value, std::size_t most);
void put_verdict(boost::json::object& object, const Verdict& verdict);
boost::json::object to_json(const Capabilities& capabilities);
/// One line with its end.
std::string to_line(const boost::json::object& object);

} // namespace gatehouse::sdk
