#pragma once

#include "talk/table_talk.hpp"

#include <map>

namespace gatehouse::mqtt {

/// What a device tells of itself beside its answers: its log, its door, its clock, its restarts.
class Reports {
public:
    explicit Reports(const Desk& desk) : desk_{desk} {}

    /// A message on a topic; `of_reply`: it is the one its answers come on.
    void door(std::string_view topic, bool of_reply, const profile::Message& message);
    void events(std::string_view topic, bool of_reply, const profile::Message& message);
    void clock(const profile::Message& message, sdk::Time now);
    /// The mark that only grows while the device runs. True: it fell; `told` is then for `restarted`.
    bool restarted(const profile::Message& message, std::string& told);

    /// As it was last told.
    std::optional<sdk::LockState> lock() const { return door_.lock; }

private:
    bool is_on(const std::optional<profile::Template>& rule_topic, std::string_view topic, bool of_reply) const;

    Desk desk_;
    sdk::DoorState door_;
    std::optional<sdk::Milliseconds> clock_; ///< how far its clock was ahead of ours when that was last told
    sdk::Time clock_told_at_{};
};

} // namespace gatehouse::mqtt
