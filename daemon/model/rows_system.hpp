#pragma once

#include "base/time.hpp"
#include "model/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::model {

using base::Instant;

/// A set of entrances run together. Declared in configuration.
struct System {
    SystemId id;
    WorkspaceId workspace;
    std::string key, name;
    bool absent = false;
    Instant created_at{};
    ChangeNumber touched = 0;
    std::string was; ///< the key it had before, while the file says so

    static constexpr std::string_view table = "system";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("key", self.key), visit("name", self.name);
        visit("absent", self.absent), visit("created_at", self.created_at), visit("touched", self.touched), visit("was", self.was);
    }
    friend bool operator==(const System&, const System&) = default;
};

/// A place with a lock, as one system sees it.
struct Entrance {
    EntranceId id;
    WorkspaceId workspace;
    SystemId system;
    std::string key, name;
    DoorId door;
    bool cloud_key = false;
    std::string mode = "card"; ///< card, pin, card_or_pin, card_and_pin
    std::string modes;         ///< timed modes as configured, empty when none
    bool absent = false;
    Instant created_at{};
    ChangeNumber touched = 0;
    std::string was; ///< the key it had before, while the file says so

    static constexpr std::string_view table = "entrance";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("system", self.system), visit("key", self.key);
        visit("name", self.name), visit("door", self.door), visit("cloud_key", self.cloud_key), visit("mode", self.mode);
        visit("modes", self.modes), visit("absent", self.absent), visit("created_at", self.created_at), visit("touched", self.touched),
            visit("was", self.was);
    }
    friend bool operator==(const Entrance&, const Entrance&) = default;
};

/// An access group. Declared in configuration; who belongs to it comes through the API.
struct Group {
    GroupId id;
    WorkspaceId workspace;
    SystemId system;
    std::string key, name;
    std::optional<Instant> starts_at, ends_at; ///< its access schedule
    bool override_lockdown = false;
    bool lease_none = false;
    bool absent = false;
    Instant created_at{};
    ChangeNumber touched = 0;
    std::string was; ///< the key it had before, while the file says so

    static constexpr std::string_view table = "access_group";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("system", self.system), visit("key", self.key);
        visit("name", self.name), visit("starts_at", self.starts_at), visit("ends_at", self.ends_at);
        visit("override_lockdown", self.override_lockdown), visit("lease_none", self.lease_none), visit("absent", self.absent);
        visit("created_at", self.created_at), visit("touched", self.touched), visit("was", self.was);
    }
    friend bool operator==(const Group&, const Group&) = default;
};

/// A group opens an entrance during the named hours ("always" is built in).
struct GroupEntrance {
    GroupId group;
    EntranceId entrance;
    WorkspaceId workspace;
    std::string hours = "always";
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "group_entrance";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("access_group", self.group), visit("entrance", self.entrance), visit("workspace", self.workspace);
        visit("hours", self.hours), visit("touched", self.touched);
    }
    friend bool operator==(const GroupEntrance&, const GroupEntrance&) = default;
};

} // namespace gatehouse::model
