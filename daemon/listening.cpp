#include "listening.hpp"

#include "http/transport/tls.hpp"

#include <spdlog/spdlog.h>

#include <fstream>

namespace gatehouse {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view listening_file = "listening.json";

base::Result<http::transport::Certificate> certificate_of(const settings::Tls& tls)
{
    const auto credentials = settings::credentials_directory();
    const auto chain = settings::resolve(tls.certificate, credentials);
    if (!chain) return chain.error();
    const auto key = settings::resolve(tls.key, credentials);
    if (!key) return key.error();
    return http::transport::Certificate{std::string{chain->reveal()}, std::string{key->reveal()}};
}

} // namespace

settings::Problems check_certificate(const settings::Settings& settings)
{
    if (!settings.http.tls) return {};
    const auto certificate = certificate_of(*settings.http.tls);
    if (!certificate) return {};
    const auto usable = http::transport::tls_context(*certificate);
    if (usable) return {};
    return {{.at = settings::mark_of(settings, "http.tls"), .path = "http.tls", .message = usable.error().detail}};
}

base::Result<http::transport::Server> bind_endpoints(boost::asio::io_context& core, base::Clock& clock, base::Random& random,
                                                     const Options& options, const settings::Settings& settings)
{
    http::transport::Options listen;
    for (const auto& at : settings.http.listen) listen.tcp.push_back({.address = at.address, .port = at.port});
    for (const auto& at : settings.http.tls_listen) listen.tcp.push_back({.address = at.address, .port = at.port, .tls = true});
    listen.unix_sockets.push_back({.path = options.socket().string()});
    if (settings.http.tls) {
        auto certificate = certificate_of(*settings.http.tls);
        if (!certificate) return certificate.error();
        listen.certificate = std::move(*certificate);
    }
    return http::transport::Server::open(core, clock, random, std::move(listen));
}

base::Result<void> write_listening(const Options& options, const http::transport::Server& server)
{
    const auto path = options.runtime / listening_file;
    const auto part = options.runtime / "listening.json.new";
    std::string plain, secure, socket;
    for (const auto& bound : server.bound()) {
        spdlog::info("listening at={}", bound.url());
        auto& into = bound.scheme == "http" ? plain : bound.scheme == "https" ? secure : socket;
        into += (into.empty() ? "\"" : ", \"") + (bound.scheme == "unix" ? bound.address : bound.url()) + "\"";
    }
    std::ofstream file{part};
    file << "{\"http\": [" << plain << "], \"https\": [" << secure << "], \"unix\": " << (socket.empty() ? "null" : socket) << "}\n";
    file.close();
    std::error_code failed;
    if (file) fs::rename(part, path, failed);
    if (!file || failed) return base::fail(base::Fault::internal, path.string() + " cannot be written");
    return {};
}

void remove_listening(const Options& options)
{
    std::error_code ignored;
    fs::remove(options.runtime / listening_file, ignored);
}

} // namespace gatehouse
