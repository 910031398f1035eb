#include "reconcile/lane.hpp"

#include "reconcile/slots.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using base::milliseconds;
using model::Truth;

namespace {

constexpr auto sweep_every =
    std::chrono::minutes{12}; // within a fifth either way: tampering is noticed in 15 minutes, its reading included
constexpr std::size_t lost_named = 10;
constexpr milliseconds gather{50};

/// A card key for people: enough to tell cards apart, not enough to copy one.
std::string shortened(const std::string& key)
{
    const auto colon = key.find(':');
    const auto value = key.substr(colon + 1);
    if (key.starts_with("pin")) return "pin";
    return value.size() <= 4 ? value : "…" + value.substr(value.size() - 4);
}

} // namespace

/// While a table is being read a revoke does not wait for its end: what takes something away goes out, and the read ends as partial.
/// So does what was granted, once between two complete reads.
void Lane::start_beside_read(bool grants)
{
    if (!reading_) return;
    beside_grants_ = beside_grants_ || grants;
    beside_again_ = true;
    if (std::exchange(beside_, true)) return;
    asio::co_spawn(tools_.ledger.executor(), write_beside_read(), [this](std::exception_ptr failure) {
        if (failure) spdlog::error("write_beside_read_failed device={}", to_string(device_));
        beside_ = false;
        beside_done_.notify();
    });
}

asio::awaitable<void> Lane::write_beside_read()
{
    while (reading_ && std::exchange(beside_again_, false)) {
        if (beside_grants_) co_await tools_.clock.wait_for(gather); // of a stream of grants, not each by itself
        if (!reading_) break;
        const bool grants = std::exchange(beside_grants_, false);
        const auto* device = tools_.directory.device(device_);
        const auto* known = tools_.fleet.status(device_);
        if (device == nullptr || known == nullptr || !known->attached) co_return;
        const auto capabilities = known->capabilities;
        const auto number = tools_.ledger.head();
        const auto lowered = desired(*device, capabilities);
        policy_edge_ = lowered.next_edge;
        look_out_for_edge();
        const auto& placements = tools_.directory.placements().of(device_);
        auto writes = plan_writes(lowered, placements, capabilities, policy_, now());
        if (!grants) writes.puts.resize(writes.narrowing);
        const auto refused = [&placements](const Desired& put) { // waits for the next pass
            const auto placed = placements.find(name_of(put));
            return placed != placements.end() && placed->second.truth == Truth::refused;
        };
        const auto widening = writes.puts.begin() + static_cast<std::ptrdiff_t>(writes.narrowing);
        writes.narrowing -= static_cast<std::size_t>(std::count_if(writes.puts.begin(), widening, refused));
        std::erase_if(writes.puts, refused);
        grant_cut_ = grant_cut_ || writes.puts.size() > writes.narrowing;
        for (const auto& placement : writes.drops) overtaken_.insert(placement.key);
        for (const auto& put : writes.puts) overtaken_.insert(name_of(put));
        bool well = true;
        if (!writes.drops.empty()) well = co_await drop(std::move(writes.drops), capabilities);
        if (well && !writes.puts.empty()) co_await put(std::move(writes), capabilities, number);
    }
}

/// The end of a window is a revoke as well, and comes by itself.
asio::awaitable<void> Lane::watch_edge()
{
    while (reading_ && policy_edge_ != base::no_end) {
        const auto now = tools_.clock.now();
        const auto left = policy_edge_ - tools_.clock.wall();
        if (left <= milliseconds{0}) start_beside_read(false);
        const auto until = now + (left <= milliseconds{0} ? milliseconds{100} : std::min<milliseconds>(left, base::seconds{60}));
        co_await edge_.wait(tools_.clock, until);
    }
    watching_ = false;
}

void Lane::look_out_for_edge()
{
    edge_.notify();
    if (std::exchange(watching_, true)) return;
    asio::co_spawn(tools_.ledger.executor(), watch_edge(), [this](std::exception_ptr failure) {
        if (failure) spdlog::error("watch_edge_failed device={}", to_string(device_));
    });
}

/// What was written beside the read makes it partial, and what it says of those keys is older than the write.
bool Lane::forget_overtaken(devices::TableRead& read)
{
    if (overtaken_.empty()) return false;
    std::erase_if(read.entries, [this](const devices::Entry& entry) { return overtaken_.contains(key_of(entry)); });
    if (std::exchange(read.complete, false)) read.partial_reason = "yielded";
    overtaken_.clear();
    return true;
}

asio::awaitable<Lane::Next> Lane::read_back(const devices::Capabilities& capabilities)
{
    const auto usual = std::max<milliseconds>(capabilities.op_timeout, capabilities.readback_time);
    const auto budget = unclear_ ? usual + base::seconds{2} : usual * 2 + base::seconds{30};
    const bool look = std::exchange(look_, false);
    const auto unit = unit_;
    beside_again_ = beside_grants_ = false;
    reading_ = true;
    look_out_for_edge();
    auto read = co_await tools_.fleet.read_table(device_, budget);
    reading_ = false;
    edge_.notify();
    while (beside_) co_await beside_done_.wait(tools_.clock);
    if (unit != unit_) { // what the old unit held is nothing to judge by
        overtaken_.clear();
        co_return Next::again;
    }
    name_entries(read.entries, tools_.directory.placements().of(device_), capabilities, policy_);
    const bool overtaken = forget_overtaken(read);

    const auto* device = tools_.directory.device(device_);
    if (read.outcome.verdict != devices::Verdict::acknowledged || device == nullptr) { // nothing was read: unreachable is never empty
        look_ = look_ || look;
        if (!overtaken) trouble("the table could not be read");
        retry_after_ = read.outcome.retry_after;
        co_return overtaken || touched_ ? Next::again : Next::retry;
    }
    // What the device held is held against what is desired now, so that a stream of changes never keeps a proof from being taken.
    const auto number = tools_.ledger.head();
    const auto lowered = desired(*device, capabilities);
    auto judgement = judge(lowered, tools_.directory.placements().of(device_), read, capabilities, policy_, now(), number);
    if (capabilities.slot_based && !judgement.gone.empty()) touched_ = true; // somebody may wait for the slot
    record(judgement, read.complete);
    if (read.complete) {
        grant_cut_ = false;
        unproven_.reset();
        status_.read_at = tools_.clock.wall();
        if (!std::exchange(slots_known_, true)) touched_ = touched_ || capabilities.slot_based; // what waited for a slot can be written
        sweep_at_ = tools_.clock.now() + base::microseconds{sweep_every} * static_cast<std::int64_t>(80 + tools_.random.pick(41)) / 100;
    } else {
        look_ = look_ || look;
        if (!overtaken) trouble("the table was read in part: " + read.partial_reason);
    }
    revoking_ = owes(lowered, tools_.directory.placements().of(device_), capabilities);
    auto known_foreign = judgement.foreign;
    known_foreign.insert(known_foreign.end(), judgement.claimed.begin(), judgement.claimed.end());
    strangers_.saw(known_foreign, read.complete, tools_.clock.wall());
    const auto strangers = co_await treat_foreign(std::move(judgement.foreign), read.entries.size(), read.complete, capabilities);
    take_status(lowered);
    if (touched_ || overtaken || strangers == Treated::removed) co_return Next::again;
    // Written again after a breath: an acknowledged write that did not hold is no reason to race.
    if (judgement.repairs || !judgement.proven || strangers == Treated::failed) co_return Next::retry;
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

} // namespace gatehouse::reconcile
