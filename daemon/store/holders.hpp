#pragma once

#include "model/placement.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::store {

// The holders of a placement stand in one column, as a JSON array: an entry is written and read as a whole, and two holders are rare.

std::string holders_text(const std::vector<model::Holder>& holders);

/// False when the text is none of ours.
bool read_holders(std::string_view text, std::vector<model::Holder>& holders);

} // namespace gatehouse::store
