#include "endpoint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string_view>

#include <unistd.h>

namespace gatehouse::mqtt {

namespace {

std::string own_host()
{
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return "gateway";
    return name.data();
}

bool is_port(std::string_view text)
{
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 65535;
}

bool is_host(std::string_view text)
{
    const auto odd = [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '@' || c == '/' || c == '?' || c == '#';
    };
    return !text.empty() && text.size() <= 253 && std::none_of(text.begin(), text.end(), odd);
}

/// Splits `host`, `host:port`, `[v6]` or `[v6]:port`; empty when it is none of them.
std::string host_and_port(std::string_view text, const char* default_port, bool& loopback)
{
    const bool bracketed = text.starts_with('[');
    const auto host_end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && host_end == std::string_view::npos) return {};
    const auto host = bracketed ? text.substr(0, host_end + 1) : text.substr(0, host_end);
    const auto rest = text.substr(std::min(text.size(), host.size()));
    if (!is_host(host) || (!rest.empty() && (!rest.starts_with(':') || !is_port(rest.substr(1))))) return {};
    loopback = host == "localhost" || host == "[::1]" || host.starts_with("127.");
    return std::string{host} + ":" + (rest.empty() ? default_port : std::string{rest.substr(1)});
}

std::optional<std::string> read_url(const std::string& url, BrokerAddress& address)
{
    address.tls = url.starts_with("mqtts://");
    if (!address.tls && !url.starts_with("mqtt://")) return "url: must start with mqtt:// or mqtts://";
    auto rest = std::string_view{url}.substr(address.tls ? 8 : 7);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    const auto place = host_and_port(rest, address.tls ? "8883" : "1883", address.loopback);
    if (place.empty()) return "url: must be mqtt://HOST or mqtt://HOST:PORT, without user, path or query";
    address.uri = (address.tls ? "ssl://" : "tcp://") + place;
    return std::nullopt;
}

} // namespace

std::variant<BrokerAddress, std::string> read_endpoint(const sdk::Endpoint& endpoint, const std::string& line)
{
    static const std::set<std::string, std::less<>> known{"url", "user", "client_id", "name"};
    static const std::set<std::string, std::less<>> known_secrets{"password", "ca"};
    for (const auto& [name, value] : endpoint.settings)
        if (known_secrets.contains(name))
            return name + ": must be a secret ({credential: NAME} or {file: PATH})";
        else if (!known.contains(name))
            return name + ": a line of this driver has no such field";
    for (const auto& [name, value] : endpoint.secrets)
        if (!known_secrets.contains(name)) return name + ": is not a secret of this driver";

    BrokerAddress address;
    const auto url = sdk::text_of(endpoint.settings, "url");
    if (!url) return std::string{"url: is missing"};
    if (auto problem = read_url(*url, address)) return *problem;
    address.user = sdk::text_of(endpoint.settings, "user").value_or("");
    address.client_id = sdk::text_of(endpoint.settings, "client_id").value_or("gatehouse-" + own_host() + "-" + line);
    if (const auto password = endpoint.secrets.find("password"); password != endpoint.secrets.end()) address.password = password->second;
    if (const auto ca = endpoint.secrets.find("ca"); ca != endpoint.secrets.end()) address.ca = ca->second;
    if (!address.password.empty() && address.user.empty()) return std::string{"user: is missing beside password"};
    if (!address.ca.empty() && !address.tls) return std::string{"ca: only with an mqtts:// url"};
    return address;
}

} // namespace gatehouse::mqtt
