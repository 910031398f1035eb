#include "base/timekeeper.hpp"

#include <algorithm>

namespace gatehouse::base {

namespace {

constexpr seconds behind_at_most{2};
constexpr std::chrono::minutes ahead_at_most{5};
constexpr std::chrono::days away_at_most{30}; // of a gateway that was switched off
constexpr int drift = 43200;                  // the one part in as many that a clock may go wrong in the long run: 2 s a day

} // namespace

std::string_view to_string(Timekeeper::Doubt doubt)
{
    switch (doubt) {
    case Timekeeper::Doubt::none:
        return "none";
    case Timekeeper::Doubt::not_begun:
        return "not_begun";
    case Timekeeper::Doubt::before_build:
        return "before_build_date";
    case Timekeeper::Doubt::behind:
        return "behind";
    case Timekeeper::Doubt::ahead:
        return "ahead";
    }
    return "behind";
}

/// What the wall clock should say by the boot clock.
Instant Timekeeper::expected() const
{
    return last_trusted_ + std::chrono::floor<milliseconds>(machine_.boot() - at_boot_);
}

/// How far the clock may have gone, all steps together, since somebody vouched for it or the run took it up.
milliseconds Timekeeper::walk_at_most() const
{
    return ahead_at_most + std::chrono::floor<milliseconds>(machine_.boot() - anchor_boot_) / drift;
}

Timekeeper::Doubt Timekeeper::judge(Instant wall) const
{
    if (wall < built_) return Doubt::before_build;
    if (!ran_on_ && !has_mark_) return Doubt::none;
    const auto due = expected();
    const bool doubted = doubt_ != Doubt::none || carried_;
    const bool held = ran_on_ || carried_; // against what the boot clock makes one expect
    // Once in doubt it is not enough to go on: a clock that was set back catches up with the mark, and is an hour late for ever.
    Instant earliest = held && doubted ? std::max(last_trusted_ - behind_at_most, due - ahead_at_most) : due - behind_at_most;
    Instant latest = held ? due + ahead_at_most : due + away_at_most;
    if (held) { // or steps that are each small enough would walk it anywhere
        const auto anchored = anchor_ + std::chrono::floor<milliseconds>(machine_.boot() - anchor_boot_);
        earliest = std::max(earliest, anchored - walk_at_most());
        latest = std::min(latest, anchored + walk_at_most());
    }
    return wall < earliest ? Doubt::behind : wall > latest ? Doubt::ahead : Doubt::none;
}

/// The clock is as it should be, because somebody says so.
void Timekeeper::vouch(Instant wall) const
{
    trust(wall);
    anchor_ = wall;
    anchor_boot_ = at_boot_;
}

void Timekeeper::trust(Instant wall) const
{
    last_trusted_ = wall;
    at_boot_ = machine_.boot();
    ran_on_ = true;
    carried_ = false;
    doubt_ = Doubt::none;
}

/// The marker, when it speaks for this wall clock: it was touched within this boot, as far as wall and boot clock agree on that.
std::optional<Instant> Timekeeper::voucher(Instant wall) const
{
    const auto touched = marker_ ? marker_() : std::nullopt;
    if (!touched || *touched > wall + behind_at_most || wall < built_) return std::nullopt;
    return wall - *touched <= machine_.boot() + ahead_at_most ? touched : std::nullopt;
}

void Timekeeper::begin(std::optional<Mark> mark)
{
    const std::scoped_lock lock{mutex_};
    const auto wall = machine_.wall();
    const auto doubted = mark ? mark->doubted : std::nullopt;
    has_mark_ = mark.has_value();
    carried_ = doubted.has_value();
    last_trusted_ = mark ? mark->instant : built_;
    at_boot_ = machine_.boot();
    if (doubted && doubted->boot <= at_boot_) at_boot_ = doubted->boot; // of this boot; the clock of another began anew
    anchor_ = last_trusted_;
    anchor_boot_ = at_boot_;
    doubt_ = Doubt::none;
    ran_on_ = false;
    const auto touched = voucher(wall);
    const bool vouched = touched && !(doubted && touched == doubted->marker);
    marker_seen_ = doubted && !vouched ? doubted->marker : touched;
    if (const auto found = judge(wall); found != Doubt::none && !vouched)
        doubt_ = found;
    else
        vouch(wall);
}

std::optional<Mark> Timekeeper::mark() const
{
    (void)site();
    const std::scoped_lock lock{mutex_};
    if (doubt_ == Doubt::none) return Mark{last_trusted_};
    if (!ran_on_ && !carried_) return std::nullopt;
    return Mark{last_trusted_, Mark::Doubted{at_boot_, marker_seen_}};
}

void Timekeeper::look()
{
    const std::scoped_lock lock{mutex_};
    if (doubt_ == Doubt::not_begun) return;
    const auto wall = machine_.wall();
    const auto touched = voucher(wall);
    const bool again = touched && touched != marker_seen_;
    if (again) vouch(wall);
    if (doubt_ == Doubt::none && touched) marker_seen_ = touched;
}

Result<Timekeeper::Reading> Timekeeper::acceptable() const
{
    const Reading read{machine_.wall(), machine_.boot()};
    if (read.wall < built_) return fail(Fault::invalid, "the clock is before the day this gateway was built: " + to_iso(read.wall));
    return read;
}

Result<void> Timekeeper::accept(const Reading& read)
{
    const std::scoped_lock lock{mutex_};
    const auto wall = machine_.wall();
    const auto due = read.wall + std::chrono::floor<milliseconds>(machine_.boot() - read.boot);
    if (std::chrono::abs(wall - due) > behind_at_most)
        return fail(Fault::conflict, "the clock was set meanwhile and says " + to_iso(wall) + " now; look at it again",
                    "clock_set_meanwhile");
    vouch(wall);
    return {};
}

Now Timekeeper::site() const
{
    const std::scoped_lock lock{mutex_};
    const auto wall = machine_.wall();
    if (doubt_ == Doubt::not_begun) return {std::max(wall, built_), false, no_start, false};
    const auto found = judge(wall);
    if (found != Doubt::none && doubt_ == Doubt::none) { // a time service that has just set it says so
        const auto touched = voucher(wall);
        if (touched && touched != marker_seen_) {
            marker_seen_ = touched;
            vouch(wall);
            return {wall, true};
        }
    }
    if (found == Doubt::none) {
        ran_on_ || carried_ ? trust(wall) : vouch(wall); // a run takes it up by what the mark allows
        return {wall, true};
    }
    doubt_ = found;
    return {expected(), false, last_trusted_, ran_on_};
}

Timekeeper::Doubt Timekeeper::doubt() const
{
    (void)site();
    const std::scoped_lock lock{mutex_};
    return doubt_;
}

} // namespace gatehouse::base
