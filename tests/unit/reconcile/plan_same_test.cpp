#include "reconcile/plan.hpp"
#include "unit/reconcile/site.hpp"

#include <gtest/gtest.h>

#include <random>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using namespace reconcile;
using model::Placement;
using model::Truth;

constexpr base::Instant noon{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1} + 12h};

/// What is to be written, said the long way: each side is made into the entry that goes over the wire, each key is looked up.
namespace plainly {

using End = std::optional<std::int64_t>;

base::Instant at(std::int64_t epoch)
{
    return base::Instant{base::seconds{epoch}};
}

End whole_start(base::Instant from)
{
    if (from <= base::Instant{}) return std::nullopt;
    return std::chrono::ceil<base::seconds>(from).time_since_epoch().count();
}

End whole_end(base::Instant until, const Terms& terms)
{
    if (until == base::no_end) return std::nullopt;
    const auto end = std::chrono::floor<base::seconds>(until).time_since_epoch().count();
    return terms.capabilities.max_epoch > 0 ? std::min(end, terms.capabilities.max_epoch) : end;
}

bool leased_well(const Desired& desired, base::Instant until)
{
    return until <= desired.until || (until <= desired.until + 2min && until <= desired.interval.until);
}

bool same_bounds(const Desired& desired, const devices::Entry& wanted, const Placement& placement, const Terms& terms)
{
    if (terms.capabilities.validity == devices::Validity::none) return true;
    const auto from = whole_start(placement.from), until = whole_end(placement.until, terms);
    const auto started = [&terms](End start) { return !start || at(*start) <= terms.now.instant; };
    if (from != wanted.from && !(started(from) && started(wanted.from))) return false;
    const auto last = terms.capabilities.max_epoch;
    const auto unbounded = [last](End end) { return !end || (last > 0 && *end >= last); };
    if (unbounded(until) || unbounded(wanted.until)) return unbounded(until) && unbounded(wanted.until);
    if (*until == *wanted.until) return true;
    return desired.leased && leased_well(desired, at(*until)) && at(*until) >= terms.now.instant + *terms.policy.lease / 2;
}

bool narrows(const Desired& desired, const Placement& placement, const devices::Entry& wanted, base::Instant now)
{
    const bool later = wanted.until && placement.until > at(*wanted.until);
    return placement.value != value_of(wanted) || placement.superseded ||
           (static_cast<devices::Doors>(placement.doors) & ~wanted.doors) != 0 ||
           (later && !(desired.leased && leased_well(desired, placement.until))) ||
           (wanted.from && at(*wanted.from) > now && placement.from < at(*wanted.from));
}

Write wanted_write(const Desired* desired, const Placement* placement, const Terms& terms)
{
    if (desired == nullptr)
        return placement == nullptr || (placement->leaving && placement->truth == Truth::assumed) ? Write::none : Write::drop;
    if (placement == nullptr) return Write::widening;
    const auto wanted = to_entry(*desired, terms.capabilities);
    const bool narrower = narrows(*desired, *placement, wanted, terms.now.instant), stays = !placement->leaving;
    const auto truth = placement->truth;
    if (truth == Truth::refused && stays && narrower) return Write::drop;
    const bool same = static_cast<devices::Doors>(placement->doors) == wanted.doors && placement->value == value_of(wanted) &&
                      same_bounds(*desired, wanted, *placement, terms);
    if (same && stays && truth == Truth::refused && placement->reason != "full") return Write::none;
    if (same && stays && truth == Truth::unknown && terms.capabilities.readback != devices::Readback::none) return Write::none;
    const bool renew = desired->leased && terms.now.instant >= renewal(*placement, terms.policy);
    const auto print = to_placement(*desired, wanted, the_device, noon, 1).fingerprint;
    const bool there = truth == Truth::assumed || truth == Truth::verified;
    const bool stands = (truth == Truth::assumed && placement->fingerprint == print) || (same && there);
    if (stands && !renew && stays) return Write::none;
    if (desired->held && !narrower && !there) return Write::none;
    return narrower ? Write::narrowing : Write::widening;
}

std::vector<std::string> steps(const Lowered& lowered, const model::Placements::Entries& placements, const Terms& terms)
{
    std::vector<std::string> drops, narrowing, widening;
    for (const auto& [key, placement] : placements)
        if (!lowered.entries.contains(key) && wanted_write(nullptr, &placement, terms) == Write::drop) drops.push_back("drop " + key);
    for (const auto& [key, desired] : lowered.entries) {
        const auto found = placements.find(key);
        const auto write = wanted_write(&desired, found == placements.end() ? nullptr : &found->second, terms);
        if (write == Write::drop) drops.push_back("drop " + key);
        if (write == Write::narrowing) narrowing.push_back("narrow " + key);
        if (write == Write::widening) widening.push_back("widen " + key);
    }
    drops.insert(drops.end(), narrowing.begin(), narrowing.end());
    drops.insert(drops.end(), widening.begin(), widening.end());
    return drops;
}

} // namespace plainly

/// Sides made by chance, of few values, so that they are often alike.
class Chance {
public:
    explicit Chance(unsigned seed) : random_{seed} {}
    std::size_t below(std::size_t end) { return random_() % end; }
    bool once_in(std::size_t times) { return below(times) == 0; }
    base::Instant start()
    {
        return std::array{base::no_start, base::Instant{-5s}, noon - 2h, noon - 1500ms, noon + 500ms, noon + 1h}.at(below(6));
    }
    base::Instant end()
    {
        return std::array{base::no_end, noon + 10h, noon + 10h + 300ms, noon + 20h, noon + 36h, noon + 37h, noon + 72h}.at(below(7));
    }
    Desired desired(std::size_t number, bool leases)
    {
        Desired made;
        made.kind = number % 3 == 0 ? devices::KeyKind::pin : devices::KeyKind::card_uid_hex;
        made.key = std::to_string(4'000 + number);
        if (number % 6 == 0) made.name = "code:" + std::to_string(number);
        if (number % 6 == 1) made.name = placement_key(made.kind, made.key);
        made.doors = 1 + below(3);
        made.interval.from = start();
        made.until = made.interval.until = end();
        made.leased = leases && once_in(3);
        if (made.leased && made.until != base::no_end && once_in(2))
            made.interval.until = made.until + std::array{60s, 90s, 3600s}.at(below(3));
        made.held = once_in(4);
        return made;
    }
    Placement placement(const Desired& desired, const devices::Capabilities& capabilities)
    {
        auto made = to_placement(desired, to_entry(desired, capabilities), the_device, noon, 1);
        made.truth = std::array{Truth::pending, Truth::unknown, Truth::assumed, Truth::verified, Truth::refused}.at(below(5));
        if (made.truth == Truth::refused && once_in(2)) made.reason = "full";
        made.leaving = once_in(5);
        if (once_in(3)) made.doors = static_cast<std::int64_t>(1 + below(3));
        if (once_in(3)) made.from = start();
        if (once_in(3)) made.until = end();
        if (made.until != base::no_end && once_in(4)) made.until += std::array{30s, 90s, 121s, 3600s}.at(below(4));
        if (once_in(6)) ++made.value;
        if (once_in(4)) ++made.fingerprint;
        return made;
    }

private:
    std::mt19937 random_;
};

TEST(PlanSameTest, TheMergeOfBothSidesSaysWhatEachKeyLookedUpSays)
{
    std::size_t all = 0;
    for (unsigned seed = 0; seed < 500; ++seed) {
        Chance chance{seed};
        devices::Capabilities device;
        device.stores_credentials = device.takes_uid = true;
        device.validity = chance.once_in(4) ? devices::Validity::none : devices::Validity::seconds;
        device.readback = chance.once_in(3) ? devices::Readback::none : devices::Readback::list_counted;
        if (chance.once_in(3)) device.max_epoch = std::chrono::floor<base::seconds>(noon + 36h).time_since_epoch().count();
        DevicePolicy policy;
        policy.lease = chance.once_in(3) ? std::nullopt : std::optional{base::seconds{72h}};
        const Terms terms{device, policy, base::Now{noon, true}};
        Lowered lowered;
        model::Placements::Entries placements;
        for (std::size_t number = 0; number < 40; ++number) {
            const auto desired = chance.desired(number, policy.lease.has_value());
            const auto key = name_of(desired);
            if (!chance.once_in(5)) lowered.entries.emplace(key, desired);
            if (!chance.once_in(5)) placements.emplace(key, chance.placement(desired, device));
        }

        const auto writes = plan_writes(lowered, placements, device, policy, terms.now);

        std::vector<std::string> steps;
        for (const auto& drop : writes.drops) steps.push_back("drop " + drop.key);
        for (std::size_t i = 0; i < writes.puts.size(); ++i)
            steps.push_back((i < writes.narrowing ? "narrow " : "widen ") + name_of(writes.puts[i]));
        ASSERT_EQ(steps, plainly::steps(lowered, placements, terms)) << "seed " << seed;
        all += steps.size();
    }
    EXPECT_GT(all, 5'000);
}

} // namespace
} // namespace gatehouse::tests
