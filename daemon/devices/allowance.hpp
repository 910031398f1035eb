#pragma once

#include "base/time.hpp"

#include <algorithm>

namespace gatehouse::devices {

/// How often something may come: so many times at once, and in the long run one in each `every`. Pure.
class Allowance {
public:
    constexpr Allowance(int at_once, base::milliseconds every) : every_{every}, saved_{at_once * every} {}

    /// One more; false when it is one too many.
    bool take(base::Monotonic now)
    {
        const auto earliest = now - saved_;
        spent_until_ = std::max(spent_until_, earliest);
        if (spent_until_ + every_ > now) return false;
        spent_until_ += every_;
        return true;
    }

private:
    base::milliseconds every_, saved_;
    base::Monotonic spent_until_ = base::Monotonic::min();
};

} // namespace gatehouse::devices
