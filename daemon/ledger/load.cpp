#include "ledger/damage.hpp"
#include "ledger/ledger.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::ledger {

using base::fail;
using base::Fault;

namespace {

std::string_view table_of(const model::Row& row)
{
    return std::visit([](const auto& value) { return value.table; }, row);
}

} // namespace

/// A row without its parents waits for restore_rest. One that contradicts the others is not taken: it opens nothing, and somebody has to
/// look.
void Ledger::restore(model::Row&& row)
{
    const auto restored = directory_.restore(std::move(row)); // one that is refused stays as it is
    if (restored) return;
    if (restored.error().fault == Fault::not_found)
        held_.push_back(std::move(row)); // NOLINT(bugprone-use-after-move): one that is refused stays whole
    else
        spdlog::error("row_not_restored table={} error=\"{}\"", table_of(row), restored.error().detail);
}

Result<std::vector<Cursor>> Ledger::load()
{
    std::vector<store::Damage> damages;
    const store::Sink sink{
        .row = [this](model::Row&& row) { restore(std::move(row)); },
        .placement = [this](model::Placement&& placement) { directory_.placements().put(std::move(placement)); },
        .damaged = [&damages](store::Damage&& damage) { damages.push_back(std::move(damage)); },
    };
    auto loaded = store_.load(sink);
    if (!loaded) return loaded.error();
    directory_.finish_restore();
    head_ = loaded->head;
    changes_.reach(head_);
    mode_since_ = clock_.wall();
    if (!store_.writable())
        hear(News::found_read_only);
    else if (!store_.has_reserve())
        hear(News::reserve_given_up);
    damaged_rows_ = damages.size();
    if (!damages.empty()) report(damages);
    return std::move(loaded->cursors);
}

/// All goes in one commit with the mending, and with what restore_rest finds.
void Ledger::report(const std::vector<store::Damage>& damages)
{
    settling_ = !storage_.read_only;
    PlacementBatch unsure;
    for (const auto& damage : damages) {
        spdlog::error("storage_row_damaged table={} row=\"{}\"", damage.table, damage.row);
        note({"gatehouse", "gateway"}, damage_event(damage));
        const auto& lost = damage.placement;
        if (lost && directory_.placements().find(lost->device, lost->key) == nullptr)
            unsure.put.push_back(stand_in(directory_, damage, clock_.wall()));
        if (damage.table == model::Group::table)
            damaged_groups_.insert(damage.about.empty() ? model::GroupId{} : model::GroupId{damage.about[0]});
    }
    queue_.mend();
    put_down(std::move(unsure), false);
}

/// The schedule of a group is not of the configuration: one whose row was damaged comes back without it, and so without its members.
bool Ledger::lost_its_group(const model::Row& row) const
{
    const auto* membership = std::get_if<model::Membership>(&row);
    return membership != nullptr && (damaged_groups_.contains(membership->group) || damaged_groups_.contains(model::GroupId{}));
}

bool Ledger::restore_rest()
{
    std::vector<model::Mutation> orphans;
    bool came_back = false;
    const bool tried = !held_.empty();
    for (auto& row : std::exchange(held_, {})) {
        const auto restored =
            lost_its_group(row) ? Result<void>{fail(Fault::not_found, "its access group was damaged")} : directory_.restore(std::move(row));
        came_back = came_back || restored;
        if (restored) continue;
        // NOLINTNEXTLINE(bugprone-use-after-move): one that is refused stays whole
        spdlog::error("row_not_restored table={} error=\"{}\"", table_of(row), restored.error().detail);
        if (restored.error().fault == Fault::not_found) orphans.push_back(model::erase(std::move(row)));
    }
    if (tried) directory_.finish_restore(); // or every later change would pass for one that was there before
    bury(std::move(orphans));
    settling_ = false;
    submit();
    if (storage_.read_only) return came_back;
    // The end may have come between a proof and what follows from it, and a claim may have been damaged.
    const auto codes = model::every_code(directory_);
    if (!codes.empty()) settle_claims(codes);
    finish_taken_away();
    return came_back;
}

/// Memory never had them: they leave the disk alone.
void Ledger::bury(std::vector<model::Mutation> orphans)
{
    if (storage_.read_only) return;
    for (std::size_t begin = 0; begin < orphans.size(); begin += model::rows_per_change) {
        const auto end = std::min(orphans.size(), begin + model::rows_per_change);
        Draft draft{.actor = {"gatehouse", "gateway"}};
        for (auto at = begin; at < end; ++at) draft.rows.push_back(std::move(orphans[at]));
        model::Event event;
        event.type = "gateway.storage_rows_dropped";
        event.body = {{"rows", static_cast<std::int64_t>(end - begin)}};
        draft.events.push_back(std::move(event));
        enqueue(head_ + 1, std::move(draft), {});
    }
}

} // namespace gatehouse::ledger
