#pragma once

#include "sdk/profile/mqtt.hpp"
#include "sdk/reporter.hpp"
#include "sdk/time.hpp"

#include <optional>

namespace gatehouse::mqtt {

/// What is known of a device being there: from its messages, its silence, and its availability topic where it has one.
class Life {
public:
    Life(const profile::Liveness& rules, sdk::Time now) : rules_{rules}, heard_at_{now} {}

    /// The device spoke. True: that is news, it had been silent.
    bool heard(sdk::Time now);
    /// It goes on speaking, and that was not told for a minute.
    bool is_worth_telling(sdk::Time now);
    /// A command of ours went unanswered, or the broker is (again) a stranger: the next word is news.
    void doubt() { news_ = true; }
    /// Silence counts from now: the line came back.
    void restart_silence(sdk::Time now);
    /// Its availability topic says it is gone. True: that is news.
    bool gone();

    /// True once when the device has been silent for longer than its profile allows.
    bool expire(sdk::Time now);
    /// When `expire` has something to do; nothing: never.
    std::optional<sdk::Time> due() const;

    /// The restart mark it carries. True: it fell, the device has restarted.
    bool mark(std::int64_t value);

private:
    const profile::Liveness& rules_;
    sdk::Time heard_at_;
    sdk::Time told_at_{};
    bool news_ = true;
    bool offline_ = false;
    std::optional<std::int64_t> mark_;
};

} // namespace gatehouse::mqtt
