#pragma once

#include "sdk/entry.hpp"
#include "sdk/profile/mqtt.hpp"
#include "sdk/reporter.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

/// What a device of this profile and with these doors may be told of entries.
struct TableRules {
    const profile::MqttProfile& profile;
    const profile::Fields& params;
    const std::vector<std::uint8_t>& doors; ///< that the site serves at this device
};

/// The message of a put or drop.
///
/// Units:   seconds since 1970 UTC; "open end" is the last second the device can hold.
/// Errors:  `refused` when the device cannot hold the entry exactly: key_too_long, bad_key, key_kind, doors, until_out_of_range,
///          no_end, too_long, not_expressible. Nothing is ever cut or widened to fit.
/// Threads: any.
/// Source:  docs/profiles.md, "Operations".
struct Letter {
    sdk::Verdict refusal; ///< acknowledged: none
    std::string payload;
};
Letter write_step(const TableRules& rules, const sdk::Step& step);

/// A message without an entry in it (list, probe, unlock).
Letter write_message(const profile::MqttProfile& profile, const profile::Body& body, const profile::Fields& fields);

/// One row out of a list message; nothing when its key cannot be read. Parts a device leaves out stay empty; a state or an end that
/// cannot be read makes the state `unknown`.
std::optional<sdk::Entry> read_entry(const TableRules& rules, const profile::EntryMap& map, const profile::Message& message);

/// A record of the device's own log; what it does not tell stays empty.
sdk::DeviceEvent read_event(const TableRules& rules, const profile::EventRule& rule, const profile::Message& message);

} // namespace gatehouse::mqtt
