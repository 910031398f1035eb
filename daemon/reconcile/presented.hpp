#pragma once

#include "devices/fleet.hpp"
#include "model/second_factor.hpp"

#include <string_view>

namespace gatehouse::reconcile {

/// What comes of a card or a code that is presented at a door.
enum class Presented : std::uint8_t {
    decided,  ///< the controller decides, or the gateway that hears of it; or its driver has not said yet what it can do
    unheard,  ///< the gateway would decide, but no driver serves a reader of the door
    nowhere,  ///< the gateway would decide, and the door has no reader
    unwanted, ///< the hardware takes no such thing
};

/// Of a card or a code; anything else is presented at no door.
Presented presented(const devices::Fleet& fleet, const model::Directory& directory, const model::DoorNode& door,
                    model::AccessMethod method);

/// Whether the door's hardware takes one of the kind, or is not known to take none; who serves its readers now is no matter.
bool can_take(const devices::Fleet& fleet, const model::DoorNode& door, model::AccessMethod method);

/// The same, where its mode asks for one as well, first or after a card.
bool takes(const devices::Fleet& fleet, const model::DoorNode& door, model::AccessMethod method);

/// Why nothing does, for people; empty where it is `decided`.
std::string_view why_not(Presented presented);

} // namespace gatehouse::reconcile
