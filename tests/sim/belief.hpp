#pragma once

#include "base/clock.hpp"

#include <optional>

namespace gatehouse::sim {

/// What the time of the site is and how far it is to be believed, by docs/decisions/0009, worked out from the machine's clocks alone.
class Belief {
public:
    Belief(const base::ManualClock& clock, base::Instant built) : clock_{clock}, built_{built} {}

    /// A gateway starts; the one before left the mark, if it came to that, and when that was if it doubted the clock since.
    void begin(std::optional<base::Instant> mark, std::optional<base::microseconds> doubted_at);
    /// Somebody vouches for the clock on the wall.
    void accept();
    base::Now now();

private:
    base::Instant due() const { return believed_ + std::chrono::floor<base::milliseconds>(clock_.boot() - at_); }
    void believe();
    bool believable(base::milliseconds away, base::Instant wall) const;

    const base::ManualClock& clock_;
    base::Instant built_;
    base::Instant believed_{}; ///< last
    base::microseconds at_{};  ///< when that was
    base::Instant sure_{};     ///< when somebody last vouched for the clock, or the run took it up
    base::microseconds sure_at_{};
    bool known_ = false; ///< there is something to hold the clock against
    bool in_this_run_ = false, doubted_ = false, doubted_before_ = false;
};

} // namespace gatehouse::sim
