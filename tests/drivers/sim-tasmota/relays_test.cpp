#include "drivers/sim-mqtt/ear.hpp"
#include "drivers/sim-mqtt/program.hpp"
#include "fixtures/broker.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace gatehouse::simulators {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SimulatedRelays : public testing::Test {
protected:
    std::vector<std::string> arguments(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> list{"tasmota", "--broker",  broker.url(), "--topic",       "strike", "--control",
                                      control,   "--boot-ms", "1",          "--reconnect-s", "0.05"};
        list.insert(list.end(), more.begin(), more.end());
        return list;
    }
    std::string relay() { return boost::json::serialize(Control{control}.ask(R"({"op":"dump"})").at("relays").at(0)); }

    fixtures::Broker broker;
    std::string control = (broker.folder() / "control").string();
};

TEST_F(SimulatedRelays, PulseByThemselvesOnceTold)
{
    Program program{arguments()};
    ASSERT_EQ(program.line(), "listening control=" + control + " topic=strike relays=1");
    Ear gateway{broker.uri(), "+/strike/+"};
    EXPECT_EQ(gateway.until("LWT"), "tele/strike/LWT Online (retained)");
    gateway.publish("cmnd/strike/PulseTime1", "1");
    EXPECT_EQ(gateway.until("stat/"), R"(stat/strike/RESULT {"PulseTime1":{"Set":1,"Remaining":1}})");
    gateway.publish("cmnd/strike/POWER", "ON");
    EXPECT_EQ(gateway.until("POWER\":\"ON"), R"(stat/strike/RESULT {"POWER":"ON"})");
    EXPECT_EQ(gateway.until("OFF"), R"(stat/strike/RESULT {"POWER":"OFF"})");
    EXPECT_EQ(gateway.until("OFF"), "stat/strike/POWER OFF");
    EXPECT_EQ(relay(), R"({"open":false,"pulses":1,"pulse_time":1,"remaining":0})");
}

TEST_F(SimulatedRelays, FireARetainedCommandAgainWithEveryConnection)
{
    Ear gateway{broker.uri(), "stat/strike/POWER"};
    gateway.publish("cmnd/strike/POWER", "ON", true);
    Program program{arguments({"--power-on-state", "0"})};
    ASSERT_THAT(program.line(), StartsWith("listening"));
    EXPECT_EQ(gateway.until("ON"), "stat/strike/POWER ON");
    Control hand{control};
    Ear watch{broker.uri(), "tele/strike/LWT"};
    EXPECT_EQ(hand.ask_text(R"({"op":"power_cycle"})"), R"({"ok":true})");
    EXPECT_EQ(watch.until("Offline"), "tele/strike/LWT Offline"); // the will
    EXPECT_EQ(watch.until("Online"), "tele/strike/LWT Online");
    EXPECT_EQ(gateway.until("OFF"), "stat/strike/POWER OFF"); // as PowerOnState says, and then:
    EXPECT_EQ(gateway.next(), "stat/strike/POWER ON");
    EXPECT_THAT(relay(), StartsWith(R"({"open":true,"pulses":2,)"));
}

TEST_F(SimulatedRelays, NameTheOptionThatIsWrong)
{
    const auto complaint = [this](std::vector<std::string> more) {
        Program program{arguments(std::move(more))};
        EXPECT_NE(program.wait(), 0);
        return program.complaint();
    };
    EXPECT_THAT(complaint({"--relays", "9"}), HasSubstr("--relays"));
    EXPECT_THAT(complaint({"--pulse-time", "64901"}), HasSubstr("--pulse-time"));
    EXPECT_THAT(complaint({"--switch", "loose"}), HasSubstr("--switch"));
    EXPECT_THAT(complaint({"--fault", "drop_reply"}), HasSubstr("fault: needs NAME=VALUE"));
}

} // namespace
} // namespace gatehouse::simulators
