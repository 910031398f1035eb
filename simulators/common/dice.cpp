#include "common/dice.hpp"

namespace gatehouse::simulators::common {

Dice::Dice(std::uint64_t seed, std::uint64_t stream) : state_{seed * 0x2545F4914F6CDD1DULL + stream * 0x9E3779B97F4A7C15ULL} {}

bool Dice::chance(double share)
{
    if (share <= 0) return false;
    return static_cast<double>(next() >> 11) * 0x1.0p-53 < share;
}

std::uint64_t Dice::below(std::uint64_t count)
{
    return count == 0 ? 0 : next() % count;
}

std::uint64_t Dice::next() // splitmix64: small, well spread, the same everywhere
{
    state_ += 0x9E3779B97F4A7C15ULL;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
}

} // namespace gatehouse::simulators::common
