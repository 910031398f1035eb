#pragma once

#include "base/flat_map.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace gatehouse::model {

/// A place in the stable order of every list: creation, then id.
struct Position {
    base::Instant created_at;
    Uuid id;
    friend bool operator==(const Position&, const Position&) = default;
    friend std::strong_ordering operator<=>(const Position& left, const Position& right)
    {
        if (const auto order = left.created_at.time_since_epoch().count() <=> right.created_at.time_since_epoch().count(); order != 0)
            return order;
        return std::memcmp(left.id.data, right.id.data, sizeof left.id.data) <=> 0;
    }
};

/// Rows of one type, by id and in order of creation. A node has a `row` with `id` and `created_at`; nodes never move while they live.
template <class Node>
class Table {
public:
    using Id = decltype(Node{}.row.id);

    std::size_t size() const { return by_id_.size(); }

    const Node* find(const Id& id) const
    {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : &slots_[found->second];
    }
    Node* find(const Id& id) { return const_cast<Node*>(std::as_const(*this).find(id)); }

    /// The row must be new. While a directory is being restored rows come unordered; `settle` ends that.
    Node& add(Node node)
    {
        const auto slot = take_slot();
        slots_[slot] = std::move(node);
        by_id_.emplace(slots_[slot].row.id, slot);
        if (settled_)
            order_.insert(std::lower_bound(order_.begin(), order_.end(), position(slot), before()), slot);
        else
            order_.push_back(slot);
        return slots_[slot];
    }

    /// Exchanges the row of a node that is there, links untouched; answers the row that stood there. A row with another time of creation
    /// takes another place in the order.
    template <class Row>
    Row replace(Node& node, const Row& row)
    {
        if (node.row.created_at == row.created_at || !settled_) return std::exchange(node.row, row);
        const auto slot = by_id_.find(row.id)->second;
        order_.erase(std::lower_bound(order_.begin(), order_.end(), position(slot), before()));
        auto previous = std::exchange(node.row, row);
        order_.insert(std::lower_bound(order_.begin(), order_.end(), position(slot), before()), slot);
        return previous;
    }

    void erase(const Id& id)
    {
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) return;
        const auto slot = found->second;
        order_.erase(std::lower_bound(order_.begin(), order_.end(), position(slot), before()));
        slots_[slot] = Node{};
        free_.push_back(slot);
        by_id_.erase(found);
    }

    void restoring() { settled_ = false; }
    void settle()
    {
        std::sort(order_.begin(), order_.end(), [this](auto left, auto right) { return position(left) < position(right); });
        settled_ = true;
    }

    /// Visits in order, behind `after` when given, until `visit` says false. Rows may come and go between walks.
    template <class Visit>
    void walk(const Position* after, Visit visit) const
    {
        auto at = order_.begin();
        if (after != nullptr)
            at =
                std::upper_bound(order_.begin(), order_.end(), *after, [this](const Position& p, auto slot) { return p < position(slot); });
        while (at != order_.end() && visit(slots_[*at])) ++at;
    }

private:
    Position position(std::uint32_t slot) const { return {slots_[slot].row.created_at, slots_[slot].row.id.value}; }
    auto before() const
    {
        return [this](std::uint32_t slot, const Position& p) { return position(slot) < p; };
    }
    std::uint32_t take_slot()
    {
        if (free_.empty()) {
            slots_.emplace_back();
            return static_cast<std::uint32_t>(slots_.size() - 1);
        }
        const auto slot = free_.back();
        free_.pop_back();
        return slot;
    }

    std::deque<Node> slots_;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> order_;
    base::FlatMap<Id, std::uint32_t, IdHash> by_id_;
    bool settled_ = true;
};

} // namespace gatehouse::model
