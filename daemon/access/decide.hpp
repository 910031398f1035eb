#pragma once

#include "model/policy.hpp"

#include <string>
#include <vector>

namespace gatehouse::access {

/// What somebody presented at a reader: a card, in every form its bits may mean, or a code typed alone; and after a card, the code typed.
struct Presented {
    std::vector<std::string> forms;  ///< of one card, as model::presentations names them
    std::optional<std::string> code; ///< a secret
};

/// Why a door opens or stays shut, as a word of docs/access.md.
struct Decision {
    bool granted = false;
    std::string_view reason;
    model::WorkspaceId workspace;   ///< of the credential
    model::CredentialId credential; ///< that opened, or that got furthest; nil when the card or code is nobody's
    model::ChangeNumber number = 0; ///< highest among the rows used
};

/// Decides at a door of which the host decides; the same evaluator as everything else. Pure, and errors there are none: what is unknown is
/// denied. Wiegand bits are decoded before, strikes and events come after.
Decision decide(const model::Directory& directory, const model::DoorNode& door, const Presented& presented, base::Now now);

} // namespace gatehouse::access
