#include "must.hpp"
#include "reconcile/plan.hpp"
#include "rows.hpp"
#include "world.hpp"

#include <cmath>

namespace gatehouse::bench {

namespace {

constexpr std::size_t entries = 2'000;
constexpr base::Now diff_now{base::Instant{base::milliseconds{1'804'000'000'000}}, true};

/// One side of one device as a sorted array.
struct Flat {
    std::uint64_t key;
    std::uint32_t doors, until;
    bool operator==(const Flat&) const = default;
};

std::size_t merge(const std::vector<Flat>& desired, const std::vector<Flat>& held)
{
    std::size_t differ = 0;
    auto a = desired.begin();
    auto b = held.begin();
    while (a != desired.end() && b != held.end()) {
        if (a->key == b->key)
            differ += *a++ == *b++ ? 0 : 1;
        else
            a->key < b->key ? (void)++a : (void)++b, ++differ;
    }
    return differ + static_cast<std::size_t>(desired.end() - a) + static_cast<std::size_t>(held.end() - b);
}

/// What one device is to hold and what is on record of it, the same but for one entry in a hundred.
struct Sides {
    reconcile::Lowered lowered;
    model::Placements::Entries placed;
};

Sides sides(std::size_t device)
{
    Sides made;
    const auto table = uid_table();
    const auto id = model::DeviceId{base::declared_uuid("bench", "device", std::to_string(device))};
    for (std::size_t i = 0; i < entries; ++i) {
        std::array<char, 32> uid{};
        std::snprintf(uid.data(), uid.size(), "04%012zx", i * 7'919 + device);
        reconcile::Desired desired;
        desired.key = uid.data();
        desired.name = reconcile::placement_key(desired.kind, desired.key);
        desired.doors = 1;
        desired.until = base::Instant{base::seconds{1'804'003'600}};
        desired.interval.until = desired.until;
        desired.holders.resize(1);
        desired.holders[0].doors = 1;
        auto placement = reconcile::to_placement(desired, reconcile::to_entry(desired, table), id, diff_now.instant, 1);
        placement.truth = model::Truth::verified;
        if (i % 100 == 0) placement.doors = 3;
        made.placed.emplace(placement.key, std::move(placement));
        made.lowered.entries.emplace(desired.name, std::move(desired));
    }
    return made;
}

template <class Work>
double milliseconds_of(Work work)
{
    const auto begun = Clock::now();
    work();
    return Seconds{Clock::now() - begun}.count() * 1e3;
}

} // namespace

void measure_diff(const Plan& plan, Table& table)
{
    pin_to(measured_core);
    const auto capabilities = uid_table();
    const reconcile::DevicePolicy policy{.lease = std::nullopt};
    std::vector<Sides> ours_all;
    std::vector<std::pair<std::vector<Flat>, std::vector<Flat>>> flat_all;
    double first_ratio = 0, last_ratio = 0;
    std::size_t largest = 0;
    for (const std::size_t devices : {10UL, 100UL, 1'000UL}) {
        if (devices * 100 > plan.large) continue;
        while (ours_all.size() < devices) {
            ours_all.push_back(sides(ours_all.size()));
            std::vector<Flat> one;
            for (std::size_t i = 0; i < entries; ++i) one.push_back({i * 7'919 + ours_all.size(), 1, 1});
            auto other = one;
            for (std::size_t i = 0; i < entries; i += 100) other[i].doors = 3;
            flat_all.emplace_back(std::move(one), std::move(other));
        }
        std::vector<double> ours, floor;
        for (int run = 0; run < plan.runs; ++run) {
            std::size_t differ = 0, planned = 0;
            floor.push_back(milliseconds_of([&] {
                for (const auto& [desired, held] : flat_all) differ += merge(desired, held);
            }));
            ours.push_back(milliseconds_of([&] {
                for (const auto& [lowered, placed] : ours_all)
                    planned += reconcile::plan_writes(lowered, placed, capabilities, policy, diff_now).puts.size();
            }));
            if (differ != planned || planned != devices * entries / 100) throw std::runtime_error{"the differences are not what they are"};
        }
        const auto ratio = median_ratio(ours, floor);
        const bool last = devices == 1'000;
        table.add({"11", "full diff, " + number(static_cast<double>(devices)) + " devices x 2000 entries", number(median(floor), "ms"),
                   number(median(ours), "ms"), number(ratio), last ? "≤ 5" : "", last ? verdict(ratio <= 5) : ""});
        if (first_ratio == 0) first_ratio = ratio;
        last_ratio = ratio, largest = devices;
    }
    const auto slope = std::log10(last_ratio / first_ratio) / std::log10(static_cast<double>(largest) / 10);
    table.add({"11", "slope (log-log) beyond the floor's", "", number(slope), "", "≤ 0.15", verdict(slope <= 0.15)});
    pin_to(load_core);
}

} // namespace gatehouse::bench
