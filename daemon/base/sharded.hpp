#pragma once

#include <array>
#include <cstddef>
#include <numeric>
#include <utility>

namespace gatehouse::base {

/// A hash table in parts, each with keys of its own. When a table is full all its keys move to a larger one: with 100,000 keys that holds
/// a thread for milliseconds, in parts for a thirty-second of it. `Table` is a FlatMap or FlatSet; the hash is that of the key, all bits
/// of it spread well.
template <class Table>
class Sharded {
public:
    Sharded() = default;
    /// Every part begins as a copy of this empty table.
    explicit Sharded(const Table& empty) : Sharded{empty, std::make_index_sequence<count>{}} {}

    Table& part(std::size_t hash) { return parts_[number(hash)]; }
    const Table& part(std::size_t hash) const { return parts_[number(hash)]; }

    std::size_t size() const
    {
        return std::accumulate(parts_.begin(), parts_.end(), std::size_t{}, [](auto sum, const auto& part) { return sum + part.size(); });
    }
    auto begin() const { return parts_.begin(); }
    auto end() const { return parts_.end(); }

private:
    static constexpr std::size_t count = 32;
    static std::size_t number(std::size_t hash) { return hash >> 16U & (count - 1); } // the tables use the ends of it

    template <std::size_t... at>
    Sharded(const Table& empty, std::index_sequence<at...>) : parts_{((void)at, empty)...}
    {
    }

    std::array<Table, count> parts_;
};

} // namespace gatehouse::base
