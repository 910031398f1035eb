#include "http/transport/listen.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace gatehouse::http::transport {

using base::Fault;

std::string Bound::url() const
{
    if (scheme == "unix") return "unix:" + address;
    const bool v6 = address.find(':') != std::string::npos;
    return scheme + "://" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

base::Result<TcpListener> parse_tcp_listener(std::string_view text)
{
    const auto wrong = [] { return base::fail(Fault::invalid, "not an address with port, like 127.0.0.1:8080 or [::1]:8080"); };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong();
    const auto port_text = text.substr(colon + 1);
    auto host = text.substr(0, colon);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return wrong();

    TcpListener listener{.address = std::string{host}};
    const auto [end, ec] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), listener.port);
    if (ec != std::errc{} || port_text.empty() || end != port_text.data() + port_text.size()) return wrong();
    boost::system::error_code parsed;
    if (host != "localhost") boost::asio::ip::make_address(listener.address, parsed);
    if (parsed) return wrong();
    return listener;
}

} // namespace gatehouse::http::transport
