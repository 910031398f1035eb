#include "model/placements.hpp"

#include "base/hash.hpp"

#include <algorithm>

namespace gatehouse::model {

std::uint64_t code_value(std::string_view key, std::string_view code)
{
    return base::xxhash(code, base::xxhash(key)) | 1;
}

void Placements::put(Placement placement)
{
    auto& entries = devices_[placement.device];
    const auto found = entries.find(placement.key);
    const bool left = found != entries.end() && found->second.leaving;
    if (left != placement.leaving) note_leaving(placement, placement.leaving);
    if (found == entries.end()) {
        remember(placement);
        auto key = placement.key;
        entries.emplace(std::move(key), std::move(placement));
        ++size_;
        return;
    }
    if (found->second.holders != placement.holders) {
        forget(found->second);
        remember(placement);
    }
    found->second = std::move(placement);
}

void Placements::erase(const DeviceId& device, std::string_view key)
{
    const auto entries = devices_.find(device);
    if (entries == devices_.end()) return;
    const auto found = entries->second.find(key);
    if (found == entries->second.end()) return;
    if (found->second.leaving) note_leaving(found->second, false);
    forget(found->second);
    entries->second.erase(found);
    --size_;
}

const Placement* Placements::find(const DeviceId& device, std::string_view key) const
{
    const auto& entries = of(device);
    const auto found = entries.find(key);
    return found == entries.end() ? nullptr : &found->second;
}

const Placements::Entries& Placements::of(const DeviceId& device) const
{
    static const Entries none;
    const auto found = devices_.find(device);
    return found == devices_.end() ? none : found->second;
}

std::vector<const Placement*> Placements::of(const CredentialId& credential) const
{
    return listed(by_credential_, credential);
}

std::vector<const Placement*> Placements::of(const UserId& user) const
{
    return listed(by_user_, user);
}

std::vector<const Placement*> Placements::of(const IdentityId& person) const
{
    return listed(by_person_, person);
}

std::vector<const Placement*> Placements::of(const CredentialId& credential, const DeviceId& device) const
{
    std::vector<const Placement*> found;
    const auto& part = by_credential_.part(IdHash{}(credential));
    const auto places = part.find(credential);
    if (places == part.end()) return found;
    for (const auto& at : places->second)
        if (at.device == device) found.push_back(find(at.device, at.key));
    return found;
}

template <class Id>
std::vector<const Placement*> Placements::listed(const Index<Id>& index, const Id& id) const
{
    std::vector<const Placement*> found;
    const auto& part = index.part(IdHash{}(id));
    const auto places = part.find(id);
    if (places == part.end()) return found;
    for (const auto& at : places->second) found.push_back(find(at.device, at.key));
    return found;
}

std::vector<const Placement*> Placements::leaving(std::string_view key) const
{
    std::vector<const Placement*> found;
    const auto devices = leaving_.find(key);
    if (devices == leaving_.end()) return found;
    for (const auto& device : devices->second) found.push_back(find(device, key));
    return found;
}

void Placements::note_leaving(const Placement& placement, bool leaving)
{
    if (leaving) return leaving_[placement.key].push_back(placement.device);
    const auto devices = leaving_.find(placement.key);
    std::erase(devices->second, placement.device);
    if (devices->second.empty()) leaving_.erase(devices);
}

/// Once under each id, also when a person holds the plastic twice.
void Placements::remember(const Placement& placement)
{
    const At at{placement.device, placement.key};
    const auto list = [&at](std::vector<At>& places) {
        if (std::find(places.begin(), places.end(), at) == places.end()) places.push_back(at);
    };
    for (const auto& holder : placement.holders) {
        if (!holder.credential.nil()) list(by_credential_.part(IdHash{}(holder.credential))[holder.credential]); // else of nobody
        if (holder.user) list(by_user_.part(IdHash{}(*holder.user))[*holder.user]);
        if (holder.identity) list(by_person_.part(IdHash{}(*holder.identity))[*holder.identity]);
    }
}

void Placements::forget(const Placement& placement)
{
    const At at{placement.device, placement.key};
    const auto strike = [&at](auto& index, const auto& id) {
        auto& part = index.part(IdHash{}(id));
        const auto places = part.find(id);
        if (places == part.end()) return;
        std::erase(places->second, at);
        if (places->second.empty()) part.erase(places);
    };
    for (const auto& holder : placement.holders) {
        if (!holder.credential.nil()) strike(by_credential_, holder.credential);
        if (holder.user) strike(by_user_, *holder.user);
        if (holder.identity) strike(by_person_, *holder.identity);
    }
}

} // namespace gatehouse::model
