#include "reconcile/presented.hpp"

#include "devices/wiring.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

using model::AccessMethod;

namespace {

bool served(const devices::Fleet& fleet, const model::Directory& directory, const std::vector<std::string>& readers)
{
    return std::any_of(directory.devices().begin(), directory.devices().end(), [&](const auto& device) {
        if (std::find(readers.begin(), readers.end(), device.second.row.key) == readers.end()) return false;
        const auto* status = fleet.status(device.first);
        return status != nullptr && status->attached && status->link != devices::Link::offline;
    });
}

/// Nothing but the door and its controller: who serves its readers is not looked at.
Presented at_the_hardware(const devices::Fleet& fleet, const model::DoorNode& door, AccessMethod method)
{
    const auto* status = fleet.status(door.row.device);
    if (status == nullptr || !status->attached) return Presented::decided;
    const auto& can = status->capabilities;
    if (!can.stores_credentials) return devices::readers(door.row.wiring).empty() ? Presented::nowhere : Presented::decided;
    const bool code = can.takes_pin || (can.takes_card_and_pin && door.mode == "card_and_pin");
    const bool card = can.takes_uid || can.takes_number || can.takes_card_and_pin;
    return (method == AccessMethod::code ? code : card) ? Presented::decided : Presented::unwanted;
}

} // namespace

Presented presented(const devices::Fleet& fleet, const model::Directory& directory, const model::DoorNode& door, AccessMethod method)
{
    const auto found = at_the_hardware(fleet, door, method);
    const auto* status = fleet.status(door.row.device);
    const bool heard = found != Presented::decided || status == nullptr || !status->attached || status->capabilities.stores_credentials ||
                       served(fleet, directory, devices::readers(door.row.wiring));
    return heard ? found : Presented::unheard;
}

bool can_take(const devices::Fleet& fleet, const model::DoorNode& door, AccessMethod method)
{
    return at_the_hardware(fleet, door, method) == Presented::decided;
}

bool takes(const devices::Fleet& fleet, const model::DoorNode& door, AccessMethod method)
{
    return asks_for(door, method) && can_take(fleet, door, method);
}

std::string_view why_not(Presented presented)
{
    switch (presented) {
    case Presented::decided:
        return {};
    case Presented::unheard:
        return "no driver serves a reader of the door now";
    case Presented::nowhere:
        return "the door has no reader, and its controller keeps no table; it opens by an unlock of the gateway";
    case Presented::unwanted:
        return "its hardware takes no credential of that kind";
    }
    return {};
}

} // namespace gatehouse::reconcile
