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
constexpr int subsets_tried = 256; // of the doors of a device: those of eight

std::optional<std::int64_t> start_of(Instant from, const devices::Capabilities& capabilities)
{
    if (!capabilities.honours_start) return std::nullopt; // it has begun, and the device's clock may not know
    if (from <= Instant{}) return std::nullopt;           // a device knows no time before 1970, and has nothing to wait for
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

/// What of an entry is compared, without the texts that go over the wire.
struct Plain {
    devices::Doors doors = 0;
    std::optional<std::int64_t> from, until;
    std::uint64_t value = 0;
};

std::uint64_t fingerprint(std::string_view key, const Plain& plain)
{
    char text[96];
    std::snprintf(text, sizeof text, "%llx|%lld|%lld", static_cast<unsigned long long>(plain.doors),
                  static_cast<long long>(plain.from.value_or(-1)), static_cast<long long>(plain.until.value_or(-1)));
    return base::xxhash(text, base::xxhash(key));
}

std::uint64_t fingerprint(const devices::Entry& entry)
{
    return fingerprint(entry.key, {entry.doors, entry.from, entry.until});
}

std::string tag_of(const devices::Entry& entry)
{
    char tag[24];
    std::snprintf(tag, sizeof tag, "g:%08x", static_cast<unsigned>(fingerprint(entry)));
    return tag;
}

/// Only a code goes by another name than its own.
std::uint64_t value_of(devices::KeyKind kind, const std::string& name, const std::string& key)
{
    const bool by_slot = kind == devices::KeyKind::pin && !name.empty() && name != placement_key(kind, key);
    return by_slot ? model::code_value(name, key) : 0;
}

Plain plain(const Desired& desired, const devices::Capabilities& capabilities)
{
    Plain made{.doors = desired.doors, .value = value_of(desired.kind, desired.name, desired.key)};
    if (capabilities.validity != devices::Validity::none) {
        made.from = start_of(desired.interval.from, capabilities);
        made.until = end_of(desired.until, capabilities);
    }
    return made;
}

/// So far may a clock be behind the one a lease was given by: it was set back a little, or the gateway died and goes by the last time it
/// put down.
constexpr std::chrono::minutes behind_a_lease{2};

/// Up to when an entry that stands may end, where that is a lease's.
Instant longest_lease(const Desired& desired)
{
    return std::min(desired.until + behind_a_lease, desired.interval.until);
}

/// Whether an entry with these bounds is what is desired. A leased end counts as equal from half a lease to a lease ahead, and a little
/// more, but never beyond the end of the right.
bool same_bounds(const Desired& desired, const Plain& wanted, std::optional<std::int64_t> from, std::optional<std::int64_t> until,
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
    if (!desired.leased || instant(*until) > longest_lease(desired)) return false;
    return instant(*until) >= now.instant + *policy.lease / 2;
}

/// What a device may hold opens more than what is desired. A start that has passed closes nothing.
bool narrows(const Desired& desired, const Placement& placement, const Plain& wanted, Instant now)
{
    if (placement.value != wanted.value || placement.superseded) return true; // the earlier code goes
    const bool fewer_doors = (static_cast<devices::Doors>(placement.doors) & ~wanted.doors) != 0;
    const bool ends_earlier =
        wanted.until && placement.until > instant(*wanted.until) && !(desired.leased && placement.until <= longest_lease(desired));
    const bool starts_later = wanted.from && instant(*wanted.from) > now && placement.from < instant(*wanted.from);
    return fewer_doors || ends_earlier || starts_later;
}

bool placed_as(const Desired& desired, const Plain& wanted, const Placement& placement, const devices::Capabilities& capabilities,
               const DevicePolicy& policy, base::Now now)
{
    if (static_cast<devices::Doors>(placement.doors) != wanted.doors || placement.value != wanted.value) return false;
    const auto from = placement.from == base::no_start ? std::nullopt : start_of(placement.from, capabilities);
    const auto until = placement.until == base::no_end ? std::nullopt : end_of(placement.until, capabilities);
    return same_bounds(desired, wanted, from, until, capabilities, policy, now);
}

bool shown_as(const Desired& desired, const Plain& wanted, const devices::Entry& shown, const devices::Capabilities& capabilities,
              const DevicePolicy& policy, base::Now now)
{
    if (shown.state != devices::EntryState::active) return false; // admin is wider, disabled is nothing
    if (shown.doors != 0 && shown.doors != wanted.doors) return false;
    if (wanted.value != 0 && !shown.key.empty() && shown.key != desired.key) return false; // another code stands in the slot
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
    return value_of(entry.kind, entry.name, entry.key);
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
        entry.from = start_of(desired.interval.from, capabilities);
        entry.until = end_of(desired.until, capabilities);
    }
    entry.tag = tag_of(entry);
    return entry;
}

bool bears_our_tag(const devices::Entry& entry, devices::Doors outputs, const devices::Capabilities& capabilities)
{
    if (!entry.tag.starts_with("g:")) return false;
    const auto fits = [&entry, &capabilities](devices::Doors doors) {
        auto sent = entry;
        sent.doors = doors;
        if (tag_of(sent) == entry.tag) return true;
        if (sent.from == 0) sent.from.reset(); // devices that know no open bound keep the first or last second they can
        if (capabilities.max_epoch > 0 && sent.until >= capabilities.max_epoch) sent.until.reset();
        return tag_of(sent) == entry.tag;
    };
    if (entry.doors != 0) return fits(entry.doors);
    int left = subsets_tried;
    for (auto some = outputs; some != 0 && left > 0; some = (some - 1) & outputs, --left)
        if (fits(some)) return true;
    return false;
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

bool owes(const Desired* desired, const Placement& placement, const devices::Capabilities& capabilities, base::Now now)
{
    return desired == nullptr || narrows(*desired, placement, plain(*desired, capabilities), now.instant);
}

Write write_for(const Desired* desired, const Placement* placement, const Terms& terms)
{
    const auto& capabilities = terms.capabilities;
    if (desired == nullptr) {
        // Acknowledged: only a read-back can say more.
        const bool done = placement == nullptr || (placement->leaving && placement->truth == Truth::assumed);
        return done ? Write::none : Write::drop;
    }
    if (placement == nullptr) return desired->waits ? Write::none : Write::widening;
    const auto wanted = plain(*desired, capabilities);
    const bool narrower = narrows(*desired, *placement, wanted, terms.now.instant);
    // It will not be rewritten narrower: it goes, and may be put anew.
    if (placement->truth == Truth::refused && !placement->leaving && narrower) return Write::drop;
    const bool same = placed_as(*desired, wanted, *placement, capabilities, terms.policy, terms.now);
    if (same && !placement->leaving && placement->truth == Truth::refused && placement->reason != table_full) return Write::none;
    const bool readable = capabilities.readback != devices::Readback::none;
    if (same && !placement->leaving && placement->truth == Truth::unknown && readable) return Write::none; // read back before anything else
    const bool there = placement->truth == Truth::verified || placement->truth == Truth::assumed;
    const auto sent = [&] { return placement->truth == Truth::assumed && placement->fingerprint == fingerprint(desired->key, wanted); };
    const bool stands = !placement->leaving && there && (same || sent());
    if (stands && !(desired->leased && terms.now.instant >= renewal(*placement, terms.policy))) return Write::none;
    if (desired->waits) return narrower ? Write::drop : Write::none; // and put anew when the device's clock is told
    // What is in doubt with the clock is written on only where it stands.
    if (desired->held && !narrower && !there) return Write::none;
    return narrower ? Write::narrowing : Write::widening;
}

Writes plan_writes(const Lowered& lowered, const model::Placements::Entries& placements, const devices::Capabilities& capabilities,
                   const DevicePolicy& policy, base::Now now)
{
    Writes writes;
    const Terms terms{capabilities, policy, now};
    std::vector<Placement> replaced;
    std::vector<Desired> widening;
    const auto undesired = [&](const Placement& placement) {
        if (write_for(nullptr, &placement, terms) == Write::drop) writes.drops.push_back(placement);
    };
    auto held = placements.begin();
    for (const auto& [key, desired] : lowered.entries) { // both are in order of key
        auto order = -1;
        for (; held != placements.end() && (order = held->first.compare(key)) < 0; ++held) undesired(held->second);
        const auto* placement = held != placements.end() && order == 0 ? &(held++)->second : nullptr;
        const auto write = write_for(&desired, placement, terms);
        if (write == Write::drop) replaced.push_back(*placement);
        if (write == Write::narrowing) writes.puts.push_back(desired);
        if (write == Write::widening) widening.push_back(desired);
    }
    for (; held != placements.end(); ++held) undesired(held->second);
    writes.drops.insert(writes.drops.end(), replaced.begin(), replaced.end());
    writes.narrowing = writes.puts.size();
    writes.puts.insert(writes.puts.end(), widening.begin(), widening.end());
    return writes;
}

void add_shown(Shown& shown, devices::Entry entry)
{
    auto key = key_of(entry);
    const auto [at, fresh] = shown.try_emplace(std::move(key), std::move(entry)); // which leaves the entry alone when there is one
    if (fresh) return;
    auto& both = at->second;
    both.doors |= entry.doors;
    if (!entry.from || !both.from || *entry.from < *both.from) both.from = entry.from && both.from ? entry.from : std::nullopt;
    if (!entry.until || !both.until || *entry.until > *both.until) both.until = entry.until && both.until ? entry.until : std::nullopt;
    if (weight(entry.state) > weight(both.state)) both.state = entry.state;
}

namespace {

/// What is desired, and the device shows nothing of it or something else.
void judge_missing(const Desired& desired, const Plain& wanted, Placement placement, const devices::Entry* seen, bool complete,
                   const Terms& terms, model::ChangeNumber number, Judgement& judgement)
{
    const auto bare = [&](Instant since) {
        return to_placement(desired, to_entry(desired, terms.capabilities), placement.device, since, number);
    };
    // What was never proven has waited since before this read; what was, since now.
    const auto since = placement.truth == Truth::verified ? terms.now.instant : placement.since;
    const auto lost = [&judgement, since](Placement&& gone, std::string reason) {
        if (gone.truth == Truth::verified) judgement.lost.push_back(gone.key);
        gone.truth = Truth::pending;
        gone.reason = std::move(reason);
        gone.since = since;
        judgement.verified.push_back(std::move(gone));
        judgement.repairs = true;
        judgement.proven = false;
    };
    if (placement.truth == Truth::refused && seen == nullptr) {
        // The device said no, and the operator knows. What stood there before is gone, if anything did.
        if (!complete || !(placement.leaving || narrows(desired, placement, wanted, terms.now.instant))) return;
        if (!judgement.doubted) strip(placement, bare(placement.since));
        judgement.verified.push_back(std::move(placement));
    } else if (seen != nullptr) {
        widen(placement, *seen);
        const bool opens = seen->state != devices::EntryState::disabled;
        const bool told = !opens || !seen->key.empty(); // which code stands in the slot now
        if (wanted.value != 0 && told) placement.superseded = opens && seen->key != desired.key;
        if (wanted.value != 0 && opens && seen->key == desired.key) placement.value = wanted.value;
        lost(std::move(placement), "the device holds it differently");
    } else if (complete) {
        if (!judgement.doubted) strip(placement, bare(terms.now.instant));
        lost(std::move(placement), std::string{device_lost_it});
    }
}

void judge_desired(const Desired& desired, Placement placement, const devices::Entry* seen, bool complete, const Terms& terms,
                   model::ChangeNumber number, Judgement& judgement)
{
    const auto wanted = plain(desired, terms.capabilities);
    const bool told = seen != nullptr && !(placement.superseded && seen->key.empty()); // which code it is
    if (!told || !shown_as(desired, wanted, *seen, terms.capabilities, terms.policy, terms.now))
        return judge_missing(desired, wanted, std::move(placement), seen, complete, terms, number, judgement);
    if (placement.truth != Truth::verified || placement.leaving) placement.since = terms.now.instant;
    placement.truth = Truth::verified;
    placement.leaving = placement.superseded = false;
    placement.value = wanted.value;
    if (seen->slot) placement.slot = seen->slot;
    placement.reason.clear();
    placement.verified_at = terms.now.instant;
    placement.number = number;
    const bool shows_doors = seen->doors == wanted.doors;
    if (shows_doors || (placement.may_open() & ~wanted.doors) == 0) { // nothing beyond is left
        placement.doors = static_cast<std::int64_t>(wanted.doors);
        placement.holders = desired.holders;
    }
    placement.from = seen->from ? instant(*seen->from) : base::no_start; // as it stands there: clocks are set back
    placement.until = seen->until ? instant(*seen->until) : base::no_end;
    judgement.verified.push_back(std::move(placement));
}

/// Its slot is none of those that a read looks at, since the file says so.
bool is_unread(const Placement& placement, const devices::Capabilities& capabilities)
{
    if (!capabilities.slot_based || !placement.slot) return false;
    const auto end = capabilities.slot_first + capabilities.capacity;
    return *placement.slot < capabilities.slot_first || (capabilities.capacity > 0 && *placement.slot >= end);
}

void judge_leaving(const Placement& placement, const devices::Entry* seen, bool complete, bool unread, Judgement& judgement)
{
    if (seen == nullptr && (judgement.doubted || unread)) {
        judgement.proven = false;
        judgement.repairs = true;
        auto doubted = placement; // told to go once more
        if (unread)
            doubted.reason = "its slot is none of those that are read now";
        else if (doubted.truth == Truth::assumed)
            doubted.reason = "a read does not show it that cannot be believed";
        doubted.truth = Truth::unknown;
        judgement.verified.push_back(std::move(doubted));
        return;
    }
    if (seen == nullptr) {
        if (complete) judgement.gone.push_back(placement.key);
        return;
    }
    judgement.proven = false;
    judgement.repairs = true;
    auto still = placement;
    if (still.truth == Truth::assumed) still.reason = still_held;
    still.truth = Truth::unknown;
    still.leaving = true;
    widen(still, *seen);
    if (seen->state == devices::EntryState::active && seen->until) still.until = instant(*seen->until);
    judgement.verified.push_back(std::move(still));
}

} // namespace

bool should_stand(const Placement& placement, base::Now now)
{
    return !placement.leaving && placement.verified_at && placement.truth != Truth::refused &&
           placement.until > now.instant + devices::clock_off_by; // its own end may have come
}

void judge_key(const Desired* desired, const Placement* placement, const devices::Entry* seen, Looked looked, const Terms& terms,
               model::ChangeNumber number, Judgement& judgement)
{
    const bool unread = placement != nullptr && looked != Looked::at_it && is_unread(*placement, terms.capabilities);
    const bool complete = looked != Looked::at_some;
    if (desired != nullptr && placement != nullptr) {
        judge_desired(*desired, *placement, seen, complete && !unread, terms, number, judgement);
    } else if (desired != nullptr) { // not written yet
        if (seen != nullptr) judgement.claimed.push_back(*seen);
        judgement.repairs = true;
        judgement.proven = false;
    } else if (placement != nullptr) {
        judge_leaving(*placement, seen, complete, unread, judgement);
    } else if (seen != nullptr) {
        judgement.foreign.push_back(*seen);
    }
}

} // namespace gatehouse::reconcile
