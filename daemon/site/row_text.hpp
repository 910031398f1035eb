#pragma once

#include "model/change.hpp"

#include <span>
#include <string>

namespace gatehouse::site {

/// What rows say, a line a field, but for when they were made and last changed: two plans with the same text do the same. For a hash, not
/// for people. Pure.
std::string text_of(std::span<const model::Mutation> rows);

} // namespace gatehouse::site
