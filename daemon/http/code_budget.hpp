#pragma once

#include "base/time.hpp"
#include "model/ids.hpp"

#include <map>
#include <optional>
#include <set>

namespace gatehouse::http {

/// How often a workspace may hear in an hour that a code it chose is another person's. Each such answer tells it a code that opens a door,
/// and a door may be several workspaces'. In memory: a restart begins anew. Threads: one.
class CodeBudget {
public:
    /// How long the workspace has to wait before it may choose codes again; nothing when it may.
    std::optional<base::seconds> wait(const model::WorkspaceId& workspace, base::Monotonic now) const;

    /// Notes a refusal, however many codes it was about. Answers the doors of all refusals of the hour when this one was the last of it.
    std::set<model::DoorId> spend(const model::WorkspaceId& workspace, const std::set<model::DoorId>& doors, base::Monotonic now);

private:
    struct Hour {
        base::Monotonic began;
        int refused = 0;
        std::set<model::DoorId> doors;
    };
    std::map<model::WorkspaceId, Hour> hours_;
};

} // namespace gatehouse::http
