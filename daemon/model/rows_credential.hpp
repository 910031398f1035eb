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

enum class AccessMethod : std::uint8_t { code, card, mobile_key, cloud_key };

/// What a credential opens: all paths of its user, exactly its list, or nothing. A list never falls back to "no list".
enum class ListState : std::uint8_t { follows_user, listed, emptied };

/// Card, PIN or cloud key of a user; without a user it is stock.
struct Credential {
    CredentialId id;
    WorkspaceId workspace;
    SystemId system;
    std::optional<UserId> user;
    AccessMethod method = AccessMethod::card;
    Text code;        ///< PIN digits; a secret
    Text card_number; ///< decimal text
    std::optional<std::int64_t> facility_code;
    Text card_format; ///< h10301
    Text card_uid;    ///< lower-case hex, even length, 8 to 20 characters
    std::optional<Instant> starts_at, ends_at;
    ListState list = ListState::follows_user;
    bool multi_phone_sync = false;
    Instant created_at{};
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "credential";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("system", self.system), visit("user", self.user);
        visit("method", self.method), visit("code", self.code), visit("card_number", self.card_number);
        visit("facility_code", self.facility_code), visit("card_format", self.card_format), visit("card_uid", self.card_uid);
        visit("starts_at", self.starts_at), visit("ends_at", self.ends_at), visit("list", self.list);
        visit("multi_phone_sync", self.multi_phone_sync), visit("created_at", self.created_at), visit("touched", self.touched);
    }
    friend bool operator==(const Credential&, const Credential&) = default;
};

/// An entrance on a credential's list.
struct CredentialEntrance {
    CredentialId credential;
    EntranceId entrance;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "credential_entrance";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("credential", self.credential), visit("entrance", self.entrance), visit("workspace", self.workspace);
        visit("touched", self.touched);
    }
    friend bool operator==(const CredentialEntrance&, const CredentialEntrance&) = default;
};

/// A door on a credential's list.
struct CredentialDoor {
    CredentialId credential;
    DoorId door;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "credential_door";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("credential", self.credential), visit("door", self.door), visit("workspace", self.workspace);
        visit("touched", self.touched);
    }
    friend bool operator==(const CredentialDoor&, const CredentialDoor&) = default;
};

/// Whose a code is at a door where codes open by themselves: the first who had it there, until it is proven gone. Made by the ledger.
struct PinClaim {
    DoorId door;
    std::string pin;         ///< a secret
    CredentialId credential; ///< may be deleted by now
    WorkspaceId workspace;   ///< the credential's
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "pin_claim";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("door", self.door), visit("pin", self.pin), visit("credential", self.credential), visit("workspace", self.workspace);
        visit("touched", self.touched);
    }
    friend bool operator==(const PinClaim&, const PinClaim&) = default;
};

enum class AttemptStatus : std::uint8_t { pending, success, error };

/// A door action somebody asked for, and how it ended.
struct ActionAttempt {
    AttemptId id;
    WorkspaceId workspace;
    std::string type; ///< UNLOCK_DOOR, LOCK_DOOR, ASSIGN_CREDENTIAL
    AttemptStatus status = AttemptStatus::pending;
    DoorId door;                    ///< nil where it is about none
    std::optional<MethodId> method; ///< of ASSIGN_CREDENTIAL
    Text error_type, error_message;
    Instant created_at{};
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "action_attempt";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("type", self.type), visit("status", self.status);
        visit("door", self.door), visit("method", self.method), visit("error_type", self.error_type),
            visit("error_message", self.error_message);
        visit("created_at", self.created_at), visit("touched", self.touched);
    }
    friend bool operator==(const ActionAttempt&, const ActionAttempt&) = default;
};

} // namespace gatehouse::model
