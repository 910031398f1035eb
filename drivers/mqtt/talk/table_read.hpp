#pragma once

#include "sdk/entry.hpp"
#include "sdk/profile/mqtt.hpp"
#include "sdk/reply.hpp"
#include "sdk/time.hpp"

#include <map>
#include <string>

namespace gatehouse::mqtt {

/// One read of a whole table from a device whose list may have no end mark and no count.
///
/// Rounds are repeated until enough consecutive ones look complete and agree. A silent round looks complete only after the device
/// answered a probe behind it: an empty table and a dead device both say nothing.
class TableRead {
public:
    TableRead(const profile::ListOperation& list, sdk::Time deadline, sdk::Reply<sdk::Table> reply)
        : list_{list}, deadline_{deadline}, reply_{std::move(reply)}
    {
    }

    enum class Next : std::uint8_t { nothing, send, probe };

    /// What is to be done: send the list command, send the probe, or wait.
    Next next() const { return next_; }
    void sent(sdk::Time now, sdk::Milliseconds timeout);
    void probe_sent() { next_ = Next::nothing; }

    void entry(sdk::Entry entry, sdk::Time now);
    /// Something that looked like a row could not be read: the table will never count as complete.
    void damaged() { damaged_ = true; }
    /// An answer may have been another command's: the rounds so far prove nothing.
    void doubt() { agreeing_ = 0; }
    /// A message that may say how many rows come, or that this was the last.
    void other(const profile::Message& message, const profile::Fields& fields);
    /// `clear`: the answer cannot be one that an earlier command still owed.
    void probe_answered(bool clear) { close_round(clear); }

    /// When `expire` has something to do.
    sdk::Time due() const;
    /// Ends a round that fell silent. False: the read itself is over its time.
    bool expire(sdk::Time now, bool can_probe);
    bool done() const { return done_; }

    /// Answers with what was seen; `reason` empty when the read came to its own end.
    void finish(std::string reason);

private:
    void close_round(bool looks_complete);
    bool silent() const { return round_.empty() && !expected_; }

    const profile::ListOperation& list_;
    sdk::Time deadline_;
    sdk::Reply<sdk::Table> reply_;
    Next next_ = Next::send;
    bool listening_ = false;
    bool done_ = false;
    bool damaged_ = false;
    bool heard_ = false;
    sdk::Time quiet_at_{};
    std::optional<std::size_t> expected_;
    std::map<std::string, sdk::Entry> round_, last_round_, seen_;
    int rounds_ = 0;   ///< begun
    int agreeing_ = 0; ///< consecutive, complete-looking and alike
};

} // namespace gatehouse::mqtt
