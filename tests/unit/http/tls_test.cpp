#include "unit/http/loop.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

namespace gatehouse::tests {
namespace {

using base::token;
using ::testing::HasSubstr;

template <class Write>
std::string pem(Write write)
{
    BIO* const memory = BIO_new(BIO_s_mem());
    write(memory);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory, &text);
    std::string out(text, static_cast<std::size_t>(size));
    BIO_free(memory);
    return out;
}

/// A fresh self-signed certificate for "gate.example".
transport::Certificate self_signed()
{
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("gate.example"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    transport::Certificate made;
    made.chain = pem([certificate](BIO* into) { PEM_write_bio_X509(into, certificate); });
    made.key = pem([key](BIO* into) { PEM_write_bio_PrivateKey(into, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(certificate);
    EVP_PKEY_free(key);
    return made;
}

class Tls : public Loop {
public:
    void serve_tls()
    {
        transport::Options options{.certificate = self_signed()};
        options.tcp.push_back({.address = "127.0.0.1", .port = 0, .tls = true});
        serve(
            [](const transport::Request& request) -> asio::awaitable<transport::Response> {
                auto response = co_await echo(request);
                response.body += request.peer.tls ? "secure" : "plain";
                co_return response;
            },
            std::move(options));
    }
};

/// One request over TLS with at least `version`'s rules; what came back.
asio::awaitable<void> ask_securely(Tls& self, int newest_version, std::string& seen)
{
    asio::ssl::context trust{asio::ssl::context::tls_client};
    SSL_CTX_set_max_proto_version(trust.native_handle(), newest_version);
    asio::ssl::stream<asio::ip::tcp::socket> stream{self.context_, trust};
    const asio::ip::tcp::endpoint where{asio::ip::make_address("127.0.0.1"), self.server_->bound().front().port};
    const auto [refused] = co_await stream.next_layer().async_connect(where, token);
    EXPECT_FALSE(refused);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::client, token);
    if (failed) co_return;
    const auto request = post("/tls", std::string(20'000, 'x'), "Connection: close\r\n");
    const auto [unsent, sent] = co_await asio::async_write(stream, asio::buffer(request), token);
    EXPECT_FALSE(unsent);
    const auto [ended, count] = co_await asio::async_read(stream, asio::dynamic_buffer(seen), token);
    EXPECT_EQ(ended, asio::error::eof) << "closed in order";
    const auto [closed] = co_await stream.async_shutdown(token);
    EXPECT_FALSE(closed) << closed.message();
}

TEST_F(Tls, ServesRequestsOverTls12AndLater)
{
    serve_tls();
    EXPECT_EQ(server_->bound().front().scheme, "https");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        std::string seen;
        play(ask_securely(*this, version, seen));
        EXPECT_THAT(seen, HasSubstr("HTTP/1.1 200 OK"));
        EXPECT_THAT(seen, HasSubstr("xxxsecure"));
    }
}

TEST_F(Tls, RefusesOlderVersions)
{
    serve_tls();
    std::string seen;
    play(ask_securely(*this, TLS1_1_VERSION, seen));
    EXPECT_EQ(seen, "");
}

TEST_F(Tls, ClosesAHandshakeThatDoesNotComeToAnEnd)
{
    serve_tls();
    const auto scenario = [](Tls& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await self.pass(std::chrono::seconds{9});
        EXPECT_EQ(self.server_->counters().open, 1U);
        co_await self.pass(std::chrono::seconds{2});
        co_await wire.expect_closed();
    };
    play(scenario(*this));
}

TEST_F(Tls, NamesACertificateThatCannotBeUsed)
{
    const auto good = self_signed();
    const auto other = self_signed();
    const auto refused = [this](transport::Certificate certificate) {
        transport::Options options{.certificate = std::move(certificate)};
        options.tcp.push_back({.port = 0, .tls = true});
        auto opened = transport::Server::open(context_, clock_, random_, std::move(options));
        return opened ? std::string{"it was opened"} : opened.error().detail;
    };
    EXPECT_EQ(refused(good), "it was opened");
    EXPECT_THAT(refused({"nonsense", good.key}), HasSubstr("certificate is not usable"));
    EXPECT_THAT(refused({good.chain, "nonsense"}), HasSubstr("key is not usable"));
    EXPECT_NE(refused({good.chain, other.key}), "it was opened");
    EXPECT_THAT(refused({}), HasSubstr("needs a certificate"));
}

} // namespace
} // namespace gatehouse::tests
