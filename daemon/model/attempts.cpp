#include "model/attempts.hpp"

namespace gatehouse::model {

void add_attempt(const Workspace& workspace, const ActionAttempt& attempt, std::vector<Mutation>& rows)
{
    rows.push_back(put(attempt));
    const auto& attempts = workspace.attempts;
    if (attempts.size() < attempts_kept) return;
    int go = attempts.size() > attempts_kept ? 2 : 1;
    attempts.walk(nullptr, [&rows, &go](const AttemptNode& oldest) {
        rows.push_back(erase(oldest.row));
        return --go > 0;
    });
}

} // namespace gatehouse::model
