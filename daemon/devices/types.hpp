#pragma once

#include "devices/clock_trust.hpp"
#include "devices/setup.hpp"
#include "model/ids.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::devices {

// Values of the driver protocol as the daemon sees them. Source: docs/driver-protocol.md; the section stands with each.

enum class KeyKind : std::uint8_t { card_uid_hex, card_number, pin };
enum class EntryState : std::uint8_t { active, disabled, admin, unknown };

/// Whose secrets are no longer those that their driver was sent.
struct Exchanged {
    std::vector<model::LineId> lines;
    std::vector<model::DeviceId> devices;
};

/// Doors of one device as bits: 1 << output; outputs 0 to 62.
using Doors = std::uint64_t;

/// One row of a device's table (section 7).
struct Entry {
    std::string key;
    KeyKind kind = KeyKind::card_uid_hex;
    std::optional<std::int64_t> slot;
    Doors doors = 0;                         ///< 0 in a read-back: the device does not say
    std::optional<std::int64_t> from, until; ///< seconds since 1970, half-open; missing is open
    std::optional<std::string> pin;          ///< a secret
    std::string label, tag;
    EntryState state = EntryState::active;
    std::string name; ///< under which our records have it; no part of the protocol, set by reconcile
};

struct Step {
    bool drop = false;
    Entry entry; ///< a drop needs key and kind, or slot
};

enum class Verdict : std::uint8_t { acknowledged, refused, full, unsupported, busy, unknown, offline };

/// How a request ended (section 3).
struct Outcome {
    Verdict verdict = Verdict::unknown;
    std::string reason;
    base::milliseconds retry_after{0}; ///< with busy
    bool read_back = false;            ///< of an acknowledged step: asked for this entry alone, the device showed it done
};

/// A whole read of a table. `complete` alone says anything about what is absent.
struct TableRead {
    Outcome outcome; ///< acknowledged, also for a partial read; else nothing was read
    bool complete = false;
    std::string partial_reason;
    std::deque<Entry> entries; ///< of a large table: it grows without being copied
};

enum class Validity : std::uint8_t { none, date, seconds };
enum class Readback : std::uint8_t { none, one, list_unbounded, list_counted, indexed };

/// What reconcile and lowering need of the capabilities (section 6); missing fields are the defaults.
struct Capabilities {
    bool stores_credentials = false;
    bool takes_uid = false, takes_number = false, takes_pin = false, takes_card_and_pin = false;
    std::int64_t pin_min = 0, pin_max = 0;
    bool pin_digits_only = false;
    std::int64_t capacity = 0;
    bool slot_based = false;
    std::int64_t slot_first = 0;
    std::int64_t key_limit = 0, key_bits = 0;
    Validity validity = Validity::none;
    std::int64_t max_epoch = 0;
    bool any_door_subset = true; ///< false: an entry opens every door of the device
    Readback readback = Readback::none;
    bool readback_shows_secret = false;
    base::seconds readback_time{0};
    bool digest = false;
    base::milliseconds op_timeout{1000};
    bool can_strike = false;
    bool can_hold = false;
    bool tells_clock = false;  ///< its driver hears what its own clock shows
    bool takes_starts = true;  ///< no part of the protocol: false also while its clock was not told since there was reason to doubt it
    bool honours_start = true; ///< no part of the protocol: false while the device's own clock is off or unknown
};

enum class Link : std::uint8_t { unknown, online, offline };

/// What the daemon knows of a device right now.
struct DeviceStatus {
    bool attached = false;
    std::string fault; ///< why it is not attached or its driver is gone; empty when all is well
    Link link = Link::unknown;
    std::string reason; ///< of the link state
    base::Monotonic since{};
    base::Instant since_wall{};
    std::optional<base::Instant> heard_at; ///< last sign of life
    ClockTrust clock;
    base::Instant clock_since{}; ///< of what is known of the clock
    Setup setup;
    Capabilities capabilities;
};

// Notifications (section 8). `device` is nil for a line's own.

struct Online {
    std::string reason;
    bool back = false; ///< the daemon's own: it had been lost
};
struct Offline {
    std::string reason;
};
struct LineUp {};   ///< the daemon's own: the way to the device is open again; the device itself has not been heard yet
struct Attached {}; ///< the daemon's own: a driver (again) knows the device
struct Alive {};    ///< it goes on being heard
struct Restarted {
    std::string marker;
};
struct ClockTold {
    base::Instant time; ///< by the device's own clock
};
struct ClockJudged { ///< the daemon's own: what is known of the device's clock is another thing now
    DeviceClock before = DeviceClock::unknown, now = DeviceClock::unknown;
    std::optional<base::milliseconds> ahead; ///< when that is known
};
struct SetupTold {
    SetupState state = SetupState::unknown;
    std::string detail;
    bool news = false; ///< the daemon's own: it turned to differ, or is right again behind that
};
struct DoorState {
    int door = 0;
    std::string contact, lock; ///< empty: not said
};
struct Tamper {
    bool active = false;
};
struct Record { ///< an entry of the device's own log
    std::string kind;
    std::optional<int> door;
    std::string key;
    std::optional<KeyKind> key_kind;
    std::optional<std::int64_t> time, slot;
};
struct Notification {
    model::DeviceId device;
    base::Monotonic at{};
    std::variant<Online, Offline, Alive, LineUp, Attached, Restarted, ClockTold, ClockJudged, SetupTold, DoorState, Tamper, Record> what;
};

} // namespace gatehouse::devices
