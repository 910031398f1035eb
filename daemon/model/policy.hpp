#pragma once

#include "model/directory.hpp"
#include "model/interval.hpp"

namespace gatehouse::model {

/// Why a credential opens a door or not, named as in docs/access.md.
enum class Reason : std::uint8_t {
    granted,
    unassigned, ///< nobody's
    suspended,
    not_yet,       ///< the user's or the credential's window lies ahead
    expired,       ///< it has passed
    no_access,     ///< no path, list entry or device grant
    duplicate_pin, ///< the code is somebody else's at this door
    outside_hours  ///< it has a way, whose hours are closed now
};

std::string_view to_string(Reason reason);

/// The answer to "may this credential open this door now?"
struct Opening {
    bool open = false;
    Reason reason = Reason::no_access;
    std::optional<Interval> interval; ///< the current one, or the next when it is closed and one lies ahead
    ChangeNumber number = 0;          ///< highest among the rows used
    bool leaseless = false;           ///< paths of groups with `lease: none` alone keep it open to the end of the interval
    EntranceId entrance;              ///< one whose path is open in the interval, the lowest id of several; nil for a device grant
};

/// One way that leads a credential to a door.
struct Way {
    enum class Kind : std::uint8_t { group, direct, list, device_grant };
    Kind kind = Kind::direct;
    Interval window;              ///< of the way itself, within those of user and credential
    const Hours* hours = nullptr; ///< within it; null: always
    EntranceId entrance;          ///< nil: the door itself is granted or listed
    GroupId group;                ///< of a group
    bool leaseless = false;
    bool open = false; ///< now
};

/// An answer with what led to it.
struct Explanation {
    Opening opening;
    std::vector<Way> ways; ///< none for one who is nobody's, suspended, or has none
};

/// The only place that knows who may open what and when. Pure; what it reads is the directory as it stands.
/// Errors: none; a missing credential opens nothing.
Opening opens(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now);
/// The same, and how it comes.
Explanation explain(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now);

/// Whether a code opens the door by itself, and so has to be one person's alone there.
inline bool codes_open(const DoorNode& door)
{
    return door.mode == "pin" || door.mode == "card_or_pin";
}

/// Every credential that has a path, a list entry or a device grant to the door, effective or not; each once, in no order.
struct Candidate {
    const Workspace* workspace;
    const CredentialNode* credential;
};
std::vector<Candidate> candidates(const Directory& directory, const DoorNode& door);

/// Entrances a user may reach by groups and direct grants, or a credential by its list else its user; whatever the hour.
std::vector<const EntranceNode*> reachable(const Workspace& workspace, const UserNode& user);
std::vector<const EntranceNode*> reachable(const Workspace& workspace, const CredentialNode& credential);

} // namespace gatehouse::model
