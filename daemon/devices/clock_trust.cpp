#include "devices/clock_trust.hpp"

namespace gatehouse::devices {

namespace {

constexpr base::seconds told_with_it{2}; // the message that says it is back may say what time it has

} // namespace

std::string_view to_string(DeviceClock clock)
{
    switch (clock) {
    case DeviceClock::unknown:
        return "unknown";
    case DeviceClock::none:
        return "none";
    case DeviceClock::right:
        return "right";
    case DeviceClock::off:
        return "off";
    }
    return "unknown";
}

DeviceClock device_clock_from(std::string_view word)
{
    for (const auto clock : {DeviceClock::none, DeviceClock::right, DeviceClock::off})
        if (word == to_string(clock)) return clock;
    return DeviceClock::unknown;
}

void ClockTrust::remember(DeviceClock clock)
{
    if (clock_ == DeviceClock::unknown && !told_) clock_ = clock;
}

void ClockTrust::attached(bool tells)
{
    if (tells && clock_ == DeviceClock::none) clock_ = DeviceClock::unknown;
    if (tells) return;
    clock_ = DeviceClock::none;
    unsay();
}

void ClockTrust::forget()
{
    if (clock_ != DeviceClock::none) clock_ = DeviceClock::unknown;
    unsay();
    told_at_ = first_ = last_ = std::nullopt;
    went_off_ = 0;
}

void ClockTrust::doubt(base::Monotonic now)
{
    if (clock_ != DeviceClock::right || (told_ && now - told_->at < told_with_it)) return;
    unsay();
    first_ = last_ = std::nullopt;
}

void ClockTrust::unsay()
{
    told_.reset();
    shown_ = false;
}

void ClockTrust::heard(base::Monotonic at)
{
    if (!first_) first_ = at;
    last_ = at;
}

void ClockTrust::told(base::Instant time, base::Monotonic at)
{
    told_ = {time, at};
    told_at_ = at;
}

/// It was heard when it should have told long ago: one that was set back may say nothing of its time until it has caught up.
bool ClockTrust::silent() const
{
    return last_ && *last_ - (told_ ? told_->at : *first_) > clock_told_within;
}

void ClockTrust::judge(base::Monotonic now, base::Now site)
{
    if (clock_ == DeviceClock::none) return;
    if (silent()) { // only what it tells from here on counts
        unsay();
        clock_ = DeviceClock::unknown;
        return;
    }
    const auto by = ahead(now, site.instant);
    if (!by || !site.trusted) return;
    const bool is_off = std::chrono::abs(*by) > clock_off_by;
    const bool was_off = clock_ == DeviceClock::off;
    if (is_off && !was_off) ++went_off_, off_at_ = now;
    if (!is_off && was_off && went_off_ > 1 && now - off_at_ < clock_off_for) return; // looked at again later
    clock_ = is_off ? DeviceClock::off : DeviceClock::right;
    shown_ = true;
}

bool ClockTrust::keeps_ends(base::Monotonic now) const
{
    if (clock_ == DeviceClock::right) return shown_ && told_ && now - told_->at <= clock_good_for;
    return clock_ == DeviceClock::none;
}

std::optional<base::milliseconds> ClockTrust::ahead(base::Monotonic now, base::Instant wall) const
{
    if (!told_) return std::nullopt;
    return told_->time + std::chrono::floor<base::milliseconds>(now - told_->at) - wall;
}

} // namespace gatehouse::devices
