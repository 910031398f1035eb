#include "drivers/sim-mqtt/ear.hpp"
#include "drivers/sim-mqtt/program.hpp"
#include "fixtures/broker.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace gatehouse::simulators {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SimulatedSwitch : public testing::Test {
protected:
    std::vector<std::string> arguments(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> list{"shelly",    "--broker",  broker.url(), "--id", "shellyplus1-a8032abe54dc",
                                      "--control", control,     "--boot-ms",  "1",    "--reconnect-s",
                                      "0.05",      "--in-mode", "detached"};
        list.insert(list.end(), more.begin(), more.end());
        return list;
    }

    fixtures::Broker broker;
    std::string control = (broker.folder() / "control").string();
};

TEST_F(SimulatedSwitch, AnswersAndPulsesByItself)
{
    Program program{arguments({"--prefix", "site/front"})};
    ASSERT_EQ(program.line(), "listening control=" + control + " prefix=site/front id=shellyplus1-a8032abe54dc");
    Ear events{broker.uri(), "site/front/events/rpc"};
    Ear gateway{broker.uri(), "gw/rpc"};
    gateway.publish("site/front/rpc", R"({"id":17,"src":"gw","method":"Switch.Set","params":{"id":0,"on":true,"toggle_after":0.1}})");
    EXPECT_EQ(gateway.next(), R"(gw/rpc {"id":17,"src":"shellyplus1-a8032abe54dc","dst":"gw","result":{"was_on":false}})");
    EXPECT_THAT(events.next(), HasSubstr(R"("switch:0":{"id":0,"output":true,"source":"MQTT")"));
    EXPECT_THAT(events.next(), HasSubstr(R"("switch:0":{"id":0,"output":false,"source":"timer")"));
    Control hand{control};
    hand.ask(R"({"op":"door","open":true})");
    EXPECT_THAT(events.next(), HasSubstr(R"("input:0":{"id":0,"state":true})"));
    EXPECT_EQ(boost::json::serialize(hand.ask(R"({"op":"dump"})").at("relays")), R"([{"open":false,"pulses":1}])");
}

TEST_F(SimulatedSwitch, IsMissedByTheBrokerAndLosesWhatItIsSentWhileSilent)
{
    Program program{arguments()};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    Ear watch{broker.uri(), "shellyplus1-a8032abe54dc/online"};
    EXPECT_EQ(watch.next(), "shellyplus1-a8032abe54dc/online true (retained)");
    Control hand{control};
    hand.ask(R"({"op":"silent","on":true})");
    watch.publish("shellyplus1-a8032abe54dc/rpc", R"({"id":1,"src":"gw","method":"Switch.Set","params":{"id":0,"on":true}})");
    EXPECT_EQ(hand.ask_text(R"({"op":"power_cycle"})"), R"({"ok":true})");
    EXPECT_EQ(watch.next(), "shellyplus1-a8032abe54dc/online false");
    hand.ask(R"({"op":"silent","on":false})");
    hand.ask(R"({"op":"fault","name":"reset"})");
    EXPECT_THAT(watch.until("true"), StartsWith("shellyplus1-a8032abe54dc/online true"));
    EXPECT_EQ(boost::json::serialize(hand.ask(R"({"op":"dump"})").at("relays")), R"([{"open":false,"pulses":0}])");
}

TEST_F(SimulatedSwitch, NamesTheOptionThatIsWrong)
{
    const auto complaint = [this](std::vector<std::string> more) {
        Program program{arguments(std::move(more))};
        EXPECT_NE(program.wait(), 0);
        return program.complaint();
    };
    EXPECT_THAT(complaint({"--prefix", "a/+"}), HasSubstr("prefix: needs text without"));
    EXPECT_THAT(complaint({"--initial-state", "open"}), HasSubstr("--initial-state"));
    EXPECT_THAT(complaint({"--password-file", "/nowhere"}), HasSubstr("password-file: cannot be read"));
}

} // namespace
} // namespace gatehouse::simulators
