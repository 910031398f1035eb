#include "http/transport/tls.hpp"

#include <openssl/ssl.h>

namespace gatehouse::http::transport {

namespace ssl = boost::asio::ssl;
using base::Fault;

base::Result<std::unique_ptr<ssl::context>> tls_context(const Certificate& certificate)
{
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    boost::system::error_code ec;
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    context->set_options(ssl::context::no_compression | ssl::context::single_dh_use, ec);
    if (!ec) context->use_certificate_chain(boost::asio::buffer(certificate.chain), ec);
    if (ec) return base::fail(Fault::invalid, "TLS certificate is not usable: " + ec.message());
    context->use_private_key(boost::asio::buffer(certificate.key), ssl::context::pem, ec);
    if (ec) return base::fail(Fault::invalid, "TLS private key is not usable");
    if (SSL_CTX_check_private_key(context->native_handle()) != 1)
        return base::fail(Fault::invalid, "TLS key does not belong to the certificate");
    return context;
}

} // namespace gatehouse::http::transport
