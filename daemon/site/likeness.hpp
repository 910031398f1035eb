#pragma once

#include "model/directory.hpp"

#include <string>

namespace gatehouse::site {

/// A text that two credentials of one workspace share only when the policy cannot tell them apart at any door: everything they and their
/// users are and have, but for whose they are. Of thousands with the same rights one needs to be asked.
std::string likeness(const model::Workspace& workspace, const model::CredentialNode& credential);

} // namespace gatehouse::site
