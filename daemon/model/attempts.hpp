#pragma once

#include "model/workspace.hpp"

namespace gatehouse::model {

/// Attempts of one workspace; the oldest go.
inline constexpr std::size_t attempts_kept = 10'000;

/// Appends the row of a new attempt, and what it pushes out: two at most, so that a workspace with more comes down to the number.
void add_attempt(const Workspace& workspace, const ActionAttempt& attempt, std::vector<Mutation>& rows);

} // namespace gatehouse::model
