#pragma once

#include "sdk/device.hpp"
#include "sdk/profile/mqtt.hpp"
#include "sdk/reply.hpp"
#include "talk/entries.hpp"
#include "talk/life.hpp"
#include "talk/outside.hpp"
#include "talk/table_read.hpp"
#include "talk/window.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::mqtt {

/// What a device instance is made of.
struct Identity {
    std::shared_ptr<const profile::MqttProfile> profile;
    profile::Fields params;
    std::vector<sdk::Door> doors;
};

/// The conversation with one device: one table command outstanding at a time and one strike besides, answers matched as its profile
/// says, tables read in rounds, silence noticed. It holds no socket, thread or clock, so a recorded conversation replays exactly.
///
/// Units:   `now` is CLOCK_MONOTONIC and never goes back from call to call.
/// Errors:  every request is answered by its deadline; a command that went out without an answer is `unknown`.
/// Threads: one.
/// Source:  docs/protocols/mqtt.md.
class Device {
public:
    Device(Identity identity, Outside& outside, sdk::Time now);

    void apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now);
    void read_table(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now);
    void strike(std::uint8_t door, sdk::Milliseconds length, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply, sdk::Time now);
    sdk::Verdict set_door(std::uint8_t door, sdk::DoorMode mode);

    /// A message on one of this device's topics. `retained`: the broker kept it from earlier.
    void message(std::string_view topic, std::string_view payload, bool retained, sdk::Time now);
    /// Messages may have been lost on the way here.
    void gap()
    {
        if (read_) read_->damaged();
    }
    /// The line is (again) a stranger: answers to commands of before may still come.
    void connected(sdk::Time now);
    void disconnected(sdk::Time now);
    /// Ends whatever is outstanding: the device is being forgotten.
    void end(sdk::Time now);
    /// Does what is due. Answers when it wants to be called again.
    sdk::Time tick(sdk::Time now);

private:
    struct Apply {
        std::vector<sdk::Step> steps;
        sdk::Time deadline;
        sdk::Reply<sdk::Applied> reply;
        std::vector<sdk::Verdict> verdicts;
    };
    struct Strike {
        sdk::Milliseconds length;
        sdk::Time deadline;
        sdk::Reply<sdk::Verdict> reply;
    };

    void advance(sdk::Time now);
    void advance_strikes(sdk::Time now);
    void advance_apply(sdk::Time now);
    void start_step(const sdk::Step& step, sdk::Time now);
    void advance_read(sdk::Time now);
    void start_probe(sdk::Time now);
    bool send_to(profile::SendTo to, std::string payload, sdk::Time now);
    bool paced(sdk::Time now) const { return ready_at_ <= now; }

    void reply_message(const profile::Message& message, sdk::Time now);
    void presence_message(const profile::Message& message, sdk::Time now);
    bool is_acknowledgement(const profile::Message& message) const;
    void stray(sdk::Time now);
    void stray_row(const std::optional<sdk::Entry>& entry, sdk::Time now);
    bool take_row(const profile::Message& message, sdk::Time now);
    void take_news(const profile::Message& message, sdk::Time now);
    void take_mark(const profile::Message& message, sdk::Time now);
    void take_clock(const profile::Message& message, sdk::Time now);
    void take_event(const profile::Message& message);
    void alive(sdk::SignOfLife sign, sdk::Time now);
    void lost(std::string_view reason, sdk::Time now);
    void finish_read(std::string reason);
    sdk::Milliseconds grace() const { return sdk::Milliseconds{profile_.limits.late_ack_grace_ms}; }
    sdk::Time timeout_at(sdk::Time now, sdk::Time deadline) const;

    Identity self_;
    const profile::MqttProfile& profile_;
    std::vector<std::uint8_t> door_numbers_;
    TableRules rules_;
    std::string command_topic_, query_topic_, reply_topic_, presence_topic_;
    Outside& outside_;
    Life life_;
    Window table_, strikes_;
    sdk::Time ready_at_;
    sdk::Time births_since_;                 ///< first of the births that follow each other within their settling time
    std::optional<sdk::Milliseconds> clock_; ///< how far its clock was ahead of ours when that was last told
    sdk::Time clock_told_at_{};
    /// Until then an acknowledgement may be another command's: one of a driver before this one, or said twice. No probe is sent before.
    sdk::Time quiet_at_;
    /// The last read, when it was complete: what comes behind it may show that it was not.
    struct Proven {
        sdk::Time at;
        std::set<std::string> keys;
    };
    std::optional<Proven> proven_;
    std::optional<Apply> apply_;
    std::optional<TableRead> read_;
    std::deque<Strike> waiting_;
};

} // namespace gatehouse::mqtt
