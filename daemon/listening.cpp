#include "listening.hpp"

#include "http/transport/sockets.hpp"
#include "http/transport/tls.hpp"

#include <spdlog/spdlog.h>

#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

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

namespace {

std::vector<http::transport::TcpListener> tcp_listeners(const settings::Http& http)
{
    std::vector<http::transport::TcpListener> listeners;
    const auto add = [&listeners](const std::vector<settings::ListenAddress>& addresses, std::string_view key, bool tls) {
        for (const auto& at : addresses) {
            auto said_at = at.mark.file + (at.mark.line > 0 ? ":" + std::to_string(at.mark.line) : "") + ": http." + std::string{key};
            listeners.push_back({.address = at.address, .port = at.port, .tls = tls, .said_at = std::move(said_at)});
        }
    };
    add(http.listen, "listen", false), add(http.tls_listen, "tls_listen", true);
    return listeners;
}

/// Whether a gateway of this runtime folder listens there, or nobody can tell.
bool own(const Options& options, const http::transport::TcpListener& listener)
{
    const auto path = options.runtime / listening_file;
    std::error_code failed;
    const auto found = fs::status(path, failed);
    if (failed && found.type() != fs::file_type::not_found) return true; // the folder is closed to whoever asks
    std::ifstream file{path};
    if (!file) return found.type() != fs::file_type::not_found;
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const http::transport::Bound bound{listener.tls ? "https" : "http", listener.address, listener.port};
    return text.find("\"" + bound.url() + "\"") != std::string::npos;
}

} // namespace

settings::Problems check_listeners(const Options& options, const settings::Settings& settings)
{
    settings::Problems problems;
    boost::asio::io_context nothing;
    const auto check = [&](const std::vector<settings::ListenAddress>& addresses, const std::string& path, bool tls) {
        for (const auto& at : addresses) {
            const http::transport::TcpListener listener{.address = at.address, .port = at.port, .tls = tls};
            const auto could = http::transport::could_listen(nothing.get_executor(), listener);
            if (could || (could.error().code == "address_in_use" && own(options, listener))) continue;
            problems.push_back({.at = at.mark, .path = path, .message = could.error().detail});
        }
    };
    check(settings.http.listen, "http.listen", false), check(settings.http.tls_listen, "http.tls_listen", true);
    return problems;
}

std::string check_runtime(const Options& options)
{
    const auto socket = options.socket().string();
    const auto longest = sizeof(sockaddr_un::sun_path) - 1;
    if (socket.size() > longest)
        return socket + " is too long for a Unix socket: " + std::to_string(longest) + " bytes at most, see --runtime";
    if (::access(options.runtime.c_str(), F_OK) != 0) return {}; // systemd makes it, or the start does
    std::error_code failed;
    if (!fs::is_directory(options.runtime, failed)) return options.runtime.string() + " is no folder, see --runtime";
    if (::access(options.runtime.c_str(), W_OK | X_OK) != 0)
        return options.runtime.string() + " cannot be written by this user, so no socket can be made there";
    return {};
}

base::Result<http::transport::Server> bind_endpoints(boost::asio::io_context& core, base::Clock& clock, base::Random& random,
                                                     const Options& options, const settings::Settings& settings)
{
    http::transport::Options listen;
    listen.tcp = tcp_listeners(settings.http);
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
