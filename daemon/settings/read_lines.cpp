#include "settings/endpoints.hpp"
#include "settings/sections.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::settings {

namespace {

/// The endpoints the drivers that come with Gatehouse can open; any other driver may take each of them.
struct Takes {
    std::string_view driver;
    std::array<std::string_view, 2> endpoints;
    std::string_view expected;
};
constexpr std::array taken{
    Takes{"mqtt", {"url", "url"}, "url"},
    Takes{"modbus", {"tcp", "serial"}, "tcp or serial"},
    Takes{"osdp", {"serial", "tcp"}, "serial or tcp"},
};

constexpr std::array<std::string_view, 3> endpoint_keys{"url", "tcp", "serial"};

/// The one endpoint key of the line; none or several are reported.
std::optional<std::string_view> endpoint_key(const Fields& fields)
{
    std::optional<std::string_view> found;
    for (const auto key : endpoint_keys) {
        if (!fields.get(key)) continue;
        if (found) fields.report(key, "a line has one endpoint, and `" + std::string{*found} + "` is given");
        if (!found) found = key;
    }
    if (!found) fields.report("url", "is missing: a line has an endpoint, `url`, `tcp` or `serial`");
    return found;
}

void check_driver_takes(const Fields& fields, const std::string& driver, std::string_view endpoint)
{
    for (const Takes& known : taken)
        if (known.driver == driver && std::find(known.endpoints.begin(), known.endpoints.end(), endpoint) == known.endpoints.end())
            fields.report(endpoint, "driver " + driver + " takes " + std::string{known.expected});
}

void refuse_without(const Fields& fields, std::string_view endpoint, std::initializer_list<std::string_view> keys)
{
    for (const auto key : keys)
        if (fields.get(key)) fields.report(key, "belongs to a line with `" + std::string{endpoint} + "`");
}

UrlEndpoint read_url(const Fields& fields, const std::string& driver)
{
    UrlEndpoint endpoint{};
    assign(endpoint.url, fields.text("url"));
    assign(endpoint.user, fields.text("user"));
    assign(endpoint.password, fields.secret("password"));
    assign(endpoint.ca, fields.secret("ca"));
    if (endpoint.password && !endpoint.user) fields.report("password", "needs a `user`");
    if (endpoint.url.empty()) return endpoint;

    const auto mark = endpoint.url.find("://");
    const auto scheme = endpoint.url.substr(0, mark);
    if (driver == "mqtt" && mark != std::string::npos && scheme != "mqtt" && scheme != "mqtts") {
        fields.report("url", "driver mqtt takes mqtt://host (port 1883) or mqtts://host (port 8883)");
        return endpoint;
    }
    auto url = parse_url(endpoint.url);
    if (!url) {
        fields.report("url", url.error().detail);
        return endpoint;
    }
    endpoint.scheme = std::move(url->scheme);
    endpoint.host = std::move(url->at.host);
    endpoint.port = url->at.port;
    if (endpoint.ca && endpoint.scheme == "mqtt") fields.report("ca", "needs mqtts://; mqtt:// has no certificate to check");
    return endpoint;
}

TcpEndpoint read_tcp(const Fields& fields)
{
    TcpEndpoint endpoint{};
    const auto text = fields.text("tcp");
    if (!text) return endpoint;
    auto at = parse_host_port(*text, std::nullopt, 1);
    if (!at)
        fields.report("tcp", at.error().detail);
    else
        endpoint = {.host = std::move(at->host), .port = at->port};
    return endpoint;
}

SerialEndpoint read_serial(const Fields& fields)
{
    constexpr std::array rates{1200U, 2400U, 4800U, 9600U, 19200U, 38400U, 57600U, 115200U, 230400U};
    SerialEndpoint endpoint;
    assign(endpoint.path, fields.text("serial"));
    if (!endpoint.path.empty() && !endpoint.path.starts_with('/')) fields.report("serial", "expected an absolute path such as /dev/ttyS1");
    assign(endpoint.baud, fields.number("baud", 1200, 230400));
    if (std::find(rates.begin(), rates.end(), endpoint.baud) == rates.end())
        fields.report("baud", "is no usual rate, such as 9600 or 38400");
    return endpoint;
}

Line read_line(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "lines.*"};
    fields.need({"driver"});
    Line line;
    line.key = own_key(item);
    line.mark = reading.mark(item.line);
    assign(line.driver, fields.stable_key("driver"));
    line.was = read_was(fields, line.key);
    const auto endpoint = endpoint_key(fields);
    if (!endpoint) return line;
    check_driver_takes(fields, line.driver, *endpoint);
    if (endpoint == "url") line.endpoint = read_url(fields, line.driver);
    if (endpoint == "tcp") line.endpoint = read_tcp(fields);
    if (endpoint == "serial") line.endpoint = read_serial(fields);
    if (endpoint != "url") refuse_without(fields, "url", {"user", "password", "ca"});
    if (endpoint != "serial") refuse_without(fields, "serial", {"baud"});
    return line;
}

} // namespace

std::vector<Driver> read_drivers(Reading& reading, const Fields& root)
{
    std::vector<Driver> out;
    for (const Value& item : root.members("drivers")) {
        const Fields fields{reading, item, "drivers.*"};
        out.push_back({.key = own_key(item), .mark = reading.mark(item.line)});
    }
    return out;
}

std::vector<Line> read_lines(Reading& reading, const Fields& root)
{
    std::vector<Line> out;
    for (const Value& item : root.members("lines")) out.push_back(read_line(reading, item));
    return out;
}

} // namespace gatehouse::settings
