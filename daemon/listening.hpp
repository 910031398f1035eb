#pragma once

#include "http/transport/server.hpp"
#include "options.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// Binds every configured endpoint and the Unix socket; nothing is accepted yet. Errors: for people, naming the address or the secret.
base::Result<http::transport::Server> bind_endpoints(boost::asio::io_context& core, base::Clock& clock, base::Random& random,
                                                     const Options& options, const settings::Settings& settings);

/// What is wrong with certificate and key of `http.tls`. Of those that cannot be read `check_secrets` tells; here they are passed over.
settings::Problems check_certificate(const settings::Settings& settings);

/// The file in the runtime folder in which tools and tests read the bound addresses; it appears whole. Errors: internal.
base::Result<void> write_listening(const Options& options, const http::transport::Server& server);
void remove_listening(const Options& options);

} // namespace gatehouse
