#include "reconcile/lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using base::milliseconds;
using model::Truth;

namespace {

constexpr auto sweep_every = std::chrono::minutes{15};
constexpr std::size_t foreign_keys_shown = 1'000;
constexpr std::size_t lost_named = 10;

/// A card key for people: enough to tell cards apart, not enough to copy one.
std::string shortened(const std::string& key)
{
    const auto colon = key.find(':');
    const auto value = key.substr(colon + 1);
    if (key.starts_with("pin")) return "pin";
    return value.size() <= 4 ? value : "…" + value.substr(value.size() - 4);
}

} // namespace

/// While a table is being read an urgent touch does not wait for its end: the drops go out and the read ends as partial.
void Lane::drop_beside_read()
{
    if (!reading_ || dropping_) return;
    dropping_ = true;
    asio::co_spawn(tools_.ledger.executor(), urgent_drops(), [this](std::exception_ptr failure) {
        if (failure) spdlog::error("urgent_drops_failed device={}", to_string(device_));
        dropping_ = false;
        dropped_.notify();
    });
}

asio::awaitable<void> Lane::urgent_drops()
{
    const auto* device = tools_.directory.device(device_);
    const auto* known = tools_.fleet.status(device_);
    if (device == nullptr || known == nullptr || !known->attached) co_return;
    const auto capabilities = known->capabilities;
    const auto lowered = lower(tools_.directory, *device, capabilities, policy_, now());
    auto writes = plan_writes(lowered, tools_.directory.placements().of(device_), capabilities, policy_, now());
    if (!writes.drops.empty()) co_await drop(std::move(writes.drops), capabilities);
}

asio::awaitable<Lane::Next> Lane::read_back(const devices::Capabilities& capabilities)
{
    const auto budget = std::max<milliseconds>(capabilities.op_timeout, capabilities.readback_time) * 2 + base::seconds{30};
    const bool look = std::exchange(look_, false);
    reading_ = true;
    auto read = co_await tools_.fleet.read_table(device_, budget);
    reading_ = false;
    while (dropping_) co_await dropped_.wait(tools_.clock);

    const auto* device = tools_.directory.device(device_);
    if (read.outcome.verdict != devices::Verdict::acknowledged || device == nullptr) { // nothing was read: unreachable is never empty
        look_ = look_ || look;
        trouble("the table could not be read");
        retry_after_ = read.outcome.retry_after;
        co_return touched_ ? Next::again : Next::retry;
    }
    // What the device held is held against what is desired now, so that a stream of changes never keeps a proof from being taken.
    const auto number = tools_.ledger.head();
    const auto lowered = lower(tools_.directory, *device, capabilities, policy_, now());
    auto judgement = judge(lowered, tools_.directory.placements().of(device_), read, capabilities, policy_, now(), number);
    record(judgement, read.complete);
    if (read.complete) {
        status_.read_at = tools_.clock.wall();
        sweep_at_ = tools_.clock.now() + base::microseconds{sweep_every} * static_cast<std::int64_t>(80 + tools_.random.pick(41)) / 100;
    } else {
        look_ = look_ || look;
        trouble("the table was read in part: " + read.partial_reason);
    }
    const bool removed = co_await treat_foreign(judgement.foreign, read.entries.size(), capabilities);
    take_status(lowered);
    if (touched_ || removed) co_return Next::again;
    // Written again after a breath: an acknowledged write that did not hold is no reason to race.
    if (judgement.repairs || !judgement.proven) co_return Next::retry;
    co_await settle(number);
    co_return Next::rest;
}

/// Puts down what the read showed; drift becomes an event.
void Lane::record(Judgement& judgement, bool complete)
{
    ledger::PlacementBatch batch;
    batch.put = std::move(judgement.verified);
    for (const auto& key : judgement.gone) batch.erased.push_back({device_, key});
    if (!batch.put.empty() || !batch.erased.empty()) tools_.ledger.note(std::move(batch));
    if (judgement.lost.empty()) return;

    std::string keys;
    for (std::size_t i = 0; i < std::min(judgement.lost.size(), lost_named); ++i)
        keys += (i == 0 ? "" : ", ") + shortened(judgement.lost[i]);
    spdlog::warn("drift device={} entries={} complete={}", to_string(device_), judgement.lost.size(), complete);
    report("gatehouse.drift_found", {{"entries", static_cast<std::int64_t>(judgement.lost.size())}, {"keys", keys}});
}

/// Entries of nobody. At first contact they wait for the operator's word; on a device that was settled they are tampering.
asio::awaitable<bool> Lane::treat_foreign(const std::vector<devices::Entry>& foreign, std::size_t shown, devices::Capabilities capabilities)
{
    std::vector<devices::Entry> strangers;
    for (const auto& entry : foreign)
        if (std::find(kept_.begin(), kept_.end(), placement_key(entry.kind, entry.key)) == kept_.end()) strangers.push_back(entry);
    status_.foreign = foreign.size();
    status_.foreign_keys.clear();
    for (std::size_t i = 0; i < std::min(foreign.size(), foreign_keys_shown); ++i)
        status_.foreign_keys.push_back(placement_key(foreign[i].kind, foreign[i].key));
    status_.braked = false;
    const auto word = adopt_ ? *std::exchange(adopt_, std::nullopt) : status_.first_contact ? policy_.first_contact : policy_.foreign;
    if (strangers.empty()) co_return false;

    if (!status_.first_contact) {
        spdlog::error("foreign_entries device={} entries={}", to_string(device_), strangers.size());
        report("gatehouse.foreign_entries_found", {{"entries", static_cast<std::int64_t>(strangers.size())}});
    }
    if (word == Foreign::ask) co_return false;
    if (word == Foreign::keep) {
        for (const auto& entry : strangers) kept_.push_back(placement_key(entry.kind, entry.key));
        status_.first_contact = true; // so that settle writes the list down
        status_.foreign = 0;
        co_return false;
    }
    const bool many = strangers.size() > policy_.brake_entries && strangers.size() * 100 > shown * policy_.brake_share;
    if (many && !status_.first_contact) {
        status_.braked = true;
        co_return false;
    }
    bool well = true;
    for (std::size_t at = 0; at < strangers.size() && well && !touched_;) {
        std::vector<devices::Step> steps;
        for (const auto end = std::min(strangers.size(), at + chunk()); at < end; ++at) steps.push_back({true, strangers[at]});
        const auto outcomes = co_await write(std::move(steps), capabilities);
        for (const auto& outcome : outcomes) well = well && outcome.verdict == devices::Verdict::acknowledged;
    }
    look_ = true;
    co_return well;
}

} // namespace gatehouse::reconcile
