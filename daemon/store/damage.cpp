#include "store/damage.hpp"

#include <algorithm>

namespace gatehouse::store {

bool is_placement_key(std::string_view key)
{
    const auto colon = key.find(':');
    const auto kind = key.substr(0, colon);
    if (colon != std::string_view::npos && kind == "code") {
        const auto id = base::parse_uuid(key.substr(colon + 1));
        return id && base::to_string(*id) == key.substr(colon + 1);
    }
    if (colon == std::string_view::npos || (kind != "card_uid_hex" && kind != "card_number" && kind != "pin")) return false;
    const auto value = key.substr(colon + 1);
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return !value.empty() && value.size() <= 64 && std::ranges::all_of(value, is_digit);
}

Damage damage_of(const model::Placement& row, int read)
{
    Damage damage{.table = std::string{model::Placement::table}};
    if (read < 1) return damage;
    damage.row = to_string(row.device);
    damage.about = {row.device.value};
    if (read >= model::Placement::keys && is_placement_key(row.key)) damage.placement = PlacementKey{row.device, row.key};
    constexpr int through_slot = model::Placement::keys + 2; // the holders are before it
    if (read >= through_slot) damage.slot = row.slot;
    return damage;
}

Damage damage_of(const model::PinClaim& row, int read)
{
    Damage damage{.table = std::string{model::PinClaim::table}};
    if (read < 1) return damage;
    damage.row = to_string(row.door);
    damage.about = {row.door.value};
    return damage;
}

} // namespace gatehouse::store
