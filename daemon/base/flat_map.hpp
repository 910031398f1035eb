#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace gatehouse::base {

/// Open-addressing map: fast look-ups, references do not survive an insertion.
template <class Key, class Value, class Hash = boost::hash<Key>, class Equal = std::equal_to<>>
using FlatMap = boost::unordered_flat_map<Key, Value, Hash, Equal>;

template <class Key, class Hash, class Equal>
using FlatSet = boost::unordered_flat_set<Key, Hash, Equal>;

/// Hash for maps with string keys that are looked up by view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return boost::hash<std::string_view>{}(text); }
};

template <class Value>
using TextMap = FlatMap<std::string, Value, TextHash, std::equal_to<>>;

} // namespace gatehouse::base
