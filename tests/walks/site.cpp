#include "site.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace gatehouse::walks {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

fs::path write_config(const fs::path& folder, const std::string& broker)
{
    auto path = folder / "gatehouse.yaml";
    std::ofstream file{path};
    file << R"(format: 1
site: {key: walk, name: Walk, time_zone: Europe/Copenhagen}
http: {listen: ["127.0.0.1:0"]}
drivers:
  mqtt: {}
lines:
  broker: {driver: mqtt, url: ")"
         << broker << R"("}
devices:
  front-ctl: {line: broker, profile: esp-rfid/2.0, params: {topic: walk/front, ip: 10.20.0.31, hostname: front}, card_as: uid}
  back-ctl:  {line: broker, profile: esp-rfid/2.0, params: {topic: walk/back, ip: 10.20.0.32, hostname: back}, card_as: uid}
doors:
  front: {owner: walk, strike: front-ctl/1}
  back:  {owner: walk, strike: back-ctl/1}
workspaces:
  walk:
    systems:
      house:
        entrances:
          front: {door: front}
          back:  {door: back}
        groups:
          staff: {entrances: {front: always, back: always}}
)";
    return path;
}

/// The shipped profiles, in a hurry or not.
fs::path copy_profiles(const fs::path& folder, Quiet quiet)
{
    auto copy = folder / "profiles";
    fs::copy(SHIPPED_PROFILES, copy, fs::copy_options::recursive);
    if (quiet == Quiet::shipped) return copy;
    const auto file = copy / "mqtt" / "esp-rfid-2.0.yaml";
    std::stringstream content;
    content << std::ifstream{file}.rdbuf();
    auto profile = content.str();
    const std::pair<std::string, std::string> pieces[] = {{"quiet_ms: 3000", "quiet_ms: 300"},
                                                          {"late_ack_grace_ms: 5000", "late_ack_grace_ms: 500"}};
    for (const auto& [full, brief] : pieces) {
        const auto at = profile.find(full);
        if (at == std::string::npos) throw std::runtime_error{"the profile has no " + full};
        profile.replace(at, full.size(), brief);
    }
    std::ofstream{file, std::ios::trunc} << profile;
    return copy;
}

} // namespace

std::string utc_in(std::chrono::seconds span)
{
    const auto at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + span);
    char text[32];
    std::tm parts{};
    ::gmtime_r(&at, &parts);
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

Site::Site(Quiet quiet)
    : front{broker.url(), "front", "10.20.0.31", (folder.path() / "front.sock").string(), 1},
      back{broker.url(), "back", "10.20.0.32", (folder.path() / "back.sock").string(), 180},
      daemon{folder.path(), write_config(folder.path(), broker.url()), copy_profiles(folder.path(), quiet)}
{
    daemon.start();
    key_ = daemon.create_token("walk");
    system = text(ask("/acs/systems/list").at("acs_systems").as_array().at(0).as_object(), "acs_system_id");
    staff = text(ask("/acs/access_groups/list").at("acs_access_groups").as_array().at(0).as_object(), "acs_access_group_id");
    name_doors();
    if (!eventually(patience, [this] { return settled(); })) throw std::runtime_error{"the site does not settle: " + daemon.log()};
}

json::object Site::ask(const std::string& path, const json::object& body)
{
    if (!client_ || connected_to_ != daemon.port()) client_.emplace(client());
    connected_to_ = daemon.port();
    return client_->ask(path, body);
}

bool Site::settled()
{
    const auto listed = ask("/gatehouse/controllers/list");
    const auto& controllers = listed.at("controllers").as_array();
    return std::all_of(controllers.begin(), controllers.end(), [](const json::value& one) {
        const auto* settled = one.as_object().if_contains("settled");
        return settled != nullptr && settled->as_bool() && one.at("state") == "online" && !one.at("first_contact").as_bool();
    });
}

json::array Site::access(const json::object& filter)
{
    return ask("/gatehouse/access/list", filter).at("access").as_array();
}

json::array Site::residuals()
{
    return ask("/gatehouse/residual_access/list").at("residual_access").as_array();
}

std::map<std::string, std::string> Site::states(const Holder& holder)
{
    std::map<std::string, std::string> found;
    for (const auto& row : access({{"acs_credential_id", holder.credential}}))
        found[doors.at(text(row.as_object(), "device_id"))] = text(row.as_object(), "state");
    return found;
}

json::object Site::controller(const std::string& key)
{
    const auto listed = ask("/gatehouse/controllers/list");
    for (const auto& one : listed.at("controllers").as_array())
        if (one.at("key") == key.c_str()) return one.as_object();
    throw std::runtime_error{"no controller " + key};
}

std::vector<std::string> Site::door_errors(const std::string& door)
{
    const auto device = ask("/devices/get", {{"name", door}});
    std::vector<std::string> codes;
    for (const auto& error : device.at("device").at("errors").as_array()) codes.push_back(text(error.as_object(), "error_code"));
    return codes;
}

void Site::name_doors()
{
    doors.clear();
    const auto listed = ask("/devices/list");
    for (const auto& door : listed.at("devices").as_array())
        doors[text(door.as_object(), "device_id")] = text(door.as_object(), "display_name");
}

std::string Site::configuration() const
{
    std::stringstream content;
    content << std::ifstream{folder.path() / "gatehouse.yaml"}.rdbuf();
    return content.str();
}

void Site::edit(std::string_view piece, std::string_view other)
{
    auto content = configuration();
    const auto at = content.find(piece);
    if (at == std::string::npos) throw std::runtime_error{"the configuration has no " + std::string{piece}};
    content.replace(at, piece.size(), other);
    std::ofstream{folder.path() / "gatehouse.yaml", std::ios::trunc} << content;
}

void Site::profile(const std::string& from, const std::string& to, const std::map<std::string, std::string>& pieces)
{
    const auto profiles = folder.path() / "profiles" / "mqtt";
    std::stringstream content;
    content << std::ifstream{profiles / from}.rdbuf();
    auto text = content.str();
    for (const auto& [piece, other] : pieces) {
        const auto at = text.find(piece);
        if (at == std::string::npos) throw std::runtime_error{"the profile has no " + piece};
        text.replace(at, piece.size(), other);
    }
    std::ofstream{profiles / to} << text;
}

Holder Site::grant(const std::string& name, const std::string& uid)
{
    Holder holder;
    holder.uid = uid;
    const auto identity = ask("/user_identities/create", {{"full_name", name}});
    holder.identity = text(identity.at("user_identity").as_object(), "user_identity_id");
    const auto user = ask("/acs/users/create", {{"acs_system_id", system},
                                                {"full_name", name},
                                                {"user_identity_id", holder.identity},
                                                {"acs_access_group_ids", json::array{json::string{staff}}}});
    holder.user = text(user.at("acs_user").as_object(), "acs_user_id");
    const auto credential =
        ask("/acs/credentials/create", {{"access_method", "card"}, {"acs_user_id", holder.user}, {"card_uid", holder.uid}});
    holder.credential = text(credential.at("acs_credential").as_object(), "acs_credential_id");
    return holder;
}

void Site::revoke(const Holder& holder)
{
    ask("/acs/credentials/delete", {{"acs_credential_id", holder.credential}});
}

bool Site::verified(const Holder& holder)
{
    return states(holder) == std::map<std::string, std::string>{{"front", "verified"}, {"back", "verified"}};
}

std::vector<store::StoredEvent> Site::events(const std::string& type)
{
    auto opened = store::open(daemon.state());
    if (!opened) throw std::runtime_error{opened.error().detail};
    auto found = opened->history({.types = {type}}, 0, store::history_limit);
    if (!found) throw std::runtime_error{found.error().detail};
    return std::move(*found);
}

} // namespace gatehouse::walks
