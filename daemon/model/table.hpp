#pragma once

#include "base/flat_map.hpp"
#include "base/sharded.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"

#include <algorithm>
#include <memory>
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
        return base::order(left.id, right.id);
    }
};

/// Rows of one type, by id and in order of creation. A node has a `row` with `id` and `created_at`; nodes never move while they live.
template <class Node>
class Table {
public:
    using Id = decltype(Node{}.row.id);

    Table() : by_id_{Ids{0, HashOf{this}, SameId{this}}} {}
    Table(const Table&) = delete; // the index looks at the nodes
    Table& operator=(const Table&) = delete;

    std::size_t size() const { return by_id_.size(); }

    const Node* find(const Id& id) const
    {
        const auto& ids = by_id_.part(IdHash{}(id));
        const auto found = ids.find(id);
        return found == ids.end() ? nullptr : &at(*found);
    }
    Node* find(const Id& id) { return const_cast<Node*>(std::as_const(*this).find(id)); }

    /// The same for one that looks for many in the order in which they were added, as a restore does for what belongs to them.
    Node* find_next(const Id& id)
    {
        for (auto slot = last_; slot < slots_ && slot < last_ + 2; ++slot)
            if (at(slot).row.id == id) return last_ = slot, &at(slot);
        const auto& ids = by_id_.part(IdHash{}(id));
        const auto found = ids.find(id);
        if (found == ids.end()) return nullptr;
        last_ = *found;
        return &at(last_);
    }

    /// The row must be new. While a directory is being restored rows come unordered; `settle` ends that.
    Node& add(Node node)
    {
        const auto slot = take_slot();
        at(slot) = std::move(node);
        by_id_.part(IdHash{}(at(slot).row.id)).insert(slot);
        if (settled_)
            order_.insert(std::lower_bound(order_.begin(), order_.end(), position(slot), before()), slot);
        else
            order_.push_back(slot);
        return at(slot);
    }

    /// Exchanges the row of a node that is there, links untouched; answers the row that stood there. A row with another time of creation
    /// takes another place in the order.
    template <class Row>
    Row replace(Node& node, Row row)
    {
        if (node.row.created_at == row.created_at || !settled_) return std::exchange(node.row, std::move(row));
        const auto slot = *by_id_.part(IdHash{}(row.id)).find(row.id);
        order_.erase(std::lower_bound(order_.begin(), order_.end(), position(slot), before()));
        auto previous = std::exchange(node.row, std::move(row));
        order_.insert(std::lower_bound(order_.begin(), order_.end(), position(slot), before()), slot);
        return previous;
    }

    void erase(const Id& id)
    {
        auto& ids = by_id_.part(IdHash{}(id));
        const auto found = ids.find(id);
        if (found == ids.end()) return;
        const auto slot = *found;
        order_.erase(std::lower_bound(order_.begin(), order_.end(), position(slot), before()));
        ids.erase(found);
        at(slot) = Node{};
        free_.push_back(slot);
    }

    void restoring() { settled_ = false; }
    void settle()
    {
        std::vector<std::pair<Position, std::uint32_t>>
            ordered; // side by side: comparing them where they stand would go all over the nodes
        ordered.reserve(order_.size());
        for (const auto slot : order_) ordered.emplace_back(position(slot), slot);
        std::sort(ordered.begin(), ordered.end());
        std::transform(ordered.begin(), ordered.end(), order_.begin(), [](const auto& pair) { return pair.second; });
        order_.shrink_to_fit();
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
        while (at != order_.end() && visit(this->at(*at))) ++at;
    }

    /// Every node, in order.
    template <class Visit>
    void each(Visit visit)
    {
        for (const auto slot : order_) visit(at(slot));
    }

private:
    static constexpr std::uint32_t chunk = 64; ///< nodes allocated together

    struct HashOf {
        using is_transparent = void;
        using is_avalanching = void;
        const Table* table;
        std::size_t operator()(std::uint32_t slot) const { return IdHash{}(table->at(slot).row.id); }
        std::size_t operator()(const Id& id) const { return IdHash{}(id); }
    };
    struct SameId {
        using is_transparent = void;
        const Table* table;
        bool operator()(std::uint32_t left, std::uint32_t right) const { return left == right; }
        bool operator()(const Id& id, std::uint32_t slot) const { return table->at(slot).row.id == id; }
        bool operator()(std::uint32_t slot, const Id& id) const { return table->at(slot).row.id == id; }
    };

    Node& at(std::uint32_t slot) { return chunks_[slot / chunk][slot % chunk]; }
    const Node& at(std::uint32_t slot) const { return chunks_[slot / chunk][slot % chunk]; }
    Position position(std::uint32_t slot) const { return {at(slot).row.created_at, at(slot).row.id.value}; }
    auto before() const
    {
        return [this](std::uint32_t slot, const Position& p) { return position(slot) < p; };
    }
    std::uint32_t take_slot()
    {
        if (free_.empty()) {
            if (slots_ % chunk == 0) chunks_.push_back(std::make_unique<Node[]>(chunk));
            return slots_++;
        }
        const auto slot = free_.back();
        free_.pop_back();
        return slot;
    }

    std::vector<std::unique_ptr<Node[]>> chunks_;
    std::uint32_t slots_ = 0, last_ = 0;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> order_;
    using Ids = base::FlatSet<std::uint32_t, HashOf, SameId>;
    base::Sharded<Ids> by_id_; ///< slots: the ids stand in the nodes
    bool settled_ = true;
};

} // namespace gatehouse::model
