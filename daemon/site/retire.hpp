#pragma once

#include "site/plan.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::site {

/// What an operator ends: something that the file leaves out.
struct Thing {
    std::string kind; ///< system, entrance, group, door, device, line or hours
    std::string key;
    std::optional<std::string> workspace; ///< key; of systems, entrances and groups
};

/// The end of a thing and of everything absent that stands on it, with the grants people have by it.
struct Retirement {
    Plan plan;
    std::vector<model::DeviceId> ended;   ///< controllers whose row goes
    std::vector<model::DeviceId> waiting; ///< controllers whose row stays (and the lines they are on) until their entries are proven gone
};

/// Nothing that is in the file is ended, neither the thing nor what stands on it. `may_go` says of a controller whether its row can go now.
/// The directory is as before when this returns (see `delta`).
///
/// Errors: not_found  no such thing (code KIND_not_found), invalid: several workspaces have the key, or there is no such kind;
///         conflict   it, or something that stands on it, is in the file (code still_in_file).
base::Result<Retirement> retire(model::Directory& directory, const Thing& thing, const std::function<bool(const model::Device&)>& may_go,
                                const Terms& terms);

} // namespace gatehouse::site
