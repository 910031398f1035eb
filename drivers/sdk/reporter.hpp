#pragma once

#include "sdk/entry.hpp"
#include "sdk/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

class Outbox;

enum class SignOfLife : std::uint8_t { attached, connected, boot, heartbeat, answer };
template <>
inline constexpr std::array<std::string_view, 5> words<SignOfLife>{"attached", "connected", "boot", "heartbeat", "answer"};

enum class PresentedKind : std::uint8_t { card_bits, card_uid_hex, card_number, pin };
template <>
inline constexpr std::array<std::string_view, 4> words<PresentedKind>{"card_bits", "card_uid_hex", "card_number", "pin"};

struct Presented {
    std::uint8_t reader = 0;
    PresentedKind kind = PresentedKind::card_bits;
    std::string value;      ///< hex of the bits, right-aligned; else hex, decimal or digits
    std::uint16_t bits = 0; ///< of card_bits only
};

enum class Contact : std::uint8_t { open, closed, unknown };
template <>
inline constexpr std::array<std::string_view, 3> words<Contact>{"open", "closed", "unknown"};

enum class LockState : std::uint8_t { locked, unlocked, unknown };
template <>
inline constexpr std::array<std::string_view, 3> words<LockState>{"locked", "unlocked", "unknown"};

struct DoorState {
    std::optional<Contact> contact;
    std::optional<LockState> lock;
    friend bool operator==(const DoorState&, const DoorState&) = default;
};

/// Settings of a device that its profile relies on.
enum class SetupState : std::uint8_t {
    verified, ///< asked for, and as they have to be
    differs,  ///< asked for, and not
    unknown,  ///< they could not be asked for
};
template <>
inline constexpr std::array<std::string_view, 3> words<SetupState>{"verified", "differs", "unknown"};

enum class EventKind : std::uint8_t {
    granted,
    denied_unknown,
    denied_time,
    denied_disabled,
    denied_pin,
    denied,
    door_open,
    door_closed,
    door_forced,
    door_held,
    exit_button,
    table_changed,
    other,
};
template <>
inline constexpr std::array<std::string_view, 13> words<EventKind>{
    "granted",     "denied_unknown", "denied_time", "denied_disabled", "denied_pin",    "denied", "door_open",
    "door_closed", "door_forced",    "door_held",   "exit_button",     "table_changed", "other"};

/// A record of the device itself; what it does not tell stays empty.
struct DeviceEvent {
    EventKind kind = EventKind::other;
    std::optional<std::uint64_t> index;
    std::optional<std::int64_t> time; ///< seconds since 1970 UTC, by the device's clock
    std::optional<std::uint8_t> door;
    std::optional<std::uint8_t> reader;
    std::string key;
    KeyKind key_kind = KeyKind::card_uid_hex; ///< of `key`
    std::optional<std::uint32_t> slot;
    std::string detail;
};

enum class Level : std::uint8_t { error, warning, info };
template <>
inline constexpr std::array<std::string_view, 3> words<Level>{"error", "warning", "info"};

/// Tells the daemon what a line observes (docs/driver-protocol.md, section 8). A cheap handle, to be copied freely.
///
/// Errors:  none; when the daemon does not keep up, old notifications are dropped and counted.
/// Threads: any, at any time; never blocks.
class Reporter {
public:
    Reporter(std::shared_ptr<Outbox> outbox, std::string line);

    void line_online() const;
    void line_offline(std::string_view reason) const;
    void online(const std::string& device, SignOfLife reason) const;
    void offline(const std::string& device, std::string_view reason) const;
    /// It goes on being heard; nothing follows but that somebody who looks sees it.
    void alive(const std::string& device) const;
    void presented(const std::string& device, const Presented& what, Time at) const;
    void door(const std::string& device, std::uint8_t door, const DoorState& state) const;
    void input(const std::string& device, std::uint8_t input, bool active) const;
    void tamper(const std::string& device, bool active, std::string_view detail = {}) const;
    void restarted(const std::string& device, std::string_view marker = {}, std::string_view detail = {}) const;
    /// What the device's own clock showed at `at`, in seconds since 1970 UTC.
    void clock(const std::string& device, std::int64_t time, Time at) const;
    /// At each change, and when they were asked for anew; `detail` says what differs.
    void setup(const std::string& device, SetupState state, std::string_view detail = {}) const;
    void event(const std::string& device, const DeviceEvent& event) const;
    void log(const std::string& device, Level level, std::string_view text) const;

private:
    std::shared_ptr<Outbox> outbox_;
    std::string line_;
};

} // namespace gatehouse::sdk
