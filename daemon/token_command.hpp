#pragma once

#include "options.hpp"

namespace gatehouse {

/// Which API key.
struct TokenCommand {
    std::string name;
    std::string workspace; ///< its key; empty: the only one there is
};

// `gatehoused token …`. Each asks the running daemon over its Unix socket; when none listens it takes the state lock itself. They answer
// the exit status.

/// Makes a key and prints it once.
int create_token(const Options& options, const TokenCommand& wanted);
/// Prints workspace, name and time of each key; never what a key is or its digest.
int list_tokens(const Options& options);
/// Ends every key of that name; a running daemon refuses it from then on.
int revoke_token(const Options& options, const TokenCommand& wanted);

} // namespace gatehouse
