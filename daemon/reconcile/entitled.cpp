#include "reconcile/lower.hpp"

#include <charconv>

namespace gatehouse::reconcile {

using devices::KeyKind;

namespace {

constexpr std::uint64_t numbers_per_facility = 65'536; // h10301

/// The form under which credentials are indexed for a placement key; nothing for a PIN.
std::optional<std::string> presentation(std::string_view key)
{
    const auto value = key.substr(key.find(':') + 1);
    if (key.starts_with("card_uid_hex:")) return "uid:" + std::string{value};
    if (!key.starts_with("card_number:")) return std::nullopt;
    std::uint64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return "number:h10301:" + std::to_string(number / numbers_per_facility) + ":" + std::to_string(number % numbers_per_facility);
}

devices::Doors opened(const model::Directory& directory, const model::DeviceNode& device, const model::Workspace& workspace,
                      const model::CredentialNode& credential, base::Instant stands_from, base::Now now)
{
    devices::Doors doors = 0;
    for (const auto& id : device.doors) {
        const auto& door = *directory.door(id);
        const auto opening = model::opens(workspace, credential, door, now);
        // What begins later may stand on a device that honours a start, when it does not begin before that; a suspended one may not.
        const bool ahead = opening.reason == model::Reason::not_yet && opening.interval && stands_from >= opening.interval->from;
        if (opening.open || ahead) doors |= devices::Doors{1} << door.row.output;
    }
    return doors;
}

} // namespace

std::vector<std::string> placement_keys(const model::Credential& credential)
{
    std::vector<std::string> keys;
    if (credential.card_uid) keys.push_back(placement_key(KeyKind::card_uid_hex, *credential.card_uid));
    if (credential.card_number && credential.facility_code) {
        std::uint64_t number = 0;
        std::from_chars(credential.card_number->data(), credential.card_number->data() + credential.card_number->size(), number);
        const auto key = static_cast<std::uint64_t>(*credential.facility_code) * numbers_per_facility + number;
        keys.push_back(placement_key(KeyKind::card_number, std::to_string(key)));
    }
    if (credential.code) keys.push_back(placement_key(KeyKind::pin, *credential.code));
    return keys;
}

devices::Doors entitled(const model::Directory& directory, const model::DeviceNode& device, const model::Placement& placement,
                        base::Now now)
{
    const auto form = presentation(placement.key);
    devices::Doors doors = 0;
    for (const auto& [id, workspace] : directory.workspaces()) {
        if (!form) {
            const auto* credential = id == placement.workspace ? workspace->credentials.find(placement.credential) : nullptr;
            if (credential != nullptr) doors |= opened(directory, device, *workspace, *credential, placement.from, now);
            continue;
        }
        const auto same = workspace->credentials_by_presentation.find(*form);
        if (same == workspace->credentials_by_presentation.end()) continue;
        for (const auto& credential : same->second)
            doors |= opened(directory, device, *workspace, *workspace->credentials.find(credential), placement.from, now);
    }
    return doors;
}

} // namespace gatehouse::reconcile
