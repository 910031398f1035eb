#pragma once

#include "sdk/capabilities.hpp"
#include "sdk/time.hpp"
#include "sdk/verdict.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::sdk {

/// A configuration value as the protocol carries it.
using Value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;
using Settings = std::map<std::string, Value>;
using Secrets = std::map<std::string, std::string>;

/// The configuration of a line. Secret fields are in `secrets` under the same name.
struct Endpoint {
    Settings settings;
    Secrets secrets;
};

/// The text of a setting or nothing; numbers and booleans are not text.
std::optional<std::string> text_of(const Settings& settings, const std::string& name);
std::optional<std::int64_t> number_of(const Settings& settings, const std::string& name);
std::vector<std::string> list_of(const Settings& settings, const std::string& name);
bool flag_of(const Settings& settings, const std::string& name);

/// A device, and within it a door where the operation has one.
struct Address {
    std::string device;
    std::uint8_t unit = 0; ///< bus address, 0 where the device has none
    std::uint8_t door = 0;

    friend auto operator<=>(const Address&, const Address&) = default;
};

enum class DoorMode : std::uint8_t {
    locked,
    unlocked, ///< held open
    leave,    ///< no lock-type command: a fire is active
};
template <>
inline constexpr std::array<std::string_view, 3> words<DoorMode>{"locked", "unlocked", "leave"};

enum class Signal : std::uint8_t { granted, denied, pin_wanted, alarm };
template <>
inline constexpr std::array<std::string_view, 4> words<Signal>{"granted", "denied", "pin_wanted", "alarm"};

struct Door {
    std::uint8_t door = 0;
    DoorMode mode = DoorMode::locked;
    std::optional<std::uint8_t> contact; ///< the input on this device that is the door's contact
    std::optional<Milliseconds> pulse{}; ///< how long an unlock of this door lasts, for a device that keeps it as a setting
};

/// Everything `attach` says about a device. Each door's mode is asserted before anything else is sent to it.
struct Attachment {
    Address at;
    std::string profile; ///< empty where the driver has none
    Settings params;
    Secrets secrets;
    std::vector<Door> doors;
    std::vector<std::uint8_t> inputs;
};

struct DoorVerdict {
    std::uint8_t door = 0;
    Verdict verdict;
};

/// The answer to `attach`: one verdict for each door's mode; empty stands for acknowledged throughout.
struct Attached {
    Attached() = default;
    Attached(Verdict v) : verdict{std::move(v)} {}

    Verdict verdict;
    Capabilities capabilities;
    std::vector<DoorVerdict> doors;
};

} // namespace gatehouse::sdk
