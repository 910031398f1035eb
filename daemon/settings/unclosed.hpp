#pragma once

#include <optional>
#include <string_view>

namespace gatehouse::settings {

/// What begins in a YAML text and does not end.
struct Unclosed {
    char sign; ///< {, [, ' or "
    int line;
};

/// The last bracket or quote that is open at the end of the text; comments and what stands in quotes do not count.
std::optional<Unclosed> last_unclosed(std::string_view text);

} // namespace gatehouse::settings
