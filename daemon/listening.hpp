#pragma once

#include "http/transport/server.hpp"
#include "options.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// Binds every configured endpoint and the Unix socket; nothing is accepted yet. Errors: for people, a line for
/// each address that cannot be listened on, with file and line; or naming the secret.
base::Result<http::transport::Server> bind_endpoints(boost::asio::io_context& core, base::Clock& clock, base::Random& random,
                                                     const Options& options, const settings::Settings& settings);

/// What is wrong with certificate and key of `http.tls`. Of those that cannot be read `check_secrets` tells; here they are passed over.
settings::Problems check_certificate(const settings::Settings& settings);

/// Addresses of the file that a start could not listen on, as far as that can be known without disturbing a gateway that runs: what this
/// machine does not have, may not be used or is used by something else. Binds each for a moment.
settings::Problems check_listeners(const Options& options, const settings::Settings& settings);

/// What is wrong with the folder of the Unix socket, when it is there; empty when nothing is.
std::string check_runtime(const Options& options);

/// The file in the runtime folder in which tools and tests read the bound addresses; it appears whole. Errors: internal.
base::Result<void> write_listening(const Options& options, const http::transport::Server& server);
void remove_listening(const Options& options);

} // namespace gatehouse
