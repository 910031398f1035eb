#include "sim/belief.hpp"

namespace gatehouse::sim {

using namespace std::chrono_literals;

void Belief::begin(std::optional<base::Instant> mark, std::optional<base::microseconds> doubted_at)
{
    known_ = mark.has_value();
    believed_ = mark.value_or(built_);
    doubted_before_ = doubted_at.has_value();
    at_ = doubted_at.value_or(clock_.boot());
    in_this_run_ = doubted_ = false;
    sure_ = believed_;
    sure_at_ = at_;
    (void)now();
}

void Belief::accept()
{
    believe();
    sure_ = believed_;
    sure_at_ = at_;
}

void Belief::believe()
{
    believed_ = clock_.wall();
    at_ = clock_.boot();
    known_ = in_this_run_ = true;
    doubted_ = doubted_before_ = false;
}

/// How far the wall clock may be from what was expected; once it was doubted, it has to come back to where it should be.
bool Belief::believable(base::milliseconds away, base::Instant wall) const
{
    if (wall < built_) return false;
    if (!known_) return true;
    if (!in_this_run_ && !doubted_before_) return away >= -2s && away <= std::chrono::days{30};
    const auto run = clock_.boot() - sure_at_;
    const auto walked = std::chrono::round<base::milliseconds>(wall - sure_ - run); // all its steps since somebody was sure of it
    const auto slack = run / 43200;
    if (walked > 5min + slack || walked < -5min - slack) return false;
    if (doubted_ || doubted_before_) return away >= -5min && away <= 5min && wall >= believed_ - 2s;
    return away >= -2s && away <= 5min;
}

base::Now Belief::now()
{
    const auto wall = clock_.wall();
    if (believable(wall - due(), wall)) {
        in_this_run_ || doubted_before_ ? believe() : accept(); // the first time, by what the mark allows
        return {wall, true};
    }
    doubted_ = true;
    return {due(), false, believed_, in_this_run_};
}

} // namespace gatehouse::sim
