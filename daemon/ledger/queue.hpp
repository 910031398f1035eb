#pragma once

#include "ledger/draft.hpp"

#include <deque>
#include <map>
#include <optional>

namespace gatehouse::ledger {

/// Steps on placements that may ride in one batch with a change, and without one: a change never waits for a longer list.
inline constexpr std::size_t steps_beside_changes = 128, steps_alone = 1'024;
/// Events that changed nothing and wait; more are counted and let go.
inline constexpr std::size_t notes_waiting = 10'000;

/// One commit: what it carries, and how far it brings the journal.
struct Parcel {
    store::Batch batch;
    TouchedDoors doors;           ///< of all its changes together
    std::uint64_t steps_upto = 0; ///< placement steps that are durable with it, counted from the start
};

/// What is applied in memory and waits for the disk. Core thread.
class Queue {
public:
    bool empty() const { return changes_.empty() && steps_.empty() && !pruning_ && !mend_; }

    void add(model::Change change, const TouchedDoors& doors);
    /// False: there is no room; the event is counted as lost.
    bool add_note(model::Change note);
    /// Answers the count of steps the last of them has. Where nobody waits for it, what is said of an entry takes the place of what waits
    /// there of it: a disk that does not answer for long is not what memory fills up by.
    std::uint64_t add(PlacementBatch placements, bool awaited);
    void add(const store::Pruning& pruning) { pruning_ = pruning; }
    /// The next commit takes damaged rows out of the file.
    void mend() { mend_ = true; }

    void lose_note() { ++lost_; }
    /// Events lost since this was last asked.
    std::uint64_t take_lost() { return std::exchange(lost_, 0); }

    /// Every change that waits, with as many placement steps as may go along.
    Parcel take();

private:
    using Step = std::variant<model::Placement, PlacementKey, Cursor>;
    using Name = std::pair<model::DeviceId, std::string>;

    bool replaces(model::Placement& placement);

    std::vector<model::Change> changes_;
    TouchedDoors doors_;
    std::deque<Step> steps_;
    std::map<Name, std::uint64_t> noted_; ///< where what was last said of an entry waits, while nothing else of it does behind that
    std::optional<store::Pruning> pruning_;
    bool mend_ = false;
    std::size_t notes_ = 0;
    std::uint64_t lost_ = 0, added_ = 0, taken_ = 0;
};

} // namespace gatehouse::ledger
