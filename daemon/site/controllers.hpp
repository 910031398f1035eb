#pragma once

#include "model/directory.hpp"

#include <set>
#include <utility>

namespace gatehouse::site {

/// Credentials at doors.
using Ways = std::set<std::pair<model::CredentialId, model::DoorId>>;

/// What the controllers of the site can hold, for whoever reckons what a change takes away: a way that the policy opens is none where the
/// controller cannot be given the key. It is asked of a directory as it stands, before and after.
class Controllers {
public:
    virtual ~Controllers() = default;

    /// Adds the doors where people may lose or gain a way because something changes at these.
    virtual void widen(const model::Directory& directory, std::set<model::DoorId>& doors) const = 0;
    /// Ways to these doors that their controllers cannot hold, whatever the policy says.
    virtual Ways unheld(const model::Directory& directory, const std::set<model::DoorId>& doors) const = 0;
};

} // namespace gatehouse::site
