#include "hostile_town.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace gatehouse::walks {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

const std::string good = "good";

void copy(const fs::path& from, const fs::path& to, fs::perms mode)
{
    fs::copy_file(from, to);
    fs::permissions(to, mode);
}

std::string content_of(const fs::path& file)
{
    std::ifstream stream{file};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

} // namespace

PlainController::PlainController(const std::string& socket)
    : socket_{socket}, program_{{"plain", "--port", "0", "--control", socket, "--boot-ms", "1"}}
{
    const auto said = program_.line();
    const auto port = said.find("port=");
    if (port == std::string::npos) throw std::runtime_error{"the simulator did not start"};
    port_ = static_cast<std::uint16_t>(std::stoi(said.substr(port + 5)));
}

json::object PlainController::ask(const std::string& request) const
{
    auto answer = simulators::Control{socket_}.ask(request);
    if (!answer.at("ok").as_bool()) throw std::runtime_error{request + ": " + json::serialize(answer)};
    return answer;
}

std::vector<std::string> PlainController::table() const
{
    const auto dump = ask(R"({"op":"dump"})");
    std::vector<std::string> uids;
    for (const auto& entry : dump.at("entries").as_array()) uids.emplace_back(entry.at("key").as_string());
    std::sort(uids.begin(), uids.end());
    return uids;
}

bool PlainController::opens(const std::string& uid) const
{
    return ask(R"({"op":"present","door":0,"key":")" + uid + "\"}").at("opened").as_bool();
}

bool PlainController::open() const
{
    return ask(R"({"op":"dump"})").at("relays").at(0).at("open").as_bool();
}

Town::Town(std::vector<std::string> hostile) : hostile_{std::move(hostile)}, daemon{folder.path(), install(), folder.path() / "profiles"}
{
    const auto drivers = folder.path() / "drivers";
    const fs::path skeletons{SKELETONS};
    for (const auto* name : {"gatehouse-driver-skeleton", "gatehouse-driver-skeleton-py"})
        copy(skeletons / name, drivers / name, fs::perms{0755});
    for (const auto* name : {"gatehouse-driver-skeleton.json", "gatehouse_driver.py", "gatehouse_fields.py"})
        copy(skeletons / name, drivers / name, fs::perms{0644});
    for (const auto& name : hostile_) {
        const auto program = drivers / ("gatehouse-driver-" + name);
        copy(HOSTILE_DRIVER, program, fs::perms{0755});
        std::ofstream{program.string() + ".json"} << R"({"name":")" << name
                                                  << R"(","protocol":1,"lines_per_process":64,"maturity":"experimental"})";
        fs::permissions(program.string() + ".json", fs::perms{0644});
    }
    daemon.start();
    client_.emplace(daemon.port(), daemon.create_token("walk"));
    system_ = text(ask("/acs/systems/list").at("acs_systems").at(0).as_object(), "acs_system_id");
    staff_ = text(ask("/acs/access_groups/list").at("acs_access_groups").at(0).as_object(), "acs_access_group_id");
    const auto listed = ask("/devices/list");
    for (const auto& door : listed.at("devices").as_array()) {
        const auto id = text(door.as_object(), "device_id"), name = text(door.as_object(), "display_name");
        doors_[id] = name, ids_[name] = id;
    }
    if (const auto lacks = whole_within(patience, {}); !lacks.empty()) throw std::runtime_error{"the town does not settle: " + lacks};
}

/// Controllers and the configuration that names them.
fs::path Town::install()
{
    auto names = hostile_;
    names.push_back(good);
    fs::create_directories(folder.path() / "profiles");
    std::stringstream drivers, lines, devices, doors, entrances, paths;
    for (const auto& name : names) {
        const auto& there = controllers_[name] =
            std::make_unique<PlainController>((folder.path() / (std::to_string(controllers_.size()) + ".sock")).string());
        const auto driver = name == good ? "skeleton" : name;
        drivers << "  " << driver << ": {}\n";
        lines << "  " << name << "-line: {driver: " << driver << ", tcp: \"127.0.0.1:" << there->port() << "\"}\n";
        devices << "  " << name << "-ctl: {line: " << name << "-line, card_as: uid}\n";
        doors << "  " << name << ": {owner: walk, strike: " << name << "-ctl/0}\n";
        entrances << "          " << name << ": {door: " << name << "}\n";
        paths << (paths.tellp() == 0 ? "" : ", ") << name << ": always";
    }
    auto path = folder.path() / "gatehouse.yaml";
    std::ofstream{path} << "format: 1\nsite: {key: walk, name: Walk, time_zone: Europe/Copenhagen}\nhttp: {listen: [\"127.0.0.1:0\"]}\n"
                        << "drivers:\n"
                        << drivers.str() << "lines:\n"
                        << lines.str() << "devices:\n"
                        << devices.str() << "doors:\n"
                        << doors.str() << "workspaces:\n  walk:\n    systems:\n      house:\n        entrances:\n"
                        << entrances.str() << "        groups:\n          staff: {entrances: {" << paths.str() << "}}\n";
    return path;
}

fs::path Town::beside(const std::string& driver, const std::string& what) const
{
    return folder.path() / "drivers" / (driver + what);
}

void Town::wild()
{
    for (const auto& name : hostile_) std::ofstream{beside(name, ".wild")}.flush();
    const auto seen = [this](const std::string& name) { return fs::exists(beside(name, ".seen")); };
    const auto all_seen = [this, &seen] { return std::all_of(hostile_.begin(), hostile_.end(), seen); };
    if (!eventually(patience, all_seen)) throw std::runtime_error{"a driver does not turn wild: " + daemon.log()};
}

void Town::tame()
{
    for (const auto& name : hostile_) tame(name);
}

void Town::tame(const std::string& driver)
{
    fs::remove(beside(driver, ".wild"));
}

std::size_t Town::starts(const std::string& driver) const
{
    return fs::file_size(beside(driver, ".starts"));
}

std::size_t Town::processes() const
{
    const auto drivers = (folder.path() / "drivers").string();
    std::size_t found = 0;
    for (const auto& entry : fs::directory_iterator{"/proc"})
        found += content_of(entry.path() / "cmdline").find(drivers) != std::string::npos &&
                 entry.path().filename() != std::to_string(daemon.process());
    return found;
}

json::object Town::ask(const std::string& path, const json::object& body)
{
    return client_->ask(path, body);
}

GivenCard Town::grant(const std::string& uid)
{
    const auto identity = ask("/user_identities/create", {{"full_name", "Holder of " + uid}});
    const auto user = ask("/acs/users/create", {{"acs_system_id", system_},
                                                {"full_name", "Holder of " + uid},
                                                {"user_identity_id", text(identity.at("user_identity").as_object(), "user_identity_id")},
                                                {"acs_access_group_ids", json::array{json::string{staff_}}}});
    const auto credential =
        ask("/acs/credentials/create",
            {{"access_method", "card"}, {"acs_user_id", text(user.at("acs_user").as_object(), "acs_user_id")}, {"card_uid", uid}});
    return {uid, text(credential.at("acs_credential").as_object(), "acs_credential_id")};
}

void Town::revoke(const GivenCard& card)
{
    ask("/acs/credentials/delete", {{"acs_credential_id", card.credential}});
}

std::string Town::state(const GivenCard& card, const std::string& door)
{
    const auto listed = ask("/gatehouse/access/list", {{"acs_credential_id", card.credential}, {"device_id", ids_.at(door)}});
    const auto& rows = listed.at("access").as_array();
    return rows.empty() ? "" : text(rows.at(0).as_object(), "state");
}

bool Town::residual(const GivenCard& card, const std::string& door)
{
    const auto listed = ask("/gatehouse/residual_access/list", {{"device_id", ids_.at(door)}});
    const auto& rows = listed.at("residual_access").as_array();
    return std::any_of(rows.begin(), rows.end(),
                       [&card](const json::value& row) { return row.at("acs_credential_id") == card.credential.c_str(); });
}

json::object Town::controller(const std::string& door)
{
    const auto listed = ask("/gatehouse/controllers/list");
    for (const auto& one : listed.at("controllers").as_array())
        if (one.at("key") == (door + "-ctl").c_str()) return one.as_object();
    throw std::runtime_error{"no controller of " + door};
}

std::vector<std::string> Town::errors(const std::string& door)
{
    const auto device = ask("/devices/get", {{"device_id", ids_.at(door)}});
    std::vector<std::string> codes;
    for (const auto& error : device.at("device").at("errors").as_array()) codes.push_back(text(error.as_object(), "error_code"));
    return codes;
}

bool Town::unlock(const std::string& door)
{
    const auto begun = ask("/locks/unlock_door", {{"device_id", ids_.at(door)}});
    const auto attempt = text(begun.at("action_attempt").as_object(), "action_attempt_id");
    std::string status = "pending";
    const auto over = [this, &attempt, &status] {
        const auto shown = ask("/action_attempts/get", {{"action_attempt_id", attempt}});
        return (status = text(shown.at("action_attempt").as_object(), "status")) != "pending";
    };
    return eventually(10s * slack, over) && status == "success";
}

bool Town::settled(const std::string& door)
{
    const auto shown = controller(door);
    return shown.at("settled").as_bool() && shown.at("state") == "online" && !shown.at("first_contact").as_bool();
}

std::string Town::lie(const GivenCard& held, const GivenCard& gone, const std::string& but)
{
    for (const auto& [door, there] : controllers_) {
        if (door == but) continue;
        const bool is_settled = settled(door), is_verified = state(held, door) == "verified", is_listed = residual(gone, door);
        const auto table = there->table();
        const bool holds = std::binary_search(table.begin(), table.end(), held.uid);
        const bool opens = std::binary_search(table.begin(), table.end(), gone.uid);
        if (is_verified && !holds) return door + ": verified, and not there";
        if (!is_listed && opens) return door + ": taken away, on no list, and there";
        if (is_settled && (opens || !holds)) return door + ": settled, and not so";
    }
    return {};
}

Town::Work Town::at_the_good_door(const std::string& uid, milliseconds budget)
{
    Work work;
    const auto within = [budget](const char* what, const std::function<bool()>& probe) {
        const auto took = eventually(budget, probe);
        if (!took) throw std::runtime_error{std::string{"the good door: "} + what};
        return *took;
    };
    const auto begun = std::chrono::steady_clock::now();
    const auto& there = simulated(good);
    const auto card = grant(uid);
    work.slowest_answer = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun) / 3;
    work.grant = within("a grant", [&there, &uid] { return there.opens(uid); });
    within("it is proven", [this, &card] { return state(card, good) == "verified"; });
    revoke(card);
    work.revoke = within("a revoke", [&there, &uid] { return !there.opens(uid); });
    within("it is proven gone", [this, &card] { return !residual(card, good); });
    if (!unlock(good)) throw std::runtime_error{"the good door does not open"};
    within("it opens", [&there] { return there.open(); });
    return work;
}

std::string Town::lacking(const std::vector<GivenCard>& held)
{
    std::vector<std::string> uids;
    for (const auto& card : held) uids.push_back(card.uid);
    std::sort(uids.begin(), uids.end());
    for (const auto& [door, there] : controllers_) {
        if (!settled(door)) return json::serialize(controller(door));
        if (there->table() != uids) return door + " holds something else";
        for (const auto& code : errors(door)) return door + ": " + code;
        for (const auto& card : held)
            if (state(card, door) != "verified")
                return std::string{door}.append(": ").append(card.uid).append(" is ").append(state(card, door));
    }
    const auto listed = ask("/gatehouse/residual_access/list").at("residual_access");
    return listed.as_array().empty() ? "" : json::serialize(listed);
}

std::string Town::whole_within(milliseconds budget, const std::vector<GivenCard>& held)
{
    std::string last;
    if (eventually(budget, [this, &held, &last] { return (last = lacking(held)).empty(); })) return {};
    return last;
}

Upheaval::Upheaval(std::vector<std::string> hostile) : town{std::move(hostile)}, ada{town.grant("04a1b2c3")}
{
    if (const auto lacks = town.whole_within(patience, {ada}); !lacks.empty()) throw std::runtime_error{"Ada's card: " + lacks};
    processor_before = processor_time(town.daemon.process());
    resident_before = resident_kib(town.daemon.process());
    logged_before = town.logged();
    town.wild();
    since = std::chrono::steady_clock::now();
    town.revoke(ada);
    ben = town.grant("04d4e5f6");
}

std::size_t resident_kib(pid_t process)
{
    const auto status = content_of("/proc/" + std::to_string(process) + "/status");
    return std::stoul(status.substr(status.find("VmRSS:") + 6));
}

milliseconds processor_time(pid_t process)
{
    const auto stat = content_of("/proc/" + std::to_string(process) + "/stat");
    std::istringstream rest{stat.substr(stat.rfind(')') + 2)};
    std::string skipped;
    for (int field = 3; field < 14; ++field) rest >> skipped;
    std::int64_t user = 0, system = 0;
    rest >> user >> system;
    return milliseconds{(user + system) * 1'000 / ::sysconf(_SC_CLK_TCK)};
}

} // namespace gatehouse::walks
