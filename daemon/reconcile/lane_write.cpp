#include "reconcile/lane.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using base::milliseconds;
using devices::Verdict;
using model::Placement;
using model::Truth;

namespace {

constexpr std::size_t steps_at_most = 128;

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
        return "the controller is busy";
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
    step.entry.key = placement.key.substr(colon + 1);
    step.entry.kind = kind == "pin"           ? devices::KeyKind::pin
                      : kind == "card_number" ? devices::KeyKind::card_number
                                              : devices::KeyKind::card_uid_hex;
    return step;
}

/// Whether the lane may go on with this device, or has to wait first.
bool goes_on(const devices::Outcome& outcome)
{
    return outcome.verdict != Verdict::unknown && outcome.verdict != Verdict::offline && outcome.verdict != Verdict::busy;
}

} // namespace

/// Sends steps with a budget for one operation that hangs; learns how many the device takes in a second.
asio::awaitable<std::vector<devices::Outcome>> Lane::write(std::vector<devices::Step> steps, const devices::Capabilities& capabilities)
{
    const auto count = steps.size();
    const auto begun = tools_.clock.now();
    auto outcomes = co_await tools_.fleet.apply(device_, std::move(steps), capabilities.op_timeout + milliseconds{2'000});
    const auto took = std::max(tools_.clock.now() - begun, base::microseconds{1'000});
    outcomes.resize(count, {Verdict::unknown, "no answer", {}});
    for (const auto& outcome : outcomes) {
        retry_after_ = std::max(retry_after_, outcome.retry_after);
        if (!goes_on(outcome)) co_return outcomes;
    }
    const auto in_a_second = static_cast<std::size_t>(static_cast<std::int64_t>(count) * 1'000'000 / took.count());
    chunk_ = std::clamp<std::size_t>(std::min(in_a_second, chunk_ * 2), 1, steps_at_most);
    co_return outcomes;
}

/// Takes away what is no longer desired. Does not wait for the disk: a denial may run ahead of it.
asio::awaitable<bool> Lane::drop(std::vector<Placement> drops, const devices::Capabilities& capabilities)
{
    bool well = true;
    ledger::PlacementBatch marks;
    for (auto& placement : drops) {
        if (placement.leaving) continue;
        placement.leaving = true;
        placement.truth = Truth::pending;
        placement.reason.clear();
        placement.since = tools_.clock.wall();
        marks.put.push_back(placement);
    }
    if (!marks.put.empty()) tools_.ledger.note(std::move(marks));

    for (std::size_t at = 0; at < drops.size() && well;) {
        const auto end = std::min(drops.size(), at + chunk());
        std::vector<devices::Step> steps;
        for (auto i = at; i < end; ++i) steps.push_back(drop_of(drops[i]));
        const auto outcomes = co_await write(std::move(steps), capabilities);
        ledger::PlacementBatch batch;
        for (const auto& outcome : outcomes) {
            auto& placement = drops[at++];
            placement.truth = truth_of(outcome, placement.truth);
            placement.reason = reason_of(outcome);
            well = well && goes_on(outcome);
            if (!outcome.reason.empty()) trouble(placement.reason);
            // A grant that came meanwhile has its own record; this one speaks of the entry as it was.
            batch.put.push_back(placement);
        }
        tools_.ledger.note(std::move(batch));
    }
    co_return well;
}

/// Writes what is desired. Each chunk: its placements are durable before it goes out, and nothing touched the device since it was lowered.
asio::awaitable<bool> Lane::put(std::vector<Desired> puts, const devices::Capabilities& capabilities, model::ChangeNumber number)
{
    const auto durable = co_await tools_.ledger.durable_at(number);
    if (!durable) co_return false;
    bool well = true;
    for (std::size_t at = 0; at < puts.size() && well && !touched_;) {
        const auto end = std::min(puts.size(), at + chunk());
        std::vector<devices::Step> steps;
        std::vector<Placement> placed;
        ledger::PlacementBatch before;
        for (; at < end; ++at) {
            devices::Step step;
            step.entry = to_entry(puts[at], capabilities);
            auto placement = to_placement(puts[at], step.entry, device_, tools_.clock.wall(), number);
            // Until the new entry is proven, the device may still hold the old one: the record covers both.
            if (const auto* old = tools_.directory.placements().find(device_, placement.key)) {
                placement.doors |= old->doors;
                placement.until = std::max(placement.until, old->until);
                placement.verified_at = old->verified_at;
            }
            before.put.push_back(placement);
            placed.push_back(to_placement(puts[at], step.entry, device_, tools_.clock.wall(), number));
            steps.push_back(std::move(step));
        }
        const auto recorded = co_await tools_.ledger.record(std::move(before));
        if (!recorded) co_return false;
        if (touched_) co_return true; // the policy moved on: lower again before anything is written

        const auto outcomes = co_await write(std::move(steps), capabilities);
        ledger::PlacementBatch after;
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            auto& placement = placed[i];
            placement.truth = truth_of(outcomes[i], Truth::pending);
            placement.reason = reason_of(outcomes[i]);
            well = well && goes_on(outcomes[i]);
            if (!placement.reason.empty()) trouble(placement.reason);
            if (placement.truth != Truth::assumed) { // the old entry may still stand
                const auto* old = tools_.directory.placements().find(device_, placement.key);
                if (old != nullptr) placement.doors = old->doors, placement.until = old->until;
            }
            after.put.push_back(std::move(placement));
        }
        tools_.ledger.note(std::move(after));
    }
    co_return well;
}

} // namespace gatehouse::reconcile
