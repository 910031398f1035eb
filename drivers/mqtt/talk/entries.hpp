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
    sdk::Capabilities caps;                 ///< of this one, by its parameters
};

/// Whether the device can hold the entry of a put, or be asked for that of a drop: acknowledged, or why not.
///
/// Units:   seconds since 1970 UTC; "open end" is the last second the device can hold.
/// Errors:  `refused` when the device cannot hold the entry exactly: key_too_long, bad_key, key_kind, doors, until_out_of_range,
///          no_end, not_expressible. Nothing is ever cut or widened to fit.
/// Threads: any.
/// Source:  docs/profiles.md, "Operations".
sdk::Verdict judge_step(const TableRules& rules, const sdk::Step& step);

/// What a message about the entry may be filled with.
profile::Fields entry_fields(const TableRules& rules, const sdk::Entry& entry);

/// One row out of a list message; nothing when its key cannot be read. Parts a device leaves out stay empty; a state or an end that
/// cannot be read makes the state `unknown`.
std::optional<sdk::Entry> read_entry(const TableRules& rules, const profile::EntryMap& map, const profile::Message& message);

/// What a message says of one slot.
struct SlotSeen {
    bool free = false;
    sdk::Entry entry; ///< of one that is not free
    friend bool operator==(const SlotSeen&, const SlotSeen&) = default;
};
/// Nothing when the message does not speak of it. A word for its state that the profile does not list makes the state `unknown`.
std::optional<SlotSeen> read_slot(const TableRules& rules, const profile::EntryMap& map, const profile::Message& message,
                                  std::uint32_t slot);

/// A record of the device's own log; what it does not tell stays empty.
sdk::DeviceEvent read_event(const TableRules& rules, const profile::EventRule& rule, const profile::Message& message);

/// Words of a device, for people: what may be a card or a code in them is not shown.
std::string without_secrets(std::string text, std::size_t most);

} // namespace gatehouse::mqtt
