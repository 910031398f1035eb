#include "ledger/ledger.hpp"

#include "base/flat_map.hpp"
#include "model/affected.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace gatehouse::ledger {

using base::fail;
using base::Fault;
using model::ChangeNumber;

namespace {

/// Collects the doors that single mutations bear on, each once however often it is named.
class DoorSet {
public:
    /// Around the application of one mutation: once before, once after.
    void add(const model::Directory& directory, const model::Mutation& mutation, bool narrows)
    {
        named_.clear();
        model::affected_doors(directory, mutation, named_);
        for (const auto& door : named_) {
            auto& narrowed = doors_[door];
            narrowed = narrowed || narrows;
        }
    }
    TouchedDoors take() const
    {
        TouchedDoors touched;
        for (const auto& [door, narrowed] : doors_) {
            touched.all.push_back(door);
            if (narrowed) touched.narrowed.push_back(door);
        }
        std::sort(touched.all.begin(), touched.all.end());
        std::sort(touched.narrowed.begin(), touched.narrowed.end());
        return touched;
    }

private:
    base::FlatMap<model::DoorId, bool, model::IdHash> doors_;
    std::vector<model::DoorId> named_;
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

/// A row that contradicts the others is not taken: it opens nothing, and somebody has to look.
void Ledger::restore(const model::Row& row)
{
    if (const auto restored = directory_.restore(row); !restored)
        spdlog::error("row_not_restored table={} error=\"{}\"", std::visit([](const auto& value) { return value.table; }, row),
                      restored.error().detail);
}

Result<std::vector<Cursor>> Ledger::load()
{
    const store::Sink sink{
        .row = [this](const model::Row& row) { restore(row); },
        .placement = [this](model::Placement&& placement) { directory_.placements().put(std::move(placement)); },
    };
    auto loaded = store_.load(sink);
    if (!loaded) return loaded.error();
    directory_.finish_restore();
    head_ = loaded->head;
    changes_.reach(head_);
    model::CodeScope codes; // the end may have come between a proof and what follows from it
    for (const auto& credential : directory_.claimants()) codes.credentials.insert(credential);
    if (!codes.empty()) settle_claims(codes);
    return std::move(loaded->cursors);
}

Result<ChangeNumber> Ledger::apply(Draft draft)
{
    if (failed_) return fail(Fault::transient, "storage failed", "storage_failed");
    if (draft.rows.size() > model::rows_per_change)
        return fail(Fault::invalid, "a change has at most " + std::to_string(model::rows_per_change) + " rows", "change_too_large");
    const auto number = head_ + 1;
    for (auto& mutation : draft.rows)
        if (!mutation.erase) touch(mutation, number);
    const auto doors = apply_rows(draft.rows, number);
    if (!doors) return doors.error();

    head_ = number;
    for (auto& event : draft.events) stamp(event);
    model::Change change{.number = number,
                         .at = clock_.wall(),
                         .actor = std::move(draft.actor),
                         .request = std::move(draft.request),
                         .rows = std::move(draft.rows),
                         .events = std::move(draft.events)};
    for (const auto& subscriber : on_applied_) subscriber(change, *doors);
    queue_.add(std::move(change), *doors);
    submit();
    return number;
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
    if (claims.clash) return take_back(fail(Fault::conflict, "The access code is not available", "duplicate_access_code"));
    for (auto& mutation : claims.rows) {
        if (!mutation.erase) touch(mutation, number);
        if (auto applied = apply_one(mutation); !applied) return take_back(applied.error());
        rows.push_back(std::move(mutation));
    }
    return doors.take();
}

/// Access grants that were taken away end when nothing of theirs is left on a device.
void Ledger::finish_grants(const std::vector<model::Holder>& gone)
{
    std::vector<model::Mutation> rows;
    for (const auto& holder : gone) model::add_finished(directory_, holder.workspace, holder.credential, rows);
    if (rows.empty()) return;
    if (const auto applied = apply({.actor = {"gatehouse", "gateway"}, .rows = std::move(rows)}); !applied)
        spdlog::error("grants_not_finished error=\"{}\"", applied.error().detail);
}

/// What was proven gone frees codes for others.
void Ledger::settle_claims(const model::CodeScope& scope)
{
    auto claims = model::plan_claims(directory_, scope, clock_.wall());
    if (claims.rows.empty()) return;
    if (const auto applied = apply({.actor = {"gatehouse", "gateway"}, .rows = std::move(claims.rows)}); !applied)
        spdlog::error("claims_not_settled error=\"{}\"", applied.error().detail);
}

void Ledger::stamp(model::Event& event)
{
    event.id.value = base::random_uuid(random_);
    if (event.occurred_at == base::Instant{}) event.occurred_at = clock_.wall();
}

void Ledger::note(model::Actor actor, model::Event event)
{
    if (failed_) return;
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

std::uint64_t Ledger::put_down(PlacementBatch placements)
{
    auto& known = directory_.placements();
    model::CodeScope codes;
    std::vector<model::Holder> gone;
    const auto remember = [this, &codes](const model::Placement& placement) {
        for (const auto& holder : placement.holders)
            if (!directory_.claims_of(holder.credential).empty()) codes.credentials.insert(holder.credential);
    };
    for (const auto& erased : placements.erased) {
        if (const auto* placement = known.find(erased.device, erased.key)) {
            remember(*placement);
            gone.insert(gone.end(), placement->holders.begin(), placement->holders.end());
        }
        known.erase(erased.device, erased.key);
    }
    for (const auto& placement : placements.put) {
        known.put(placement);
        if (placement.truth == model::Truth::verified) remember(placement);
    }
    for (const auto& subscriber : on_placed_) {
        for (const auto& erased : placements.erased) subscriber(erased.device, erased.key);
        for (const auto& placement : placements.put) subscriber(placement.device, placement.key);
    }
    const auto last = queue_.add(std::move(placements));
    submit();
    if (!codes.empty()) settle_claims(codes);
    finish_grants(gone);
    return last;
}

asio::awaitable<Result<void>> Ledger::record(PlacementBatch placements)
{
    const auto last = put_down(std::move(placements));
    co_return co_await steps_.until(last, clock_);
}

void Ledger::prune(const store::Pruning& pruning)
{
    queue_.add(pruning);
    submit();
}

void Ledger::submit()
{
    if (committing_ || failed_ || queue_.empty()) return;
    committing_ = true;
    auto parcel = std::make_shared<Parcel>(queue_.take());
    note_lost();
    auto commit = [this, parcel, expected = changes_.reached(), work = asio::make_work_guard(core_)] {
        auto done = store_.commit(parcel->batch, expected);
        asio::post(core_, [this, parcel, done = std::move(done)] { committed(*parcel, done); });
    };
    asio::post(store_executor_, std::move(commit));
}

void Ledger::committed(const Parcel& parcel, const Result<void>& done)
{
    committing_ = false;
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
    submit(); // the disk works while the core thread tells the others
    if (changes.empty()) return;
    for (const auto& subscriber : on_durable_) subscriber(changes, parcel.doors);
}

} // namespace gatehouse::ledger
