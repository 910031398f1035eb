#include "sim/belief.hpp"

namespace gatehouse::sim {

using namespace std::chrono_literals;

void Belief::begin(std::optional<base::Instant> mark)
{
    known_ = mark.has_value();
    believed_ = mark.value_or(built_);
    at_ = clock_.now();
    in_this_run_ = doubted_ = false;
    (void)now();
}

void Belief::accept()
{
    believed_ = clock_.wall();
    at_ = clock_.now();
    known_ = in_this_run_ = true;
    doubted_ = false;
}

/// How far the wall clock may be from what was expected; once it was doubted, it has to come back to where it should be.
bool Belief::believable(base::milliseconds away, base::Instant wall) const
{
    if (wall < built_) return false;
    if (!known_) return true;
    if (!in_this_run_) return away >= -2s && away <= std::chrono::days{30};
    if (doubted_) return away >= -5min && away <= 5min && wall >= believed_ - 2s;
    return away >= -2s && away <= 5min;
}

base::Now Belief::now()
{
    const auto wall = clock_.wall();
    if (believable(wall - due(), wall)) {
        accept();
        return {wall, true};
    }
    doubted_ = true;
    return {due(), false, believed_, in_this_run_};
}

} // namespace gatehouse::sim
