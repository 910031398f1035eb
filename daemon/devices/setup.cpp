#include "devices/setup.hpp"

#include <utility>

namespace gatehouse::devices {

std::string_view to_string(SetupState state)
{
    switch (state) {
    case SetupState::none:
        return "none";
    case SetupState::unknown:
        return "unknown";
    case SetupState::verified:
        return "verified";
    case SetupState::differs:
        return "differs";
    }
    return "unknown";
}

void Setup::remember_difference(base::Monotonic now, base::Instant wall)
{
    if (state_ == SetupState::none) turn(SetupState::unknown, now, wall);
    differed_ = true;
}

void Setup::attached(std::string configured, base::Monotonic now, base::Instant wall)
{
    const bool another = !configured_.empty() && configured_ != configured; // with other settings, or with none
    configured_ = std::move(configured);
    if (said_ || state_ == SetupState::none) return;
    detail_.clear();
    turn(another ? SetupState::none : SetupState::unknown, now, wall);
}

bool Setup::told(SetupState state, std::string detail, base::Monotonic now, base::Instant wall)
{
    said_ = true;
    detail_ = std::move(detail);
    turn(state, now, wall);
    if (state == SetupState::differs) return !std::exchange(differed_, true);
    return state == SetupState::verified && std::exchange(differed_, false);
}

void Setup::turn(SetupState state, base::Monotonic now, base::Instant wall)
{
    if (std::exchange(state_, state) == state) return;
    since_ = now;
    since_wall_ = wall;
}

} // namespace gatehouse::devices
