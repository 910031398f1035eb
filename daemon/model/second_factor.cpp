#include "model/second_factor.hpp"

#include <algorithm>

namespace gatehouse::model {

namespace {

bool sooner(const Opening& left, const std::optional<Opening>& right)
{
    if (!right || left.open != right->open) return !right || left.open;
    if (!left.interval || !right->interval) return left.interval.has_value() && !right->interval;
    return left.interval->from < right->interval->from;
}

} // namespace

std::optional<Opening> code_after(const Workspace& workspace, const CredentialNode& card, const DoorNode& door, base::Now now,
                                  std::optional<std::string_view> typed)
{
    std::optional<Opening> best;
    if (card.user == nullptr) return best;
    for (const auto& id : card.user->credentials) {
        const auto& other = *workspace.credentials.find(id);
        if (other.row.method != AccessMethod::code || !other.row.code || (typed && other.row.code != *typed)) continue;
        const auto opening = opens_by_any_kind(workspace, other, door, now);
        if (sooner(opening, best)) best = opening;
    }
    return best;
}

Opening with_own_code(Opening alone, const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now)
{
    if (!asks_for_code(door, credential.row.method)) return alone;
    const auto code = code_after(workspace, credential, door, now);
    if (code) alone.number = std::max(alone.number, code->number);
    if (alone.interval && code && code->interval)
        alone.interval = intersect(*alone.interval, *code->interval);
    else
        alone.interval.reset();
    if (alone.interval && alone.interval->empty()) alone.interval.reset();
    if (!alone.open || (code && code->open)) return alone;
    alone.open = false;
    alone.reason = Reason::second_factor;
    return alone;
}

} // namespace gatehouse::model
