#pragma once

#include "model/directory.hpp"
#include "model/interval.hpp"

namespace gatehouse::model {

/// Why a credential opens a door or not, named as in docs/access.md.
enum class Reason : std::uint8_t {
    granted,
    unassigned, ///< nobody's
    frozen,     ///< its person is stopped everywhere
    suspended,
    not_yet,         ///< the user's or the credential's window lies ahead
    expired,         ///< it has passed
    time_untrusted,  ///< whether it has begun depends on a clock that is not trusted
    no_access,       ///< no path, list entry or device grant
    no_presentation, ///< there is a way, and nothing it could be shown with: a key of an app, a card without number and uid
    card_required,   ///< a code, and the door asks for a card first
    pin_required,    ///< a card, and the door asks for a code
    duplicate_pin,   ///< the code is somebody else's at this door
    outside_hours,   ///< it has a way, whose hours are closed now
    second_factor    ///< a card that opens with a code after it, and its user has none that does (with_own_code)
};

std::string_view to_string(Reason reason);

/// Somebody stopped the person or the user: nothing opens and nothing is to be expected.
inline bool stopped(Reason reason)
{
    return reason == Reason::frozen || reason == Reason::suspended;
}

/// There is a way, and what the credential itself is rules it out: a refusal, whatever the device can hold.
inline bool ruled_out(Reason reason)
{
    return reason == Reason::duplicate_pin || reason == Reason::no_presentation;
}

/// The answer to "may this credential open this door now?"
struct Opening {
    bool open = false;
    Reason reason = Reason::no_access;
    std::optional<Interval> interval; ///< the current one, or the next when it is closed and one lies ahead; by effective time
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

/// Whether it is open, or would be if the effective time were trusted: what stands on a device for it may stay there to its end.
inline bool open_by_effective_time(const Opening& opening, base::Now now)
{
    return opening.open || (opening.reason == Reason::time_untrusted && opening.interval && opening.interval->contains(now.instant));
}

/// The only place that knows who may open what and when. Pure; what it reads is the directory as it stands.
///
/// With an untrusted clock ends pass by effective time; a start has passed when the last trusted instant lies after it; hours are open
/// when they were open then and are so by effective time, and the gateway has run on since.
/// Errors: none; a missing credential opens nothing.
Opening opens(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now);
/// The same whatever kind the door asks for first: of a code that is typed after a card, or of a way that no key fits.
Opening opens_by_any_kind(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now);
/// The same as `opens`, and how it comes.
Explanation explain(const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now);

/// Whether a code opens the door by itself, and so has to be one person's alone there.
inline bool codes_open(const DoorNode& door)
{
    return door.mode == "pin" || door.mode == "card_or_pin";
}

/// Whether what is presented first at the door may be of the kind; a key of an app is presented at none.
bool takes_first(const DoorNode& door, AccessMethod method);

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
