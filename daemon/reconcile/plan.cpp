#include "reconcile/plan.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

namespace gatehouse::reconcile {

using base::Instant;
using base::seconds;
using model::Placement;
using model::Truth;

namespace {

constexpr std::string_view table_full = "full";

std::optional<std::int64_t> start_of(Instant from)
{
    if (from <= Instant{}) return std::nullopt; // a device knows no time before 1970, and has nothing to wait for
    return std::chrono::ceil<seconds>(from).time_since_epoch().count();
}

std::optional<std::int64_t> end_of(Instant until, const devices::Capabilities& capabilities)
{
    if (until == base::no_end) return std::nullopt;
    const auto end = std::chrono::floor<seconds>(until).time_since_epoch().count();
    return capabilities.max_epoch > 0 ? std::min(end, capabilities.max_epoch) : end;
}

Instant instant(std::int64_t epoch)
{
    return Instant{seconds{epoch}};
}

std::uint64_t fingerprint(const devices::Entry& entry)
{
    char text[96];
    std::snprintf(text, sizeof text, "%llx|%lld|%lld", static_cast<unsigned long long>(entry.doors),
                  static_cast<long long>(entry.from.value_or(-1)), static_cast<long long>(entry.until.value_or(-1)));
    return base::xxhash(text, base::xxhash(entry.key));
}

/// Whether an entry with these bounds is what is desired. A leased end counts as equal from half a lease to a lease ahead.
bool same_bounds(const Desired& desired, const devices::Entry& wanted, std::optional<std::int64_t> from, std::optional<std::int64_t> until,
                 const devices::Capabilities& capabilities, const DevicePolicy& policy, base::Now now)
{
    if (capabilities.validity == devices::Validity::none) return true;
    const auto started = [&now](std::optional<std::int64_t> start) { return !start || instant(*start) <= now.instant; };
    if (from != wanted.from && !(started(from) && started(wanted.from))) return false;
    const auto unbounded = [&capabilities](std::optional<std::int64_t> end) {
        return !end || (capabilities.max_epoch > 0 && *end >= capabilities.max_epoch);
    };
    if (unbounded(until) || unbounded(wanted.until)) return unbounded(until) && unbounded(wanted.until);
    if (*until == *wanted.until) return true;
    if (!desired.leased || instant(*until) > desired.until) return false;
    return instant(*until) >= now.instant + *policy.lease / 2;
}

bool narrows(const Placement& placement, const devices::Entry& wanted)
{
    if (placement.value != value_of(wanted)) return true; // the earlier code goes
    const bool fewer_doors = (static_cast<devices::Doors>(placement.doors) & ~wanted.doors) != 0;
    const bool ends_earlier = wanted.until && placement.until > instant(*wanted.until);
    const bool starts_later = wanted.from && placement.from < instant(*wanted.from);
    return fewer_doors || ends_earlier || starts_later;
}

bool placed_as(const Desired& desired, const devices::Entry& wanted, const Placement& placement, const devices::Capabilities& capabilities,
               const DevicePolicy& policy, base::Now now)
{
    if (static_cast<devices::Doors>(placement.doors) != wanted.doors || placement.value != value_of(wanted)) return false;
    const auto from = placement.from == base::no_start ? std::nullopt : start_of(placement.from);
    const auto until = placement.until == base::no_end ? std::nullopt : end_of(placement.until, capabilities);
    return same_bounds(desired, wanted, from, until, capabilities, policy, now);
}

bool shown_as(const Desired& desired, const devices::Entry& wanted, const devices::Entry& shown, const devices::Capabilities& capabilities,
              const DevicePolicy& policy, base::Now now)
{
    if (shown.state != devices::EntryState::active) return false; // admin is wider, disabled is nothing
    if (shown.doors != 0 && shown.doors != wanted.doors) return false;
    if (value_of(wanted) != 0 && !shown.key.empty() && shown.key != wanted.key) return false; // another code stands in the slot
    return same_bounds(desired, wanted, shown.from, shown.until, capabilities, policy, now);
}

/// How much an entry in this state opens, of two that stand under one key.
int weight(devices::EntryState state)
{
    switch (state) {
    case devices::EntryState::disabled:
        return 0;
    case devices::EntryState::active:
        return 1;
    case devices::EntryState::unknown:
        return 2;
    case devices::EntryState::admin:
        return 3;
    }
    return 2;
}

/// What was read, by key. A table that shows one key twice opens what either row opens.
std::map<std::string, devices::Entry> by_key(const std::vector<devices::Entry>& entries)
{
    std::map<std::string, devices::Entry> shown;
    for (const auto& entry : entries) {
        const auto [at, fresh] = shown.try_emplace(key_of(entry), entry);
        if (fresh) continue;
        auto& both = at->second;
        both.doors |= entry.doors;
        if (!entry.from || !both.from || *entry.from < *both.from) both.from = entry.from && both.from ? entry.from : std::nullopt;
        if (!entry.until || !both.until || *entry.until > *both.until) both.until = entry.until && both.until ? entry.until : std::nullopt;
        if (weight(entry.state) > weight(both.state)) both.state = entry.state;
    }
    return shown;
}

/// The record of an entry that the device holds differently: it may open what was read as well.
void widen(Placement& placement, const devices::Entry& seen)
{
    if (seen.state == devices::EntryState::disabled) return;
    const bool always = seen.state != devices::EntryState::active;
    placement.doors |= static_cast<std::int64_t>(seen.doors);
    placement.from = seen.from && !always ? std::min(placement.from, instant(*seen.from)) : base::no_start;
    placement.until = seen.until && !always ? std::max(placement.until, instant(*seen.until)) : base::no_end;
}

/// The record of an entry that is proven absent: what stood there before is gone, and it may open no more than what is to be written.
void strip(Placement& placement, Placement bare)
{
    placement.leaving = placement.superseded = false;
    placement.value = bare.value;
    placement.doors = bare.doors;
    placement.from = bare.from;
    placement.until = bare.until;
    placement.holders = std::move(bare.holders);
}

} // namespace

std::uint64_t value_of(const devices::Entry& entry)
{
    const bool by_slot = !entry.name.empty() && entry.kind == devices::KeyKind::pin && entry.name != placement_key(entry.kind, entry.key);
    return by_slot ? model::code_value(entry.name, entry.key) : 0;
}

devices::Entry to_entry(const Desired& desired, const devices::Capabilities& capabilities)
{
    devices::Entry entry;
    entry.key = desired.key;
    entry.kind = desired.kind;
    entry.name = name_of(desired);
    entry.slot = desired.slot;
    entry.doors = desired.doors;
    const auto user = desired.holders.empty() ? std::nullopt : desired.holders.front().user;
    entry.label = user ? to_string(*user).substr(0, 8) : std::string{};
    if (capabilities.validity != devices::Validity::none) {
        entry.from = start_of(desired.interval.from);
        entry.until = end_of(desired.until, capabilities);
    }
    char tag[24];
    std::snprintf(tag, sizeof tag, "g:%08x", static_cast<unsigned>(fingerprint(entry)));
    entry.tag = tag;
    return entry;
}

bool covers(const devices::Entry& outer, const devices::Entry& inner)
{
    const auto start = [](const devices::Entry& entry) { return entry.from.value_or(std::numeric_limits<std::int64_t>::min()); };
    const auto end = [](const devices::Entry& entry) { return entry.until.value_or(std::numeric_limits<std::int64_t>::max()); };
    return inner.key == outer.key && (inner.doors & ~outer.doors) == 0 && start(inner) >= start(outer) && end(inner) <= end(outer);
}

Placement to_placement(const Desired& desired, const devices::Entry& entry, const model::DeviceId& device, Instant now,
                       model::ChangeNumber number)
{
    Placement placement;
    placement.device = device;
    placement.key = key_of(entry);
    placement.holders = desired.holders;
    placement.slot = entry.slot;
    placement.fingerprint = fingerprint(entry);
    placement.value = value_of(entry);
    placement.doors = static_cast<std::int64_t>(entry.doors);
    if (entry.from) placement.from = instant(*entry.from);
    if (entry.until) placement.until = instant(*entry.until);
    placement.truth = Truth::pending;
    placement.since = now;
    placement.number = number;
    return placement;
}

Instant renewal(const Placement& placement, const DevicePolicy& policy)
{
    if (!policy.lease || placement.until == base::no_end) return base::no_end;
    const auto lease = std::chrono::duration_cast<base::milliseconds>(*policy.lease);
    const auto spread = static_cast<std::uint64_t>(std::max<std::int64_t>(1, lease.count() / 8));
    return placement.until - lease / 2 - base::milliseconds{static_cast<std::int64_t>(base::xxhash(placement.key) % spread)};
}

bool owes(const Lowered& lowered, const model::Placements::Entries& placements, const devices::Capabilities& capabilities)
{
    return std::any_of(placements.begin(), placements.end(), [&](const auto& entry) {
        const auto desired = lowered.entries.find(entry.first);
        return desired == lowered.entries.end() || narrows(entry.second, to_entry(desired->second, capabilities));
    });
}

Writes plan_writes(const Lowered& lowered, const model::Placements::Entries& placements, const devices::Capabilities& capabilities,
                   const DevicePolicy& policy, base::Now now)
{
    Writes writes;
    for (const auto& [key, placement] : placements) {
        if (lowered.entries.contains(key)) continue;
        if (placement.leaving && placement.truth == Truth::assumed) continue; // acknowledged; only a read-back can say more
        writes.drops.push_back(placement);
    }
    std::vector<Desired> widening;
    for (const auto& [key, desired] : lowered.entries) {
        const auto wanted = to_entry(desired, capabilities);
        const auto found = placements.find(key);
        if (found == placements.end()) {
            widening.push_back(desired);
            continue;
        }
        const auto& placement = found->second;
        if (placement.truth == Truth::refused && !placement.leaving && narrows(placement, wanted)) {
            writes.drops.push_back(placement); // it will not be rewritten narrower: it goes, and may be put anew
            continue;
        }
        const bool same = placed_as(desired, wanted, placement, capabilities, policy, now);
        if (same && !placement.leaving && placement.truth == Truth::refused && placement.reason != table_full) continue;
        const bool readable = capabilities.readback != devices::Readback::none;
        if (same && !placement.leaving && placement.truth == Truth::unknown && readable) continue; // read back before anything else
        const bool renew = desired.leased && now.instant >= renewal(placement, policy);
        const bool sent = placement.truth == Truth::assumed && placement.fingerprint == fingerprint(wanted);
        const bool stands = sent || (same && (placement.truth == Truth::assumed || placement.truth == Truth::verified));
        if (stands && !renew && !placement.leaving) continue;
        const bool narrowing = narrows(placement, wanted);
        if (desired.held && !narrowing) continue;
        (narrowing ? writes.puts : widening).push_back(desired);
    }
    writes.narrowing = writes.puts.size();
    writes.puts.insert(writes.puts.end(), widening.begin(), widening.end());
    return writes;
}

Judgement judge(const Lowered& lowered, const model::Placements::Entries& placements, const devices::TableRead& read,
                const devices::Capabilities& capabilities, const DevicePolicy& policy, base::Now now, model::ChangeNumber number)
{
    Judgement judgement;
    const auto shown = by_key(read.entries);
    judgement.proven = read.complete;

    const auto lost = [&judgement](Placement placement, std::string reason, Instant at) {
        if (placement.truth == Truth::verified) judgement.lost.push_back(placement.key);
        placement.truth = Truth::pending;
        placement.reason = std::move(reason);
        placement.since = at;
        judgement.verified.push_back(std::move(placement));
        judgement.repairs = true;
        judgement.proven = false;
    };
    for (const auto& [key, desired] : lowered.entries) {
        const auto found = placements.find(key);
        const auto seen = shown.find(key);
        if (found == placements.end()) { // not written yet
            if (seen != shown.end()) judgement.claimed.push_back(seen->second);
            judgement.repairs = true;
            judgement.proven = false;
            continue;
        }
        auto placement = found->second;
        const auto wanted = to_entry(desired, capabilities);
        const bool told = seen != shown.end() && !(placement.superseded && seen->second.key.empty()); // which code it is
        if (told && shown_as(desired, wanted, seen->second, capabilities, policy, now)) {
            if (placement.truth != Truth::verified || placement.leaving) placement.since = now.instant;
            placement.truth = Truth::verified;
            placement.leaving = placement.superseded = false;
            placement.value = value_of(wanted);
            if (seen->second.slot) placement.slot = seen->second.slot;
            placement.reason.clear();
            placement.verified_at = now.instant;
            placement.number = number;
            const bool shows_doors = seen->second.doors == wanted.doors;
            if (shows_doors || (placement.may_open() & ~wanted.doors) == 0) { // nothing beyond is left
                placement.doors = static_cast<std::int64_t>(wanted.doors);
                placement.holders = desired.holders;
            }
            placement.from = wanted.from ? instant(*wanted.from) : base::no_start;
            placement.until = seen->second.until ? instant(*seen->second.until) : base::no_end;
            judgement.verified.push_back(std::move(placement));
        } else if (placement.truth == Truth::refused && seen == shown.end()) {
            // The device said no, and the operator knows. What stood there before is gone, if anything did.
            if (read.complete && (placement.leaving || narrows(placement, wanted))) {
                strip(placement, to_placement(desired, wanted, placement.device, placement.since, number));
                judgement.verified.push_back(std::move(placement));
            }
            continue;
        } else if (seen != shown.end()) {
            widen(placement, seen->second);
            const bool owed = placement.truth != Truth::verified && narrows(placement, wanted); // not taken away yet: it counts since then
            const auto since = owed ? placement.since : now.instant;
            lost(std::move(placement), "the device holds it differently", since);
        } else if (read.complete) {
            strip(placement, to_placement(desired, wanted, placement.device, now.instant, number));
            lost(std::move(placement), "the device does not hold it", now.instant);
        }
    }
    for (const auto& [key, placement] : placements) {
        if (lowered.entries.contains(key)) continue;
        const auto seen = shown.find(key);
        if (seen == shown.end()) {
            if (read.complete) judgement.gone.push_back(key);
            continue;
        }
        judgement.proven = false;
        judgement.repairs = true;
        auto still = placement;
        if (still.truth == Truth::assumed) still.reason = "the device acknowledged the removal and still holds it";
        still.truth = Truth::unknown;
        still.leaving = true;
        widen(still, seen->second);
        if (seen->second.state == devices::EntryState::active && seen->second.until) still.until = instant(*seen->second.until);
        judgement.verified.push_back(std::move(still));
    }
    for (const auto& [key, entry] : shown)
        if (!placements.contains(key) && !lowered.entries.contains(key)) judgement.foreign.push_back(entry);
    return judgement;
}

} // namespace gatehouse::reconcile
