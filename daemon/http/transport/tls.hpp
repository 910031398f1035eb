#pragma once

#include "base/result.hpp"
#include "http/transport/listen.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace gatehouse::http::transport {

/// TLS 1.2 and later with the given certificate. Errors: invalid (unreadable certificate or key, or they do not match).
base::Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(const Certificate& certificate);

} // namespace gatehouse::http::transport
