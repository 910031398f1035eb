#include "reconcile/proven_gone.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

namespace {

constexpr std::size_t gone_at_most = 64;
constexpr base::seconds absence_doubted{60};

} // namespace

void ProvenGone::remember(const model::Placement& placement, base::Monotonic now)
{
    if (placement.slot) return;
    if (gone_.size() >= gone_at_most) {
        const auto older = [](const auto& one, const auto& other) { return one.second.at < other.second.at; };
        gone_.erase(std::min_element(gone_.begin(), gone_.end(), older));
    }
    gone_.insert_or_assign(placement.key, Gone{placement, now, {}});
}

const model::Placement* ProvenGone::find(const std::string& key) const
{
    const auto found = gone_.find(key);
    return found == gone_.end() ? nullptr : &found->second.placement;
}

void ProvenGone::let_in(const std::string& key, base::Monotonic now)
{
    if (const auto found = gone_.find(key); found != gone_.end()) found->second.doubted_until = now + absence_doubted;
}

bool ProvenGone::doubted(const std::string& key, base::Monotonic now) const
{
    const auto found = gone_.find(key);
    return found != gone_.end() && now < found->second.doubted_until;
}

} // namespace gatehouse::reconcile
