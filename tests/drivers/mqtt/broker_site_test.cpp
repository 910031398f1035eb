// The broker of a site, set up by the files in config/broker: what they let through, and what they do not.

#include "site.hpp"
#include "test_certificates.hpp"

#include "drivers/sim-mqtt/program.hpp"
#include "fixtures/broker.hpp"

#include <mqtt/async_client.h>

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>
#include <sys/stat.h>

namespace gatehouse::mqtt {
namespace {

namespace fs = std::filesystem;

constexpr int not_authorized = 0x87;

std::string text_of_file(const fs::path& path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void replace(std::string& text, const std::string& piece, const std::string& other)
{
    ASSERT_NE(text.find(piece), std::string::npos) << piece;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + other.size()))
        text.replace(at, piece.size(), other);
}

/// Somebody at the broker's plain door, who writes where it may not and hears what it may.
class Guest {
public:
    Guest(const std::string& uri, const std::string& user, const std::string& id = {})
        : client_{uri, id.empty() ? "guest-" + user : id, ::mqtt::create_options{MQTTVERSION_5}}
    {
        client_.start_consuming();
        auto options = ::mqtt::connect_options_builder().mqtt_version(MQTTVERSION_5).clean_start(true).finalize();
        if (!user.empty()) options.set_user_name(user), options.set_password("word-of-" + user);
        client_.connect(options)->wait();
        client_.subscribe("#", 1)->wait();
    }
    ~Guest()
    {
        try {
            client_.disconnect()->wait_for(std::chrono::seconds{1});
        } catch (const ::mqtt::exception&) { // it was not let in
        }
    }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    /// Whether the broker took it, whoever hears it.
    bool writes(const std::string& topic)
    {
        try {
            const auto token = client_.publish(topic, "{}", 1, false);
            token->wait();
            return static_cast<int>(token->get_reason_code()) < 0x80;
        } catch (const ::mqtt::exception& refused) {
            EXPECT_EQ(static_cast<int>(refused.get_reason_code()), not_authorized) << topic << ": " << refused.what();
            return false;
        }
    }
    bool connected() const { return client_.is_connected(); }
    /// Topics of the next messages, as many as are expected; fewer when they do not come.
    std::vector<std::string> heard(std::size_t expected)
    {
        std::vector<std::string> topics;
        ::mqtt::const_message_ptr message;
        while (topics.size() < expected && client_.try_consume_message_for(&message, std::chrono::seconds{5}) && message)
            topics.push_back(message->get_topic());
        return topics;
    }

private:
    ::mqtt::async_client client_;
};

class SiteBroker : public testing::Test {
protected:
    SiteBroker()
    {
        const fs::path shipped{BROKER_FILES};
        for (const auto& [from, to] :
             {std::pair{certificates_.ca_file(), "ca.pem"}, std::pair{certificates_.certificate_file(), "broker.pem"},
              std::pair{certificates_.key_file(), "broker.key"}, std::pair{(shipped / "acl").string(), "acl"}})
            fs::copy_file(from, folder_.path() / to);
        std::ofstream passwords{folder_.path() / "passwords"};
        for (const auto* user : {"gatehouse", "yard", "gate", "relay", "plug", "zigbee2mqtt"})
            passwords << fixtures::mosquitto_user(user, std::string{"word-of-"} + user);
        passwords.close();
        auto config = text_of_file(shipped / "mosquitto.conf");
        replace(config, "/etc/mosquitto/gatehouse", folder_.path().string());
        replace(config, "listener 8883", "listener " + std::to_string(tls_port_) + " 127.0.0.1");
        replace(config, "listener 1883 10.20.0.1", "listener " + std::to_string(plain_port_) + " 127.0.0.1");
        std::vector<std::string> lines;
        std::istringstream text{config};
        for (std::string line; std::getline(text, line);) lines.push_back(line);
        broker_.emplace(lines);
    }
    std::string plain() const { return "tcp://127.0.0.1:" + std::to_string(plain_port_); }

    fixtures::Folder folder_;
    fixtures::TestCertificates certificates_{"localhost"};
    std::uint16_t tls_port_ = fixtures::free_port(), plain_port_ = fixtures::free_port();
    std::optional<fixtures::Broker> broker_;
};

TEST_F(SiteBroker, ListensWhereItIsToldToAndNowhereElse)
{
    std::vector<std::string> opened;
    std::istringstream said{broker_->said()};
    for (std::string line; std::getline(said, line);) {
        if (const auto at = line.find("listen socket on port "); at != std::string::npos) opened.push_back(line.substr(at + 22));
        EXPECT_THAT(line, testing::Not(testing::AnyOf(testing::HasSubstr("Error"), testing::HasSubstr("recommended"))));
    }
    EXPECT_THAT(opened, testing::UnorderedElementsAre(std::to_string(tls_port_) + ".", std::to_string(plain_port_) + "."));
}

TEST_F(SiteBroker, NobodyTakesAnotherAccountsConnectionByItsClientId)
{
    Guest yard{plain(), "yard"}, gate{plain(), "gate", "guest-yard"};
    EXPECT_TRUE(gate.writes("rfid/gate/avty"));
    EXPECT_TRUE(yard.writes("rfid/yard/avty")) << "still there";
    Guest again{plain(), "yard", "another-id"};
    EXPECT_TRUE(again.writes("rfid/yard/avty"));
    EXPECT_THAT(yard.heard(1), testing::IsEmpty()) << "waits until it is cut off";
    EXPECT_FALSE(yard.connected()) << "one client an account";
}

TEST_F(SiteBroker, LetsTheGatewayKeepTheTableOfAControllerWithAnAccountOfItsOwn)
{
    const auto password = folder_.path() / "yard.password";
    std::ofstream{password} << "word-of-yard\n";
    ::chmod(password.c_str(), 0600);
    const auto socket = (folder_.path() / "yard.sock").string();
    simulators::Program yard{{"mqtt", "--model", "esp-rfid", "--broker", "mqtt://127.0.0.1:" + std::to_string(plain_port_), "--topic",
                              "rfid/yard", "--ip", "10.20.0.31", "--hostname", "yard", "--control", socket, "--boot-ms", "1", "--user",
                              "yard", "--password-file", password.string()}};
    ASSERT_THAT(yard.line(), testing::HasSubstr("listening"));

    const auto secrets = boost::json::serialize(boost::json::object{{"ca", certificates_.ca_pem()}, {"password", "word-of-gatehouse"}});
    Site site{"mqtts://localhost:" + std::to_string(tls_port_), R"(,"user":"gatehouse")", secrets};
    ASSERT_EQ(site.verdict(site.attach("yard", "rfid/yard", "10.20.0.31")), "acknowledged");
    ASSERT_TRUE(site.told("online", "")) << site.driver.log();
    EXPECT_EQ(site.apply("yard", site.put_text("04a1b2c3")), R"([{"verdict":"acknowledged"}])");
    const auto table = site.patient_answer(site.start_read("yard"));
    EXPECT_EQ(Site::text(table, "page"), R"("complete")");
    EXPECT_THAT(Site::text(table, "entries"), testing::HasSubstr("04a1b2c3"));
    EXPECT_EQ(site.verdict(site.driver.ask("strike", Site::named("yard") + R"(,"door":1,"pulse_ms":400)")), "acknowledged");
    site.driver.close_input();
    EXPECT_EQ(site.driver.exit_code(sdk::Milliseconds{5000}), 0);
    EXPECT_THAT(site.driver.log(), testing::HasSubstr("visitor_turned_away"));
    for (const auto& line : site.driver.lines()) EXPECT_NE(line.at("type"), "log") << boost::json::serialize(line);
}

TEST_F(SiteBroker, AControllerWritesItsOwnWordsAndNobodyElses)
{
    Guest yard{plain(), "yard"}, gate{plain(), "gate"}, gateway{plain(), "gatehouse"};
    for (const auto* own : {"rfid/yard/send", "rfid/yard/avty", "stat/yard/RESULT", "tele/yard/LWT", "gatehouse/shelly/yard/rpc",
                            "shelly/yard/online", "shelly/yard/events/rpc", "shelly/yard/status/switch:0"})
        EXPECT_TRUE(yard.writes(own)) << own;
    EXPECT_EQ(gateway.heard(8).size(), 8U);
    for (const auto* others : {"rfid/gate/send", "rfid/gate/avty", "stat/gate/RESULT", "tele/gate/LWT", "gatehouse/shelly/gate/rpc",
                               "shelly/gate/online", "shelly/gate/events/rpc", "shelly/gate/status/switch:0", "zigbee2mqtt/lock",
                               "zigbee2mqtt/bridge/state", "zigbee2mqtt/lock/availability"})
        EXPECT_FALSE(yard.writes(others)) << others;
    for (const auto* command : {"rfid/yard/cmd", "rfid/gate/cmd", "cmnd/yard/POWER1", "cmnd/gate/POWER1", "shelly/yard/rpc",
                                "shelly/gate/rpc", "zigbee2mqtt/lock/set", "zigbee2mqtt/lock/get"})
        EXPECT_FALSE(yard.writes(command)) << command;
    EXPECT_TRUE(gateway.writes("rfid/gate/cmd"));
    EXPECT_FALSE(gateway.writes("rfid/gate/send")) << "not even the gateway";
    EXPECT_TRUE(gate.writes("rfid/gate/avty") && gateway.writes("rfid/yard/cmd"));
    EXPECT_THAT(gateway.heard(1), testing::ElementsAre("rfid/gate/avty")) << "nothing that was refused came before it";
    EXPECT_THAT(gate.heard(1), testing::ElementsAre("rfid/gate/cmd"));
    EXPECT_THAT(yard.heard(1), testing::ElementsAre("rfid/yard/cmd")) << "what others are told is not its business";
}

TEST_F(SiteBroker, TheGatewayCommandsEveryKindOfController)
{
    Guest gateway{plain(), "gatehouse"}, relay{plain(), "relay"}, plug{plain(), "plug"}, bridge{plain(), "zigbee2mqtt"};
    for (const auto* command :
         {"cmnd/relay/POWER1", "cmnd/relay/PulseTime1", "shelly/plug/rpc", "zigbee2mqtt/lock/set", "zigbee2mqtt/lock/get"})
        EXPECT_TRUE(gateway.writes(command)) << command;
    EXPECT_THAT(relay.heard(2), testing::ElementsAre("cmnd/relay/POWER1", "cmnd/relay/PulseTime1"));
    EXPECT_THAT(plug.heard(1), testing::ElementsAre("shelly/plug/rpc"));
    EXPECT_THAT(bridge.heard(2), testing::ElementsAre("zigbee2mqtt/lock/set", "zigbee2mqtt/lock/get"));
    EXPECT_TRUE(bridge.writes("zigbee2mqtt/lock"));
    EXPECT_FALSE(bridge.writes("rfid/yard/cmd"));
}

TEST_F(SiteBroker, NobodyComesInWithoutAPasswordOrWithAnothers)
{
    EXPECT_THROW((Guest{plain(), ""}), ::mqtt::exception);
    EXPECT_THROW((Guest{plain(), "nobody"}), ::mqtt::exception);
    EXPECT_NO_THROW((Guest{plain(), "yard"}));
}

} // namespace
} // namespace gatehouse::mqtt
