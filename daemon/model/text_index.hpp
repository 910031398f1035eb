#pragma once

#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "base/sharded.hpp"
#include "model/list.hpp"

#include <algorithm>
#include <string_view>

namespace gatehouse::model {

/// Finds nodes by a text that stands in their rows and so is not kept once more: by its hash. Whoever asks compares the text itself.
template <class Node>
class TextIndex {
public:
    /// Visits every node that was added under the text, and perhaps one under another.
    template <class Visit>
    void each(std::string_view text, Visit visit) const
    {
        const auto hash = base::xxhash(text);
        const auto& firsts = first_.part(hash);
        const auto first = firsts.find(hash);
        if (first == firsts.end()) return;
        visit(*first->second);
        if (const auto others = others_.find(hash); others != others_.end())
            for (const auto* node : others->second) visit(*node);
    }

    void add(std::string_view text, const Node& node)
    {
        const auto hash = base::xxhash(text);
        if (!first_.part(hash).try_emplace(hash, &node).second) others_[hash].push_back(&node);
    }

    void take_out(std::string_view text, const Node& node)
    {
        const auto hash = base::xxhash(text);
        auto& firsts = first_.part(hash);
        const auto first = firsts.find(hash);
        if (first == firsts.end()) return;
        const auto others = others_.find(hash);
        if (others == others_.end()) {
            if (first->second == &node) firsts.erase(first);
            return;
        }
        auto& list = others->second;
        if (first->second == &node)
            first->second = list.back();
        else if (const auto at = std::find(list.begin(), list.end(), &node); at != list.end())
            *at = list.back();
        else
            return;
        list.pop_back();
        if (list.empty()) others_.erase(others);
    }

    /// How many texts there are, each counted once for every node.
    std::size_t size() const
    {
        auto count = first_.size();
        for (const auto& [hash, list] : others_) count += list.size();
        return count;
    }

private:
    struct AsItIs {
        using is_avalanching = void;
        std::size_t operator()(std::uint64_t hash) const noexcept { return hash; }
    };

    base::Sharded<base::FlatMap<std::uint64_t, const Node*, AsItIs>> first_;
    base::FlatMap<std::uint64_t, List<const Node*>, AsItIs> others_; ///< of texts that several have
};

} // namespace gatehouse::model
