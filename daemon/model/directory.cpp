#include "model/directory.hpp"

#include "model/applier.hpp"

namespace gatehouse::model {

namespace {

template <class Map, class Key>
auto found_in(const Map& map, const Key& key) -> const typename Map::mapped_type*
{
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

} // namespace

const Workspace* Directory::workspace(const WorkspaceId& id) const
{
    const auto found = workspaces_.find(id);
    return found == workspaces_.end() ? nullptr : found->second.get();
}

Workspace* Directory::tenant(const WorkspaceId& id)
{
    const auto found = workspaces_.find(id);
    return found == workspaces_.end() ? nullptr : found->second.get();
}

const Line* Directory::line(const LineId& id) const
{
    return found_in(lines_, id);
}

const DeviceNode* Directory::device(const DeviceId& id) const
{
    return found_in(devices_, id);
}

const std::set<DeviceId>& Directory::devices_on(const LineId& line) const
{
    static const std::set<DeviceId> none;
    const auto found = devices_on_.find(line);
    return found == devices_on_.end() ? none : found->second;
}

const DoorNode* Directory::door(const DoorId& id) const
{
    return found_in(doors_, id);
}

const Token* Directory::token(const base::Digest& digest) const
{
    const auto* id = found_in(token_by_digest_, digest);
    return id == nullptr ? nullptr : found_in(tokens_, *id);
}

std::span<const PinAt> Directory::claims_of(const CredentialId& credential) const
{
    const auto& part = claims_.part(IdHash{}(credential));
    const auto found = part.find(credential);
    return found == part.end() ? std::span<const PinAt>{} : found->second;
}

std::vector<CredentialId> Directory::claimants() const
{
    std::vector<CredentialId> found;
    for (const auto& part : claims_)
        for (const auto& [credential, claims] : part) found.push_back(credential);
    std::sort(found.begin(), found.end());
    return found;
}

base::Result<Mutation> Directory::apply(const Mutation& mutation)
{
    Applier applier{*this};
    return std::visit(
        [&applier, &mutation](const auto& row) -> base::Result<Mutation> {
            auto previous = mutation.erase ? applier.erase(row) : applier.put(row);
            if (!previous) return previous.error();
            if (*previous) return model::put(Row{std::move(**previous)});
            return model::erase(Row{row});
        },
        mutation.row);
}

void Directory::revert(const Mutation& inverse)
{
    // Undoing in reverse order meets the same directory the change met, so the checks pass again.
    reverting_ = true;
    [[maybe_unused]] const auto undone = apply(inverse);
    reverting_ = false;
}

base::Result<void> Directory::restore(Row&& row)
{
    restoring_ = true;
    Applier applier{*this};
    return std::visit(
        [&applier](auto& value) -> base::Result<void> {
            const auto stored = applier.put(std::move(value));
            if (!stored) return stored.error();
            return {};
        },
        row);
}

void Directory::finish_restore()
{
    restoring_ = false;
    for (auto& [id, workspace] : workspaces_) workspace->settle();
}

} // namespace gatehouse::model
