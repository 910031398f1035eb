#include "http/code_budget.hpp"

#include <algorithm>

namespace gatehouse::http {

namespace {

constexpr int most = 10;
constexpr base::seconds an_hour{3600};

} // namespace

std::optional<base::seconds> CodeBudget::wait(const model::WorkspaceId& workspace, base::Monotonic now) const
{
    const auto found = hours_.find(workspace);
    if (found == hours_.end() || found->second.refused < most) return std::nullopt;
    const auto until = found->second.began + an_hour;
    if (now >= until) return std::nullopt;
    return std::max(base::seconds{1}, std::chrono::ceil<base::seconds>(until - now));
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
