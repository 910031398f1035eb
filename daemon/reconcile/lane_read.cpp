#include "base/turn.hpp"
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

/// The first of them.
std::string named(std::span<const std::string> all)
{
    std::string keys;
    for (std::size_t i = 0; i < std::min(all.size(), lost_named); ++i) keys += (i == 0 ? "" : ", ") + shortened(all[i]);
    return keys;
}

} // namespace

/// While a table is being read a revoke does not wait for its end: what takes something away goes out, and the read ends as partial.
/// So does what was granted, once between two complete reads. What fails is tried again while the read goes on: one that is never answered
/// keeps the lane until its time is up.
void Lane::start_beside_read(bool grants)
{
    if (!reading_) return;
    beside_grants_ = beside_grants_ || grants;
    beside_again_ = true;
    beside_retry_.notify();
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
        const auto* known = tools_.fleet.status(device_);
        if (known == nullptr || !known->attached) co_return;
        const auto capabilities = known->capabilities;
        const auto unit = unit_;
        const auto due = due_; // the pass behind the read looks at them as well
        Survey found;
        const bool here = co_await survey(found, capabilities);
        if (!here || unit != unit_) co_return;
        due_.add(due);
        const auto number = found.number;
        look_out_for_edge();
        hold(found, due_);
        auto writes = co_await take_writes(found);
        if (unit != unit_) co_return;
        const auto& placements = tools_.directory.placements().of(device_);
        if (!grants) writes.puts.resize(writes.narrowing);
        const auto refused = [&placements](const Desired& put) { // waits for the next pass
            const auto placed = placements.find(name_of(put));
            return placed != placements.end() && placed->second.truth == Truth::refused;
        };
        const auto widening = writes.puts.begin() + static_cast<std::ptrdiff_t>(writes.narrowing);
        writes.narrowing -= static_cast<std::size_t>(std::count_if(writes.puts.begin(), widening, refused));
        std::erase_if(writes.puts, refused);
        grant_cut_ = grant_cut_ || writes.puts.size() > writes.narrowing;
        for (const auto& placement : writes.drops) {
            overtaken_.insert(placement.key);
            if (placement.slot) overtaken_.insert(slot_name(*placement.slot)); // its name, when a step has proven it gone by then
        }
        for (const auto& put : writes.puts) overtaken_.insert(name_of(put));
        bool well = true;
        revoking_ = revoking_ || !writes.drops.empty() || writes.narrowing > 0;
        if (!writes.drops.empty()) well = co_await drop(std::move(writes.drops), capabilities);
        if (well && !writes.puts.empty()) well = co_await put(std::move(writes), capabilities, number);
        if (well || !reading_ || beside_again_) continue;
        co_await beside_retry_.wait(tools_.clock, retry_at());
        beside_again_ = true;
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
    const auto breaks = breaks_;
    reading_ = true;
    look_out_for_edge();
    auto read = co_await tools_.fleet.read_table(device_, budget);
    reading_ = false;
    edge_.notify();
    beside_retry_.notify();
    while (beside_) co_await beside_done_.wait(tools_.clock);
    if (unit != unit_) { // what the old unit held is nothing to judge by
        overtaken_.clear();
        co_return Next::again;
    }
    const bool nothing_shown = read.complete && read.entries.empty(); // not even what is none of our business
    load_policy();                                                    // a slot that was reserved meanwhile is nobody's business any more
    name_entries(read.entries, tools_.directory.placements().of(device_), capabilities, policy_);
    const bool overtaken = forget_overtaken(read);

    const auto* device = tools_.directory.device(device_);
    if (read.outcome.verdict != devices::Verdict::acknowledged || device == nullptr) { // nothing was read: unreachable is never empty
        look_ = look_ || look;
        const auto* status = tools_.fleet.status(device_);
        const bool never = !status_.read_at && (status == nullptr || !status->heard_at); // nobody was there who could be asked
        if (!overtaken) trouble_of_reading(never ? "the table was not read yet" : "the table could not be read");
        retry_after_ = read.outcome.retry_after;
        co_return overtaken || touched_ ? Next::again : Next::retry;
    }
    // What the device held is held against what is desired now, so that a stream of changes never keeps a proof from being taken.
    const auto shown = read.entries.size(), strangers_before = strangers_.all().size();
    auto judgement = co_await judge_slowly(read, capabilities);
    if (tools_.directory.device(device_) == nullptr || unit != unit_) co_return Next::again;
    const auto number = tools_.ledger.head();
    if (capabilities.slot_based && !judgement.gone.empty()) { // somebody may wait for the slot
        touched_ = true;
        due_.all();
    }
    explained_ = explains(nothing_shown, judgement);
    report_lost(judgement, read.complete);
    if (read.complete) {
        proven_behind_ = breaks;
        grant_cut_ = false;
        unproven_.reset();
        status_.read_at = tools_.clock.wall();
        if (std::exchange(trouble_of_reading_, false)) status_.trouble.clear();
        if (!std::exchange(slots_known_, true) && capabilities.slot_based) { // what waited for a slot can be written
            touched_ = true;
            due_.all();
        }
        sweep_at_ = tools_.clock.now() + base::microseconds{sweep_every} * static_cast<std::int64_t>(80 + tools_.random.pick(41)) / 100;
    } else {
        look_ = look_ || look;
        if (!overtaken) read_in_part(read.partial_reason);
    }
    auto known_foreign = judgement.foreign;
    known_foreign.insert(known_foreign.end(), judgement.claimed.begin(), judgement.claimed.end());
    strangers_.saw(known_foreign, read.complete, tools_.clock.wall());
    kept_changed_ = strangers_.renew(known_foreign) || kept_changed_;
    if (capabilities.slot_based && strangers_.all().size() != strangers_before) due_.all(); // slots are free that were not, or the reverse
    const auto strangers = co_await treat_foreign(std::move(judgement.foreign), shown, read.complete, capabilities);
    if (unsettled() || overtaken || strangers == Treated::removed) {
        // Written again after a breath: an acknowledged write that did not hold is no reason to race.
        const bool again = touched_ || overtaken || strangers == Treated::removed || !judgement.repairs;
        co_return again ? Next::again : Next::retry;
    }
    if (judgement.repairs || !judgement.proven || strangers == Treated::failed) co_return Next::retry;
    if (!in_hand_.empty()) co_return Next::again; // the pass before did not get to write them
    co_await settle(number);
    co_return Next::rest;
}

/// Said once, until it is another reason: the next read is soon.
void Lane::read_in_part(const std::string& why)
{
    auto trouble = "the table was read in part: " + why;
    const auto* device = tools_.directory.device(device_);
    if (status_.trouble != trouble)
        spdlog::warn("table_read_in_part device={} reason=\"{}\"", device == nullptr ? to_string(device_) : device->row.key, why);
    trouble_of_reading(std::move(trouble));
}

/// Compares what was read with what is desired and on record, a slice a turn, and puts down what that says.
asio::awaitable<Judgement> Lane::judge_slowly(devices::TableRead& read, const devices::Capabilities& capabilities)
{
    Judgement whole;
    whole.proven = read.complete;
    Shown shown;
    for (std::size_t i = 0; i < read.entries.size(); ++i) {
        if (i % (tools_.slice * 8) == tools_.slice * 8 - 1) co_await base::next_turn();
        add_shown(shown, std::move(read.entries[i]));
    }
    read.entries.clear();
    if (read.complete) whole.doubted = co_await misses(shown);
    revoking_ = false;
    Survey found;
    std::string last;
    for (bool more = true; more;) {
        const auto* device = tools_.directory.device(device_);
        if (device == nullptr) break;
        const auto& placements = tools_.directory.placements().of(device_);
        auto placed = last.empty() ? placements.begin() : placements.upper_bound(last);
        auto seen = shown.begin();
        std::vector<std::string> keys;
        while (keys.size() < tools_.slice && (placed != placements.end() || seen != shown.end())) {
            const bool next_placed = seen == shown.end() || (placed != placements.end() && placed->first <= seen->first);
            last = next_placed ? placed->first : seen->first;
            if (seen != shown.end() && seen->first == last) ++seen;
            if (placed != placements.end() && placed->first == last) ++placed;
            keys.push_back(last);
        }
        more = placed != placements.end() || seen != shown.end();
        judge_some(keys, shown, read.complete ? Looked::at_all : Looked::at_some, *device, capabilities, found, whole);
        shown.erase(shown.begin(), seen);
        if (more) co_await base::next_turn();
    }
    take_edges(found);
    co_return whole;
}

/// Whether it lacks what was shown before and has no reason to be gone: a list may end early, or have lost messages on its way.
asio::awaitable<bool> Lane::misses(const Shown& shown)
{
    std::string last;
    for (bool more = true; more;) {
        const auto& placements = tools_.directory.placements().of(device_);
        auto placed = last.empty() ? placements.begin() : placements.upper_bound(last);
        for (std::size_t i = 0; i < tools_.slice * 8 && placed != placements.end(); ++i, ++placed) {
            if (should_stand(placed->second, now()) && !shown.contains(placed->first)) co_return true;
            last = placed->first;
        }
        more = placed != placements.end();
        if (more) co_await base::next_turn();
    }
    co_return false;
}

/// The same for a few keys.
void Lane::judge_some(std::span<const std::string> keys, const Shown& shown, Looked looked, const model::DeviceNode& device,
                      const devices::Capabilities& capabilities, Survey& found, Judgement& whole)
{
    const auto at = now();
    auto part = lower_some(task(device, capabilities, at), keys);
    if (capabilities.slot_based) {
        if (!found.giver) found.giver.emplace(slots(device), capabilities, policy_);
        give_slots(part.lowered, *found.giver, slots(device), capabilities);
    }
    const auto& placements = tools_.directory.placements().of(device_);
    const auto number = tools_.ledger.head();
    const Terms terms{capabilities, policy_, at};
    Judgement some;
    some.proven = whole.proven;
    for (const auto& key : keys) {
        some.doubted = whole.doubted || gone_.doubted(key, tools_.clock.now());
        const auto desired = part.lowered.entries.find(key);
        const auto placement = placements.find(key);
        const auto seen = shown.find(key);
        judge_key(desired == part.lowered.entries.end() ? nullptr : &desired->second,
                  placement == placements.end() ? nullptr : &placement->second, seen == shown.end() ? nullptr : &seen->second, looked,
                  terms, number, some);
    }
    for (const auto& placement : some.verified)
        if (placement.truth != Truth::verified)
            due_.add(placement.key), covered_.erase(placement.key); // it may hold more than the disk has
    for (const auto& entry : some.claimed) due_.add(key_of(entry));
    for (const auto& key : some.lost)
        if (should_stand(placements.find(key)->second, at)) some.taken.push_back(key);
    record(some);
    for (const auto& key : keys) {
        const auto placement = placements.find(key);
        const auto desired = part.lowered.entries.find(key);
        const auto* wanted = desired == part.lowered.entries.end() ? nullptr : &desired->second;
        const bool stands = placement != placements.end();
        revoking_ = revoking_ || (stands && owes(wanted, placement->second, capabilities, at));
        stands&& wanted == nullptr ? (void)leaving_.insert(key) : (void)leaving_.erase(key);
    }
    take_status(found, part);
    whole.proven = some.proven;
    whole.repairs = whole.repairs || some.repairs;
    const auto append = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(whole.gone, some.gone), append(whole.lost, some.lost), append(whole.taken, some.taken), append(whole.foreign, some.foreign),
        append(whole.claimed, some.claimed);
}

/// Puts down what the read showed.
void Lane::record(Judgement& judgement)
{
    ledger::PlacementBatch batch;
    batch.put = std::move(judgement.verified);
    for (const auto& key : judgement.gone) {
        if (const auto* placement = tools_.directory.placements().find(device_, key)) gone_.remember(*placement, tools_.clock.now());
        batch.erased.push_back({device_, key});
    }
    if (!batch.put.empty() || !batch.erased.empty()) tools_.ledger.note(std::move(batch));
}

/// Drift becomes an event.
void Lane::report_lost(const Judgement& judgement, bool complete)
{
    if (judgement.lost.empty()) return;

    const auto keys = named(judgement.lost);
    spdlog::warn("drift device={} entries={} complete={}", to_string(device_), judgement.lost.size(), complete);
    report("gatehouse.drift_found", {{"entries", static_cast<std::int64_t>(judgement.lost.size())}, {"keys", keys}});
    repaired(judgement.taken);
}

/// Whether the device lost what a read does not show by itself: it restarted since the last proof, or has nothing left at all. An only
/// entry that is gone from a device which was there all the time says no such thing.
bool Lane::explains(bool nothing_shown, const Judgement& judgement) const
{
    if (breaks_.restarts != proven_behind_.restarts) return true;
    return nothing_shown && (breaks_.absences != proven_behind_.absences || judgement.lost.size() > 1);
}

/// Entries are put right that were proven, and changed behind that.
void Lane::repaired(std::span<const std::string> keys)
{
    if (explained_) return;
    std::vector<std::string> again;
    for (const auto& key : keys)
        if (second_writer_.repaired(key, tools_.clock.now(), tools_.clock.wall())) again.push_back(key);
    if (again.empty()) return;
    spdlog::error("second_writer_suspected device={}", to_string(device_));
    report("gatehouse.second_writer_suspected", {{"keys", named(again)}});
}

} // namespace gatehouse::reconcile
