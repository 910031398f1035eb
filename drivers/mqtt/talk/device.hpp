#pragma once

#include "talk/reports.hpp"
#include "talk/rest.hpp"
#include "talk/setup.hpp"
#include "talk/strikes.hpp"
#include "talk/table_talk.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::mqtt {

/// The conversation with one device: one table command outstanding at a time and one strike besides, answers matched as its profile
/// says, tables read, settings looked after, silence noticed. It holds no socket, thread or clock, so a recorded conversation replays
/// exactly.
///
/// Units:   `now` is CLOCK_MONOTONIC and never goes back from call to call.
/// Errors:  every request is answered by its deadline; a command that went out without an answer is `unknown`.
/// Threads: one.
/// Source:  docs/protocols/mqtt.md.
class Device {
public:
    Device(Identity identity, Outside& outside, sdk::Time now);
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    void apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now);
    void read_table(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now);
    void strike(std::uint8_t door, sdk::Milliseconds length, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply, sdk::Time now);
    void set_door(std::uint8_t door, sdk::DoorMode mode, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply, sdk::Time now);
    /// How each door was put into the mode it was attached with: `unknown` and `offline` are asserted once that is possible.
    sdk::Verdict mode_asserted(const sdk::Door& door) const;

    /// A message on one of this device's topics.
    void message(const Incoming& incoming, sdk::Time now);
    /// Messages may have been lost on the way here.
    void gap()
    {
        forget_what_was_said();
        if (table_) table_->gap();
    }
    /// The line is (again) a stranger: answers to commands of before may still come.
    void connected(sdk::Time now);
    void disconnected(sdk::Time now);
    /// Ends whatever is outstanding: the device is being forgotten.
    void end(sdk::Time now);
    /// Does what is due. Answers when it wants to be called again.
    sdk::Time tick(sdk::Time now);

private:
    bool locked_by_us() const;
    void forget_what_was_said()
    {
        strikes_.forget_what_was_said();
        rest_.forget_what_was_said();
    }
    void look_behind_a_pulse(sdk::Time now);
    void advance(sdk::Time now);
    void reply_message(std::string_view topic, const profile::Message& message, sdk::Time now);
    void take_news(std::string_view topic, const profile::Message& message, sdk::Time now);
    bool take_birth(const profile::Message& message, sdk::Time now);
    void failure_message(std::string_view topic, const profile::Message& message, sdk::Time now);
    void presence_message(std::string_view topic, const profile::Message& message, sdk::Time now);
    void alive(sdk::SignOfLife sign, sdk::Time now);
    void ask_state(sdk::Time now);
    void lost(std::string_view command, std::string_view read, sdk::Time now);

    Identity self_;
    const profile::MqttProfile& profile_;
    std::vector<std::uint8_t> door_numbers_;
    TableRules rules_;
    std::string reply_topic_;
    Outside& outside_;
    Life life_;
    Wire wire_;
    Desk desk_;
    std::unique_ptr<TableTalk> table_; ///< null: it keeps none
    Rest rest_;
    Strikes strikes_;
    Setup setup_;
    Reports reports_;
    std::optional<sdk::Time> look_at_; ///< when an opening is over and the door has to be seen locked
    bool was_wrong_ = false;           ///< a setting, so that an opening may not have ended
    std::vector<bool> away_;           ///< of each that has to be there for the device to be
    std::optional<sdk::Time> poll_at_; ///< when it is asked for its state
    sdk::Time births_since_;           ///< first of the births that follow each other within their settling time
};

} // namespace gatehouse::mqtt
