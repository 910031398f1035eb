#pragma once

#include "sdk/profile/match.hpp"
#include "sdk/profile/scope.hpp"

#include <string_view>
#include <vector>

namespace gatehouse::profile {

/// Readers of the blocks that match messages and take values out of them. Problems go to the cursor's report.
Condition read_condition(Cursor at, const Scope& scope);
/// A list of conditions that all have to hold; an empty list is a problem.
std::vector<Condition> read_when(const Cursor& at, const Scope& scope);
/// `{all, any, guard, any_of_missing: allow}`.
Matcher read_matcher(Cursor at, const Scope& scope);
/// `{pointer, as|enc|dec, enum, when, only_when, optional, secret}`, or the pointer alone as text.
/// `words`: what the enum map may translate to; empty: anything.
Extraction read_extraction(Cursor at, const Scope& scope, const std::vector<std::string_view>& words = {});

} // namespace gatehouse::profile
