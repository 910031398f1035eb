#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// The line of the first byte that is no UTF-8 or is a control character other than tab and line ends.
std::optional<int> first_bad_line(std::string_view text);

/// The lines that are indented by a tab, which YAML does not allow; blank ones and comments do not count.
std::vector<int> lines_with_tabs(std::string_view text);

} // namespace gatehouse::settings
