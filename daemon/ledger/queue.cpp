#include "ledger/queue.hpp"

#include <algorithm>

namespace gatehouse::ledger {

namespace {

void once_each(std::vector<model::DoorId>& doors)
{
    std::sort(doors.begin(), doors.end());
    doors.erase(std::unique(doors.begin(), doors.end()), doors.end());
}

struct IntoBatch {
    store::Batch& batch;
    void operator()(model::Placement& placement) const { batch.placements.emplace_back(std::move(placement)); }
    void operator()(PlacementKey& key) const { batch.placements.emplace_back(std::move(key)); }
    void operator()(Cursor& cursor) const { batch.cursors.push_back(std::move(cursor)); }
};

} // namespace

void Queue::add(model::Change change, const TouchedDoors& doors)
{
    doors_.all.insert(doors_.all.end(), doors.all.begin(), doors.all.end());
    doors_.narrowed.insert(doors_.narrowed.end(), doors.narrowed.begin(), doors.narrowed.end());
    changes_.push_back(std::move(change));
}

bool Queue::add_note(model::Change note)
{
    if (notes_ >= notes_waiting) {
        lost_ += note.events.size();
        return false;
    }
    ++notes_;
    changes_.push_back(std::move(note));
    return true;
}

std::uint64_t Queue::add(PlacementBatch placements)
{
    added_ += placements.erased.size() + placements.put.size() + placements.cursors.size();
    std::move(placements.erased.begin(), placements.erased.end(), std::back_inserter(steps_));
    std::move(placements.put.begin(), placements.put.end(), std::back_inserter(steps_));
    std::move(placements.cursors.begin(), placements.cursors.end(), std::back_inserter(steps_));
    return added_;
}

Parcel Queue::take()
{
    Parcel parcel;
    const auto most = changes_.empty() ? steps_alone : steps_beside_changes;
    for (std::size_t count = 0; count < most && !steps_.empty(); ++count, ++taken_) {
        std::visit(IntoBatch{parcel.batch}, steps_.front());
        steps_.pop_front();
    }
    parcel.steps_upto = taken_;
    parcel.batch.changes = std::exchange(changes_, {});
    parcel.batch.mend = std::exchange(mend_, false);
    parcel.batch.pruning = std::exchange(pruning_, std::nullopt);
    parcel.doors = std::exchange(doors_, {});
    once_each(parcel.doors.all);
    once_each(parcel.doors.narrowed);
    notes_ = 0;
    return parcel;
}

} // namespace gatehouse::ledger
