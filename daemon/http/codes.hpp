#pragma once

#include "http/context.hpp"

namespace gatehouse::http {

/// Errors: invalid, naming the parameter.
base::Result<void> check_code(std::string_view parameter, std::string_view code, const PinRules& rules);

/// A code nobody has at these doors, of a length that their devices take. Empty when chance finds none.
std::optional<std::string> pick_code(const Context& context, const std::vector<model::DoorId>& doors);

} // namespace gatehouse::http
