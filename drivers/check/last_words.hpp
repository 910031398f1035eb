#pragma once

#include <string>
#include <vector>

namespace gatehouse::check {

/// The last lines of a log, at most ten of at most 200 bytes: printable, and without the secrets.
std::vector<std::string> last_words(std::string log, const std::vector<std::string>& secrets);

} // namespace gatehouse::check
