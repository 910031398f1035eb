#include "settings/endpoints.hpp"
#include "settings/sections.hpp"

namespace gatehouse::settings {

namespace {

std::vector<ListenAddress> read_addresses(Reading& reading, const Fields& fields, std::string_view key, std::uint16_t usual_port)
{
    std::vector<ListenAddress> out;
    for (const Value& item : fields.list(key)) {
        const auto text = text_of(reading, item);
        if (!text) continue;
        auto at = parse_host_port(*text, usual_port, 0);
        if (!at)
            reading.report(item.line, item.path, at.error().detail);
        else if (!is_ip_address(at->host))
            reading.report(item.line, item.path, "expected an IP address and a port, not a name");
        else
            out.push_back({.address = std::move(at->host), .port = at->port, .mark = reading.mark(item.line)});
    }
    return out;
}

void check_loopback(Reading& reading, const std::vector<ListenAddress>& listen)
{
    for (const ListenAddress& at : listen)
        if (!is_loopback(at.address))
            reading.report(at.mark.line, "http.listen", at.address + " is not loopback; plain HTTP stays on this machine, use tls_listen");
}

void check_unique(Reading& reading, const Http& http)
{
    std::vector<ListenAddress> all = http.listen;
    all.insert(all.end(), http.tls_listen.begin(), http.tls_listen.end());
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (all[i].port != 0 && all[i].port == all[j].port && all[i].address == all[j].address)
                reading.report(all[i].mark.line, "http", all[i].address + " port " + std::to_string(all[i].port) + " is given twice");
}

std::optional<Tls> read_tls(Reading& reading, const Fields& http)
{
    const auto value = http.get("tls");
    if (!value) return std::nullopt;
    const Fields fields{reading, *value, "http.tls"};
    fields.need({"certificate", "key"});
    Tls tls;
    assign(tls.certificate, fields.secret("certificate"));
    assign(tls.key, fields.secret("key"));
    return tls;
}

} // namespace

Http read_http(Reading& reading, const Fields& root)
{
    Http http;
    const Mark none = reading.mark(0);
    http.listen.push_back({.address = "127.0.0.1", .port = 8080, .mark = none});
    const auto value = root.get("http");
    if (!value) return http;

    const Fields fields{reading, *value, "http"};
    if (fields.get("listen")) http.listen = read_addresses(reading, fields, "listen", 8080);
    http.tls = read_tls(reading, fields);
    if (http.tls) http.tls_listen.push_back({.address = "127.0.0.1", .port = 8443, .mark = none});
    if (fields.get("tls_listen")) http.tls_listen = read_addresses(reading, fields, "tls_listen", 8443);
    if (!http.tls && !http.tls_listen.empty()) fields.report("tls", "is missing: tls_listen needs a certificate and a key");
    check_loopback(reading, http.listen);
    check_unique(reading, http);
    return http;
}

} // namespace gatehouse::settings
