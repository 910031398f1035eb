#pragma once

#include "sdk/reply.hpp"
#include "talk/table_talk.hpp"
#include "talk/turn.hpp"
#include "talk/window.hpp"

#include <deque>

namespace gatehouse::mqtt {

/// Openings of the door: one outstanding at a time, beside whatever the table does.
class Strikes {
public:
    explicit Strikes(const Desk& desk) : desk_{desk}, window_{desk.profile(), desk.self.params} {}

    void add(sdk::Milliseconds length, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply)
    {
        waiting_.push_back({length, deadline.at(), std::move(reply)});
    }
    /// A pulse may still run.
    bool open(sdk::Time now) const { return now < open_until_; }
    sdk::Time open_until() const { return open_until_; }
    /// The door is being locked: a pulse that runs is over, and none that waits comes behind the lock.
    void cut()
    {
        open_until_ = {};
        refuse("superseded", "the door was told to lock");
    }
    /// Sends the next. `may_open`: what an opening relies on in the device is as it has to be; else it waits.
    void advance(bool may_open, sdk::Time now);
    /// The device is set up so that a door would not lock again.
    void refuse(std::string_view reason, const std::string& detail);
    enum class Heard : std::uint8_t { nothing, answer, confirmation }; ///< a confirmation may tell other things besides
    Heard hear(const profile::Message& message, sdk::Time now);
    void failed(sdk::Time now);
    void forget_what_was_said() { turn_.forget(); }
    void sign_of_life(sdk::Time now);
    void lost(std::string_view reason, sdk::Time now);
    void end(sdk::Time now);
    void expire(sdk::Time now);
    std::optional<sdk::Time> due() const;

private:
    struct Strike {
        sdk::Milliseconds length;
        sdk::Time deadline;
        sdk::Reply<sdk::Verdict> reply;
    };
    void send(Strike strike, sdk::Time now);
    sdk::Milliseconds lasting(sdk::Milliseconds length, sdk::Time now) const;

    Desk desk_;
    Window window_;
    Turn turn_;
    std::deque<Strike> waiting_;
    sdk::Time open_until_{};
};

} // namespace gatehouse::mqtt
