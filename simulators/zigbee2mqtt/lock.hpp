#pragma once

#include "common/clock.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Door locks on a radio network, and the bridge between it and a broker.
namespace gatehouse::simulators::zigbee2mqtt {

constexpr auto never = std::chrono::milliseconds::max();

/// As the radio protocol numbers them.
enum class SlotStatus : std::uint8_t { available = 0, enabled = 1, disabled = 3 };
enum class UserType : std::uint8_t { unrestricted, year_day_schedule, week_day_schedule, master, non_access };

std::string_view text(SlotStatus status);
std::string_view text(UserType type);

/// An occupied slot.
struct Slot {
    SlotStatus status = SlotStatus::enabled;
    UserType type = UserType::unrestricted;
    std::string pin; ///< empty: a code of invalid length; nothing that is typed matches it
};

/// What a lock holds and does, whether anybody hears of it or not.
struct Lock {
    std::string name;
    std::size_t slot_count = 30; ///< numbered from 0
    std::map<std::size_t, Slot> slots;
    bool locked = true;
    std::chrono::milliseconds relocks_at = never;
    std::uint64_t pulses = 0; ///< how often it was told to open
    std::uint64_t duplicates_refused = 0;
};

enum class Stored : std::uint8_t { added, changed, refused };

/// Writes a slot. A lock that refuses duplicates has no room for digits another slot holds.
Stored store(Lock& lock, std::size_t slot, Slot content, bool refuses_duplicates);

/// Frees a slot; false when it was free.
bool clear(Lock& lock, std::size_t slot);

struct Typed {
    bool opens = false;
    std::optional<std::size_t> slot; ///< whose code it is
    std::string_view action;         ///< what the lock reports
};

/// What the lock makes of a code at its keypad. Codes that follow a schedule never open: nobody gave the lock one.
Typed type_code(const Lock& lock, std::string_view code);

/// The bolt moves; opened, it moves back after `relock`.
void move(Lock& lock, bool locked, common::Moment now, std::chrono::milliseconds relock);

} // namespace gatehouse::simulators::zigbee2mqtt
