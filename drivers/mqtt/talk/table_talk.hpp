#pragma once

#include "sdk/entry.hpp"
#include "sdk/reply.hpp"
#include "talk/entries.hpp"
#include "talk/life.hpp"
#include "talk/wire.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace gatehouse::mqtt {

/// What everybody who talks with one device needs.
struct Desk {
    const Identity& self;
    const TableRules& rules;
    Wire& wire;
    Life& life;
    Outside& outside;

    const profile::MqttProfile& profile() const { return *self.profile; }
};

/// How the entries of a device are written and read: as a list, or slot by slot.
///
/// Errors:  every request is answered by its deadline; a command that went out without an answer is `unknown`.
/// Threads: one.
class TableTalk {
public:
    virtual ~TableTalk() = default;

    virtual void apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now) = 0;
    virtual void read(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now) = 0;

    /// A message of the device. True: it was about the table and nothing else.
    virtual bool hear(const profile::Message& message, sdk::Time now) = 0;
    /// A command did not get through to the device, says somebody on the way.
    virtual void failed(sdk::Time) {}
    /// Messages were lost, or one could not be read.
    virtual void gap() = 0;
    /// The device said something that is no answer.
    virtual void sign_of_life(sdk::Time now) = 0;
    /// What is outstanding was lost: the device restarted, or the line did.
    virtual void lost(std::string_view command, std::string_view read, sdk::Time now) = 0;
    virtual void connected(sdk::Time) {}
    /// Somebody between us and the device said that it, or he, came or went.
    virtual void came_or_went(sdk::Time) {}
    /// Ends what is outstanding: the device is being forgotten.
    virtual void end(sdk::Time now) = 0;

    /// Sends what can be sent now.
    virtual void advance(sdk::Time now) = 0;
    /// Ends what is due.
    virtual void expire(sdk::Time now) = 0;
    virtual std::optional<sdk::Time> due(sdk::Time now) const = 0;
};

/// For a profile with a list or slots; null for one without a table.
std::unique_ptr<TableTalk> make_table(const Desk& desk, sdk::Time now);

} // namespace gatehouse::mqtt
