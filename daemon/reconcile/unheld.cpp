#include "reconcile/unheld.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

namespace {

constexpr std::string_view not_separable = "doors_not_separable";

void add_forms(const Task& task, Ways& ways)
{
    for (const auto& id : task.device.doors) {
        const auto& door = *task.directory.door(id);
        for (const auto& [workspace, credential] : model::candidates(task.directory, door)) {
            const auto method = credential->row.method;
            if (method != model::AccessMethod::card && method != model::AccessMethod::code) continue;
            if (!standing(*workspace, *credential, door, task.capabilities, task.policy, task.now).key)
                ways.emplace(credential->row.id, id);
        }
    }
}

/// Gives entries their places: those that stand keep theirs, the others take what is free in their order.
class Room {
public:
    Room(const Task& task, const Occupied& occupied) : task_{task}, occupied_{occupied}
    {
        const auto& capabilities = task.capabilities;
        end_ = capabilities.slot_first + capabilities.capacity;
        free_ = capabilities.capacity;
        if (!capabilities.slot_based) {
            free_ -= static_cast<std::int64_t>(occupied.others.size());
            return;
        }
        std::set<std::int64_t> taken;
        for (const auto slot : task.policy.reserved)
            if (is_slot(slot)) taken.insert(slot);
        for (const auto& slot : occupied.others)
            if (slot && is_slot(*slot)) taken.insert(*slot);
        free_ -= static_cast<std::int64_t>(taken.size());
    }

    std::vector<const Desired*> without(const Lowered& lowered)
    {
        std::vector<const Desired*> waiting;
        for (const auto& [name, desired] : lowered.entries)
            if (stays(name))
                --free_;
            else
                waiting.push_back(&desired);
        const auto placed = static_cast<std::size_t>(std::clamp<std::int64_t>(free_, 0, static_cast<std::int64_t>(waiting.size())));
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(placed));
        return waiting;
    }

private:
    bool is_slot(std::int64_t slot) const { return slot >= task_.capabilities.slot_first && slot < end_; }
    bool stays(const std::string& name) const
    {
        const auto found = occupied_.ours.find(name);
        if (found == occupied_.ours.end()) return false;
        if (!task_.capabilities.slot_based) return true;
        return found->second && is_slot(*found->second) && !task_.policy.reserved.contains(*found->second);
    }

    const Task& task_;
    const Occupied& occupied_;
    std::int64_t end_ = 0, free_ = 0;
};

void add_crowded(const Task& task, const Lowered& lowered, const Occupied& occupied, Ways& ways)
{
    if (task.capabilities.capacity <= 0) return;
    for (const auto* desired : Room{task, occupied}.without(lowered))
        for (const auto& holder : desired->holders)
            for (const auto& id : task.device.doors)
                if ((holder.doors >> task.directory.door(id)->row.output & 1) != 0) ways.emplace(holder.credential, id);
}

} // namespace

bool as_a_whole(const devices::Capabilities& capabilities)
{
    return capabilities.stores_credentials && (!capabilities.any_door_subset || capabilities.capacity > 0);
}

Ways unheld(const Task& task, const Occupied& occupied)
{
    Ways ways;
    if (!task.capabilities.stores_credentials) return ways;
    add_forms(task, ways);
    if (!as_a_whole(task.capabilities)) return ways;
    const auto lowered = lower(task.directory, task.device, task.capabilities, task.policy, task.now);
    for (const auto& refusal : lowered.refusals)
        if (refusal.reason == not_separable) ways.emplace(refusal.credential, refusal.door);
    add_crowded(task, lowered, occupied, ways);
    return ways;
}

} // namespace gatehouse::reconcile
