#include "http/code_budget.hpp"

#include <algorithm>

namespace gatehouse::http {

namespace {

constexpr int most = 10;
constexpr std::size_t most_chosen = 60;
constexpr base::seconds an_hour{3600};

/// Until the hour that began then is over.
base::seconds left_of(base::Monotonic began, base::Monotonic now)
{
    return std::max(base::seconds{0}, std::chrono::ceil<base::seconds>(began + an_hour - now));
}

} // namespace

std::optional<base::seconds> CodeBudget::wait(const model::WorkspaceId& workspace, base::Monotonic now) const
{
    base::seconds left{0};
    if (const auto hour = hours_.find(workspace); hour != hours_.end() && hour->second.refused >= most)
        left = left_of(hour->second.began, now);
    if (const auto chosen = chosen_.find(workspace); chosen != chosen_.end() && chosen->second.codes >= most_chosen)
        left = std::max(left, left_of(chosen->second.began, now));
    return left == base::seconds{0} ? std::nullopt : std::optional{left};
}

void CodeBudget::choose(const model::WorkspaceId& workspace, std::size_t codes, base::Monotonic now)
{
    auto& chosen = chosen_[workspace];
    if (chosen.codes == 0 || now - chosen.began >= an_hour) chosen = {.began = now};
    chosen.codes += codes;
}

std::set<model::DoorId> CodeBudget::spend(const model::WorkspaceId& workspace, const std::set<model::DoorId>& doors, base::Monotonic now)
{
    auto& hour = hours_[workspace];
    if (hour.refused == 0 || now - hour.began >= an_hour) hour = {.began = now};
    hour.doors.insert(doors.begin(), doors.end());
    if (++hour.refused != most) return {};
    return hour.doors;
}

} // namespace gatehouse::http
