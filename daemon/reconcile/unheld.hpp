#pragma once

#include "reconcile/lower.hpp"

namespace gatehouse::reconcile {

/// Credentials at doors.
using Ways = std::set<std::pair<model::CredentialId, model::DoorId>>;

/// What stands on a device, for it takes up room: by placement key our entries, and those of nobody, each with its slot if it has one.
struct Occupied {
    std::map<std::string, std::optional<std::int64_t>> ours;
    std::vector<std::optional<std::int64_t>> others;
};

/// Ways to the doors of a device that the policy may open and that its table cannot hold: no form of the key fits, the entry would open
/// doors that it must not, or there is no room. Of a device that stores nothing none: the gateway decides there. Keys of an app are left
/// out. As to room and doors it is what would be held at `task.now`.
///
/// Errors:  none.
/// Threads: whose the directory is.
Ways unheld(const Task& task, const Occupied& occupied);

/// Whether entries stand or fall with what other doors and other people need.
bool as_a_whole(const devices::Capabilities& capabilities);

} // namespace gatehouse::reconcile
