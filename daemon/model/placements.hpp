#pragma once

#include "base/flat_map.hpp"
#include "base/sharded.hpp"
#include "model/placement.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::model {

/// What devices may hold of ours, by device and key. Core thread.
class Placements {
public:
    using Entries = std::map<std::string, Placement, std::less<>>;

    void put(Placement placement);
    void erase(const DeviceId& device, std::string_view key);

    const Placement* find(const DeviceId& device, std::string_view key) const;
    /// In order of key; empty when the device may hold nothing of ours.
    const Entries& of(const DeviceId& device) const;
    const std::map<DeviceId, Entries>& all() const { return devices_; }
    /// Everything recorded under a credential, under a user (deleted ones too), or under the person a user was, on any device.
    std::vector<const Placement*> of(const CredentialId& credential) const;
    std::vector<const Placement*> of(const UserId& user) const;
    std::vector<const Placement*> of(const IdentityId& person) const;
    /// Under a credential, on one device.
    std::vector<const Placement*> of(const CredentialId& credential, const DeviceId& device) const;
    /// Entries under the key that are leaving, on any device.
    std::vector<const Placement*> leaving(std::string_view key) const;
    std::size_t size() const { return size_; }

private:
    struct At {
        DeviceId device;
        std::string key;
        friend bool operator==(const At&, const At&) = default;
    };
    template <class Id>
    using Index = base::Sharded<base::FlatMap<Id, std::vector<At>, IdHash>>;

    void note_leaving(const Placement& placement, bool leaving);
    void remember(const Placement& placement);
    void forget(const Placement& placement);
    template <class Id>
    std::vector<const Placement*> listed(const Index<Id>& index, const Id& id) const;

    std::map<DeviceId, Entries> devices_;
    std::map<std::string, std::vector<DeviceId>, std::less<>> leaving_; ///< by key
    Index<CredentialId> by_credential_;
    Index<UserId> by_user_;
    Index<IdentityId> by_person_;
    std::size_t size_ = 0;
};

} // namespace gatehouse::model
