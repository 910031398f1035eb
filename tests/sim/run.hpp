#pragma once

#include <cstdint>
#include <string>

namespace gatehouse::sim {

/// How one run ended.
struct Outcome {
    std::string violation; ///< empty: all held
    std::uint64_t hash = 0, lines = 0, steps = 0;
    double seconds = 0; ///< of virtual time
};

/// A random site, people and faults; then everything is mended and must converge. The same seed gives the same run, to the last line.
Outcome run(std::uint64_t seed, bool shown = false);

} // namespace gatehouse::sim
