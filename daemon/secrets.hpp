#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace gatehouse {

/// The secret behind a reference as the directory keeps it: {"credential":"NAME"} or {"file":"PATH"}.
/// Errors: those of settings::resolve; invalid when it is no reference.
base::Result<std::string> read_secret(std::string_view reference);

} // namespace gatehouse
