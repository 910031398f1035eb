#include "zigbee_bench.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string put_three = R"({"pin_code":{"user":3,"pin_code":"1234"}})";
const std::string read_three = R"({"pin_code":{"user":3}})";

TEST(ZigbeeRadio, CarriesOutOneRequestAtATimeInOrder)
{
    BenchBridge bridge;
    bridge.publish("zigbee2mqtt/front/set", put_three);
    bridge.publish("zigbee2mqtt/front/get", read_three);
    bridge.publish("zigbee2mqtt/front/set", R"({"pin_code":{"user":3,"pin_code":null}})");
    bridge.publish("zigbee2mqtt/site/back/set", put_three); // another lock does not wait
    EXPECT_EQ(bridge.inside("waiting"), 3U);
    EXPECT_THAT(bridge.turn_after(200ms), IsEmpty());
    EXPECT_THAT(bridge.dump().at("locks").at("site/back").at("slots").as_object(), SizeIs(1));
    EXPECT_THAT(bridge.inside("slots").as_object(), SizeIs(1));
    EXPECT_THAT(bridge.turn_after(200ms), ElementsAre(HasSubstr(R"("3":{"status":"enabled"})")));
    bridge.turn_after(199ms);
    EXPECT_THAT(bridge.inside("slots").as_object(), SizeIs(1));
    bridge.turn_after(1ms);
    EXPECT_EQ(bridge.pins(), "{}");
}

TEST(ZigbeeRadio, ReportsARequestThatFindsNoLockInTheLogAlone)
{
    BenchBridge bridge;
    bridge.control(R"({"op":"fault","name":"radio_fails","value":1})");
    EXPECT_THAT(bridge.set(put_three), IsEmpty());
    EXPECT_THAT(bridge.turn_after(9799ms), IsEmpty());
    EXPECT_THAT(
        bridge.turn_after(1ms),
        ElementsAre(AllOf(
            HasSubstr(
                R"(zigbee2mqtt/bridge/logging {"level":"error","message":"z2m: Publish 'set' 'pin_code' to 'front' failed: 'Error: )"),
            HasSubstr("Timeout after 10000ms)'"), HasSubstr(R"("namespace":"z2m:mqtt"})"),
            HasSubstr(R"(\"pincodevalue\":\"1234\")")))); // the log shows the code
    EXPECT_EQ(bridge.pins(), "{}");
    bridge.control(R"({"op":"radio","timeout_ms":100})");
    EXPECT_THAT(bridge.get(read_three), ElementsAre(HasSubstr("Publish 'get' 'pin_code' to 'front' failed")));
    bridge.control(R"({"op":"fault","name":"none"})");
    EXPECT_THAT(bridge.set(put_three), IsEmpty());
    EXPECT_THAT(bridge.inside("slots").as_object(), SizeIs(1));
}

TEST(ZigbeeRadio, CallsARequestFailedThatWasCarriedOutWhenTheAnswerIsLost)
{
    BenchBridge bridge{{.radio_timeout = 100ms}};
    bridge.control(R"({"op":"fault","name":"radio_loses_answers","value":1})");
    EXPECT_THAT(bridge.set(put_three), ElementsAre(HasSubstr("Publish 'set' 'pin_code' to 'front' failed")));
    EXPECT_THAT(bridge.inside("slots").as_object(), SizeIs(1));
    EXPECT_THAT(bridge.get(read_three), ElementsAre(HasSubstr("Publish 'get' 'pin_code' to 'front' failed")));
    EXPECT_EQ(bridge.cached(), "{}");
}

TEST(ZigbeeRadio, ForgetsTheRestOfAWholeReadWhenOneSlotFails)
{
    BenchBridge bridge;
    bridge.publish("zigbee2mqtt/site/back/get", R"({"pin_code":""})");
    bridge.control(R"({"op":"fault","name":"radio_fails","value":1})");
    EXPECT_THAT(bridge.turn_after(200ms), SizeIs(1)); // was on its way already
    EXPECT_THAT(bridge.all_within(60s), ElementsAre(HasSubstr("Publish 'get' 'pin_code' to 'site/back' failed")));
}

TEST(ZigbeeRadio, LosesWritesAsTheFaultsSay)
{
    for (const auto* fault : {R"("ack_but_not_stored","value":1)", R"("write_fails","value":true)", R"("table_full","value":0)"}) {
        BenchBridge bridge;
        bridge.control(R"({"op":"fault","name":)" + std::string{fault} + "}");
        EXPECT_THAT(bridge.set(put_three), IsEmpty());
        EXPECT_EQ(bridge.pins(), "{}") << fault;
        EXPECT_EQ(bridge.device.counters.writes_lost, 1U) << fault;
    }
}

TEST(ZigbeeRadio, WaitsWhileBusyAndKeepsTheRateItIsTold)
{
    BenchBridge bridge;
    bridge.control(R"({"op":"fault","name":"busy","value":true})");
    EXPECT_THAT(bridge.get(read_three), IsEmpty());
    EXPECT_THAT(bridge.all_within(1min), IsEmpty());
    bridge.control(R"({"op":"fault","name":"busy","value":false})");
    EXPECT_THAT(bridge.turn_after(0ms), SizeIs(1));
    bridge.control(R"({"op":"fault","name":"ops_per_s","value":1})");
    EXPECT_THAT(bridge.get(read_three), IsEmpty());
    EXPECT_THAT(bridge.turn_after(800ms), SizeIs(1));
}

TEST(ZigbeeRadio, LosesWhatWaitsWhenTheBridgeRestarts)
{
    BenchBridge bridge;
    bridge.publish("zigbee2mqtt/front/set", put_three);
    bridge.control(R"({"op":"power_cycle"})");
    EXPECT_TRUE(bridge.effects.restarts);
    bridge.power_cycle();
    EXPECT_THAT(bridge.all_within(1min), IsEmpty());
    EXPECT_EQ(bridge.pins(), "{}");
}

} // namespace
} // namespace gatehouse::simulators::zigbee2mqtt
