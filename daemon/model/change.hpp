#pragma once

#include "model/placement.hpp"
#include "model/rows_grant.hpp"
#include "model/rows_people.hpp"
#include "model/rows_site.hpp"
#include "model/rows_system.hpp"

#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace gatehouse::model {

/// Every row type of the journal, parents before children.
using Row = std::variant<WorkspaceRow, Hours, Line, Device, Door, DoorShare, System, Entrance, Group, GroupEntrance, Identity, User,
                         Membership, DirectGrant, DeviceGrant, Credential, CredentialEntrance, CredentialDoor, PinClaim, AccessGrant,
                         GrantEntrance, GrantDoor, GrantMethod, MethodCredential, Token, ActionAttempt>;

/// Rows the configuration declares; all others are made by people, or by the gateway itself.
template <class T>
concept Declared = std::is_same_v<T, WorkspaceRow> || std::is_same_v<T, Hours> || std::is_same_v<T, Line> || std::is_same_v<T, Device> ||
                   std::is_same_v<T, Door> || std::is_same_v<T, DoorShare> || std::is_same_v<T, System> || std::is_same_v<T, Entrance> ||
                   std::is_same_v<T, Group> || std::is_same_v<T, GroupEntrance>;

/// A row put or erased, never a verb to replay. An erased row needs its workspace and key fields only.
struct Mutation {
    Row row;
    bool erase = false;
};

inline Mutation put(Row row)
{
    return {std::move(row), false};
}

inline Mutation erase(Row row)
{
    return {std::move(row), true};
}

/// Who asked, and by what way.
struct Actor {
    std::string name;   ///< key name or local user
    std::string source; ///< api, socket, configuration, gateway
};

/// A value in an event's body. People stand in it by id only.
using EventValue = std::variant<std::string, std::int64_t, bool>;

struct Event {
    EventId id;
    WorkspaceId workspace; ///< nil: the site's own
    std::string type;      ///< acs_user.created
    Instant occurred_at{};
    std::vector<std::pair<std::string, EventValue>> body; ///< in this order
    std::vector<Uuid> refs;                               ///< objects it is about, for filters
};

/// At most this many rows in one change; larger work is split by user, narrowing first.
inline constexpr std::size_t rows_per_change = 10'000;

struct Change {
    ChangeNumber number = 0;
    Instant at{};
    Actor actor;
    std::string request; ///< seam-request-id
    std::vector<Mutation> rows;
    std::vector<Event> events;
};

} // namespace gatehouse::model
