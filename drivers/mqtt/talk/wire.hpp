#pragma once

#include "sdk/verdict.hpp"
#include "talk/identity.hpp"
#include "talk/outside.hpp"

#include <string>

namespace gatehouse::mqtt {

/// The way out to one device: topics filled in, commands numbered where it answers by number, the pause between two kept.
class Wire {
public:
    Wire(const Identity& self, Outside& outside, sdk::Time now);

    /// What is written at a table's pace; what has to go out now and may not lie about: at QoS 0, with a short life; and what may not lie
    /// about but keeps the pace.
    enum class Manner : std::uint8_t { table, door, brief };
    struct Sent {
        sdk::Verdict verdict; ///< acknowledged: it was handed over; else nothing went out
        std::string corr;     ///< its number, where it has one
    };
    /// `fields`: beside the parameters of the device.
    Sent send(const profile::Sending& sending, const profile::Fields& fields, Manner manner, sdk::Time now);

    bool connected() const { return outside_.connected(); }
    bool paced(sdk::Time now) const { return ready_at_ <= now; }
    sdk::Time ready_at() const { return ready_at_; }
    void rest_until(sdk::Time at) { ready_at_ = std::max(ready_at_, at); }

private:
    const Identity& self_;
    Outside& outside_;
    std::string command_topic_, query_topic_;
    sdk::Time ready_at_;
    std::int64_t number_; ///< of the last command
};

/// A topic of a profile with the parameters of a device; empty where it cannot be filled or there is none.
std::string topic_text(const profile::Template& topic, const profile::Fields& params);
std::string topic_text(const std::optional<profile::Template>& topic, const profile::Fields& params);

} // namespace gatehouse::mqtt
