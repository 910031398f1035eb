#pragma once

#include "base/random.hpp"
#include "base/time.hpp"

namespace gatehouse::sim {

/// Every choice of a run comes from here, so that its seed tells all of it.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_{seed} {}

    std::uint64_t below(std::uint64_t limit) { return random_.pick(limit); }
    std::int64_t between(std::int64_t least, std::int64_t most)
    {
        return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least + 1)));
    }
    bool percent(unsigned chance) { return below(100) < chance; }
    base::microseconds between(base::microseconds least, base::microseconds most)
    {
        return base::microseconds{between(least.count(), most.count())};
    }
    template <class List>
    auto& one_of(List& list)
    {
        return *std::next(list.begin(), static_cast<std::ptrdiff_t>(below(list.size())));
    }

private:
    base::SeededRandom random_;
};

} // namespace gatehouse::sim
