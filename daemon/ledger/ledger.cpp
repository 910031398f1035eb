#include "ledger/ledger.hpp"

#include "base/flat_map.hpp"
#include "model/affected.hpp"
#include "model/takes_away.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace gatehouse::ledger {

using base::fail;
using base::Fault;
using model::ChangeNumber;

namespace {

constexpr std::size_t changes_remembered = 10'000; ///< by the time they were made

/// A read showed the same as before. That is written down once an hour: after a start every table is read anyway.
bool only_seen_again(const model::Placement& before, const model::Placement& now)
{
    if (!before.verified_at || !now.verified_at) return false;
    if (std::chrono::floor<std::chrono::hours>(*before.verified_at) != std::chrono::floor<std::chrono::hours>(*now.verified_at))
        return false;
    auto same = before;
    same.verified_at = now.verified_at;
    same.number = now.number;
    return same == now;
}

/// Collects the doors that single mutations bear on, each once however often it is named.
class DoorSet {
public:
    /// Around the application of one mutation: once before, once after.
    void add(const model::Directory& directory, const model::Mutation& mutation, bool narrows)
    {
        named_.clear();
        model::affected_doors(directory, mutation, named_);
        if (named_.empty()) return;
        const bool everybody = !model::concerned(directory, mutation, concerned_);
        for (const auto& door : named_) {
            auto& touched = doors_[door];
            touched.narrowed = touched.narrowed || narrows;
            touched.everybody = touched.everybody || everybody;
        }
    }
    TouchedDoors take()
    {
        TouchedDoors touched;
        for (const auto& [door, how] : doors_) {
            touched.all.push_back(door);
            if (how.narrowed) touched.narrowed.push_back(door);
            if (how.everybody) touched.everybody.push_back(door);
        }
        for (auto* doors : {&touched.all, &touched.narrowed, &touched.everybody}) std::sort(doors->begin(), doors->end());
        touched.concerned = std::move(concerned_);
        return touched;
    }

private:
    struct Touched {
        bool narrowed = false, everybody = false;
    };
    base::FlatMap<model::DoorId, Touched, model::IdHash> doors_;
    std::vector<model::DoorId> named_;
    model::Concerned concerned_;
};

void touch(model::Mutation& mutation, ChangeNumber number)
{
    std::visit([number](auto& row) { row.touched = number; }, mutation.row);
}

} // namespace

Ledger::Ledger(model::Directory& directory, store::Store& store, base::Clock& clock, asio::any_io_executor core,
               asio::any_io_executor store_executor, base::Random& random)
    : directory_{directory}, store_{store}, clock_{clock}, core_{std::move(core)}, store_executor_{std::move(store_executor)},
      random_{random}
{
}

Result<ChangeNumber> Ledger::apply(Draft draft)
{
    if (failed_) return fail(Fault::transient, "storage failed", "storage_failed");
    if (draft.rows.size() > model::rows_per_change)
        return fail(Fault::invalid, "a change has at most " + std::to_string(model::rows_per_change) + " rows", "change_too_large");
    const bool takes_away = mode() == Mode::low_space && model::only_takes_away(directory_, draft.rows);
    if (auto admitted = admits(mode(), takes_away); !admitted) return admitted.error();
    const auto number = head_ + 1;
    for (auto& mutation : draft.rows)
        if (!mutation.erase) touch(mutation, number);
    const auto doors = apply_rows(draft.rows, number);
    if (!doors) return doors.error();

    enqueue(number, std::move(draft), *doors);
    return number;
}

std::optional<base::Instant> Ledger::made_at(ChangeNumber number) const
{
    if (number > head_ || head_ - number >= made_.size()) return std::nullopt;
    return made_[made_.size() - 1 - (head_ - number)];
}

void Ledger::enqueue(ChangeNumber number, Draft draft, const TouchedDoors& doors)
{
    head_ = number;
    made_.push_back(clock_.wall());
    if (made_.size() > changes_remembered) made_.pop_front();
    for (auto& event : draft.events) stamp(event);
    model::Change change{.number = number,
                         .at = clock_.wall(),
                         .actor = std::move(draft.actor),
                         .request = std::move(draft.request),
                         .rows = std::move(draft.rows),
                         .events = std::move(draft.events)};
    for (const auto& subscriber : on_applied_) subscriber(change, doors);
    queue_.add(std::move(change), doors);
    submit();
}

/// All or none; then the claims to codes that follow from them, as rows of the same change.
Result<TouchedDoors> Ledger::apply_rows(std::vector<model::Mutation>& rows, ChangeNumber number)
{
    DoorSet doors;
    model::CodeScope codes;
    std::vector<model::Mutation> undo;
    undo.reserve(rows.size());
    const auto apply_one = [this, &doors, &codes, &undo](const model::Mutation& mutation) -> Result<void> {
        const bool narrows = model::may_narrow(directory_, mutation);
        doors.add(directory_, mutation, narrows);
        model::affected_codes(directory_, mutation, codes);
        auto inverse = directory_.apply(mutation);
        if (!inverse) return inverse.error();
        doors.add(directory_, mutation, narrows);
        model::affected_codes(directory_, mutation, codes);
        undo.push_back(std::move(*inverse));
        return {};
    };
    const auto take_back = [this, &undo](base::Error error) {
        for (auto last = undo.rbegin(); last != undo.rend(); ++last) directory_.revert(*last);
        return error;
    };
    for (const auto& mutation : rows)
        if (auto applied = apply_one(mutation); !applied) return take_back(applied.error());
    if (codes.empty()) return doors.take();
    auto claims = model::plan_claims(directory_, codes, clock_.wall());
    clashed_at_ = std::move(claims.at_others);
    if (claims.clash) return take_back(fail(Fault::conflict, "The access code is not available", "duplicate_access_code"));
    for (auto& mutation : claims.rows) {
        if (!mutation.erase) touch(mutation, number);
        if (auto applied = apply_one(mutation); !applied) return take_back(applied.error());
        rows.push_back(std::move(mutation));
    }
    return doors.take();
}

/// Access grants that were taken away end when nothing of theirs is left on a device.
void Ledger::finish_grants(const Gone& gone)
{
    std::vector<model::Mutation> rows;
    for (const auto& [workspace, credential] : gone) model::add_finished(directory_, workspace, credential, rows);
    if (!apply_parts(std::move(rows))) later_gone_.insert(gone.begin(), gone.end());
}

void Ledger::finish_taken_away()
{
    std::vector<model::Mutation> rows;
    model::add_unfinished(directory_, rows);
    apply_parts(std::move(rows));
}

/// More than one change holds in several, in their order. False when one was refused.
bool Ledger::apply_parts(std::vector<model::Mutation> rows)
{
    for (std::size_t begin = 0; begin < rows.size(); begin += model::rows_per_change) {
        const auto end = std::min(rows.size(), begin + model::rows_per_change);
        Draft draft{.actor = {"gatehouse", "gateway"}};
        for (auto at = begin; at < end; ++at) draft.rows.push_back(std::move(rows[at]));
        const auto applied = apply(std::move(draft));
        if (applied) continue;
        if (mode() == Mode::normal) spdlog::error("upkeep_waits error=\"{}\"", applied.error().detail);
        return false;
    }
    return true;
}

/// What followed from placements while no change was admitted.
void Ledger::catch_up()
{
    const auto codes = std::exchange(later_codes_, {});
    const auto gone = std::exchange(later_gone_, {});
    if (!codes.empty()) settle_claims(codes);
    if (!gone.empty()) finish_grants(gone);
}

/// What was proven gone frees codes for others.
void Ledger::settle_claims(const model::CodeScope& scope)
{
    auto claims = model::plan_claims(directory_, scope, clock_.wall());
    if (apply_parts(std::move(claims.rows))) return; // each is about a code at a door of its own
    later_codes_.credentials.insert(scope.credentials.begin(), scope.credentials.end());
    later_codes_.doors.insert(scope.doors.begin(), scope.doors.end());
}

void Ledger::stamp(model::Event& event)
{
    event.id.value = base::random_uuid(random_);
    if (event.occurred_at == base::Instant{}) event.occurred_at = clock_.wall();
}

void Ledger::note(model::Actor actor, model::Event event)
{
    if (failed_) return;
    if (storage_.read_only) return queue_.lose_note();
    stamp(event);
    queue_.add_note({.number = head_, .at = clock_.wall(), .actor = std::move(actor), .events = {std::move(event)}});
    submit();
}

/// Called when the queue was just emptied, so there is room.
void Ledger::note_lost()
{
    const auto lost = queue_.take_lost();
    if (lost == 0) return;
    model::Event gap{.type = "gateway.events_lost", .body = {{"count", static_cast<std::int64_t>(lost)}}};
    stamp(gap);
    queue_.add_note({.number = head_, .at = clock_.wall(), .actor = {"gatehouse", "gateway"}, .events = {std::move(gap)}});
}

std::uint64_t Ledger::put_down(PlacementBatch placements, bool awaited)
{
    auto& known = directory_.placements();
    model::CodeScope codes;
    Gone gone;
    const auto add_gone = [&gone](const model::Placement& placement) {
        for (const auto& holder : placement.holders) gone.emplace(holder.workspace, holder.credential);
    };
    const auto remember = [this, &codes](const model::Placement& placement) {
        for (const auto& holder : placement.holders)
            if (!directory_.claims_of(holder.credential).empty()) codes.credentials.insert(holder.credential);
    };
    for (const auto& erased : placements.erased) {
        if (const auto* placement = known.find(erased.device, erased.key)) {
            remember(*placement);
            model::affected_codes(directory_, *placement, codes);
            add_gone(*placement);
        }
        known.erase(erased.device, erased.key);
    }
    std::vector<model::Placement> told;
    for (auto& placement : placements.put) {
        const auto* before = known.find(placement.device, placement.key);
        const bool news = awaited || before == nullptr || !only_seen_again(*before, placement);
        const bool others = before != nullptr && before->holders != placement.holders;
        if (others) add_gone(*before);
        if (others || (before != nullptr && (before->superseded != placement.superseded || before->value != placement.value)))
            model::affected_codes(directory_, *before, codes);
        known.put(placement);
        if (placement.truth == model::Truth::verified) remember(placement);
        if (news) told.push_back(placement);
    }
    for (const auto& subscriber : on_placed_) {
        for (const auto& erased : placements.erased) subscriber(erased.device, erased.key);
        for (const auto& placement : placements.put) subscriber(placement.device, placement.key);
    }
    if (storage_.read_only) return 0;
    placements.put = std::move(told);
    const auto last = queue_.add(std::move(placements), awaited);
    const bool outer = std::exchange(placing_, true);
    if (!codes.empty()) settle_claims(codes);
    finish_grants(gone);
    placing_ = outer;
    submit();
    return last;
}

Result<void> Ledger::takes_records() const
{
    if (storage_.read_only) return fail(Fault::transient, "the gateway's disk takes no writes", "storage_read_only");
    if (storage_.stalled) return fail(Fault::transient, "the gateway's disk does not answer", "storage_stalled");
    return {};
}

asio::awaitable<Result<void>> Ledger::record(PlacementBatch placements, Patience patience)
{
    if (auto taken = takes_records(); !taken) co_return taken;
    const auto last = put_down(std::move(placements), true);
    co_return co_await steps_.until(last, clock_, std::move(patience));
}

void Ledger::prune(const store::Pruning& pruning)
{
    queue_.add(pruning);
    submit();
}

void Ledger::submit()
{
    if (committing_ || settling_ || placing_ || storage_.read_only || failed_ || queue_.empty()) return;
    committing_ = true;
    commit_began_ = clock_.now();
    auto parcel = std::make_shared<Parcel>(queue_.take());
    note_lost();
    auto work = [this, parcel, expected = changes_.reached(), guard = asio::make_work_guard(core_)] {
        auto done = commit(store_, parcel->batch, expected);
        asio::post(core_, [this, parcel, done = std::move(done)] { committed(*parcel, done); });
    };
    asio::post(store_executor_, std::move(work));
}

/// What found no room is tried again, once, with the reserve given up. Store thread.
Ledger::Committed Ledger::commit(store::Store& store, const store::Batch& batch, ChangeNumber expected)
{
    auto done = store.commit(batch, expected);
    if (done || done.error().fault != Fault::full || !store.release_reserve()) return {std::move(done), false};
    return {store.commit(batch, expected), true};
}

void Ledger::committed(const Parcel& parcel, const Committed& outcome)
{
    committing_ = false;
    const auto& done = outcome.done;
    if (!done) {
        failed_ = true;
        changes_.give_up();
        steps_.give_up();
        if (on_failure_) on_failure_(done.error());
        return;
    }
    steps_.reach(parcel.steps_upto);
    const auto& changes = parcel.batch.changes;
    if (!changes.empty()) changes_.reach(changes.back().number);
    if (outcome.gave_reserve) hear(News::reserve_given_up);
    hear(News::commit_returned);
    submit(); // the disk works while the core thread tells the others
    if (changes.empty()) return;
    for (const auto& subscriber : on_durable_) subscriber(changes, parcel.doors);
}

} // namespace gatehouse::ledger
