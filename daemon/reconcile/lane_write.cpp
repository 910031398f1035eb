#include "base/turn.hpp"
#include "reconcile/lane.hpp"

#include "reconcile/slots.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using base::milliseconds;
using devices::Verdict;
using model::Placement;
using model::Truth;

namespace {

constexpr std::size_t steps_at_most = 32; // more would hold the core thread while they are put down and written out

/// What a verdict on a write says about the entry. Only a read-back says more.
Truth truth_of(const devices::Outcome& outcome, Truth before)
{
    switch (outcome.verdict) {
    case Verdict::acknowledged:
        return Truth::assumed;
    case Verdict::refused:
    case Verdict::full:
    case Verdict::unsupported:
        return Truth::refused;
    case Verdict::unknown:
        return outcome.reason == "late" ? before : Truth::unknown;
    case Verdict::busy:
    case Verdict::offline:
        return before; // nothing was done
    }
    return Truth::unknown;
}

std::string reason_of(const devices::Outcome& outcome)
{
    switch (outcome.verdict) {
    case Verdict::acknowledged:
        return {};
    case Verdict::full:
        return "full";
    case Verdict::unsupported:
        return outcome.reason.empty() ? "unsupported" : outcome.reason;
    case Verdict::refused:
        return outcome.reason.empty() ? "refused" : outcome.reason;
    case Verdict::unknown:
        return "no clear answer from the controller";
    case Verdict::busy:
        return outcome.reason.empty() ? "the controller is busy" : outcome.reason;
    case Verdict::offline:
        return "the controller does not answer";
    }
    return {};
}

devices::Step drop_of(const Placement& placement)
{
    devices::Step step;
    step.drop = true;
    step.entry.slot = placement.slot;
    const auto colon = placement.key.find(':');
    const auto kind = placement.key.substr(0, colon);
    step.entry.name = placement.key;
    if (kind != "code") step.entry.key = placement.key.substr(colon + 1); // its slot says it all
    step.entry.kind = kind == "pin" || kind == "code" ? devices::KeyKind::pin
                      : kind == "card_number"         ? devices::KeyKind::card_number
                                                      : devices::KeyKind::card_uid_hex;
    return step;
}

} // namespace

/// Sends steps with a budget for one operation that hangs; learns how many the device takes in a second.
asio::awaitable<std::vector<devices::Outcome>> Lane::write(std::vector<devices::Step> steps, const devices::Capabilities& capabilities)
{
    const auto count = steps.size();
    const auto begun = tools_.clock.now();
    if (!unproven_) unproven_ = begun;
    status_.settled = false;
    for (auto& step : steps) write_as_held(step.entry, policy_);
    auto outcomes = co_await tools_.fleet.apply(device_, std::move(steps), capabilities.op_timeout + milliseconds{2'000});
    const auto took = std::max(tools_.clock.now() - begun, base::microseconds{1'000});
    outcomes.resize(count, {Verdict::unknown, "no answer", {}});
    std::size_t done = 0, late = 0;
    for (const auto& outcome : outcomes) {
        retry_after_ = std::max(retry_after_, outcome.retry_after);
        const bool not_begun = outcome.verdict == Verdict::unknown && outcome.reason == "late";
        late += not_begun ? 1 : 0;
        done += goes_on(outcome) ? 1 : 0;
        unclear_ = unclear_ || (outcome.verdict == Verdict::unknown && !not_begun);
        busy_ = busy_ || outcome.verdict == Verdict::busy;
    }
    if (done == count) {
        const auto in_a_second = static_cast<std::size_t>(static_cast<std::int64_t>(count) * 1'000'000 / took.count());
        chunk_ = std::clamp<std::size_t>(std::min(in_a_second, chunk_ * 2), 1, steps_at_most);
    } else if (done > 0 && done + late == count) { // all well, only more than the device does in that time
        chunk_ = done;
        backoff_.reset();
        stirred_ = true;
    }
    co_return outcomes;
}

/// Takes away what is no longer desired. Does not wait for the disk: a denial may run ahead of it.
asio::awaitable<bool> Lane::drop(std::vector<Placement> drops, const devices::Capabilities& capabilities)
{
    bool well = true;
    const auto unit = unit_;
    const auto urgent = urgent_;
    ledger::PlacementBatch marks;
    for (std::size_t at = 0; at < drops.size(); ++at) {
        if (at > 0 && at % tools_.slice == 0) { // what is marked already takes its time too
            if (!marks.put.empty()) tools_.ledger.note(std::exchange(marks, {}));
            co_await base::next_turn();
            if (unit != unit_) co_return false;
        }
        auto& placement = drops[at];
        if (const auto* known = tools_.directory.placements().find(device_, placement.key)) placement = *known; // turns may have passed
        if (placement.leaving) continue;
        placement.leaving = true;
        placement.truth = Truth::pending;
        placement.reason.clear();
        placement.since = tools_.clock.wall();
        marks.put.push_back(placement);
    }
    if (!marks.put.empty()) tools_.ledger.note(std::move(marks));

    // What was acknowledged once, and is only said again because nothing proves it, waits for what was never sent. Behind a failure each
    // has its turn, or one that never succeeds would starve them.
    auto again = drops.size();
    const auto first_time = [](const Placement& placement) { return placement.truth == Truth::pending; };
    if (failed_ == 0) again = static_cast<std::size_t>(std::stable_partition(drops.begin(), drops.end(), first_time) - drops.begin());
    for (std::size_t at = 0; at < drops.size() && well;) {
        if (at > 0 && at >= again && has_moved_on(urgent)) co_return true;
        const auto end = std::min(drops.size(), at + chunk());
        std::vector<devices::Step> steps;
        for (auto i = at; i < end; ++i) steps.push_back(drop_of(drops[i]));
        const auto sent = steps;
        const auto outcomes = co_await write(std::move(steps), capabilities);
        if (unit != unit_) co_return false; // the old unit's record was ended
        drop_last_ = drops[end - 1].key;
        ledger::PlacementBatch batch;
        for (const auto& outcome : outcomes) {
            auto& placement = drops[at++];
            const bool said_so_before = placement.reason == still_held; // and a read said otherwise: saying it again proves less than once
            placement.truth = truth_of(outcome, placement.truth);
            placement.reason = reason_of(outcome);
            if (said_so_before && placement.reason.empty()) placement.reason = still_held;
            well = well && goes_on(outcome);
            if (placement.truth != Truth::assumed) owed_.add(placement.key);
            if (!placement.reason.empty()) trouble(placement.reason);
            // A grant that came meanwhile has its own record; this one speaks of the entry as it was.
            batch.put.push_back(std::move(placement));
        }
        if (tools_.directory.device(device_) != nullptr) tools_.ledger.note(std::move(batch));
        prove(sent, outcomes, capabilities);
    }
    co_return well;
}

/// Until the new entry is proven, the device may still hold the old one: the record covers both.
Placement covering(Placement placement, const Placement& old)
{
    placement.holders = holders_now(old, placement.holders);
    placement.doors |= old.doors;
    placement.from = std::min(placement.from, old.from);
    placement.until = std::max(placement.until, old.until);
    placement.verified_at = old.verified_at;
    placement.superseded = old.superseded || old.value != placement.value;
    const bool refused = old.truth == Truth::refused && !old.leaving;
    if (old.truth == Truth::pending || old.truth == Truth::unknown || refused) placement.since = old.since; // it has waited since then
    return placement;
}

/// An entry that opens no door and at no time which the one on record does not open too, if by another code.
bool opens_no_more(const Placement& wanted, const Placement& known)
{
    return !known.leaving && wanted.slot == known.slot && (wanted.doors & ~known.doors) == 0 && wanted.from >= known.from &&
           wanted.until <= known.until;
}

/// Nor by another code.
bool takes_away_only(const Placement& wanted, const Placement& known)
{
    return opens_no_more(wanted, known) && wanted.value == known.value;
}

/// How long a lane waits for the disk: until something is to be taken away, unless it gave way to that the time before.
ledger::Patience Lane::patience(unsigned urgent)
{
    return {&wakeup_, [this, urgent] { return !gave_way_ && has_moved_on(urgent); }, at(policy_edge_)};
}

/// The disk had no time for these: they are written when it has, and everything else goes on meanwhile.
void Lane::defer(std::span<const Desired> puts, const base::Error& error)
{
    if (error.code == "gave_way") {
        gave_way_ = true;
        return;
    }
    trouble(error.detail);
    for (const auto& put : puts) deferred_.add(name_of(put));
}

/// A lease that need not be renewed yet is not, by what takes away: so that is a denial and nothing else.
void Lane::keep_lease(Desired& put) const
{
    const auto* known = tools_.directory.placements().find(device_, name_of(put));
    if (known == nullptr || !put.leased || tools_.clock.wall() >= renewal(*known, policy_)) return;
    put.until = std::min(put.until, known->until);
}

/// Whether a put takes away from an entry that stands on record, and gives nothing.
bool Lane::only_narrows(const Desired& put, const devices::Capabilities& capabilities) const
{
    const auto* known = tools_.directory.placements().find(device_, name_of(put));
    if (known == nullptr || known->leaving) return false;
    const bool sent = known->truth == Truth::verified || known->truth == Truth::assumed || known->truth == Truth::unknown;
    if (!sent && !covered_.contains(known->key)) return false; // its record may have come to memory only
    return takes_away_only(to_placement(put, to_entry(put, capabilities), device_, {}, 0), *known);
}

/// Writes what is desired. Each chunk: its placements are durable before it goes out, and it is held against the policy as it is then.
/// What only takes away from an entry that is on record is a denial, which runs ahead of the disk.
asio::awaitable<bool> Lane::put(Writes writes, const devices::Capabilities& capabilities, model::ChangeNumber number)
{
    auto& puts = writes.puts;
    const auto urgent = urgent_;
    const auto unit = unit_;
    bool well = true, durable = false, held_back = false;
    for (auto& put : std::span{puts}.first(writes.narrowing)) keep_lease(put);
    for (std::size_t at = 0; at < puts.size() && well && (at == 0 || !has_moved_on(urgent));) {
        const bool narrowing = at < writes.narrowing;
        if (!narrowing && held_back) co_return well; // what it was to lose is taken away before anything is given
        const bool ahead = narrowing && only_narrows(puts[at], capabilities);
        const auto first = at;
        if (!ahead && !durable) {
            auto until = patience(urgent);
            const auto stored = co_await tools_.ledger.durable_at(number, std::move(until));
            if (unit != unit_) co_return false;
            if (!stored) defer(std::span{puts}.subspan(first), stored.error());
            if (!stored) co_return well;
            durable = true;
        }
        std::vector<devices::Step> steps;
        std::vector<Placement> placed;
        std::vector<std::optional<Placement>> olds; // what stood on record for each
        std::vector<std::string> leased;
        ledger::PlacementBatch before;
        for (const auto end = std::min(narrowing ? writes.narrowing : puts.size(), at + chunk()); at < end; ++at) {
            if (narrowing && only_narrows(puts[at], capabilities) != ahead) break;
            devices::Step step;
            step.entry = to_entry(puts[at], capabilities);
            auto placement = to_placement(puts[at], step.entry, device_, tools_.clock.wall(), number);
            const auto* known = tools_.directory.placements().find(device_, placement.key);
            const auto old = known != nullptr ? std::optional{*known} : taken_over(placement.key);
            before.put.push_back(old ? covering(placement, *old) : placement);
            ahead ? (void)covered_.insert(placement.key) : (void)covered_.erase(placement.key);
            if (puts[at].leased) leased.push_back(placement.key);
            olds.push_back(old);
            placed.push_back(std::move(placement));
            steps.push_back(std::move(step));
        }
        if (ahead) {
            tools_.ledger.note(std::move(before));
        } else {
            auto until = patience(urgent);
            const auto recorded = co_await tools_.ledger.record(std::move(before), std::move(until));
            if (unit != unit_) co_return false; // another unit: its slots are not known, nor is anything on record
            if (!recorded) defer(std::span{puts}.subspan(first), recorded.error());
            if (!recorded) co_return well;
        }
        if (has_moved_on(urgent) && gives_way(narrowing)) co_return true;
        const bool doubted = now().trusted != clock_trusted_; // since this was lowered
        bool all_go = true;
        if (unsettled() || tools_.ledger.head() != number || has_moved_on(urgent) || doubted)
            all_go = keep_allowed(steps, placed, olds, capabilities);
        held_back = held_back || !all_go;
        if (steps.empty()) continue;

        const auto sent = steps;
        auto outcomes = co_await write(std::move(steps), capabilities);
        for (const auto& outcome : outcomes) well = well && goes_on(outcome);
        put_last_ = placed.back().key;
        // Which unit took it nobody knows when it was exchanged meanwhile: so it stands on record, as unknown.
        for (auto& outcome : outcomes)
            if (unit != unit_) outcome = {Verdict::unknown, "elsewhere", {}};
        note_put(outcomes, std::move(placed), capabilities, narrowing);
        prove(sent, outcomes, capabilities);
        gave_way_ = false;
        if (unit != unit_) co_return false;
        for (const auto& key : leased) renew_in_time(key);
        for (auto done = first; done < at; ++done) puts[done] = {}; // all at the end would be long
    }
    co_return well;
}

/// A leased entry that stands is renewed before its lease ends.
void Lane::renew_in_time(const std::string& key)
{
    const auto* placement = tools_.directory.placements().find(device_, key);
    if (placement == nullptr || (placement->truth != Truth::assumed && placement->truth != Truth::verified)) return;
    next_edge_ = std::min(next_edge_, renewal(*placement, policy_));
}

/// What was taken away since goes first, but for what takes away itself; and a grant gives way once, or a stream of revokes would keep it
/// from ever being written.
bool Lane::gives_way(bool narrowing)
{
    return !narrowing && std::exchange(gave_way_, !gave_way_) == false;
}

/// The policy moved on since this was lowered: only what it still allows goes out. With the clock in doubt that is what takes away alone;
/// an entry that is held back stands on record as it did, so that what it is to lose can be taken away by itself. False when one was.
bool Lane::keep_allowed(std::vector<devices::Step>& steps, std::vector<Placement>& placed, std::span<const std::optional<Placement>> olds,
                        const devices::Capabilities& capabilities)
{
    const auto* device = tools_.directory.device(device_);
    if (device == nullptr) {
        steps.clear();
        return true;
    }
    load_policy();
    std::vector<std::string> keys;
    for (const auto& placement : placed) keys.push_back(placement.key);
    auto fresh = capabilities;
    fresh.honours_start = tools_.honours_start(device_); // its clock may have been caught wrong since
    if (const auto* status = tools_.fleet.status(device_)) fresh.takes_starts = status->clock.takes_starts();
    const auto lowered = lower_some(task(*device, fresh, now()), keys).lowered;
    ledger::PlacementBatch back;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto allowed = lowered.entries.find(placed[i].key);
        const bool narrows = olds[i] && opens_no_more(placed[i], *olds[i]);
        const bool doubtful = allowed != lowered.entries.end() && (allowed->second.held || allowed->second.waits);
        const bool held = doubtful && !narrows;                                                       // in doubt with a clock
        const bool reserved = steps[i].entry.slot && policy_.reserved.contains(*steps[i].entry.slot); // since
        if (held || reserved || allowed == lowered.entries.end() || !covers(to_entry(allowed->second, fresh), steps[i].entry)) {
            const auto* stands = tools_.directory.placements().find(device_, placed[i].key);
            if (held && olds[i] && stands != nullptr && *stands == covering(placed[i], *olds[i])) back.put.push_back(*olds[i]);
            due_.add(placed[i].key);
            continue;
        }
        if (kept != i) steps[kept] = std::move(steps[i]), placed[kept] = std::move(placed[i]);
        ++kept;
    }
    steps.resize(kept);
    placed.resize(kept);
    const bool all_go = back.put.empty();
    if (!all_go) tools_.ledger.note(std::move(back));
    return all_go;
}

/// Puts down how a put ended. The record made before it stands where nothing says that the new entry took the place of the old.
void Lane::note_put(const std::vector<devices::Outcome>& outcomes, std::vector<Placement> placed, const devices::Capabilities& capabilities,
                    bool narrowing)
{
    if (tools_.directory.device(device_) == nullptr) return; // what it holds is no longer ours to record
    ledger::PlacementBatch after;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        auto& placement = placed[i];
        placement.truth = truth_of(outcomes[i], Truth::pending);
        placement.reason = reason_of(outcomes[i]);
        if (!placement.reason.empty()) trouble(placement.reason);
        if (narrowing && placement.truth != Truth::assumed) owed_.add(placement.key);
        if (outcomes[i].verdict == Verdict::full) full_.insert(placement.key);
        const auto* before = tools_.directory.placements().find(device_, placement.key);
        if (before != nullptr) placement.holders = holders_now(*before, placement.holders); // an acknowledgement proves nothing gone
        if (before != nullptr) placement.superseded = before->superseded;
        if (before != nullptr) placement.verified_at = before->verified_at; // no read has shown anything since
        if (before != nullptr) placement.since = before->since;             // an acknowledgement ends no wait
        if (before != nullptr && (placement.truth != Truth::assumed || before->leaving)) {
            placement.doors = before->doors;
            placement.from = before->from;
            placement.until = before->until;
        } else if (before != nullptr && capabilities.readback != devices::Readback::none) { // until a read shows the new ones
            placement.from = std::min(placement.from, before->from);
            placement.until = std::max(placement.until, before->until);
        }
        if (before != nullptr && before->leaving) { // revoked meanwhile: what was acknowledged is the entry, not its removal
            placement.leaving = true;
            if (placement.truth == Truth::assumed) placement.truth = Truth::pending;
        }
        after.put.push_back(std::move(placement));
    }
    tools_.ledger.note(std::move(after));
}

} // namespace gatehouse::reconcile
