#include "base/turn.hpp"
#include "reconcile/lane.hpp"
#include "reconcile/slots.hpp"

#include <boost/asio/post.hpp>

namespace gatehouse::reconcile {

// What a device is to hold is compared with its records a slice a turn. A change that comes between two slices names whose entries it bears
// on, and those are looked at again before the end: so what comes out is what one look at the directory as it is then would give.

namespace asio = boost::asio;
using model::Truth;

namespace {

constexpr base::milliseconds no_step{50}; // clocks drift apart by less than that between two looks

} // namespace

/// In order of key, narrowing puts first. Many are moved a slice a turn: what comes meanwhile is due by the next pass.
asio::awaitable<Writes> Lane::take_writes(Survey& survey)
{
    const auto in_a_turn = tools_.slice * 8;
    Writes writes;
    writes.drops.reserve(survey.drops.size());
    writes.puts.reserve(survey.narrowing.size() + survey.widening.size());
    writes.narrowing = survey.narrowing.size();
    std::size_t taken = 0;
    for (; !survey.drops.empty(); survey.drops.erase(survey.drops.begin())) {
        if (++taken % in_a_turn == 0) co_await base::next_turn();
        writes.drops.push_back(std::move(survey.drops.begin()->second));
    }
    for (auto* puts : {&survey.narrowing, &survey.widening})
        for (; !puts->empty(); puts->erase(puts->begin())) {
            if (++taken % in_a_turn == 0) co_await base::next_turn();
            writes.puts.push_back(std::move(puts->begin()->second));
        }
    co_return writes;
}

/// Whether time alone may have changed more than some people's entries: an edge is there, or the wall clock was set.
bool Lane::time_moved_on()
{
    const auto now = this->now();
    const auto offset = now.instant - base::Instant{std::chrono::floor<base::milliseconds>(tools_.clock.now().time_since_epoch())};
    const auto step = offset - clock_offset_;
    const bool stepped = step > no_step || step < -no_step || now.trusted != clock_trusted_;
    if (stepped || next_edge_ <= now.instant || policy_edge_ <= now.instant) {
        clock_offset_ = offset;
        clock_trusted_ = now.trusted;
        return true;
    }
    return false;
}

Task Lane::task(const model::DeviceNode& device, const devices::Capabilities& capabilities, base::Now at) const
{
    return {tools_.directory, device, capabilities, policy_, at};
}

Slots Lane::slots(const model::DeviceNode& device) const
{
    return {device, tools_.directory, strangers_, slots_known_};
}

/// Compares a few keys, and what is known from before of them is forgotten.
void Lane::study(Survey& survey, const model::DeviceNode& device, const devices::Capabilities& capabilities,
                 const model::Concerned& concerned)
{
    const auto task = this->task(device, capabilities, survey.now);
    auto part = lower_some(task, concerned.keys, concerned.credentials);
    auto& lowered = part.lowered;
    if (capabilities.slot_based) {
        if (!survey.giver) survey.giver.emplace(slots(device), capabilities, policy_);
        give_slots(lowered, *survey.giver, slots(device), capabilities);
    }
    take_status(survey, part);
    name_holders(part);
    release_own(lowered);
    const auto& placements = tools_.directory.placements().of(device_);
    const Terms terms{capabilities, policy_, survey.now};
    for (const auto& key : part.keys) {
        survey.drops.erase(key), survey.anew.erase(key), survey.narrowing.erase(key), survey.widening.erase(key);
        const auto found = placements.find(key);
        const auto* placement = found == placements.end() ? nullptr : &found->second;
        const auto wanted = lowered.entries.find(key);
        auto* desired = wanted == lowered.entries.end() ? nullptr : &wanted->second;
        const bool waits = desired != nullptr && desired->held && placement != nullptr && placement->truth == Truth::pending;
        waits ? (void)waiting_.insert(key) : (void)waiting_.erase(key);
        const bool leaves = placement != nullptr && desired == nullptr;
        auto& leaving = survey.whole ? survey.leaving : leaving_;
        leaves ? (void)leaving.insert(key) : (void)leaving.erase(key);
        switch (write_for(desired, placement, terms)) {
        case Write::none:
            break;
        case Write::drop:
            survey.drops.emplace(key, *placement);
            if (desired != nullptr) survey.anew.insert(key);
            break;
        case Write::narrowing:
            survey.narrowing.emplace(key, std::move(*desired));
            break;
        case Write::widening:
            survey.widening.emplace(key, std::move(*desired));
            break;
        }
    }
}

/// When these entries change by time, and who is refused.
void Lane::take_status(Survey& survey, const Part& part)
{
    auto& refusals = survey.whole ? survey.refusals : status_.refusals;
    survey.policy_edge = std::min(survey.policy_edge, part.lowered.next_edge);
    for (const auto& credential : part.credentials) refusals.erase(credential);
    for (const auto& refusal : part.lowered.refusals) refusals.emplace(refusal.credential, refusal);
    const auto& placements = tools_.directory.placements().of(device_);
    for (const auto& [key, desired] : part.lowered.entries) {
        const auto placed = desired.leased ? placements.find(key) : placements.end();
        if (placed == placements.end()) continue;
        const auto truth = placed->second.truth;
        if (truth == Truth::assumed || truth == Truth::verified)
            survey.next_edge = std::min(survey.next_edge, renewal(placed->second, policy_));
    }
}

/// Some keys and people, a slice a turn.
asio::awaitable<bool> Lane::study_named(Survey& survey, const devices::Capabilities& capabilities, model::Concerned named)
{
    while (!named.empty()) {
        if (survey.studied >= tools_.slice) {
            co_await base::next_turn();
            survey.studied = 0;
        }
        const auto* device = tools_.directory.device(device_);
        if (device == nullptr) co_return false;
        model::Concerned some;
        for (; !named.empty() && survey.studied < tools_.slice; ++survey.studied) {
            if (!named.keys.empty()) {
                some.keys.push_back(std::move(named.keys.back()));
                named.keys.pop_back();
            } else {
                some.credentials.push_back(named.credentials.back());
                named.credentials.pop_back();
            }
        }
        study(survey, *device, capabilities, some);
    }
    co_return true;
}

/// Everything the device may hold of ours, with whoever has held it.
asio::awaitable<bool> Lane::study_placed(Survey& survey, const devices::Capabilities& capabilities)
{
    std::string last;
    for (bool more = true; more;) {
        model::Concerned named;
        const auto& placements = tools_.directory.placements().of(device_);
        auto at = last.empty() ? placements.begin() : placements.upper_bound(last);
        for (std::size_t count = 0; at != placements.end() && count < tools_.slice; ++at, ++count) {
            last = at->first;
            named.keys.push_back(last);
        }
        more = at != placements.end();
        const bool here = co_await study_named(survey, capabilities, std::move(named));
        if (!here) co_return false;
    }
    co_return true;
}

/// Everybody with a way to a door of the device whose entry does not stand among those.
asio::awaitable<bool> Lane::study_others(Survey& survey, const devices::Capabilities& capabilities)
{
    const auto* device = tools_.directory.device(device_);
    if (device == nullptr) co_return false;
    model::Candidates walk{tools_.directory, device->doors};
    for (bool more = true; more;) {
        std::vector<model::Candidate> found;
        const auto left = tools_.slice - std::min(survey.studied, tools_.slice - 1);
        more = walk.step(tools_.directory, left, found);
        survey.studied += left;
        device = tools_.directory.device(device_);
        if (device == nullptr) co_return false;
        const auto task = this->task(*device, capabilities, survey.now);
        const auto& placements = tools_.directory.placements().of(device_);
        model::Concerned named;
        for (const auto& [workspace, credential] : found) {
            auto key = serving_key(task, credential->row);
            if (key.empty())
                named.credentials.push_back(credential->row.id);
            else if (!placements.contains(key))
                named.keys.push_back(std::move(key));
        }
        const bool here = co_await study_named(survey, capabilities, std::move(named));
        if (!here) co_return false;
        if (survey.studied < tools_.slice) continue;
        co_await base::next_turn();
        survey.studied = 0;
        device = tools_.directory.device(device_);
        if (device == nullptr) co_return false;
    }
    co_return true;
}

/// What is to be written of what is due. False: the device is gone. When something that bears on everybody comes meanwhile, it stays due.
asio::awaitable<bool> Lane::survey(Survey& survey, const devices::Capabilities& capabilities)
{
    if (time_moved_on()) due_.all();
    survey.now = now();
    survey.whole = due_.everybody();
    if (survey.whole) waiting_.clear();
    auto due = std::exchange(due_, Due{false});
    if (survey.whole) {
        const bool placed = co_await study_placed(survey, capabilities);
        if (!placed) co_return false;
        const bool others = co_await study_others(survey, capabilities);
        if (!others) co_return false;
        due = std::exchange(due_, Due{false});
    } else {
        survey.policy_edge = policy_edge_;
        survey.next_edge = next_edge_;
    }
    while (!due.empty() && !due.everybody()) {
        const bool here = co_await study_named(survey, capabilities, due.named());
        if (!here) co_return false;
        due = std::exchange(due_, Due{false});
    }
    due_.add(due);
    survey.number = tools_.ledger.head();
    policy_edge_ = survey.policy_edge;
    next_edge_ = std::min(survey.next_edge, policy_edge_);
    claims_edge_ = std::min(claims_edge_, policy_edge_);
    if (survey.whole) {
        leaving_ = std::move(survey.leaving);
        status_.refusals = std::move(survey.refusals);
    }
    status_.leaving = leaving_.size();
    co_return true;
}

/// One plastic may be several people's, in several workspaces: who gains or loses a right to an entry that stays becomes or is no longer
/// one of its holders.
void Lane::name_holders(const Part& part)
{
    ledger::PlacementBatch named;
    for (const auto& [key, desired] : part.lowered.entries) {
        const auto* placement = tools_.directory.placements().find(device_, key);
        if (placement == nullptr || placement->holders == desired.holders) continue;
        auto holders = holders_now(*placement, desired.holders);
        if (placement->holders == holders) continue;
        named.put.push_back(*placement);
        named.put.back().holders = std::move(holders);
    }
    if (!named.put.empty()) tools_.ledger.note(std::move(named));
}

void Lane::concern(const std::shared_ptr<const model::Concerned>& who, bool narrowed)
{
    if (ended_) return;
    due_.add(who);
    if (narrowed) unmarked_.add(who);
}

void Lane::mark_leaving()
{
    unmarked_.all();
    mark_soon();
}

void Lane::mark_soon()
{
    if (!std::exchange(marking_, true)) asio::post(tools_.ledger.executor(), [this] { mark_some(); });
}

/// What is no longer granted stands on the residual list at once, also while a command to a dark device is still outstanding.
void Lane::mark_some()
{
    marking_ = false;
    if (unmarked_.everybody()) {
        mark_behind_ = std::string{};
        to_mark_ = {};
        claims_edge_ = base::no_end;
    } else if (!unmarked_.empty()) {
        auto named = unmarked_.named();
        std::move(named.keys.begin(), named.keys.end(), std::back_inserter(to_mark_.keys));
        to_mark_.credentials.insert(to_mark_.credentials.end(), named.credentials.begin(), named.credentials.end());
    }
    unmarked_ = Due{false};
    const auto* device = tools_.directory.device(device_);
    if (device == nullptr) {
        mark_behind_.reset();
        to_mark_ = {};
        return;
    }
    ledger::PlacementBatch marks;
    const auto& placements = tools_.directory.placements();
    std::size_t left = tools_.slice;
    for (; left > 0 && !to_mark_.keys.empty(); --left) {
        if (const auto* placement = placements.find(device_, to_mark_.keys.back())) mark(*device, *placement, marks);
        to_mark_.keys.pop_back();
    }
    for (; left > 0 && !to_mark_.credentials.empty(); --left) {
        for (const auto* placement : placements.of(to_mark_.credentials.back()))
            if (placement->device == device_) mark(*device, *placement, marks);
        to_mark_.credentials.pop_back();
    }
    if (mark_behind_) {
        const auto& entries = placements.of(device_);
        auto at = mark_behind_->empty() ? entries.begin() : entries.upper_bound(*mark_behind_);
        for (; left > 0 && at != entries.end(); --left, ++at) {
            mark(*device, at->second, marks);
            mark_behind_ = at->first;
        }
        if (at == entries.end()) mark_behind_.reset();
    }
    if (!marks.put.empty()) tools_.ledger.note(std::move(marks));
    if (mark_behind_ || !to_mark_.empty()) mark_soon();
    if (std::exchange(beside_due_, false)) start_beside_read(false);
}

void Lane::mark(const model::DeviceNode& device, const model::Placement& placement, ledger::PlacementBatch& marks)
{
    const auto granted = entitled(tools_.directory, device, placement, now(), tools_.honours_start(device_));
    claims_edge_ = std::min(claims_edge_, granted.next_edge);
    auto marked = placement;
    marked.holders = holders_now(placement, granted.holders);
    const bool stands = placement.truth == Truth::verified || placement.truth == Truth::assumed;
    const bool narrows = stands && (static_cast<devices::Doors>(placement.doors) & ~granted.doors) != 0;
    if (narrows) covered_.insert(placement.key);
    if (!placement.leaving && (granted.doors == 0 || narrows)) {
        marked.leaving = granted.doors == 0;
        marked.truth = Truth::pending;
        marked.reason.clear();
        marked.since = tools_.clock.wall();
    }
    if (!marked.superseded && !marked.leaving && has_another_code(tools_.directory, placement)) { // until the new one is written and read
        marked.superseded = true;
        if (stands) marked.truth = Truth::pending, marked.since = tools_.clock.wall();
    }
    if (marked != placement) marks.put.push_back(std::move(marked));
}

} // namespace gatehouse::reconcile
