// A part of what a device is to hold is what the whole says of it, and what a change does not name stays as it was.

#include "model/affected.hpp"
#include "reconcile/lower.hpp"
#include "unit/house/tables.hpp"

namespace gatehouse::tests {
namespace {

using model::Town;
using reconcile::Lowered;
using reconcile::Part;

/// Tables of several kinds.
std::vector<devices::Capabilities> kinds()
{
    devices::Capabilities uids;
    uids.stores_credentials = uids.takes_uid = true;
    uids.validity = devices::Validity::seconds;
    auto numbers = uids;
    numbers.takes_number = numbers.takes_pin = true;
    numbers.validity = devices::Validity::none;
    auto slots = numbers;
    slots.slot_based = true;
    slots.any_door_subset = false;
    return {uids, numbers, slots};
}

bool same(const Lowered& one, const Lowered& other, const std::string& key)
{
    const auto a = one.entries.find(key), b = other.entries.find(key);
    if (a == one.entries.end() || b == other.entries.end()) return a == one.entries.end() && b == other.entries.end();
    const auto &left = a->second, &right = b->second;
    return left.doors == right.doors && left.interval == right.interval && left.until == right.until && left.leased == right.leased &&
           left.holders == right.holders && left.key == right.key && left.kind == right.kind;
}

std::multiset<std::string> refused_part(const Lowered& lowered, const model::CredentialId& credential)
{
    std::multiset<std::string> reasons;
    for (const auto& refusal : lowered.refusals)
        if (refusal.credential == credential) reasons.insert(to_string(refusal.door) + refusal.reason);
    return reasons;
}

/// Every key of either.
std::set<std::string> keys_of(const Lowered& one, const Lowered& other)
{
    std::set<std::string> keys;
    for (const auto* lowered : {&one, &other})
        for (const auto& [key, desired] : lowered->entries) keys.insert(key);
    return keys;
}

TEST(Part, SaysWhatTheWholeSaysHoweverItIsCut)
{
    std::size_t entries = 0;
    const reconcile::DevicePolicy policy;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Town town{seed, seed % 3 == 0 ? model::Manner::busy : model::Manner::plain};
        live(town, 150);
        for (const auto& [id, device] : town.directory.devices())
            for (const auto& capabilities : kinds())
                for (const auto at : model::moments(town.manner)) {
                    const reconcile::Task task{town.directory, device, capabilities, policy, {at}};
                    const auto whole = reconcile::lower(town.directory, device, capabilities, policy, {at});
                    std::set<std::string> seen;
                    auto edge = base::no_end;
                    for (const auto& [key, card] : town.books.all<model::Credential>()) {
                        const auto part = reconcile::lower_some(task, {}, std::array{card.id});
                        edge = std::min(edge, part.lowered.next_edge);
                        for (const auto& name : part.keys) {
                            EXPECT_TRUE(same(part.lowered, whole, name)) << seed << " " << name;
                            seen.insert(name);
                        }
                        EXPECT_EQ(refused_part(part.lowered, card.id), refused_part(whole, card.id));
                    }
                    EXPECT_EQ(edge, whole.next_edge);
                    for (const auto& [name, desired] : whole.entries) {
                        EXPECT_TRUE(seen.contains(name)) << name;
                        const auto by_key = reconcile::lower_some(task, std::array{name});
                        EXPECT_TRUE(same(by_key.lowered, whole, name)) << name;
                        ++entries;
                    }
                }
    }
    EXPECT_GT(entries, 1'000U);
}

TEST(Part, WhatAChangeDoesNotNameStaysAsItWas)
{
    std::size_t changed = 0, named_few = 0;
    const reconcile::DevicePolicy policy;
    const auto all_kinds = kinds();
    for (std::uint64_t seed = 1; seed <= 160; ++seed) {
        Town town{seed};
        for (int change = 0; change < 150; ++change) {
            const auto at = model::moments()[static_cast<std::size_t>(change) % model::moments().size()];
            const auto& capabilities = all_kinds[static_cast<std::size_t>(change) % all_kinds.size()];
            std::map<model::DeviceId, Lowered> before;
            for (const auto& [id, device] : town.directory.devices())
                before[id] = reconcile::lower(town.directory, device, capabilities, policy, {at});
            const auto mutation = town.next();
            model::Concerned concerned;
            std::vector<model::DoorId> doors;
            std::set<model::DeviceId> touched_devices; // a door may move from one to another
            const auto touch = [&] {
                model::affected_doors(town.directory, mutation, doors);
                for (const auto& door : doors)
                    if (const auto* node = town.directory.door(door)) touched_devices.insert(node->row.device);
            };
            bool everybody = !model::concerned(town.directory, mutation, concerned);
            touch();
            if (!town.apply(mutation)) continue;
            everybody = !model::concerned(town.directory, mutation, concerned) || everybody;
            touch();
            for (const auto& [id, device] : town.directory.devices()) {
                const auto after = reconcile::lower(town.directory, device, capabilities, policy, {at});
                const bool touched = touched_devices.contains(id);
                if (touched && everybody) continue;
                const reconcile::Task task{town.directory, device, capabilities, policy, {at}};
                const auto part = touched ? reconcile::lower_some(task, concerned.keys, concerned.credentials) : Part{};
                named_few += touched ? 1 : 0;
                for (const auto& key : keys_of(before[id], after)) {
                    if (part.keys.contains(key)) continue;
                    EXPECT_TRUE(same(before[id], after, key)) << seed << " " << key << " row " << mutation.row.index();
                }
                for (const auto& key : keys_of(before[id], after)) changed += same(before[id], after, key) ? 0 : 1;
            }
        }
    }
    EXPECT_GT(changed, 100U);
    EXPECT_GT(named_few, 500U);
}

} // namespace
} // namespace gatehouse::tests
