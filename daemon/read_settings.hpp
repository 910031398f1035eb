#pragma once

#include "options.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// The configuration file, or everything that keeps the gateway from running with it: what is wrong in it, what this version does not
/// enforce yet, secrets that cannot be read. `by_hand` passes over secrets that only systemd hands over.
/// Threads: any; reads files.
settings::Loaded read_settings(const Options& options, bool by_hand);

} // namespace gatehouse
