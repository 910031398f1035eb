#include "zigbee_bench.hpp"

#include "zigbee2mqtt/command_line.hpp"
#include "zigbee2mqtt/messages.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const std::string resting = R"({"battery":87,"linkquality":120,"lock_state":"locked","state":"LOCK"})";

TEST(ZigbeeBridge, SaysThatItIsThereAndTellsItsCacheWhenItStarts)
{
    BenchBridge bridge;
    EXPECT_THAT(bridge.said, ElementsAre(R"(zigbee2mqtt/bridge/state {"state":"online"} (retained))", "zigbee2mqtt/front " + resting,
                                         "zigbee2mqtt/site/back " + resting));
    bridge.dial(); // the connection alone was lost
    EXPECT_THAT(bridge.said, SizeIs(1));
    EXPECT_EQ(bridge_state({}, false).payload, R"({"state":"offline"})");
    EXPECT_TRUE(bridge_state({}, false).retain);
}

TEST(ZigbeeBridge, TellsAvailabilityInBothShapes)
{
    BenchBridge bridge{{.availability = true}};
    EXPECT_EQ(bridge.said.back(), R"(zigbee2mqtt/site/back/availability {"state":"online"} (retained))");
    EXPECT_EQ(availability(bridge.device.installation, bridge.device.members[0]).qos, 1);
    bridge.control(R"({"op":"availability","lock":"front","online":false})");
    EXPECT_THAT(bridge.said, ElementsAre(R"(zigbee2mqtt/front/availability {"state":"offline"} (retained))"));
    BenchBridge legacy{{.availability = true, .legacy_availability = true}};
    EXPECT_EQ(legacy.said.front(), "zigbee2mqtt/bridge/state online (retained)");
    EXPECT_EQ(legacy.said.back(), "zigbee2mqtt/site/back/availability online (retained)");
}

TEST(ZigbeeBridge, MovesTheBoltForWordsInAnyCaseAndForObjects)
{
    for (const auto* asked : {R"({"state":"UNLOCK"})", R"({"state":"unlock"})", R"({"state":{"state":"UNLOCK","code":"1234"}})",
                              R"({"state":"TOGGLE"})", "UNLOCK", "unlock"}) {
        BenchBridge bridge;
        EXPECT_THAT(bridge.set(asked),
                    ElementsAre(AllOf(HasSubstr(R"("lock_state":"locked")"), HasSubstr(R"("action":"unlock","action_user":65535)"),
                                      HasSubstr(R"("action_source_name":"rf")")),
                                R"(zigbee2mqtt/front {"battery":87,"linkquality":120,"lock_state":"unlocked","state":"UNLOCK"})"))
            << asked;
        EXPECT_EQ(bridge.inside("pulses"), 1U);
    }
    BenchBridge bridge;
    EXPECT_THAT(bridge.publish("zigbee2mqtt/front/set/state", "UNLOCK"), IsEmpty());
    EXPECT_THAT(bridge.turn_after(200ms), SizeIs(2));
    EXPECT_THAT(bridge.set(R"({"state":"LOCK"})").back(), HasSubstr(R"("lock_state":"locked","state":"LOCK")"));
    EXPECT_THAT(bridge.get(R"({"state":""})"), ElementsAre("zigbee2mqtt/front " + resting));
}

TEST(ZigbeeBridge, RefusesToOpenABoltInTheLogAlone)
{
    BenchBridge bridge;
    EXPECT_THAT(bridge.set(R"({"state":"OPEN"})"),
                ElementsAre(HasSubstr("Publish 'set' 'state' to 'front' failed: 'Error: Invalid value 'OPEN'")));
    EXPECT_THAT(bridge.set("OPEN"), ElementsAre(HasSubstr("failed")));
    EXPECT_EQ(bridge.inside("pulses"), 0U);
}

TEST(ZigbeeBridge, LocksAgainByItselfAndTellsItAsAnEventWithoutSourceName)
{
    BenchBridge bridge;
    bridge.set("UNLOCK");
    EXPECT_THAT(bridge.turn_after(4999ms), IsEmpty());
    EXPECT_THAT(bridge.turn_after(1ms), ElementsAre(AllOf(HasSubstr(R"("action":"auto_lock")"), Not(HasSubstr("action_source_name"))),
                                                    "zigbee2mqtt/front " + resting));
    BenchBridge stays{{.auto_relock = 0ms}};
    stays.set("UNLOCK");
    EXPECT_THAT(stays.all_within(24h), IsEmpty());
}

TEST(ZigbeeBridge, ReadsTopicsWithTheKeyBehind)
{
    BenchBridge bridge;
    bridge.publish("zigbee2mqtt/site/back/set/pin_code", R"({"user":0,"pin_code":"1234"})");
    bridge.turn_after(200ms);
    EXPECT_THAT(bridge.dump().at("locks").at("site/back").at("slots").as_object(), SizeIs(1));
    EXPECT_TRUE(listens_to(bridge.device, "zigbee2mqtt/front/get"));
    EXPECT_FALSE(listens_to(bridge.device, "zigbee2mqtt/front"));
    EXPECT_FALSE(listens_to(bridge.device, "zigbee2mqtt/front/availability"));
    EXPECT_FALSE(listens_to(bridge.device, "other/front/set"));
}

TEST(ZigbeeBridge, LogsWhatItCannotRead)
{
    BenchBridge bridge;
    EXPECT_THAT(bridge.publish("zigbee2mqtt/cellar/set", "LOCK"), ElementsAre(HasSubstr("Entity 'cellar' is unknown")));
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":3,"pin_code":0012}})"), ElementsAre(HasSubstr("Invalid message")));
    EXPECT_THAT(bridge.set(""), ElementsAre(HasSubstr("Invalid message ''")));
    EXPECT_THAT(bridge.set(R"({"rfid_code":{"user":3}})"), ElementsAre(HasSubstr("No converter available for 'rfid_code' on 'front'")));
    EXPECT_THAT(bridge.set("5"), IsEmpty());
}

TEST(ZigbeeBridge, PublishesStaleCodesWithEveryReport)
{
    BenchBridge bridge{{.expose_pin = true}};
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    bridge.get(R"({"pin_code":{"user":3}})");
    bridge.control(R"({"op":"keypad_program","lock":"front","slot":3,"pin":"9999"})");
    EXPECT_THAT(bridge.said, IsEmpty());
    bridge.control(R"({"op":"report","lock":"front"})");
    EXPECT_THAT(bridge.said,
                ElementsAre(AllOf(HasSubstr(R"("battery":87)"), HasSubstr(R"("users":{"3":{"status":"enabled","pin_code":"1234"}})"))));
    bridge.control(R"({"op":"save_state"})");
    bridge.power_cycle(); // what its disk has outlives it
    EXPECT_THAT(bridge.said[1], HasSubstr(R"("pin_code":"1234")"));
    EXPECT_THAT(bridge.get(R"({"pin_code":{"user":3}})").front(), HasSubstr(R"("pin_code":"9999")"));
    bridge.power_cycle(); // and what it heard since does not
    EXPECT_THAT(bridge.said[1], HasSubstr(R"("pin_code":"1234")"));
}

TEST(ZigbeeBridge, WritesItsCacheEveryFiveMinutes)
{
    BenchBridge bridge;
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    bridge.get(R"({"pin_code":{"user":3}})");
    bridge.all_within(std::chrono::minutes{5});
    bridge.power_cycle();
    EXPECT_THAT(bridge.said[1], HasSubstr(R"("users":{"3":{"status":"enabled")"));
}

TEST(ZigbeeBridge, ChattersBetweenAReadAndItsAnswer)
{
    BenchBridge bridge;
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    bridge.control(R"({"op":"chatter","every_ms":150})");
    EXPECT_THAT(bridge.get(R"({"pin_code":{"user":3}})"),
                ElementsAre(Not(HasSubstr("users")), StartsWith("zigbee2mqtt/site/back "), HasSubstr("users")));
    EXPECT_THAT(bridge.all_within(1500ms), SizeIs(2 * 10));
    bridge.control(R"({"op":"chatter","every_ms":0})");
    EXPECT_THAT(bridge.all_within(1min), IsEmpty());
}

TEST(ZigbeeBridge, RetainsStatesOnlyWhenToldTo)
{
    BenchBridge bridge{{.retain = true}};
    bridge.control(R"({"op":"report","lock":"front"})");
    EXPECT_THAT(bridge.said, Each(HasSubstr("(retained)")));
}

TEST(ZigbeeKeypad, OpensForEnabledCodesThatNeedNoScheduleAndReportsWho)
{
    BenchBridge bridge;
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    bridge.set(R"({"pin_code":{"user":4,"pin_code":"5555","user_type":"year_day_schedule"}})");
    bridge.set(R"({"pin_code":{"user":5,"pin_code":""}})");
    EXPECT_EQ(bridge.answer(R"({"op":"keypad","lock":"front","pin":"1234"})"), R"({"ok":true,"opened":true,"slot":3})");
    EXPECT_THAT(bridge.said,
                ElementsAre(AllOf(HasSubstr(R"("action":"unlock","action_user":3)"), HasSubstr(R"("action_source_name":"keypad")")),
                            Not(HasSubstr("action"))));
    EXPECT_EQ(bridge.answer(R"({"op":"keypad","lock":"front","pin":"5555"})"), R"({"ok":true,"opened":false,"slot":4})");
    EXPECT_THAT(bridge.said, ElementsAre(HasSubstr(R"("action":"unlock_failure_invalid_schedule")")));
    EXPECT_EQ(bridge.answer(R"({"op":"keypad","lock":"front","pin":"0000"})"), R"({"ok":true,"opened":false,"slot":null})");
    EXPECT_THAT(bridge.said, ElementsAre(HasSubstr(R"("action":"unlock_failure_invalid_pin_or_id","action_user":65535)")));
    EXPECT_EQ(bridge.inside("pulses"), 1U);
}

TEST(ZigbeeKeypad, GoesOnWithoutABridgeAndNobodyHearsOfIt)
{
    BenchBridge bridge;
    bridge.control(R"({"op":"keypad_program","lock":"front","slot":0,"pin":"1234"})");
    power_off(bridge.device);
    EXPECT_EQ(bridge.answer(R"({"op":"keypad","lock":"front","pin":"1234"})"), R"({"ok":true,"opened":true,"slot":0})");
    EXPECT_THAT(bridge.said, IsEmpty());
    power_on(bridge.device, bridge.now);
    bridge.dial();
    EXPECT_THAT(bridge.said[1], HasSubstr(R"("lock_state":"locked")")); // it is not
    EXPECT_EQ(bridge.inside("lock_state"), "unlocked");
    EXPECT_THAT(bridge.get(R"({"state":""})"), ElementsAre(HasSubstr(R"("lock_state":"unlocked","state":"UNLOCK")")));
}

TEST(ZigbeeControl, RestartsALockWithItsCodesKeptOrLostBehindTheBridge)
{
    BenchBridge bridge;
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    bridge.get(R"({"pin_code":{"user":3}})");
    EXPECT_EQ(bridge.answer(R"({"op":"restart_lock","lock":"front","table":"keep"})"), R"({"ok":true,"entries":1})");
    EXPECT_EQ(bridge.answer(R"({"op":"restart_lock","lock":"front","table":"lose"})"), R"({"ok":true,"entries":0})");
    EXPECT_THAT(bridge.said, IsEmpty());
    EXPECT_EQ(bridge.cached(), R"({"3":{"status":"enabled"}})");
}

TEST(ZigbeeControl, MakesTheBridgeDeafAndDumb)
{
    BenchBridge bridge;
    bridge.control(R"({"op":"silent","on":true})");
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})"), IsEmpty());
    EXPECT_THAT(bridge.set("nonsense"), IsEmpty());
    bridge.control(R"({"op":"report"})");
    EXPECT_THAT(bridge.said, IsEmpty());
    bridge.control(R"({"op":"silent","on":false})");
    EXPECT_EQ(bridge.pins(), "{}");
    EXPECT_EQ(bridge.device.counters.requests_dropped, 2U);
}

TEST(ZigbeeControl, NamesTheFieldThatIsWrong)
{
    BenchBridge bridge;
    EXPECT_THAT(bridge.answer(R"({"op":"keypad","pin":"1"})"), HasSubstr("lock: is missing, and there is more than one"));
    EXPECT_THAT(bridge.answer(R"({"op":"keypad","lock":"attic","pin":"1"})"), HasSubstr("lock: there is no attic"));
    EXPECT_THAT(bridge.answer(R"({"op":"keypad_program","lock":"front","slot":30,"pin":"1"})"), HasSubstr("slot: needs one of the lock's"));
    EXPECT_THAT(bridge.answer(R"({"op":"keypad_program","lock":"front","slot":1,"pin":7})"), HasSubstr("pin: needs text, or null"));
    EXPECT_THAT(bridge.answer(R"({"op":"chatter","every_ms":-1})"), HasSubstr("every_ms: needs a number from 0 to 3600000"));
    EXPECT_THAT(bridge.answer(R"({"op":"restart_lock","table":"half"})"), HasSubstr("table: needs one of keep, lose"));
    EXPECT_THAT(bridge.answer(R"({"op":"fault","name":"radio_fails","value":2})"), HasSubstr("value: needs a number from 0 to 1"));
    EXPECT_THAT(bridge.answer(R"({"op":"power_cycle","table":"lose"})"), HasSubstr("table: "));
    EXPECT_THAT(bridge.answer(R"({"op":"explode"})"), HasSubstr("op: not known: explode"));
}

TEST(ZigbeeOptions, ReadLocksWithTheirSlots)
{
    EXPECT_EQ(*read_lock("site/front", 30), (std::pair<std::string, std::size_t>{"site/front", 30}));
    EXPECT_EQ(*read_lock("front:250", 30), (std::pair<std::string, std::size_t>{"front", 250}));
    for (const auto* wrong : {"front:0", "front:1001", "front:x", "front:4x", "front:", ":4", "a+b", "/front"})
        EXPECT_TRUE(read_lock(wrong, 30).has_error()) << wrong;
}

} // namespace
} // namespace gatehouse::simulators::zigbee2mqtt
