#include "model/workspace.hpp"

namespace gatehouse::model {

void Workspace::fill_groups_of(UserNode* user)
{
    if (user == filling) return;
    if (filling != nullptr) filling->groups.entries().shrink_to_fit();
    filling = user;
}

void Workspace::restoring()
{
    systems.restoring(), groups.restoring(), entrances.restoring();
    identities.restoring(), users.restoring(), credentials.restoring();
    grants.restoring(), methods.restoring(), attempts.restoring();
}

void Workspace::settle()
{
    fill_groups_of(nullptr);
    groups.each([](GroupNode& group) { group.members.nodes().shrink_to_fit(); });
    systems.settle(), groups.settle(), entrances.settle();
    identities.settle(), users.settle(), credentials.settle();
    grants.settle(), methods.settle(), attempts.settle();
}

} // namespace gatehouse::model
