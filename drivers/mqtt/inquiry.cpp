#include "inquiry.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace gatehouse::mqtt {

namespace {

constexpr timeval a_step{.tv_sec = 3, .tv_usec = 0};
constexpr sdk::Milliseconds handshake_within{3'000};

std::atomic<int> under_way_now{0};

template <class Object, void (*release)(Object*)>
struct Release {
    void operator()(Object* object) const { release(object); }
};
using Addresses = std::unique_ptr<addrinfo, Release<addrinfo, ::freeaddrinfo>>;
using Context = std::unique_ptr<SSL_CTX, Release<SSL_CTX, SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Release<SSL, SSL_free>>;
using Certificate = std::unique_ptr<X509, Release<X509, X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO, BIO_free_all>>;

/// Where it is, as a socket that is connected; below 0 when nobody is there.
class Connected {
public:
    explicit Connected(const addrinfo* addresses)
    {
        for (const auto* at = addresses; at != nullptr && socket_ < 0; at = at->ai_next) {
            socket_ = ::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
            ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &a_step, sizeof a_step); // of connect as well
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &a_step, sizeof a_step);
            if (::connect(socket_, at->ai_addr, at->ai_addrlen) != 0) ::close(std::exchange(socket_, -1));
        }
    }
    ~Connected()
    {
        if (socket_ >= 0) ::close(socket_);
    }
    Connected(const Connected&) = delete;
    Connected& operator=(const Connected&) = delete;
    int socket() const { return socket_; }

private:
    int socket_ = -1;
};

/// The authorities in the text, or those of the system; false when there is none.
bool trust(SSL_CTX* context, const std::string& ca)
{
    if (ca.empty()) return SSL_CTX_set_default_verify_paths(context) == 1;
    const Memory text{BIO_new_mem_buf(ca.data(), static_cast<int>(ca.size()))};
    bool any = false;
    while (const auto one = Certificate{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)})
        any = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one.get()) == 1 || any;
    ERR_clear_error();
    return any;
}

std::string reason_of_verdict(long verdict)
{
    switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "tls_name";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: // an authority of the same name with another key
        return "tls_authority";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "tls_expired";
    default:
        return "tls_certificate";
    }
}

/// Whether the handshake came to its end; also with somebody who says a byte now and then.
bool handshaken(SSL* session, int socket)
{
    const auto end = sdk::now() + handshake_within;
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
    for (;;) {
        const int done = SSL_connect(session);
        if (done == 1) return true;
        const int wanted = SSL_get_error(session, done);
        const auto left = std::chrono::duration_cast<sdk::Milliseconds>(end - sdk::now()).count();
        if (left <= 0 || (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)) return false;
        pollfd ready{socket, static_cast<short>(wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
        ::poll(&ready, 1, static_cast<int>(left));
    }
}

/// What a handshake with the broker comes to.
std::string shake_hands(int socket, const std::string& host, const std::string& ca)
{
    const Context context{SSL_CTX_new(TLS_client_method())};
    if (!context || !trust(context.get(), ca)) return "tls_ca";
    const Session session{SSL_new(context.get())};
    if (!session) return "connect_failed";
    SSL_set_verify(session.get(), SSL_VERIFY_PEER, nullptr);
    auto* wanted = SSL_get0_param(session.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1) {
        SSL_set_tlsext_host_name(session.get(), host.c_str());
        X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
    }
    SSL_set_fd(session.get(), socket);
    if (handshaken(session.get(), socket)) return "tls_client";
    const auto verdict = SSL_get_verify_result(session.get());
    ERR_clear_error();
    return verdict == X509_V_OK ? "tls_refused" : reason_of_verdict(verdict);
}

} // namespace

std::string why_unreachable(const BrokerAddress& address)
{
    const auto place = address.uri.substr(address.uri.find("//") + 2);
    const auto colon = place.rfind(':');
    auto host = place.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), place.substr(colon + 1).c_str(), &hints, &found) != 0) return "no_such_host";
    const Addresses addresses{found};
    const Connected connected{addresses.get()};
    if (connected.socket() < 0) return "unreachable";
    return address.tls ? shake_hands(connected.socket(), host, address.ca) : "hung_up";
}

struct Inquiry::Shared {
    std::mutex mutex;
    std::function<void(std::string)> told;
    bool under_way = false;
};

Inquiry::Inquiry(std::function<void(std::string)> told) : shared_{std::make_shared<Shared>()}
{
    shared_->told = std::move(told);
}

Inquiry::~Inquiry()
{
    const std::lock_guard lock{shared_->mutex};
    shared_->told = {};
}

void Inquiry::ask(const BrokerAddress& address)
{
    const std::lock_guard lock{shared_->mutex};
    if (std::exchange(shared_->under_way, true)) return;
    try {
        // Left to itself: a name that is looked up for minutes must not hold up the end of the program.
        auto place = address;
        place.user.clear(), place.password.clear(); // it gets nowhere near them
        ++under_way_now;
        std::thread{[shared = shared_, place = std::move(place)] {
            auto reason = why_unreachable(place);
            {
                const std::lock_guard held{shared->mutex};
                shared->under_way = false;
                if (shared->told) shared->told(std::move(reason));
            }
            --under_way_now;
        }}.detach();
    } catch (const std::system_error&) { // no thread to be had: what paho said has to do
        shared_->under_way = false;
        --under_way_now;
    }
}

bool Inquiry::any_under_way()
{
    return under_way_now != 0;
}

} // namespace gatehouse::mqtt
