#include "model/placements.hpp"

#include <algorithm>

namespace gatehouse::model {

void Placements::put(Placement placement)
{
    auto& entries = devices_[placement.device];
    const auto found = entries.find(placement.key);
    if (found != entries.end()) {
        if (found->second.credential != placement.credential) {
            forget(found->second);
            by_credential_[placement.credential].push_back({placement.device, placement.key});
        }
        found->second = std::move(placement);
        return;
    }
    by_credential_[placement.credential].push_back({placement.device, placement.key});
    auto key = placement.key;
    entries.emplace(std::move(key), std::move(placement));
    ++size_;
}

void Placements::erase(const DeviceId& device, std::string_view key)
{
    const auto entries = devices_.find(device);
    if (entries == devices_.end()) return;
    const auto found = entries->second.find(key);
    if (found == entries->second.end()) return;
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
    std::vector<const Placement*> found;
    const auto places = by_credential_.find(credential);
    if (places == by_credential_.end()) return found;
    for (const auto& at : places->second) found.push_back(find(at.device, at.key));
    return found;
}

void Placements::forget(const Placement& placement)
{
    const auto places = by_credential_.find(placement.credential);
    if (places == by_credential_.end()) return;
    std::erase_if(places->second, [&placement](const At& at) { return at.device == placement.device && at.key == placement.key; });
    if (places->second.empty()) by_credential_.erase(places);
}

} // namespace gatehouse::model
