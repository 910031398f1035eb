#pragma once

#include "model/ids.hpp"
#include "model/list.hpp"

#include <cstddef>
#include <iterator>
#include <optional>

namespace gatehouse::model {

/// One end of a relation, with the change that made it.
template <class IdType>
struct Link {
    IdType id;
    ChangeNumber touched = 0;
};

/// Walks a list of pointers to nodes and shows what `Show` makes of each.
template <class Item, class Shown, class Show>
class Shows {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Shown;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Shown;

    explicit Shows(const Item* at = nullptr) : at_{at} {}
    Shown operator*() const { return Show{}(*at_); }
    Shows& operator++() { return ++at_, *this; }
    Shows operator++(int) { return Shows{at_++}; }
    friend bool operator==(const Shows&, const Shows&) = default;

private:
    const Item* at_;
};

/// Nodes at the other end of a relation, shown as their ids. A node that is looked at here cannot be erased.
template <class Node, class IdType>
class Ends {
    struct Show {
        IdType operator()(const Node* node) const { return node->row.id; }
    };

public:
    using value_type = IdType;
    using const_iterator = Shows<Node*, IdType, Show>;

    const_iterator begin() const { return const_iterator{nodes_.begin()}; }
    const_iterator end() const { return const_iterator{nodes_.end()}; }
    std::size_t size() const { return nodes_.size(); }
    bool empty() const { return nodes_.empty(); }
    List<Node*>& nodes() { return nodes_; }
    const List<Node*>& nodes() const { return nodes_; }

private:
    List<Node*> nodes_;
};

/// The same with the change that made each.
template <class Node, class IdType>
class LinkedEnds {
public:
    struct Entry {
        Node* node;
        ChangeNumber touched;
    };

private:
    struct Show {
        Link<IdType> operator()(const Entry& entry) const { return {entry.node->row.id, entry.touched}; }
    };

public:
    using value_type = Link<IdType>;
    using const_iterator = Shows<Entry, Link<IdType>, Show>;

    const_iterator begin() const { return const_iterator{entries_.begin()}; }
    const_iterator end() const { return const_iterator{entries_.end()}; }
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    List<Entry>& entries() { return entries_; }
    const List<Entry>& entries() const { return entries_; }

    /// Adds or refreshes; answers the change that had made it, if it was there.
    std::optional<ChangeNumber> put(Node& node, ChangeNumber touched)
    {
        for (auto& entry : entries_)
            if (entry.node == &node) return std::exchange(entry.touched, touched);
        entries_.push_back({&node, touched});
        return std::nullopt;
    }
    std::optional<ChangeNumber> erase(const Node& node)
    {
        for (auto& entry : entries_)
            if (entry.node == &node) {
                const auto touched = entry.touched;
                entries_.erase(&entry);
                return touched;
            }
        return std::nullopt;
    }

private:
    List<Entry> entries_;
};

} // namespace gatehouse::model
