#include "drivers/sim-mqtt/ear.hpp"
#include "drivers/sim-mqtt/program.hpp"
#include "fixtures/broker.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>

namespace gatehouse::simulators {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SimulatedBridge : public testing::Test {
protected:
    std::vector<std::string> arguments(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> list{"zigbee2mqtt", "--broker", broker.url(), "--lock", "site/front:4",  "--control", control,
                                      "--boot-ms",   "1",        "--radio-ms", "1",      "--reconnect-s", "0.05"};
        list.insert(list.end(), more.begin(), more.end());
        return list;
    }

    fixtures::Broker broker;
    std::string control = (broker.folder() / "control").string();
};

TEST_F(SimulatedBridge, HoldsACodeItWasSentAndReadsItBack)
{
    Program program{arguments({"--availability"})};
    ASSERT_EQ(program.line(), "listening control=" + control + " base=zigbee2mqtt locks=1");
    Ear gateway{broker.uri(), "zigbee2mqtt/#"};
    EXPECT_EQ(gateway.until("bridge/state"), R"(zigbee2mqtt/bridge/state {"state":"online"} (retained))");
    EXPECT_EQ(gateway.until("availability"), R"(zigbee2mqtt/site/front/availability {"state":"online"} (retained))");
    gateway.publish("zigbee2mqtt/site/front/set", R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    gateway.publish("zigbee2mqtt/site/front/get", R"({"pin_code":{"user":3}})");
    EXPECT_THAT(gateway.until("users"), HasSubstr(R"("users":{"3":{"status":"enabled"}})"));
    Control hand{control};
    EXPECT_EQ(hand.ask_text(R"({"op":"keypad","pin":"1234"})"), R"({"ok":true,"opened":true,"slot":3})");
    EXPECT_THAT(gateway.until("action"), HasSubstr(R"("action":"unlock","action_user":3)"));
    gateway.publish("zigbee2mqtt/site/front/set", R"({"pin_code":{"user":4,"pin_code":"1"}})");
    EXPECT_THAT(gateway.until("logging"), HasSubstr("Publish 'set' 'pin_code' to 'site/front' failed"));
    EXPECT_EQ(hand.ask(R"({"op":"dump"})").at("counters").at("requests_dropped").to_number<int>(), 0);
}

TEST_F(SimulatedBridge, IsMissedByTheBrokerAndComesBackWithItsCacheAndItsCodes)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    Control hand{control};
    hand.ask(R"({"op":"keypad_program","slot":0,"pin":"1234"})");
    Ear gateway{broker.uri(), "zigbee2mqtt/#"};
    gateway.publish("zigbee2mqtt/site/front/get", R"({"pin_code":{"user":0}})");
    gateway.until("users");
    hand.ask(R"({"op":"save_state"})");
    EXPECT_EQ(hand.ask_text(R"({"op":"power_cycle"})"), R"({"ok":true})");
    EXPECT_EQ(gateway.until("offline"), R"(zigbee2mqtt/bridge/state {"state":"offline"})");
    EXPECT_EQ(gateway.until("online"), R"(zigbee2mqtt/bridge/state {"state":"online"})");
    EXPECT_THAT(gateway.next(), HasSubstr(R"("users":{"0":{"status":"enabled"}})"));
    hand.ask(R"({"op":"keypad_program","slot":0,"pin":null})");
    gateway.publish("zigbee2mqtt/site/front/get", R"({"pin_code":{"user":0}})");
    EXPECT_THAT(gateway.until("users"), HasSubstr(R"("users":{"0":{"status":"available"}})"));
    hand.ask(R"({"op":"power_cycle"})");
    gateway.until("online");
    EXPECT_THAT(gateway.next(), HasSubstr(R"("users":{"0":{"status":"enabled"}})")) << "as its disk has it";
    hand.ask(R"({"op":"fault","name":"reset"})");
    EXPECT_THAT(gateway.until("offline"), HasSubstr("bridge/state"));
    EXPECT_THAT(gateway.until("online"), HasSubstr("bridge/state"));
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_THAT(gateway.until("offline"), HasSubstr("bridge/state"));
}

TEST_F(SimulatedBridge, LosesAndDoublesMessagesAsItsFaultsSayAndItsOwnAreNone)
{
    Program program{arguments({"--fault", "drop_request=1"})};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    Ear gateway{broker.uri(), "zigbee2mqtt/#"};
    Control hand{control};
    const auto dropped = [&hand] { return hand.ask(R"({"op":"dump"})").at("counters").at("requests_dropped").to_number<int>(); };
    hand.ask(R"({"op":"report"})"); // comes back to it: it listens to everything below its base
    gateway.publish("zigbee2mqtt/site/front/set", R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10}; dropped() == 0;) // it comes by another way
        ASSERT_LT(std::chrono::steady_clock::now(), end);
    hand.ask(R"({"op":"fault","name":"none"})");
    hand.ask(R"({"op":"fault","name":"duplicate","value":1})");
    gateway.publish("zigbee2mqtt/site/front/get", R"({"pin_code":{"user":3}})");
    EXPECT_THAT(gateway.until("users"), HasSubstr(R"("users":{"3":{"status":"available"}})"));
    for (int more = 0; more < 3; ++more) EXPECT_THAT(gateway.next(), HasSubstr("users")); // asked twice, each answer twice
    EXPECT_EQ(dropped(), 1);
}

TEST_F(SimulatedBridge, NamesTheOptionThatIsWrong)
{
    const auto complaint = [this](std::vector<std::string> more) {
        Program program{arguments(std::move(more))};
        EXPECT_NE(program.wait(), 0);
        return program.complaint();
    };
    EXPECT_THAT(complaint({"--lock", "back:0"}), HasSubstr("lock: needs NAME:SLOTS"));
    EXPECT_THAT(complaint({"--lock", "site/front"}), HasSubstr("lock: named twice: site/front"));
    EXPECT_THAT(complaint({"--fault", "radio_fails=2"}), HasSubstr("fault: radio_fails=2: value: needs a number from 0 to 1"));
    EXPECT_THAT(complaint({"--fault", "gremlins=1"}), HasSubstr("no fault is called gremlins"));
    EXPECT_THAT(complaint({"--base", "a/#"}), HasSubstr("base: needs text without"));
}

} // namespace
} // namespace gatehouse::simulators
