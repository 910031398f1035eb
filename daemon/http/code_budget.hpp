#pragma once

#include "base/time.hpp"
#include "model/ids.hpp"

#include <map>
#include <optional>
#include <set>

namespace gatehouse::http {

/// How often a workspace may hear in an hour that a code it chose is another person's, and how many codes it may choose in an hour while
/// codes open a door of another workspace that it has an entrance at. Each answer to one tells it whether a code opens a door, and who is
/// refused by it may be seen later, in a group. In memory: a restart begins anew. Threads: one.
class CodeBudget {
public:
    /// How long the workspace has to wait before it may choose codes again; nothing when it may.
    std::optional<base::seconds> wait(const model::WorkspaceId& workspace, base::Monotonic now) const;

    /// Notes a refusal, however many codes it was about. Answers the doors of all refusals of the hour when this one was the last of it.
    std::set<model::DoorId> spend(const model::WorkspaceId& workspace, const std::set<model::DoorId>& doors, base::Monotonic now);

    /// Notes codes that were chosen at the doors of others.
    void choose(const model::WorkspaceId& workspace, std::size_t codes, base::Monotonic now);

private:
    struct Hour {
        base::Monotonic began;
        int refused = 0;
        std::set<model::DoorId> doors;
    };
    struct Chosen {
        base::Monotonic began;
        std::size_t codes = 0;
    };
    std::map<model::WorkspaceId, Hour> hours_;
    std::map<model::WorkspaceId, Chosen> chosen_;
};

} // namespace gatehouse::http
