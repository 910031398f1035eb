#pragma once

#include "options.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// What a start would refuse of a file that is right in itself, because of what stands in the state directory: a `was` that names nothing,
/// a strike that an absent door has, a change the model does not take. Without a state it is held against nothing, as a first start does.
struct StateFindings {
    settings::Problems problems;
    settings::Problems notes; ///< what is no mistake, but easily missed
    std::string unchecked;    ///< why the state could not be read, so that `was` is not judged; empty when it could
};

/// Threads: any; reads the state, which a gateway may be running on. Takes as much memory as its model.
StateFindings check_state(const Options& options, const settings::Settings& settings);

} // namespace gatehouse
