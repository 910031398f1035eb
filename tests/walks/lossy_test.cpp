// A controller of each kind that keeps entries, while a fifth of all messages is lost, a fifth comes twice and all of them come late.

#include "client.hpp"
#include "daemon.hpp"
#include "drivers/sim-mqtt/program.hpp"
#include "fixtures/broker.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace gatehouse::walks {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr milliseconds within = 120s * slack; ///< the loss decides how long it takes; there is no bound on that

/// A simulated device and what is true in it.
class Truthful {
public:
    Truthful(std::vector<std::string> program, std::string socket) : socket_{std::move(socket)}, program_{std::move(program)}
    {
        if (program_.line().find("listening") == std::string::npos) throw std::runtime_error{"the simulator did not start"};
    }

    void fault(const std::string& name, const std::string& value) const
    {
        ask(R"({"op":"fault","name":")" + name + R"(","value":)" + value + "}");
    }
    void make_lossy() const
    {
        for (const auto* name : {"drop_request", "drop_reply", "duplicate"}) fault(name, "0.2");
        fault("delay_ms", "[0,150]");
    }
    json::object dump() const { return ask(R"({"op":"dump"})"); }
    json::object ask(const std::string& request) const
    {
        auto answer = simulators::Control{socket_}.ask(request);
        if (!answer.at("ok").as_bool()) throw std::runtime_error{request + ": " + json::serialize(answer)};
        return answer;
    }

private:
    std::string socket_;
    simulators::Program program_;
};

class Lossy : public testing::Test {
protected:
    Lossy()
        : card_reader{{"mqtt", "--model",       "esp-rfid",   "--broker",      broker.url(), "--topic",         "walk/yard",
                       "--ip", "10.20.0.31",    "--hostname", "yard",          "--control",  path("yard.sock"), "--boot-ms",
                       "1",    "--reconnect-s", "0.05",       "--heartbeat-s", "2",          "--seed",          "7"},
                      path("yard.sock")},
          lock{{"zigbee2mqtt", "--broker", broker.url(), "--control", path("lock.sock"), "--lock", "front:6", "--radio-ms", "30",
                "--radio-timeout-ms", "500", "--boot-ms", "1", "--reconnect-s", "0.05", "--seed", "7"},
               path("lock.sock")},
          daemon{folder.path(), configuration(), profiles()}
    {
        daemon.start();
        client = std::make_unique<Client>(daemon.port(), daemon.create_token("walk"));
        system = text(client->ask("/acs/systems/list").at("acs_systems").as_array().at(0).as_object(), "acs_system_id");
        staff = text(client->ask("/acs/access_groups/list").at("acs_access_groups").as_array().at(0).as_object(), "acs_access_group_id");
        EXPECT_TRUE(eventually(within, [this] { return settled(); })) << daemon.log();
    }

    std::string path(const std::string& name) const { return (folder.path() / name).string(); }

    fs::path configuration() const
    {
        auto file = folder.path() / "gatehouse.yaml";
        std::ofstream{file} << R"(format: 1
site: {key: walk, name: Walk, time_zone: Europe/Copenhagen}
http: {listen: ["127.0.0.1:0"]}
drivers:
  mqtt: {}
lines:
  broker: {driver: mqtt, url: ")"
                            << broker.url() << R"("}
devices:
  yard-ctl:   {line: broker, profile: esp-rfid/2.0, params: {topic: walk/yard, ip: 10.20.0.31, hostname: yard}, card_as: uid}
  front-lock: {line: broker, profile: zigbee2mqtt/pin-lock, params: {name: front, slots: 5}}
doors:
  yard:  {owner: walk, strike: yard-ctl/1}
  front: {owner: walk, strike: front-lock/1}
workspaces:
  walk:
    systems:
      house:
        entrances:
          yard:  {door: yard}
          front: {door: front, mode: pin}
        groups:
          staff: {entrances: {yard: always, front: always}}
)";
        return file;
    }

    /// The shipped ones, in a hurry.
    fs::path profiles() const
    {
        auto copy = folder.path() / "profiles";
        fs::copy(SHIPPED_PROFILES, copy, fs::copy_options::recursive);
        hurry(copy / "mqtt/esp-rfid-2.0.yaml",
              {{"quiet_ms: 3000", "quiet_ms: 400"}, {"late_ack_grace_ms: 5000", "late_ack_grace_ms: 500"}});
        hurry(copy / "mqtt/zigbee2mqtt-pin-lock.yaml", {{"takes_ms: 600", "takes_ms: 150"},
                                                        {"late_ack_grace_ms: 2000", "late_ack_grace_ms: 300"},
                                                        {"op_timeout_ms: 15000", "op_timeout_ms: 4000"}});
        return copy;
    }

    static void hurry(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& pieces)
    {
        std::stringstream content;
        content << std::ifstream{file}.rdbuf();
        auto profile = content.str();
        for (const auto& [full, brief] : pieces) {
            const auto at = profile.find(full);
            if (at == std::string::npos) throw std::runtime_error{"the profile has no " + full};
            profile.replace(at, full.size(), brief);
        }
        std::ofstream{file, std::ios::trunc} << profile;
    }

    bool settled()
    {
        const auto listed = client->ask("/gatehouse/controllers/list");
        for (const auto& one : listed.at("controllers").as_array())
            if (!one.at("settled").as_bool() || one.at("first_contact").as_bool()) return false;
        return true;
    }

    std::string person(const std::string& name)
    {
        const auto identity = client->ask("/user_identities/create", {{"full_name", name}});
        const auto user =
            client->ask("/acs/users/create", {{"acs_system_id", system},
                                              {"full_name", name},
                                              {"user_identity_id", text(identity.at("user_identity").as_object(), "user_identity_id")},
                                              {"acs_access_group_ids", json::array{json::string{staff}}}});
        return text(user.at("acs_user").as_object(), "acs_user_id");
    }

    std::string give(const std::string& user, const char* method, const char* member, const std::string& value)
    {
        const auto made = client->ask("/acs/credentials/create", {{"access_method", method}, {"acs_user_id", user}, {member, value}});
        return text(made.at("acs_credential").as_object(), "acs_credential_id");
    }

    /// What the API says of the credential at the only door of its kind.
    std::string state(const std::string& credential)
    {
        const auto rows = client->ask("/gatehouse/access/list", {{"acs_credential_id", credential}});
        std::string best;
        for (const auto& row : rows.at("access").as_array())
            if (const auto word = text(row.as_object(), "state"); best.empty() || best == "refused" || word == "verified") best = word;
        return best;
    }
    bool residual(const std::string& credential)
    {
        const auto rows = client->ask("/gatehouse/residual_access/list");
        for (const auto& row : rows.at("residual_access").as_array())
            if (text(row.as_object(), "acs_credential_id") == credential) return true;
        return false;
    }

    bool holds_card(const std::string& uid) const
    {
        const auto dump = card_reader.dump();
        for (const auto& entry : dump.at("entries").as_array())
            if (entry.at("uid") == uid.c_str()) return true;
        return false;
    }
    bool holds_code(const std::string& code) const
    {
        const auto dump = lock.dump();
        for (const auto& entry : dump.at("locks").at("front").at("entries").as_array())
            if (entry.at("pin") == code.c_str()) return true;
        return false;
    }

    /// For people who read a failure.
    std::string everything()
    {
        return json::serialize(client->ask("/gatehouse/access/list")) + "\n" + json::serialize(client->ask("/gatehouse/controllers/list")) +
               "\n" + json::serialize(lock.dump()) + "\n" + json::serialize(card_reader.dump()) + "\n" + daemon.log();
    }

    /// Granted until verified, revoked until proven gone; on the way nothing is said that is not so.
    void goes_round(const std::string& credential, const std::function<bool()>& holds)
    {
        const auto granted = [&] {
            const bool before = holds();
            const bool verified = state(credential) == "verified";
            const bool after = holds();
            EXPECT_FALSE(verified && !before && !after) << "verified, and it is not there";
            return verified;
        };
        ASSERT_TRUE(eventually(within, granted)) << everything();
        client->ask("/acs/credentials/delete", {{"acs_credential_id", credential}});
        const auto gone = [&] {
            const bool before = holds();
            const bool listed = residual(credential);
            const bool after = holds();
            EXPECT_FALSE(!listed && before && after) << "called gone, and it is still there";
            return !listed;
        };
        ASSERT_TRUE(eventually(within, gone)) << everything();
        EXPECT_FALSE(holds());
    }

    fixtures::Broker broker;
    Folder folder;
    Truthful card_reader, lock;
    Daemon daemon;
    std::unique_ptr<Client> client;
    std::string system, staff;
};

TEST_F(Lossy, ACardGoesFromGrantedToVerifiedToRevokedToProvenGone)
{
    card_reader.make_lossy();
    const auto ada = person("Ada");
    for (const auto* uid : {"04a1b2c3", "04a1b2c3"})
        goes_round(give(ada, "card", "card_uid", uid), [this, uid] { return holds_card(uid); });
}

TEST_F(Lossy, ACodeInASlotGoesFromGrantedToVerifiedToRevokedToProvenGone)
{
    lock.make_lossy();
    lock.ask(R"({"op":"chatter","every_ms":700})"); // reports of a battery, each with all slots as they were last heard of
    const auto ada = person("Ada");
    for (const auto* code : {"4711", "0012", "4711"})
        goes_round(give(ada, "code", "code", code), [this, code] { return holds_code(code); });
}

} // namespace
} // namespace gatehouse::walks
