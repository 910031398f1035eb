#pragma once

#include "base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::devices {

/// How long an unlock of a door lasts where that can be chosen, by the wiring the directory keeps with it.
base::milliseconds unlock_for(std::string_view wiring);

/// Keys of the readers that pass on what is presented at it; none where it has none.
std::vector<std::string> readers(std::string_view wiring);

} // namespace gatehouse::devices
