#pragma once

#include "base/random.hpp"
#include "base/time.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

/// Doubling waits with full jitter: 200 ms first, at most `cap`.
class Backoff {
public:
    base::microseconds next(base::Random& random, base::milliseconds cap)
    {
        const auto span = std::min(cap, base::milliseconds{200} * (1 << std::min(failures_, 10)));
        ++failures_;
        return base::microseconds{static_cast<std::int64_t>(random.pick(static_cast<std::uint64_t>(base::microseconds{span}.count())) + 1)};
    }
    void reset() { failures_ = 0; }
    int failures() const { return failures_; }

private:
    int failures_ = 0;
};

} // namespace gatehouse::reconcile
