#include "zigbee2mqtt/lock.hpp"

#include <array>
#include <utility>

namespace gatehouse::simulators::zigbee2mqtt {

std::string_view text(SlotStatus status)
{
    switch (status) {
    case SlotStatus::enabled:
        return "enabled";
    case SlotStatus::disabled:
        return "disabled";
    case SlotStatus::available:
        break;
    }
    return "available";
}

std::string_view text(UserType type)
{
    constexpr std::array<std::string_view, 5> words{"unrestricted", "year_day_schedule", "week_day_schedule", "master", "non_access"};
    return words[static_cast<std::size_t>(type)];
}

Stored store(Lock& lock, std::size_t slot, Slot content, bool refuses_duplicates)
{
    for (const auto& [number, held] : lock.slots) {
        if (!refuses_duplicates || number == slot || content.pin.empty() || held.pin != content.pin) continue;
        ++lock.duplicates_refused;
        return Stored::refused;
    }
    const auto [at, added] = lock.slots.insert_or_assign(slot, std::move(content));
    return added ? Stored::added : Stored::changed;
}

bool clear(Lock& lock, std::size_t slot)
{
    return lock.slots.erase(slot) > 0;
}

Typed type_code(const Lock& lock, std::string_view code)
{
    for (const auto& [number, slot] : lock.slots) {
        if (code.empty() || slot.pin != code || slot.status != SlotStatus::enabled) continue;
        switch (slot.type) {
        case UserType::unrestricted:
        case UserType::master:
            return {.opens = true, .slot = number, .action = "unlock"};
        case UserType::non_access:
            return {.opens = false, .slot = number, .action = "non_access_user_operational_event"};
        case UserType::year_day_schedule:
        case UserType::week_day_schedule:
            return {.opens = false, .slot = number, .action = "unlock_failure_invalid_schedule"};
        }
    }
    return {.opens = false, .slot = std::nullopt, .action = "unlock_failure_invalid_pin_or_id"};
}

void move(Lock& lock, bool locked, common::Moment now, std::chrono::milliseconds relock)
{
    lock.locked = locked;
    lock.relocks_at = locked || relock.count() == 0 ? never : now.running + relock;
    if (!locked) ++lock.pulses;
}

} // namespace gatehouse::simulators::zigbee2mqtt
