#include "settings/endpoints.hpp"

#include "settings/scalars.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace gatehouse::settings {

using base::fail;
using base::Fault;
using base::Result;

namespace {

bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_host_name(std::string_view host)
{
    const auto allowed = [](char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_'; };
    return !host.empty() && host.size() <= 253 && host[0] != '-' && host[0] != '.' && std::all_of(host.begin(), host.end(), allowed);
}

bool is_ipv6(const std::string& host)
{
    in6_addr address{};
    return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// Where the host ends: behind the bracket of an IPv6 address, else at the last colon.
std::size_t end_of_host(std::string_view text)
{
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        return bracket == std::string_view::npos ? text.size() : bracket + 1;
    }
    return std::min(text.rfind(':'), text.size());
}

} // namespace

bool is_ip_address(const std::string& host)
{
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1 || is_ipv6(host);
}

bool is_loopback(const std::string& address)
{
    in_addr four{};
    if (inet_pton(AF_INET, address.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
    in6_addr six{};
    return inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

Result<HostPort> parse_host_port(std::string_view text, std::optional<std::uint16_t> port_if_none, std::uint16_t lowest)
{
    const auto end = end_of_host(text);
    const auto written = text.substr(0, end);
    const bool bracketed = written.starts_with('[') && written.ends_with(']');
    const std::string host{bracketed ? written.substr(1, written.size() - 2) : written};
    if (bracketed ? !is_ipv6(host) : !is_host_name(host)) return fail(Fault::invalid, R"(expected host:port, an IPv6 address in brackets)");

    auto rest = text.substr(end);
    if (rest.empty()) {
        if (port_if_none) return HostPort{.host = host, .port = *port_if_none};
        return fail(Fault::invalid, R"(has no port; write it behind the host, as in "10.0.0.5:502")");
    }
    rest.remove_prefix(1); // the colon; anything else fails as a port below
    const auto port = text[end] == ':' ? parse_whole(rest) : parse_whole("");
    if (!port || *port < lowest || *port > 65535)
        return fail(Fault::invalid, "expected a port from " + std::to_string(lowest) + " to 65535 behind the host");
    return HostPort{.host = host, .port = static_cast<std::uint16_t>(*port)};
}

Result<ParsedUrl> parse_url(std::string_view text)
{
    const auto mark = text.find("://");
    const auto scheme = text.substr(0, mark);
    const bool good = mark != std::string_view::npos && !scheme.empty() && scheme.size() <= 16 &&
                      std::all_of(scheme.begin(), scheme.end(), is_lower_or_digit);
    if (!good) return fail(Fault::invalid, R"(expected a URL such as "mqtts://broker.lan:8883")");
    const auto rest = text.substr(mark + 3);
    if (rest.empty()) return fail(Fault::invalid, R"(has no host; write it as in "mqtt://broker.lan" or "mqtts://broker.lan:8883")");
    if (rest.ends_with(':'))
        return fail(Fault::invalid, "has no port behind the colon; without the colon mqtt:// means 1883 and mqtts:// 8883");
    if (rest.find('@') != std::string_view::npos)
        return fail(Fault::invalid, "holds a user or password; write them as `user` and `password`");
    if (rest.find_first_of("/?#") != std::string_view::npos) return fail(Fault::invalid, "has something behind host and port");

    std::optional<std::uint16_t> usual;
    if (scheme == "mqtt") usual = std::uint16_t{1883};
    if (scheme == "mqtts") usual = std::uint16_t{8883};
    auto at = parse_host_port(rest, usual, 1);
    if (!at) return at.error();
    return ParsedUrl{.scheme = std::string{scheme}, .at = std::move(*at)};
}

} // namespace gatehouse::settings
