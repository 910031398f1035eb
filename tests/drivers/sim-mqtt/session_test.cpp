#include "fixtures/broker.hpp"
#include "gateway_side.hpp"
#include "program.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace gatehouse::simulators {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const std::string boot = R"({"type":"boot")";
const std::string beat = R"({"type":"heartbeat")";
const std::string clear_log = R"({"cmd":"deletlog","doorip":"192.168.4.11"})";
const std::string log_cleared = R"({"type":"deletlog","ip":"192.168.4.11","hostname":"front-1"})";

std::string add(const std::string& uid)
{
    return R"({"cmd":"adduser","doorip":"192.168.4.11","uid":")" + uid +
           R"(","user":"Ada","acctype":1,"validuntil":4294967295,"pincode":""})";
}

class SimulatedController : public testing::Test {
protected:
    std::vector<std::string> arguments(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> list{"mqtt", "--model",       "esp-rfid",   "--broker", broker.url(), "--topic", "site/front",
                                      "--ip", "192.168.4.11",  "--hostname", "front-1",  "--control",  control,   "--boot-ms",
                                      "1",    "--reconnect-s", "0.05"};
        list.insert(list.end(), more.begin(), more.end());
        return list;
    }

    fixtures::Broker broker;
    std::string control = (broker.folder() / "control").string();
};

TEST_F(SimulatedController, ListensWhenItSaysSoAndAnswersTheFirstCommand)
{
    GatewaySide gateway{broker.uri(), "site/front"};
    Program program{arguments()};
    EXPECT_EQ(program.line(), "listening control=" + control + " topic=site/front ip=192.168.4.11");
    gateway.command(clear_log);
    EXPECT_THAT(gateway.until("deletlog"), ElementsAre(StartsWith(boot), StartsWith(beat), log_cleared));
    EXPECT_FALSE(gateway.retained);
    EXPECT_EQ(gateway.qos, 0);
}

TEST_F(SimulatedController, HasNoControlSocketBeforeTheBrokerIsThere)
{
    const auto url = arguments();
    broker.stop();
    Program program{url};
    EXPECT_FALSE(std::filesystem::exists(control));
    broker.start();
    EXPECT_THAT(program.line(), StartsWith("listening"));
    EXPECT_TRUE(std::filesystem::exists(control));
}

TEST_F(SimulatedController, HoldsWhatItWasSentAndOpensForIt)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    GatewaySide gateway{broker.uri(), "site/front"};
    Control hand{control};
    gateway.command(add("04a1b2c3"));
    gateway.until("adduser");
    EXPECT_EQ(hand.ask_text(R"({"op":"present","uid":"04a1b2c3"})"), R"({"ok":true,"access":"Always","opened":true})");
    EXPECT_THAT(gateway.next(), HasSubstr(R"("access":"Always")"));
    gateway.command(R"({"cmd":"deletuid","doorip":"192.168.4.11","uid":"04a1b2c3"})");
    gateway.until("deletuid");
    EXPECT_EQ(hand.ask_text(R"({"op":"present","uid":"04a1b2c3"})"), R"({"ok":true,"access":"Denied","opened":false})");
}

TEST_F(SimulatedController, SendsALongListWhole)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    Control hand{control};
    for (int i = 0; i < 1000; ++i) hand.ask(R"({"op":"put","uid":"0000)" + std::to_string(1000 + i) + R"(","fields":{"acctype":1}})");
    GatewaySide gateway{broker.uri(), "site/front"};
    gateway.command(R"({"cmd":"getuserlist","doorip":"192.168.4.11"})");
    gateway.command(clear_log);
    EXPECT_THAT(gateway.until("deletlog"), SizeIs(1001));
}

TEST_F(SimulatedController, AnswersWithoutWaitingForTheKernel)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    GatewaySide gateway{broker.uri(), "site/front"};
    auto fastest = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 20; ++i) {
        const auto sent = std::chrono::steady_clock::now();
        gateway.command(clear_log);
        gateway.until("deletlog");
        fastest = std::min(fastest, std::chrono::steady_clock::now() - sent);
    }
    EXPECT_LT(fastest, std::chrono::milliseconds{30});
}

TEST_F(SimulatedController, KeepsThePaceOfASlowDevice)
{
    Program program{arguments({"--fault", "ops_per_s=100"})};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    GatewaySide gateway{broker.uri(), "site/front"};
    const auto started = std::chrono::steady_clock::now();
    for (int i = 0; i < 50; ++i) {
        gateway.command(clear_log);
        gateway.until("deletlog");
    }
    const auto taken = std::chrono::steady_clock::now() - started;
    EXPECT_GE(taken, std::chrono::milliseconds{500});
    EXPECT_LT(taken, std::chrono::milliseconds{2000}); // a turn of the loop for each would be 2.5 s
}

TEST_F(SimulatedController, DialsAgainAfterTheBrokerRestartedAndKeepsItsUptime)
{
    Program program{arguments({"--heartbeat-s", "1"})};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    {
        GatewaySide gateway{broker.uri(), "site/front"};
        std::string heard;
        do {
            heard = gateway.next();
        } while (heard.find(R"("uptime":0)") != std::string::npos);
        ASSERT_THAT(heard, StartsWith(beat));
    }
    broker.stop();
    broker.start();
    GatewaySide gateway{broker.uri(), "site/front"};
    EXPECT_THAT(gateway.until(beat).back(), AllOf(StartsWith(beat), Not(HasSubstr(R"("uptime":0)"))));
    gateway.command(clear_log);
    EXPECT_THAT(gateway.until("deletlog").back(), log_cleared);
}

TEST_F(SimulatedController, WaitsAMinuteBeforeItDialsAgainUnlessToldOtherwise)
{
    GatewaySide gateway{broker.uri(), "site/front"};
    auto patient = arguments();
    patient.resize(patient.size() - 2); // without --reconnect-s
    Program program{patient};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    gateway.until(beat);
    Control hand{control};
    hand.ask(R"({"op":"fault","name":"reset"})");
    EXPECT_EQ(hand.ask(R"({"op":"dump"})").at("connected"), false);
    hand.ask(R"({"op":"fault","name":"reconnect_s","value":0})");
    hand.ask(R"({"op":"fault","name":"reset"})");
    EXPECT_THAT(gateway.next(), StartsWith(boot));
}

TEST_F(SimulatedController, ComesBackFromAPowerCutWithItsTable)
{
    GatewaySide gateway{broker.uri(), "site/front"};
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    gateway.command(add("04a1b2c3"));
    gateway.until("adduser");
    Control hand{control};
    EXPECT_EQ(hand.ask_text(R"({"op":"power_cycle","table":"keep"})"), R"({"ok":true,"entries":1})");
    EXPECT_THAT(gateway.until(beat), ElementsAre(StartsWith(boot), StartsWith(beat)));
    EXPECT_THAT(hand.ask(R"({"op":"dump"})").at("entries").as_array(), SizeIs(1));
    EXPECT_EQ(hand.ask(R"({"op":"dump"})").at("counters").at("boots").to_number<int>(), 2);
}

TEST_F(SimulatedController, RestartsOnACommandThatOverrunsItsBuffer)
{
    GatewaySide gateway{broker.uri(), "site/front"};
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    gateway.until(beat);
    gateway.command(std::string(2048, 'x'));
    EXPECT_THAT(gateway.next(), StartsWith(boot));
    Control hand{control};
    EXPECT_EQ(hand.ask(R"({"op":"dump"})").at("counters").at("crashes").to_number<int>(), 1);
}

TEST_F(SimulatedController, LosesWhatItIsSentWhileSilent)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    GatewaySide gateway{broker.uri(), "site/front"};
    Control hand{control};
    gateway.command(add("04a1b2c3"));
    gateway.until("adduser");
    hand.ask(R"({"op":"silent","on":true})");
    gateway.command(R"({"cmd":"deletusers","doorip":"192.168.4.11"})");
    hand.ask(R"({"op":"fault","name":"reset"})"); // before it listens again, so that nothing can arrive late
    hand.ask(R"({"op":"silent","on":false})");
    EXPECT_THAT(gateway.next(), StartsWith(boot));
    EXPECT_THAT(hand.ask(R"({"op":"dump"})").at("entries").as_array(), SizeIs(1));
}

TEST_F(SimulatedController, FollowsItsNewSettingsToAnotherTopic)
{
    GatewaySide gateway{broker.uri(), "site/back"};
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    GatewaySide old{broker.uri(), "site/front"};
    old.command(R"({"cmd":"updateconf","doorip":"192.168.4.11","configfile":{"network":{"bssid":""},"general":{"hostnm":"back-1"},)"
                R"("mqtt":{"enabled":1,"topic":"site/back"}}})");
    EXPECT_THAT(gateway.next(), HasSubstr(R"("hostname":"back-1")"));
}

TEST_F(SimulatedController, KeepsItsMemoryInTheStateFile)
{
    const auto state = (broker.folder() / "flash.json").string();
    {
        Program program{arguments({"--state", state})};
        ASSERT_THAT(program.line(), StartsWith("listening"));
        Control hand{control};
        hand.ask(R"({"op":"put","uid":"04a1b2c3","fields":{"acctype":1}})");
    } // killed
    Program program{arguments({"--state", state})};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    Control hand{control};
    EXPECT_THAT(hand.ask(R"({"op":"dump"})").at("entries").as_array(), SizeIs(1));
}

TEST_F(SimulatedController, LosesAndDelaysMessagesAsItsFaultsSay)
{
    Program program{arguments({"--fault", "drop_request=1"})};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    GatewaySide gateway{broker.uri(), "site/front"};
    Control hand{control};
    gateway.command(clear_log);
    hand.ask(R"({"op":"fault","name":"delay_ms","value":50})");
    hand.ask(R"({"op":"present","uid":"04a1b2c3"})");
    EXPECT_THAT(gateway.next(), HasSubstr("04a1b2c3"));
    const auto dropped = [&hand] { return hand.ask(R"({"op":"dump"})").at("counters").at("requests_dropped").to_number<int>(); };
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10}; dropped() == 0;) // it comes by another way
        ASSERT_LT(std::chrono::steady_clock::now(), end);
    hand.ask(R"({"op":"fault","name":"none"})");
    gateway.command(clear_log);
    EXPECT_EQ(gateway.next(), log_cleared);
    EXPECT_EQ(dropped(), 1);
}

TEST_F(SimulatedController, LogsInWithThePasswordFromItsFile)
{
    const auto accounts = (broker.folder() / "accounts").string();
    const auto password = (broker.folder() / "password").string();
    ASSERT_EQ(std::system(("mosquitto_passwd -b -c " + accounts + " front secret").c_str()), 0);
    std::ofstream{password} << "secret\n";
    std::filesystem::permissions(password, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    fixtures::Broker guarded{{"allow_anonymous false", "password_file " + accounts}};

    auto list = arguments({"--user", "front", "--password-file", password});
    list[4] = guarded.url();
    Program program{list};
    EXPECT_THAT(program.line(), StartsWith("listening"));

    std::filesystem::permissions(password, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
    Program careless{list};
    EXPECT_EQ(careless.wait(), 2);
    EXPECT_THAT(careless.complaint(), HasSubstr("password-file: needs mode 0600"));
}

TEST_F(SimulatedController, EndsOnSigtermAndTakesItsSocketAway)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_FALSE(std::filesystem::exists(control));
}

TEST_F(SimulatedController, SurvivesBadLinesOnItsControlSocket)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    Control hand{control};
    EXPECT_EQ(hand.ask_text("present"), R"({"ok":false,"error":"request: not a JSON object"})");
    EXPECT_EQ(hand.ask_text("[]"), R"({"ok":false,"error":"request: not a JSON object"})");
    Control loud{control};
    loud.send(std::string(70'000, 'x'));
    EXPECT_EQ(loud.receive(), R"({"ok":false,"error":"request: longer than 64 KiB"})");
    EXPECT_EQ(hand.ask_text(R"({"op":"silent","on":false})"), R"({"ok":true})");
}

TEST_F(SimulatedController, NamesTheOptionThatIsWrong)
{
    const auto complaint = [this](std::vector<std::string> more) {
        Program program{arguments(std::move(more))};
        EXPECT_NE(program.wait(), 0);
        return program.complaint();
    };
    EXPECT_THAT(complaint({"--fault", "drop_reply=2"}), HasSubstr("fault: drop_reply=2: value: needs a number from 0 to 1"));
    EXPECT_THAT(complaint({"--state", broker.folder().string()}), HasSubstr("state: "));
    EXPECT_THAT(complaint({"--relays", "5"}), HasSubstr("--relays"));
    EXPECT_THAT(complaint({"--password-file", "/nowhere"}), HasSubstr("password-file: cannot be read"));
    control = (broker.folder() / std::string(120, 'x')).string();
    EXPECT_THAT(complaint({}), HasSubstr("control: path is too long"));
}

} // namespace
} // namespace gatehouse::simulators
