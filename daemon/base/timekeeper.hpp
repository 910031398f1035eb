#pragma once

#include "base/clock.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

namespace gatehouse::base {

/// What one run leaves to the next: the last instant at which it trusted the machine's clock.
struct Mark {
    /// The clock was caught wrong since, and not by its first look alone.
    struct Doubted {
        microseconds boot{};           ///< when that instant was, by the boot clock
        std::optional<Instant> marker; ///< of a time service, as it was then: one that is as old vouches for nothing
        friend bool operator==(const Doubted&, const Doubted&) = default;
    };
    Mark(Instant last_trusted, std::optional<Doubted> since = {}) : instant{last_trusted}, doubted{since} {}
    Instant instant;
    std::optional<Doubted> doubted;
    friend bool operator==(const Mark&, const Mark&) = default;
};

/// The time of the site by a machine whose wall clock may be wrong: a box without a battery starts in 1970, a time server lies, somebody
/// sets the date. A clock over the machine's whose `wall` is the *effective* time: the machine's while that is trusted, else the last
/// trusted instant and what has passed since by the boot clock; in a new run, the mark of the one before and what has passed in this one.
///
/// The machine's wall clock is not trusted when it is before the build date; at the start, more than 2 s before the mark or more than 30
/// days after it; while running, more than 2 s behind or 5 minutes ahead of what the boot clock makes one expect from one look to the
/// next, or 5 minutes (and 2 s more a day, for the drift) off all in all since it was last vouched for or the run took it up, so that it is
/// not walked away by steps that are each small enough. It is trusted all the same when it is vouched for, by a sync marker touched since
/// or by an operator, and again when it has come back to where it is expected. A clock that was caught wrong while running stays so in the
/// next run: the mark says it.
///
/// Threads: any.
class Timekeeper final : public Clock {
public:
    enum class Doubt : std::uint8_t { none, not_begun, before_build, behind, ahead };

    /// When a time service last set the machine's clock, by that clock; nothing when it has not in this boot.
    using Marker = std::function<std::optional<Instant>()>;

    /// Not trusted before `begin`. `machine` outlives it.
    Timekeeper(Clock& machine, Instant built, Marker marker) : machine_{machine}, built_{built}, marker_{std::move(marker)} {}

    /// The machine's clocks at one moment.
    struct Reading {
        Instant wall;
        microseconds boot{};
    };

    /// Takes up the mark of an earlier run; nothing for a gateway that never had one.
    void begin(std::optional<Mark> mark);
    /// What a later run has to know; nothing where the mark of an earlier one stands.
    std::optional<Mark> mark() const;
    /// Looks at the marker; about once a second, and what it vouches for is noticed as fast.
    void look();
    /// The clock as it is now, when somebody may vouch for it. Errors: invalid  it is before the build date.
    Result<Reading> acceptable() const;
    /// An operator vouches for the machine's clock as it was read. Errors: conflict  it was set since then.
    Result<void> accept(const Reading& read);

    Now site() const override;
    Doubt doubt() const;
    /// Right or wrong.
    Instant machine_wall() const { return machine_.wall(); }

    Monotonic now() const override { return machine_.now(); }
    microseconds boot() const override { return machine_.boot(); }
    Instant wall() const override { return site().instant; }
    asio::awaitable<void> wait_on(asio::steady_timer& slot, Monotonic at) override { return machine_.wait_on(slot, at); }

private:
    Instant expected() const;
    milliseconds walk_at_most() const;
    Doubt judge(Instant wall) const;
    void vouch(Instant wall) const;
    void trust(Instant wall) const;
    std::optional<Instant> voucher(Instant wall) const;

    Clock& machine_;
    Instant built_;
    Marker marker_;

    mutable std::mutex mutex_;
    mutable Instant last_trusted_{}; ///< of an earlier run: its mark
    mutable microseconds at_boot_{}; ///< when that was, by the boot clock; of an earlier boot: when this run began
    mutable Instant anchor_{};       ///< when somebody last vouched for the clock, or this run took it up
    mutable microseconds anchor_boot_{};
    mutable bool ran_on_ = false;  ///< it was trusted in this run
    bool has_mark_ = false;        ///< or in an earlier one
    mutable bool carried_ = false; ///< an earlier one caught it wrong, and it was not trusted since
    mutable Doubt doubt_ = Doubt::not_begun;
    mutable std::optional<Instant> marker_seen_; ///< while it was trusted
};

std::string_view to_string(Timekeeper::Doubt doubt);

} // namespace gatehouse::base
