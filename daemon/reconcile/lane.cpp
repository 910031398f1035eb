#include "reconcile/lane.hpp"

#include "reconcile/slots.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using base::milliseconds;
using base::Monotonic;
using model::Truth;

namespace {

constexpr milliseconds cap_while_revoking{5'000}, cap{30'000};
constexpr milliseconds breath{10};            // between two passes, whatever the clocks say
constexpr milliseconds look_at_clock{60'000}; // a step of the wall clock moves the edges
constexpr milliseconds proof_within{2'000};

} // namespace

Lane::Lane(Tools tools, model::DeviceId device, std::string contact, std::string address, std::set<model::DeviceId>& with_strangers,
           const Unproven& unproven)
    : tools_{tools}, with_strangers_{with_strangers}, unproven_marks_{unproven}, device_{device}, address_{std::move(address)},
      wakeup_{tools.ledger.executor()}, beside_done_{tools.ledger.executor()}, beside_retry_{tools.ledger.executor()},
      edge_{tools.ledger.executor()}
{
    load_policy();
    // "known" and then the foreign keys the operator keeps, one a line.
    for (std::size_t at = 0; at < contact.size();) {
        const auto end = std::min(contact.find('\n', at), contact.size());
        const auto line = contact.substr(at, end - at);
        if (at == 0)
            status_.first_contact = line != "known";
        else
            strangers_.keep(line);
        at = end + 1;
    }
}

void Lane::trouble(std::string what)
{
    if (status_.trouble.empty()) status_.trouble_since = tools_.clock.wall();
    status_.trouble = std::move(what);
    trouble_of_reading_ = false;
}

/// The next complete read ends it.
void Lane::trouble_of_reading(std::string what)
{
    trouble(std::move(what));
    trouble_of_reading_ = true;
}

void Lane::tell_of_late(const model::Placement& placement)
{
    const auto since = base::to_iso(placement.since);
    const std::string why = placement.reason.empty() ? "it was written and is not read back" : placement.reason;
    trouble("an entry has not been proven since " + since + ": " + why);
    if (std::exchange(told_of_late_, true)) return;
    const auto* device = tools_.directory.device(device_);
    spdlog::warn("entry_not_proven device={} since={} reason=\"{}\"", device == nullptr ? to_string(device_) : device->row.key, since, why);
    report("gatehouse.entry_not_proven", {{"reason", why}});
}

void Lane::load_policy()
{
    const auto* device = tools_.directory.device(device_);
    if (device == nullptr || device->row.policy == policy_text_) return;
    policy_text_ = device->row.policy;
    const auto policy = parse_device_policy(policy_text_);
    if (!policy) {
        spdlog::error("device_policy_unreadable device={} error=\"{}\"", device->row.key, policy.error().detail);
        return;
    }
    if (policy->reserved != policy_.reserved) { // what stands in those that are not any more was never looked at
        slots_known_ = false;
        look_ = true;
    }
    policy_ = *policy;
}

void Lane::touch(bool urgent)
{
    if (ended_) return; // a lane of its own serves what comes back
    touched_ = true;
    status_.settled = false;
    if (urgent) {
        ++urgent_;
        stirred_ = true;
        backoff_.reset();
        beside_due_ = true;
        mark_soon();
    } else if (!grant_cut_) {
        start_beside_read(true);
    }
    wakeup_.notify();
}

void Lane::alive()
{
    backoff_.reset();
    retry_after_ = {};
    stirred_ = true;
    wakeup_.notify();
    beside_retry_.notify();
}

/// A device that may have lost its table, or was told something by a gateway that died before it wrote that down, and cannot be read: all
/// that was acknowledged is said again.
void Lane::doubt_all()
{
    ledger::PlacementBatch doubted;
    for (const auto& [key, placement] : tools_.directory.placements().of(device_)) {
        if (placement.truth != Truth::assumed) continue;
        auto& again = doubted.put.emplace_back(placement);
        again.truth = Truth::unknown;
        again.reason = "the controller or the gateway was away, and the table cannot be read";
    }
    if (!doubted.put.empty()) tools_.ledger.note(std::move(doubted));
}

void Lane::look()
{
    look_ = true;
    status_.settled = false;
    alive();
}

void Lane::began_anew()
{
    ++breaks_.restarts;
    look();
}

void Lane::was_away()
{
    ++breaks_.absences;
    look();
}

void Lane::clock_judged(const devices::ClockJudged& judged)
{
    using devices::DeviceClock;
    const auto ahead = judged.ahead ? std::chrono::round<base::seconds>(*judged.ahead).count() : 0;
    if (judged.now == DeviceClock::off) report("gatehouse.controller.clock_off", {{"ahead_s", ahead}});
    if (judged.now == DeviceClock::right && judged.before == DeviceClock::off)
        report("gatehouse.controller.clock_right", {{"ahead_s", ahead}});
    ledger::PlacementBatch known;
    const auto* status = tools_.fleet.status(device_);
    const auto remembered = status == nullptr ? judged.now : status->clock.remembered();
    known.cursors.push_back({"clock:" + to_string(device_), std::string{to_string(remembered)}});
    tools_.ledger.note(std::move(known));
    const bool narrows = !tools_.honours_start(device_);
    concern(nullptr, narrows);
    touch(narrows);
}

void Lane::settings_told(const devices::SetupTold& told)
{
    if (!told.news) return;
    const bool differs = told.state == devices::SetupState::differs;
    if (differs)
        report("gatehouse.setup_differs", {{"detail", told.detail}});
    else
        report("gatehouse.setup_verified", {});
    ledger::PlacementBatch known;
    known.cursors.push_back({"setup:" + to_string(device_), differs ? "differs" : ""});
    tools_.ledger.note(std::move(known));
}

void Lane::adopt(Word word)
{
    if (word.what == Foreign::remove)
        for (const auto& mark : word.marks) kept_changed_ = strangers_.give_up(mark) || kept_changed_; // an earlier word said otherwise
    status_.word = word.what;
    status_.word_left = word.marks.size();
    adopt_ = std::move(word);
    look();
}

void Lane::replaced()
{
    ++unit_;
    strangers_ = {};
    gone_.clear();
    second_writer_ = {};
    ++breaks_.restarts;
    covered_.clear();
    adopt_.reset();
    heeded_ = kept_changed_ = slots_known_ = false;
    unproven_.reset();
    status_ = {};
    count_named();
    count_strangers();
    concern(nullptr, true);
    touch(true);
    look();
}

asio::awaitable<void> Lane::run()
{
    mark_leaving();
    while (tools_.directory.device(device_) != nullptr) {
        stirred_ = false;
        const auto next = co_await pass();
        if (next != Next::retry) backoff_.reset();
        if (next != Next::again) co_await wait_for_next(next);
    }
    with_strangers_.erase(device_);
    ended_ = true;
}

/// Until the next pass is due, or there is reason to have it sooner. A grant does not shorten the wait of a device that fails.
asio::awaitable<void> Lane::wait_for_next(Next next)
{
    const auto soonest = tools_.clock.now() + breath;
    const auto retry = next == Next::retry ? retry_at() : Monotonic::max();
    const bool edge_ahead = policy_edge_ > tools_.clock.wall(); // an access that ends is a revoke, and waits for no retry
    while (!stirred_ && (next == Next::retry || !touched_)) {
        const auto due = next != Next::retry ? rest_until() : edge_ahead ? std::min(retry, at(policy_edge_)) : retry;
        const auto until = std::max(soonest, due);
        const auto now = tools_.clock.now();
        if (now >= until) break;
        const auto wake = std::min<Monotonic>(until, now + look_at_clock);
        co_await wakeup_.wait(tools_.clock, wake);
    }
}

Monotonic Lane::retry_at()
{
    const bool revoking = revoking_ || status_.leaving > 0;
    const auto limit = revoking ? cap_while_revoking : cap;
    const auto asked = revoking ? std::min(retry_after_, limit) : retry_after_;
    return tools_.clock.now() + std::max(base::microseconds{asked}, backoff_.next(tools_.random, limit));
}

/// When the next pass is due by time alone.
Monotonic Lane::rest_until() const
{
    return std::min(sweep_at_, at(next_edge_));
}

/// As the wall clock goes now.
Monotonic Lane::at(base::Instant edge) const
{
    if (edge == base::no_end) return Monotonic::max();
    return tools_.clock.now() + std::max<base::microseconds>(edge - tools_.clock.wall(), milliseconds{0});
}

bool Lane::read_is_due(const devices::Capabilities& capabilities) const
{
    if (capabilities.readback == devices::Readback::none) return false;
    if (look_ || tools_.clock.now() >= sweep_at_) return true;
    const auto marks = unproven_marks_.all().find(device_);
    if (marks == unproven_marks_.all().end()) return false;
    return std::any_of(marks->second.begin(), marks->second.end(), [this](const auto& mark) {
        const auto* placement = tools_.directory.placements().find(device_, mark.first);
        return placement != nullptr && (placement->leaving || placement->truth == Truth::assumed || placement->truth == Truth::unknown);
    });
}

/// What was written wants its proof, also while changes keep coming.
bool Lane::proof_is_overdue() const
{
    return unproven_ && tools_.clock.now() - *unproven_ > proof_within;
}

/// What is about to be written is due again until all of it was.
void Lane::hold(const Survey& survey, Due& due)
{
    if (survey.drops.size() + survey.narrowing.size() + survey.widening.size() > Due::at_most) return due.all();
    for (const auto& [key, drop] : survey.drops) due.add(key);
    for (const auto* puts : {&survey.narrowing, &survey.widening})
        for (const auto& [key, put] : *puts) due.add(key);
}

/// Level-triggered: lower what is desired now, write what differs from what we believe, read back, judge.
asio::awaitable<Lane::Next> Lane::pass()
{
    touched_ = unclear_ = busy_ = false;
    retry_after_ = {};
    mind_address();
    const auto unit = unit_;
    const auto* known = tools_.fleet.status(device_);
    if (known == nullptr || !known->attached) {
        trouble(known == nullptr || known->fault.empty() ? "no driver serves it yet" : known->fault);
        co_return Next::retry;
    }
    load_policy();
    const auto capabilities = known->capabilities;
    if (capabilities.readback == devices::Readback::none && std::exchange(look_, false)) {
        doubt_all();
        due_.all();
    }
    if (look_ || tools_.clock.now() >= sweep_at_) due_.all(); // nothing is taken for granted for longer
    due_.add(std::exchange(in_hand_, Due{false}));
    for (const auto& key : std::exchange(full_, {})) due_.add(key);
    owed_ = deferred_ = Due{false};
    Survey found;
    const bool here = co_await survey(found, capabilities);
    if (!here || unit != unit_) co_return Next::again; // the device is gone, or another
    const auto number = found.number;
    const auto urgent = urgent_;
    touched_ = touched_ && !due_.empty();   // what came meanwhile was looked at
    if (!capabilities.stores_credentials) { // the gateway decides every time; there is nothing to hold
        sweep_at_ = Monotonic::max();
        if (unsettled()) co_return Next::again;
        co_await settle(number);
        co_return Next::rest;
    }
    hold(found, in_hand_);
    auto writes = co_await take_writes(found);
    if (unit != unit_) co_return Next::again;
    revoking_ = !writes.drops.empty() || writes.narrowing > 0;
    if (failed_ > 0) begin_behind_last(writes);
    bool well = true;
    if (!writes.drops.empty()) well = co_await drop(std::move(writes.drops), capabilities);
    if (unit != unit_) co_return Next::again;
    if (has_moved_on(urgent) && !well) ++failed_; // the next pass begins behind what failed, or that would starve the others
    if (has_moved_on(urgent) && (!well || writes.narrowing == 0)) co_return Next::again;
    if (!well && failed_ % 4 != 3) co_return co_await after_failure(capabilities);
    if (!well) writes.puts.resize(std::min(writes.puts.size(), chunk())); // one revoke that never succeeds starves nobody
    writes.narrowing = std::min(writes.narrowing, writes.puts.size());
    if (!writes.puts.empty()) {
        const bool put_well = co_await put(std::move(writes), capabilities, number);
        well = well && put_well;
    }
    if (well) failed_ = 0;
    if (has_moved_on(urgent) || (unsettled() && !proof_is_overdue())) co_return Next::again;
    if (!well) co_return co_await after_failure(capabilities);
    in_hand_ = owed_;
    in_hand_.add(deferred_);
    const bool readable = capabilities.readback != devices::Readback::none;
    if (!readable) // where a read would find them missing, that brings them back
        for (const auto& key : found.anew) in_hand_.add(key);
    revoking_ = !owed_.empty();
    if (read_is_due(capabilities)) co_return co_await read_back(capabilities);
    if (readable) unproven_.reset(); // each step proved itself
    if (revoking_) co_return Next::retry;
    if (unsettled()) co_return Next::again;
    if (!in_hand_.empty()) co_return Next::retry;
    if (!waiting_.empty()) { // something the device has lost is not written again before the clock is trusted
        trouble(std::string{to_string(model::Reason::time_untrusted)});
        co_return Next::rest;
    }
    if (!readable) { // never proven, never settled
        told_of_late_ = false;
        sweep_at_ = Monotonic::max();
        status_.trouble.clear();
    } else {
        co_await settle(number);
    }
    co_return Next::rest;
}

/// Where the last failing pass ended.
void Lane::begin_behind_last(Writes& writes) const
{
    const auto behind = [](auto begin, auto end, const std::string& last, auto key) {
        std::rotate(begin, std::find_if(begin, end, [&last, &key](const auto& one) { return key(one) > last; }), end);
    };
    const auto key = [](const Desired& put) { return name_of(put); };
    const auto widening = writes.puts.begin() + static_cast<std::ptrdiff_t>(writes.narrowing);
    behind(writes.drops.begin(), writes.drops.end(), drop_last_, [](const model::Placement& drop) { return drop.key; });
    behind(writes.puts.begin(), widening, put_last_, key);
    behind(widening, writes.puts.end(), put_last_, key);
}

/// A write failed: it is tried again after a pause. When no answer is ever clear, only reading tells what the device holds; and one that
/// takes no writes can be read.
asio::awaitable<Lane::Next> Lane::after_failure(const devices::Capabilities& capabilities)
{
    const bool turn = failed_++ % 4 == 2;
    const bool due = look_ || tools_.clock.now() >= sweep_at_ || proof_is_overdue();
    const bool read = (unclear_ && turn) || (busy_ && due);
    if (!read || capabilities.readback == devices::Readback::none) co_return Next::retry;
    const auto next = co_await read_back(capabilities);
    co_return next == Next::rest ? Next::again : next;
}

asio::awaitable<void> Lane::settle(model::ChangeNumber number)
{
    status_.settled = true;
    told_of_late_ = false;
    status_.number = std::min(number, tools_.ledger.durable()); // the lane is told of a grant when it is durable
    status_.trouble.clear();
    covered_.clear();
    const bool met = status_.first_contact && !strangers_.waiting();
    const bool kept = kept_changed_ && (met || !status_.first_contact);
    const bool heeded = std::exchange(heeded_, false) && !adopt_; // another word came meanwhile
    if (!met && !heeded && !kept) co_return;
    ledger::PlacementBatch batch;
    if (met || kept) {
        status_.first_contact = kept_changed_ = false;
        std::string contact = "known";
        for (const auto& key : strangers_.kept()) contact += "\n" + key;
        batch.cursors.push_back({"contact:" + to_string(device_), std::move(contact)});
    }
    if (heeded) batch.cursors.push_back({"word:" + to_string(device_), {}});
    const auto stored = co_await tools_.ledger.record(std::move(batch));
    if (stored) co_return;
    status_.first_contact = status_.first_contact || met; // asked again at the next settle
    kept_changed_ = kept_changed_ || kept;
}

void Lane::report(std::string type, std::vector<std::pair<std::string, model::EventValue>> body)
{
    model::Event event;
    event.type = std::move(type);
    event.body = std::move(body);
    event.body.insert(event.body.begin(), {"controller_id", to_string(device_)});
    event.refs = {device_.value};
    tools_.ledger.note({"gatehouse", "gateway"}, std::move(event));
}

} // namespace gatehouse::reconcile
