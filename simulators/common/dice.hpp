#pragma once

#include <cstdint>

namespace gatehouse::simulators::common {

/// Every random choice of a simulator. The same seed and stream give the same choices on every machine and library.
/// Streams keep parts of a simulator apart: one more lost message does not change which write fails next.
class Dice {
public:
    explicit Dice(std::uint64_t seed, std::uint64_t stream = 0);

    /// True with probability `share` (0 to 1). A share of 0 draws nothing.
    bool chance(double share);

    /// A number from 0 to `count` - 1; 0 when `count` is 0.
    std::uint64_t below(std::uint64_t count);

private:
    std::uint64_t next();

    std::uint64_t state_;
};

} // namespace gatehouse::simulators::common
