#pragma once

#include "model/directory.hpp"
#include "model/interval.hpp"
#include "site/controllers.hpp"

#include <span>
#include <string>
#include <vector>

namespace gatehouse::site {

/// What a change does to one person at one door.
struct Shift {
    model::WorkspaceId workspace;
    model::Uuid who; ///< the identity, else the user; or an API key
    std::string person, door, workspace_key;
    model::DoorId door_id;
    bool all = false;      ///< nothing is left there (of what is gained: nothing was there)
    model::Interval first; ///< earliest time that is lost or gained
    friend bool operator==(const Shift&, const Shift&) = default;
};

/// The access delta of a change: who loses and who gains what, in order of workspace, person and door.
struct Delta {
    std::vector<Shift> losses, gains;
    friend bool operator==(const Delta&, const Delta&) = default;
};

/// When a change is judged, and what the controllers can hold; null: whatever the policy says.
struct Terms {
    base::Instant now;
    const Controllers* controllers = nullptr;
};

/// A row that the directory does not take.
struct Refused {
    std::size_t at = 0; ///< its place
    base::Error error;
};

/// Compares the policy, and what the controllers can hold of it, before and after the rows, for every credential at every door they bear
/// on, from `now` on: two weeks of it, and whatever later day a schedule or a holiday makes different; a year and more where the zone of
/// hours changes. The rows are applied to the directory and taken back: what looks at it must not run meanwhile. A card that loses a door
/// is a loss of its person also where another of their cards still opens it, a code only
/// for the times at which none of their cards does. API keys unlock the doors that their workspace owns: they lose
/// and gain those that change hands.
///
/// Errors:  those of Directory::apply, of the first row that is refused; `refused` gets all of them, but for those that are refused only
///          because of others.
/// Threads: whose the directory is.
base::Result<Delta> delta(model::Directory& directory, std::span<const model::Mutation> rows, const Terms& terms,
                          std::vector<Refused>* refused = nullptr);

} // namespace gatehouse::site
