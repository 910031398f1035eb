#pragma once

#include "fixtures/instrumented.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace gatehouse::walks {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// How many times slower than the design's bounds this build may be: an instrumented program is no measure.
inline constexpr int slack = tests::instrumented ? 4 : 1;

/// For what no bound speaks of: a hang of the test, not of the gateway.
inline constexpr milliseconds patience = 40s * slack;

/// Looks until `probe` answers true; how long that took, nothing when `budget` ran out. What the probe throws counts as no.
/// The one place where a walk lets time pass.
std::optional<milliseconds> eventually(milliseconds budget, const std::function<bool()>& probe);

/// Looks for the whole `span` and answers whether `probe` was true each time.
bool throughout(milliseconds span, const std::function<bool()>& probe);

} // namespace gatehouse::walks
