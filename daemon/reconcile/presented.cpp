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
        return status != nullptr && status->attached;
    });
}

} // namespace

Presented presented(const devices::Fleet& fleet, const model::Directory& directory, const model::DoorNode& door, AccessMethod method)
{
    const auto* status = fleet.status(door.row.device);
    if (status == nullptr || !status->attached) return Presented::decided;
    const auto& can = status->capabilities;
    if (can.stores_credentials) {
        const bool code = can.takes_pin || (can.takes_card_and_pin && door.mode == "card_and_pin");
        const bool card = can.takes_uid || can.takes_number || can.takes_card_and_pin;
        return (method == AccessMethod::code ? code : card) ? Presented::decided : Presented::unwanted;
    }
    const auto readers = devices::readers(door.row.wiring);
    if (readers.empty()) return Presented::unwanted;
    return served(fleet, directory, readers) ? Presented::decided : Presented::unheard;
}

bool takes(const devices::Fleet& fleet, const model::Directory& directory, const model::DoorNode& door, AccessMethod method)
{
    return asks_for(door, method) && presented(fleet, directory, door, method) != Presented::unwanted;
}

std::string_view why_not(Presented presented)
{
    switch (presented) {
    case Presented::decided:
        return {};
    case Presented::unheard:
        return "no driver serves a reader of the door now";
    case Presented::unwanted:
        return "its hardware takes no such credential; it opens by an unlock of the gateway";
    }
    return {};
}

} // namespace gatehouse::reconcile
