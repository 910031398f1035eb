#pragma once

#include "base/clock.hpp"

#include <map>
#include <optional>
#include <string>

namespace gatehouse::reconcile {

/// Whether somebody else writes a device: an entry that was put right, and proven, had to be put right again within an hour. Once would be
/// somebody at its buttons, or a table that was lost.
///
/// What a device loses by itself looks alike, and is told apart by its extent and its cause: whoever calls leaves out what a read shows
/// behind a restart of the device, and a table that is gone altogether, for one who writes leaves something. One core thread.
class SecondWriter {
public:
    static constexpr std::size_t remembered_at_most = 1'000; ///< further ones are not, until an hour has passed

    /// An entry is put right. True when that begins the suspicion; any further repair prolongs it.
    bool repaired(const std::string& key, base::Monotonic now, base::Instant wall);
    /// Since when; nothing when there was no repair for an hour.
    std::optional<base::Instant> since(base::Monotonic now) const;
    std::size_t remembered() const { return repaired_.size(); }

private:
    bool make_room(base::Monotonic now);

    std::map<std::string, base::Monotonic> repaired_; ///< when, by placement key
    base::Monotonic full_until_{};
    std::optional<base::Monotonic> last_; ///< repair, since the suspicion began
    base::Instant since_{};
};

} // namespace gatehouse::reconcile
