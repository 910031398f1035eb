#include "mqtt/link.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <filesystem>
#include <fstream>

namespace gatehouse::simulators::mqtt {

common::Outcome<std::string> server_of(std::string_view url)
{
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view{url.data(), url.size()});
    if (!parsed) return common::problem("broker: not an address such as mqtt://localhost:1883");
    const auto scheme = std::string{parsed->scheme()};
    const auto plain = scheme == "mqtt" || scheme == "tcp";
    if (!plain && scheme != "mqtts" && scheme != "ssl") return common::problem("broker: needs mqtt:// or mqtts://");
    if (parsed->has_userinfo()) return common::problem("broker: give credentials with --user and --password-file, not in the address");
    if (parsed->encoded_host().empty()) return common::problem("broker: names no host");
    const auto path = std::string{parsed->encoded_path()};
    if ((!path.empty() && path != "/") || parsed->has_query() || parsed->has_fragment())
        return common::problem("broker: ends after the port");
    const auto port = parsed->port().empty() ? std::string{plain ? "1883" : "8883"} : std::string{parsed->port()};
    return (plain ? "tcp://" : "ssl://") + std::string{parsed->encoded_host()} + ":" + port;
}

common::Outcome<std::string> read_password(const std::string& path)
{
    namespace fs = std::filesystem;
    std::error_code ec;
    const auto status = fs::status(path, ec);
    if (ec || !fs::is_regular_file(status)) return common::problem("password-file: cannot be read: " + path);
    if ((status.permissions() & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
        return common::problem("password-file: needs mode 0600: " + path);
    std::ifstream file{path};
    std::string line;
    if (fs::file_size(path, ec) > 4096 || !std::getline(file, line) || line.empty())
        return common::problem("password-file: its first line is the password, at most 4 KiB: " + path);
    return line;
}

} // namespace gatehouse::simulators::mqtt
