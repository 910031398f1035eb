#include "model/candidates.hpp"

namespace gatehouse::model {

Candidates::Candidates(const Directory& directory, std::span<const DoorId> doors)
{
    for (const auto& id : doors) {
        const auto* door = directory.door(id);
        if (door == nullptr) continue;
        sources_.push_back({Source::Kind::door_list, {}, id.value});
        sources_.push_back({Source::Kind::identities, {}, id.value});
        for (const auto& here : door->entrances) {
            const auto& workspace = *directory.workspace(here.workspace);
            const auto* entrance = workspace.entrances.find(here.id);
            sources_.push_back({Source::Kind::direct, here.workspace, here.id.value});
            sources_.push_back({Source::Kind::entrance_list, here.workspace, here.id.value});
            for (const auto& group : entrance->groups) sources_.push_back({Source::Kind::group, here.workspace, group.value});
        }
    }
}

bool Candidates::is_new(const CredentialId& id)
{
    const auto hash = IdHash{}(id); // its ends choose the place in the set
    return seen_[(hash >> 24) % seen_.size()].insert(id).second;
}

/// Copies who is there; ids are small, and rows come and go.
void Candidates::open(const Directory& directory, const Source& source)
{
    const auto add = [this, &source](const auto& ids, bool user) {
        found_.reserve(found_.size() + ids.size());
        for (const auto& id : ids) found_.push_back({source.workspace, id.value, user});
    };
    const auto* workspace = directory.workspace(source.workspace);
    const auto* entrance = workspace == nullptr ? nullptr : workspace->entrances.find(EntranceId{source.id});
    const auto* door = directory.door(DoorId{source.id});
    switch (source.kind) {
    case Source::Kind::group:
        if (const auto* group = workspace == nullptr ? nullptr : workspace->groups.find(GroupId{source.id})) add(group->members, true);
        break;
    case Source::Kind::direct:
        if (entrance != nullptr) add(entrance->direct, true);
        break;
    case Source::Kind::entrance_list:
        if (entrance != nullptr) add(entrance->listed, false);
        break;
    case Source::Kind::door_list:
        if (door == nullptr) break;
        for (const auto& listed : door->listed) found_.push_back({listed.workspace, listed.id.value, false});
        break;
    case Source::Kind::identities:
        if (door == nullptr) break;
        for (const auto& granted : door->identities)
            for (const auto& user : directory.workspace(granted.workspace)->identities.find(granted.id)->users)
                found_.push_back({granted.workspace, user.value, true});
        break;
    }
}

bool Candidates::step(const Directory& directory, std::size_t budget, std::vector<Candidate>& into)
{
    const auto add = [this, &into](const Workspace& workspace, const CredentialId& id) {
        const auto* node = workspace.credentials.find(id);
        if (node != nullptr && is_new(id)) into.push_back({&workspace, node});
    };
    for (; budget > 0; --budget) {
        if (found_.empty()) {
            if (sources_.empty()) return false;
            open(directory, sources_.back());
            sources_.pop_back();
            continue;
        }
        const auto next = found_.back();
        found_.pop_back();
        const auto* workspace = directory.workspace(next.workspace);
        if (workspace == nullptr) continue;
        if (!next.user) {
            add(*workspace, CredentialId{next.id});
        } else if (const auto* user = workspace->users.find(UserId{next.id})) {
            for (const auto& credential : user->credentials) add(*workspace, credential);
        }
    }
    return !found_.empty() || !sources_.empty();
}

} // namespace gatehouse::model
