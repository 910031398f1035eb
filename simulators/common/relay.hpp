#pragma once

#include <cstdint>

namespace gatehouse::simulators::common {

/// One output that holds a door: `open` while it is energised, `pulses` counts how often it was told to open.
struct Relay {
    bool open = false;
    std::uint64_t pulses = 0;
};

} // namespace gatehouse::simulators::common
