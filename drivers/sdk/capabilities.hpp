#pragma once

#include "sdk/words.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::sdk {

enum class CredentialKind : std::uint8_t { card_number, card_uid_hex, pin, card_and_pin };
template <>
inline constexpr std::array<std::string_view, 4> words<CredentialKind>{"card_number", "card_uid_hex", "pin", "card_and_pin"};

enum class Validity : std::uint8_t { none, date, seconds };
template <>
inline constexpr std::array<std::string_view, 3> words<Validity>{"none", "date", "seconds"};

enum class Schedule : std::uint8_t { none, per_device, per_credential };
template <>
inline constexpr std::array<std::string_view, 3> words<Schedule>{"none", "per_device", "per_credential"};

enum class DoorGrouping : std::uint8_t { any, all };
template <>
inline constexpr std::array<std::string_view, 2> words<DoorGrouping>{"any", "all"};

enum class Readback : std::uint8_t { none, one, list_unbounded, list_counted, indexed };
template <>
inline constexpr std::array<std::string_view, 5> words<Readback>{"none", "one", "list_unbounded", "list_counted", "indexed"};

enum class Ack : std::uint8_t { none, uncorrelated, correlated };
template <>
inline constexpr std::array<std::string_view, 3> words<Ack>{"none", "uncorrelated", "correlated"};

enum class UnlockPulse : std::uint8_t { none, device_fixed, device_settable, per_command, host_timed };
template <>
inline constexpr std::array<std::string_view, 5> words<UnlockPulse>{"none", "device_fixed", "device_settable", "per_command", "host_timed"};

enum class Failsafe : std::uint8_t { none, device_watchdog };
template <>
inline constexpr std::array<std::string_view, 2> words<Failsafe>{"none", "device_watchdog"};

enum class Events : std::uint8_t { none, live, fifo };
template <>
inline constexpr std::array<std::string_view, 3> words<Events>{"none", "live", "fifo"};

enum class EventTime : std::uint8_t { gateway, device };
template <>
inline constexpr std::array<std::string_view, 2> words<EventTime>{"gateway", "device"};

enum class DeviceClock : std::uint8_t { none, readable, settable };
template <>
inline constexpr std::array<std::string_view, 3> words<DeviceClock>{"none", "readable", "settable"};

enum class Timezone : std::uint8_t { utc, local };
template <>
inline constexpr std::array<std::string_view, 2> words<Timezone>{"utc", "local"};

enum class Liveness : std::uint8_t { none, will, heartbeat, poll };
template <>
inline constexpr std::array<std::string_view, 4> words<Liveness>{"none", "will", "heartbeat", "poll"};

enum class Concurrency : std::uint8_t { per_device, per_bus };
template <>
inline constexpr std::array<std::string_view, 2> words<Concurrency>{"per_device", "per_bus"};

struct Span {
    std::uint32_t min = 0;
    std::uint32_t max = 0;
    std::uint32_t quantum = 0; ///< 0: any value between

    friend bool operator==(const Span&, const Span&) = default;
};

/// What a device can do; the meaning of each field is in docs/driver-protocol.md, section 6. A default says "no" or "not known".
struct Capabilities {
    bool stores_credentials = false;
    std::vector<CredentialKind> credential_kinds;
    Span pin_length;
    bool pin_digits_only = false;
    bool pin_leading_zeros = false;
    std::uint32_t capacity = 0;
    bool slot_based = false;
    std::uint32_t slot_first = 0;
    std::uint32_t key_limit = 0;
    std::uint32_t key_bits = 0;
    Validity supports_validity = Validity::none;
    std::int64_t max_epoch = 0;
    Schedule supports_schedule = Schedule::none;
    std::uint32_t schedule_segments = 0;
    std::uint32_t doors_per_credential = 0;
    DoorGrouping door_grouping = DoorGrouping::any;
    Readback supports_readback = Readback::none;
    bool readback_shows_secret = false;
    std::uint32_t absent_after = 0;
    std::uint32_t readback_s = 0;
    Ack ack = Ack::none;
    bool ack_proves_storage = false;
    bool idempotent_put = false;
    bool delete_reports_absent = false;
    bool change_counter = false;
    bool boot_counter = false;
    bool digest = false;
    UnlockPulse unlock_pulse = UnlockPulse::none;
    Span pulse_ms;
    Failsafe failsafe = Failsafe::none;
    bool set_door = false;
    bool door_contact = false;
    bool tamper = false;
    bool exit_button = false;
    bool feedback = false;
    Events events = Events::none;
    std::uint32_t events_depth = 0;
    EventTime event_time = EventTime::gateway;
    DeviceClock clock = DeviceClock::none;
    std::uint32_t clock_granularity_s = 0;
    Timezone timezone = Timezone::utc;
    Liveness liveness = Liveness::none;
    std::uint32_t liveness_s = 0;
    std::uint32_t keepalive_poll_s = 0;
    Concurrency concurrency = Concurrency::per_device;
    std::string bus_key;
    std::uint32_t op_timeout_ms = 0;
    std::uint32_t min_gap_ms = 0;

    friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

/// Calls `visit(name, field)` for every field, in the order above: what reads or writes capabilities in any format is a visitor.
template <class Caps, class Visit>
void each_capability(Caps& caps, Visit&& visit)
{
    visit("stores_credentials", caps.stores_credentials);
    visit("credential_kinds", caps.credential_kinds);
    visit("pin_length", caps.pin_length);
    visit("pin_digits_only", caps.pin_digits_only);
    visit("pin_leading_zeros", caps.pin_leading_zeros);
    visit("capacity", caps.capacity);
    visit("slot_based", caps.slot_based);
    visit("slot_first", caps.slot_first);
    visit("key_limit", caps.key_limit);
    visit("key_bits", caps.key_bits);
    visit("supports_validity", caps.supports_validity);
    visit("max_epoch", caps.max_epoch);
    visit("supports_schedule", caps.supports_schedule);
    visit("schedule_segments", caps.schedule_segments);
    visit("doors_per_credential", caps.doors_per_credential);
    visit("door_grouping", caps.door_grouping);
    visit("supports_readback", caps.supports_readback);
    visit("readback_shows_secret", caps.readback_shows_secret);
    visit("absent_after", caps.absent_after);
    visit("readback_s", caps.readback_s);
    visit("ack", caps.ack);
    visit("ack_proves_storage", caps.ack_proves_storage);
    visit("idempotent_put", caps.idempotent_put);
    visit("delete_reports_absent", caps.delete_reports_absent);
    visit("change_counter", caps.change_counter);
    visit("boot_counter", caps.boot_counter);
    visit("digest", caps.digest);
    visit("unlock_pulse", caps.unlock_pulse);
    visit("pulse_ms", caps.pulse_ms);
    visit("failsafe", caps.failsafe);
    visit("set_door", caps.set_door);
    visit("door_contact", caps.door_contact);
    visit("tamper", caps.tamper);
    visit("exit_button", caps.exit_button);
    visit("feedback", caps.feedback);
    visit("events", caps.events);
    visit("events_depth", caps.events_depth);
    visit("event_time", caps.event_time);
    visit("clock", caps.clock);
    visit("clock_granularity_s", caps.clock_granularity_s);
    visit("timezone", caps.timezone);
    visit("liveness", caps.liveness);
    visit("liveness_s", caps.liveness_s);
    visit("keepalive_poll_s", caps.keepalive_poll_s);
    visit("concurrency", caps.concurrency);
    visit("bus_key", caps.bus_key);
    visit("op_timeout_ms", caps.op_timeout_ms);
    visit("min_gap_ms", caps.min_gap_ms);
}

} // namespace gatehouse::sdk
