#pragma once

#include "model/change.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::store {

/// Place of an event in the one sequence of events, from 1. 0 is "before the first".
using EventNumber = std::uint64_t;

struct PlacementKey {
    model::DeviceId device;
    std::string key;
};

/// A placement put, or the key of one erased.
using PlacementStep = std::variant<model::Placement, PlacementKey>;

/// A named position or mark that survives a restart.
struct Cursor {
    std::string name;
    std::string value;

    static constexpr std::string_view table = "cursor";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("name", self.name), visit("value", self.value);
    }
    friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// What may be forgotten: events, and changes, from the oldest on, while they are older than `before` or beyond the newest `keep_events`.
struct Pruning {
    base::Instant before{};
    std::uint64_t keep_events = 10'000'000;
    std::uint64_t at_most = 2'000; ///< rows of each kind in one commit, so that mutations do not wait for it
};

/// What one transaction carries, in this order.
struct Batch {
    bool mend = false; ///< writes the tables anew in which loading found damaged rows, without those
    /// Numbered without a gap behind the expected change number. One without rows may carry the number before it: such events changed
    /// nothing (a card was presented) and take no number of their own.
    std::vector<model::Change> changes;
    std::vector<PlacementStep> placements;
    std::vector<Cursor> cursors; ///< put; an empty value erases
    std::optional<Pruning> pruning;
};

} // namespace gatehouse::store
