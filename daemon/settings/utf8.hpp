#pragma once

#include <optional>
#include <string_view>

namespace gatehouse::settings {

/// The line of the first byte that is no UTF-8 or is a control character other than tab and line ends.
std::optional<int> first_bad_line(std::string_view text);

} // namespace gatehouse::settings
