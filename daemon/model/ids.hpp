#pragma once

#include "base/uuid.hpp"

#include <compare>
#include <cstdint>

namespace gatehouse::model {

using base::Uuid;

/// Ids are distinct types over one UUID, so that a door never passes for a device.
template <class Tag>
struct Id {
    Uuid value{};
    friend bool operator==(const Id&, const Id&) = default;
    friend std::strong_ordering operator<=>(const Id& left, const Id& right) { return base::order(left.value, right.value); }
    bool nil() const { return value.is_nil(); }
};

template <class Tag>
std::string to_string(const Id<Tag>& id)
{
    return base::to_string(id.value);
}

struct IdHash {
    using is_avalanching = void;
    template <class Tag>
    std::size_t operator()(const Id<Tag>& id) const noexcept
    {
        return base::UuidHash{}(id.value);
    }
};

using WorkspaceId = Id<struct WorkspaceTag>;
using IdentityId = Id<struct IdentityTag>;
using SystemId = Id<struct SystemTag>;
using UserId = Id<struct UserTag>;
using GroupId = Id<struct GroupTag>;
using EntranceId = Id<struct EntranceTag>;
using CredentialId = Id<struct CredentialTag>;
using AccessGrantId = Id<struct AccessGrantTag>;
using MethodId = Id<struct MethodTag>;
using LineId = Id<struct LineTag>;
using DeviceId = Id<struct DeviceTag>;
using DoorId = Id<struct DoorTag>;
using TokenId = Id<struct TokenTag>;
using AttemptId = Id<struct AttemptTag>;
using EventId = Id<struct EventTag>;

/// The number of a change: the only generation there is. 0 is "before the first".
using ChangeNumber = std::uint64_t;

} // namespace gatehouse::model
