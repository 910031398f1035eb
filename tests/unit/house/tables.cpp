#include "unit/house/tables.hpp"

#include "reconcile/plan.hpp"

#include <algorithm>

namespace gatehouse::tests {

namespace {

using devices::KeyKind;

Tried uid(const std::string& value)
{
    return {"uid " + value, {{"uid:" + value}, {}}, KeyKind::card_uid_hex, value};
}

Tried number(std::int64_t facility, const std::string& value)
{
    const auto full = facility * static_cast<std::int64_t>(reconcile::numbers_per_facility) + std::stoll(value);
    const auto text = std::to_string(facility) + ":" + value;
    return {"number " + text, {{"number:h10301:" + text}, {}}, KeyKind::card_number, std::to_string(full)};
}

Tried code(const std::string& value)
{
    return {"code " + value, {{}, value}, KeyKind::pin, value};
}

/// Puts down what a device with codes is to hold, or takes some of it off the device; with the claims that become free.
void write(model::Town& town, const model::DeviceNode& device, const Table& table, base::Now now)
{
    auto& placements = town.directory.placements();
    const auto lowered = reconcile::lower(town.directory, device, table.capabilities, table.policy, now);
    for (const auto& [name, desired] : lowered.entries) {
        if (town.chance.pick(3) == 0) continue;
        const auto entry = reconcile::to_entry(desired, table.capabilities);
        placements.put(reconcile::to_placement(desired, entry, device.row.id, now.instant, town.number));
    }
    model::CodeScope scope;
    auto leaving = placements.of(device.row.id);
    for (const auto& [name, placement] : leaving) {
        if (lowered.entries.contains(name) || town.chance.pick(3) != 0) continue;
        model::affected_codes(town.directory, placement, scope);
        for (const auto& holder : placement.holders) scope.credentials.insert(holder.credential);
        placements.erase(device.row.id, name);
    }
    town.take(model::plan_claims(town.directory, scope, now.instant).rows);
}

} // namespace

std::vector<Tried> tried(const model::Town& town)
{
    std::set<Tried> found;
    for (const auto& [key, card] : town.books.all<model::Credential>()) {
        if (card.card_uid) found.insert(uid(std::string{*card.card_uid}));
        if (!card.card_number) continue;
        for (const std::int64_t facility : {0, 1}) found.insert(number(facility, std::string{*card.card_number}));
    }
    for (const auto& value : model::codes()) found.insert(code(value));
    return {found.begin(), found.end()};
}

std::vector<Table> tables()
{
    using enum KeyKind;
    devices::Capabilities blank;
    blank.stores_credentials = true;
    blank.validity = devices::Validity::seconds;
    Table uids{"uids", blank, {}, {card_uid_hex}}, numbers{"numbers", blank, {}, {card_number}},
        facility{"facility 1", blank, {}, {card_number}};
    Table codes{"codes", blank, {}, {pin}}, slots{"slots", blank, {}, {card_number, pin}};
    uids.capabilities.takes_uid = true;
    numbers.capabilities.takes_number = facility.capabilities.takes_number = slots.capabilities.takes_number = true;
    numbers.capabilities.validity = slots.capabilities.validity = devices::Validity::none;
    facility.policy.whole_key = false, facility.policy.facility = 1;
    codes.capabilities.takes_pin = slots.capabilities.takes_pin = slots.capabilities.slot_based = true;
    slots.capabilities.any_door_subset = false;
    return {uids, numbers, facility, codes, slots};
}

const reconcile::Desired* held(const reconcile::Lowered& lowered, const Tried& one, const model::DoorNode& door, base::Instant at)
{
    for (const auto& [name, entry] : lowered.entries) {
        const bool opens = (entry.doors >> door.row.output & 1) != 0 && entry.interval.contains(at);
        if (opens && entry.kind == one.kind && entry.key == one.key) return &entry;
    }
    return nullptr;
}

void live(model::Town& town, int changes)
{
    const auto kinds = tables();
    const auto with_codes = [&kinds](std::uint64_t of) -> const Table& { return kinds.at(kinds.size() - 1 - of); };
    const auto days = model::moments(town.manner);
    for (int change = 0; change < changes; ++change) {
        town.apply(town.next());
        if (change % 10 != 9) continue;
        std::uint64_t of = 0;
        for (const auto& [id, device] : town.directory.devices())
            write(town, device, with_codes(of++ % 2), {days.at(town.chance.pick(days.size()))});
    }
}

} // namespace gatehouse::tests
