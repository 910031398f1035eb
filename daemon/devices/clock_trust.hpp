#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::devices {

/// What is known of a device's own clock.
enum class DeviceClock : std::uint8_t {
    unknown, ///< it could be heard and was not, not since the device is there, or no longer though the device is heard
    none,    ///< nobody can hear it: what its driver says of its validity is all there is
    right,
    off, ///< by more than clock_off_by
};

std::string_view to_string(DeviceClock clock);
/// Of a word that is none of them: unknown.
DeviceClock device_clock_from(std::string_view word);

/// How far the clock of a device may be from the gateway's.
inline constexpr base::seconds clock_off_by{60};
/// One that goes off again and again is off for at least as long each time.
inline constexpr base::seconds clock_off_for{60};
/// A device that is heard and does not tell its clock within so long has a clock that nobody knows.
inline constexpr base::seconds clock_told_within{600};
/// What a device out of reach was heard to show says for so long that its clock ends what it holds.
inline constexpr base::seconds clock_good_for{24 * 3600};

/// How far one device's clock is to be believed. Pure: what time it is is always said. One thread.
class ClockTrust {
public:
    /// What was known before this run, unless this run knows better.
    void remember(DeviceClock clock);
    /// Its driver knows the device (again), and whether it can hear the clock.
    void attached(bool tells);
    /// It is another unit, or is met elsewhere.
    void forget();
    /// The device was away or began anew: its clock may have been set since, and counts again when it is told.
    void doubt(base::Monotonic now);
    /// The device was heard, with whatever word.
    void heard(base::Monotonic at);
    /// Its clock showed that time then.
    void told(base::Instant time, base::Monotonic at);
    /// Looks at it again. A clock of the gateway's own that is not trusted says nothing against another.
    void judge(base::Monotonic now, base::Now site);

    /// As it was told in this run, and since there was reason to doubt it.
    DeviceClock clock() const { return clock_ == DeviceClock::right && !shown_ ? DeviceClock::unknown : clock_; }
    /// As it is to be remembered.
    DeviceClock remembered() const { return clock_; }
    /// Whether what waits there for its start may stay.
    bool keeps_starts() const { return clock_ == DeviceClock::right || clock_ == DeviceClock::none; }
    /// Whether something new may be left to wait there for its start.
    bool takes_starts() const { return clock() == DeviceClock::right || clock_ == DeviceClock::none; }
    /// Whether what it holds can be expected to end there by itself, out of reach as well.
    bool keeps_ends(base::Monotonic now) const;
    /// How far it is ahead of `wall` (behind: below 0), by what it last told; nothing when that is not known any more.
    std::optional<base::milliseconds> ahead(base::Monotonic now, base::Instant wall) const;
    /// When it last told.
    std::optional<base::Monotonic> told_at() const { return told_at_; }

private:
    bool silent() const;
    void unsay();

    struct Told {
        base::Instant time;
        base::Monotonic at;
    };
    DeviceClock clock_ = DeviceClock::unknown;
    std::optional<Told> told_;                              ///< while it counts
    bool shown_ = false;                                    ///< right or off, by what it told since there was reason to doubt it
    std::optional<base::Monotonic> told_at_, first_, last_; ///< first_ and last_: heard, in this run
    base::Monotonic off_at_{};
    int went_off_ = 0;
};

} // namespace gatehouse::devices
