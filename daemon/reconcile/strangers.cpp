#include "reconcile/strangers.hpp"

#include "reconcile/lower.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

void Strangers::saw(const std::vector<devices::Entry>& foreign, bool complete, base::Instant now)
{
    const auto before = complete ? std::exchange(all_, {}) : All{};
    for (const auto& entry : foreign) {
        const auto key = key_of(entry);
        const auto known = before.find(key);
        auto& stranger = all_.try_emplace(key, Stranger{entry, known == before.end() ? now : known->second.since}).first->second;
        stranger.entry = entry;
    }
}

bool Strangers::waiting() const
{
    return std::any_of(all_.begin(), all_.end(), [this](const auto& one) { return !kept_.contains(one.first); });
}

std::size_t Strangers::news(const std::vector<devices::Entry>& foreign, bool complete)
{
    std::set<std::string> keys;
    for (const auto& entry : foreign) keys.insert(key_of(entry));
    const auto fresh = std::count_if(keys.begin(), keys.end(), [this](const std::string& key) { return !told_.contains(key); });
    if (complete) told_.clear();
    told_.merge(keys);
    return static_cast<std::size_t>(fresh);
}

bool Strangers::stay(const std::vector<devices::Entry>& foreign)
{
    const bool stay = std::any_of(foreign.begin(), foreign.end(), [this](const auto& entry) { return removed_.contains(key_of(entry)); });
    removed_.clear();
    for (const auto& entry : foreign) removed_.insert(key_of(entry));
    return stay;
}

} // namespace gatehouse::reconcile
