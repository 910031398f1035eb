#pragma once

#include "model/rows_credential.hpp"

namespace gatehouse::model {

/// Access of one identity to some entrances and doors for some time, by methods of its own.
struct AccessGrant {
    AccessGrantId id;
    WorkspaceId workspace;
    IdentityId identity;
    Text key, name, reservation_key;
    Instant starts_at{};
    std::optional<Instant> ends_at;
    bool deleting = false; ///< taken away; kept until its codes and cards are proven gone
    Instant created_at{};
    ChangeNumber touched = 0;
    std::optional<Instant> moved_at, was_starts_at, was_ends_at; ///< when its times were moved last, and which those were

    static constexpr std::string_view table = "access_grant";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("identity", self.identity), visit("key", self.key);
        visit("name", self.name), visit("reservation_key", self.reservation_key), visit("starts_at", self.starts_at);
        visit("ends_at", self.ends_at), visit("deleting", self.deleting), visit("created_at", self.created_at);
        visit("touched", self.touched), visit("moved_at", self.moved_at), visit("was_starts_at", self.was_starts_at);
        visit("was_ends_at", self.was_ends_at);
    }
    friend bool operator==(const AccessGrant&, const AccessGrant&) = default;
};

/// An entrance the grant is for.
struct GrantEntrance {
    AccessGrantId grant;
    EntranceId entrance;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "grant_entrance";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("access_grant", self.grant), visit("entrance", self.entrance), visit("workspace", self.workspace);
        visit("touched", self.touched);
    }
    friend bool operator==(const GrantEntrance&, const GrantEntrance&) = default;
};

/// A door the grant is for, whatever entrances it has.
struct GrantDoor {
    AccessGrantId grant;
    DoorId door;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "grant_door";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("access_grant", self.grant), visit("door", self.door), visit("workspace", self.workspace);
        visit("touched", self.touched);
    }
    friend bool operator==(const GrantDoor&, const GrantDoor&) = default;
};

/// One way to use a grant: a code or a card. Its credentials, one per system, open what the grant is for.
struct GrantMethod {
    MethodId id;
    WorkspaceId workspace;
    AccessGrantId grant;
    AccessMethod mode = AccessMethod::code;
    Text code;             ///< a secret
    bool deleting = false; ///< taken away; kept until it is proven gone
    Instant created_at{};
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "access_method";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("access_grant", self.grant), visit("mode", self.mode);
        visit("code", self.code), visit("deleting", self.deleting), visit("created_at", self.created_at);
        visit("touched", self.touched);
    }
    friend bool operator==(const GrantMethod&, const GrantMethod&) = default;
};

/// A credential that a method made. It outlives the credential, for as long as a device may still hold it.
struct MethodCredential {
    MethodId method;
    CredentialId credential;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "method_credential";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("method", self.method), visit("credential", self.credential), visit("workspace", self.workspace);
        visit("touched", self.touched);
    }
    friend bool operator==(const MethodCredential&, const MethodCredential&) = default;
};

} // namespace gatehouse::model
