#pragma once

#include "model/policy.hpp"

#include <string_view>

namespace gatehouse::model {

// A door in mode card_and_pin asks for a code after a card: that of a code credential of the same user which may itself open the door.

/// Whether the door asks for a code after what was presented first.
inline bool asks_for_code(const DoorNode& door, AccessMethod first)
{
    return first == AccessMethod::card && door.mode == "card_and_pin";
}

/// Whether anything of the kind is ever presented at the door, first or after a card.
inline bool asks_for(const DoorNode& door, AccessMethod method)
{
    return takes_first(door, method) || (method == AccessMethod::code && asks_for_code(door, AccessMethod::card));
}

/// How the user of a card stands at the door by a code typed after it: by the one that was typed, or without one by whichever of theirs
/// opens, else by the one that will first. Nothing when they have no such code.
std::optional<Opening> code_after(const Workspace& workspace, const CredentialNode& card, const DoorNode& door, base::Now now,
                                  std::optional<std::string_view> typed = {});

/// What `opens` says, for somebody who types a code of their own where the door asks for one: closed for `second_factor` when none of
/// theirs opens it now. The interval is the one in which card and code open.
Opening with_own_code(Opening alone, const Workspace& workspace, const CredentialNode& credential, const DoorNode& door, base::Now now);

} // namespace gatehouse::model
