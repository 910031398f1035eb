#pragma once

#include "base/time.hpp"
#include "model/ids.hpp"
#include "model/text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::model {

using base::Instant;

/// A person.
struct Identity {
    IdentityId id;
    WorkspaceId workspace;
    Text full_name, email_address, phone_number, key;
    bool frozen = false; ///< stopped everywhere: nothing of it opens anything until that is lifted
    Instant created_at{};
    ChangeNumber touched = 0;
    std::optional<Instant> frozen_at; ///< since when

    static constexpr std::string_view table = "identity";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("full_name", self.full_name);
        visit("email_address", self.email_address), visit("phone_number", self.phone_number), visit("key", self.key);
        visit("frozen", self.frozen), visit("created_at", self.created_at), visit("touched", self.touched);
        visit("frozen_at", self.frozen_at);
    }
    friend bool operator==(const Identity&, const Identity&) = default;
};

/// An identity's account in a system.
struct User {
    UserId id;
    WorkspaceId workspace;
    SystemId system;
    std::optional<IdentityId> identity;
    Text full_name, email_address, phone_number;
    std::optional<Instant> starts_at, ends_at; ///< access schedule; no start at all means no schedule
    bool suspended = false;
    Instant created_at{};
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "user";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("system", self.system), visit("identity", self.identity);
        visit("full_name", self.full_name), visit("email_address", self.email_address), visit("phone_number", self.phone_number);
        visit("starts_at", self.starts_at), visit("ends_at", self.ends_at), visit("suspended", self.suspended);
        visit("created_at", self.created_at), visit("touched", self.touched);
    }
    friend bool operator==(const User&, const User&) = default;
};

/// A user belongs to a group.
struct Membership {
    UserId user;
    GroupId group;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "membership";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("user", self.user), visit("access_group", self.group), visit("workspace", self.workspace), visit("touched", self.touched);
    }
    friend bool operator==(const Membership&, const Membership&) = default;
};

/// A user may open an entrance of its system, always.
struct DirectGrant {
    UserId user;
    EntranceId entrance;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "direct_grant";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("user", self.user), visit("entrance", self.entrance), visit("workspace", self.workspace), visit("touched", self.touched);
    }
    friend bool operator==(const DirectGrant&, const DirectGrant&) = default;
};

/// An identity may open a door of its workspace with every credential that has no list.
struct DeviceGrant {
    IdentityId identity;
    DoorId door;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "device_grant";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("identity", self.identity), visit("door", self.door), visit("workspace", self.workspace), visit("touched", self.touched);
    }
    friend bool operator==(const DeviceGrant&, const DeviceGrant&) = default;
};

} // namespace gatehouse::model
