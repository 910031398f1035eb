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

std::uint64_t Queue::add(PlacementBatch placements, bool awaited)
{
    const auto push = [this](auto&& step) { steps_.emplace_back(std::forward<decltype(step)>(step)), ++added_; };
    for (auto& erased : placements.erased) {
        noted_.erase({erased.device, erased.key});
        push(std::move(erased));
    }
    for (auto& placement : placements.put) {
        const bool alone = !awaited && !placement.slot; // a slot passes from one to another in order
        if (alone && replaces(placement)) continue;
        const Name name{placement.device, placement.key};
        if (alone)
            noted_[name] = added_;
        else
            noted_.erase(name);
        push(std::move(placement));
    }
    for (auto& cursor : placements.cursors) push(std::move(cursor));
    return added_;
}

/// What waits of the entry is not on its way to the disk yet.
bool Queue::replaces(model::Placement& placement)
{
    const auto waits = noted_.find({placement.device, placement.key});
    if (waits == noted_.end()) return false;
    if (waits->second < taken_) {
        noted_.erase(waits);
        return false;
    }
    steps_[waits->second - taken_] = std::move(placement);
    return true;
}

Parcel Queue::take()
{
    Parcel parcel;
    const auto most = changes_.empty() ? steps_alone : steps_beside_changes;
    for (std::size_t count = 0; count < most && !steps_.empty(); ++count, ++taken_) {
        if (const auto* placement = std::get_if<model::Placement>(&steps_.front()); placement != nullptr && !noted_.empty())
            if (const auto waits = noted_.find({placement->device, placement->key}); waits != noted_.end() && waits->second == taken_)
                noted_.erase(waits);
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
