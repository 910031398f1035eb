#include "reconcile/lane.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using base::milliseconds;
using base::Monotonic;
using model::Placement;
using model::Truth;

namespace {

constexpr milliseconds cap_while_revoking{5'000}, cap{30'000};

} // namespace

Lane::Lane(Tools tools, model::DeviceId device, std::string contact)
    : tools_{tools}, device_{device}, wakeup_{tools.ledger.executor()}, dropped_{tools.ledger.executor()}
{
    load_policy();
    // "known" and then the foreign keys the operator keeps, one a line.
    for (std::size_t at = 0; at < contact.size();) {
        const auto end = std::min(contact.find('\n', at), contact.size());
        const auto line = contact.substr(at, end - at);
        if (at == 0)
            status_.first_contact = line != "known";
        else
            kept_.push_back(line);
        at = end + 1;
    }
}

void Lane::trouble(std::string what)
{
    if (status_.trouble.empty()) status_.trouble_since = tools_.clock.wall();
    status_.trouble = std::move(what);
}

void Lane::load_policy()
{
    const auto* device = tools_.directory.device(device_);
    if (device == nullptr) return;
    if (const auto policy = parse_device_policy(device->row.policy))
        policy_ = *policy;
    else
        spdlog::error("device_policy_unreadable device={} error=\"{}\"", device->row.key, policy.error().detail);
}

void Lane::touch(bool urgent)
{
    touched_ = true;
    status_.settled = false;
    if (urgent) {
        backoff_.reset();
        if (!std::exchange(marking_, true)) asio::post(tools_.ledger.executor(), [this] { mark_leaving(); });
    }
    wakeup_.notify();
}

/// What is no longer granted stands on the residual list at once, also while a command to a dark device is still outstanding.
void Lane::mark_leaving()
{
    marking_ = false;
    const auto* device = tools_.directory.device(device_);
    if (device == nullptr) return;
    ledger::PlacementBatch marks;
    for (const auto& [key, placement] : tools_.directory.placements().of(device_)) {
        if (placement.leaving || entitled(tools_.directory, *device, placement, now()) != 0) continue;
        auto leaving = placement;
        leaving.leaving = true;
        leaving.truth = Truth::pending;
        leaving.reason.clear();
        leaving.since = tools_.clock.wall();
        marks.put.push_back(std::move(leaving));
    }
    if (!marks.put.empty()) tools_.ledger.note(std::move(marks));
    drop_beside_read();
}

void Lane::alive()
{
    backoff_.reset();
    retry_after_ = {};
    wakeup_.notify();
}

void Lane::look()
{
    look_ = true;
    alive();
}

void Lane::adopt(Foreign word)
{
    adopt_ = word;
    look();
}

asio::awaitable<void> Lane::run()
{
    while (tools_.directory.device(device_) != nullptr) {
        const auto next = co_await pass();
        if (next != Next::retry) backoff_.reset();
        if (next == Next::again || touched_) continue;
        const auto until = wake_at(next);
        co_await wakeup_.wait(tools_.clock, until);
    }
}

/// When the next pass is due by time alone.
Monotonic Lane::wake_at(Next next)
{
    const auto now = tools_.clock.now();
    if (next == Next::retry) {
        const auto limit = status_.leaving > 0 ? cap_while_revoking : cap;
        return now + std::max(base::microseconds{retry_after_}, backoff_.next(tools_.random, limit));
    }
    if (next_edge_ == base::no_end) return sweep_at_;
    const auto edge = std::max(next_edge_ - tools_.clock.wall(), milliseconds{0});
    return std::min(sweep_at_, now + edge);
}

void Lane::take_status(const Lowered& lowered)
{
    next_edge_ = lowered.next_edge;
    status_.refusals = lowered.refusals;
    status_.leaving = 0;
    for (const auto& [key, placement] : tools_.directory.placements().of(device_)) {
        if (!lowered.entries.contains(key))
            ++status_.leaving;
        else if (lowered.entries.at(key).leased)
            next_edge_ = std::min(next_edge_, renewal(placement, policy_));
    }
}

bool Lane::read_is_due(const devices::Capabilities& capabilities) const
{
    if (capabilities.readback == devices::Readback::none) return false;
    if (look_ || tools_.clock.now() >= sweep_at_) return true;
    for (const auto& [key, placement] : tools_.directory.placements().of(device_))
        if (placement.leaving || placement.truth == Truth::assumed || placement.truth == Truth::unknown) return true;
    return false;
}

/// Level-triggered: lower what is desired now, write what differs from what we believe, read back, judge.
asio::awaitable<Lane::Next> Lane::pass()
{
    touched_ = false;
    retry_after_ = {};
    const auto* device = tools_.directory.device(device_);
    const auto* known = tools_.fleet.status(device_);
    if (known == nullptr || !known->attached) {
        trouble(known == nullptr || known->fault.empty() ? "no driver serves it yet" : known->fault);
        co_return Next::retry;
    }
    load_policy();
    const auto capabilities = known->capabilities;
    const auto number = tools_.ledger.head();
    const auto lowered = lower(tools_.directory, *device, capabilities, policy_, now());
    take_status(lowered);
    if (!capabilities.stores_credentials) { // the gateway decides every time; there is nothing to hold
        sweep_at_ = Monotonic::max();
        co_await settle(number);
        co_return Next::rest;
    }
    auto writes = plan_writes(lowered, tools_.directory.placements().of(device_), capabilities, policy_, now());
    bool well = true;
    if (!writes.drops.empty()) well = co_await drop(std::move(writes.drops), capabilities);
    if (touched_) co_return Next::again;
    if (!writes.puts.empty()) {
        const bool put_well = co_await put(std::move(writes.puts), capabilities, number);
        well = well && put_well;
    }
    if (touched_) co_return Next::again;
    take_status(lowered);
    if (!well) co_return Next::retry;
    if (!read_is_due(capabilities)) {
        if (capabilities.readback != devices::Readback::none) co_await settle(number);
        co_return Next::rest;
    }
    co_return co_await read_back(capabilities);
}

asio::awaitable<void> Lane::settle(model::ChangeNumber number)
{
    status_.settled = true;
    status_.number = number;
    status_.trouble.clear();
    const bool waits_for_word = status_.first_contact && status_.foreign > 0;
    if (!status_.first_contact || waits_for_word) co_return;
    status_.first_contact = false;
    ledger::PlacementBatch batch;
    std::string contact = "known";
    for (const auto& key : kept_) contact += "\n" + key;
    batch.cursors.push_back({"contact:" + to_string(device_), std::move(contact)});
    const auto stored = co_await tools_.ledger.record(std::move(batch));
    if (!stored) status_.first_contact = true; // asked again at the next settle
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
