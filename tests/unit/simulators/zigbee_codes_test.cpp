#include "zigbee_bench.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string state_head = R"(zigbee2mqtt/front {"battery":87,"linkquality":120,"lock_state":"locked","state":"LOCK")";

std::string failed(const std::string& verb, const std::string& key, const std::string& why)
{
    return R"(zigbee2mqtt/bridge/logging {"level":"error","message":"z2m: Publish ')" + verb + "' '" + key + "' to 'front' failed: '" +
           why + R"('","namespace":"z2m:mqtt"})";
}

TEST(ZigbeeLock, StoresACodeWithoutAWord)
{
    BenchBridge bridge;
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})"), IsEmpty());
    EXPECT_EQ(bridge.pins(), R"({"3":{"status":"enabled","pin":"1234","type":"unrestricted"}})");
    EXPECT_EQ(bridge.cached(), "{}");
    EXPECT_EQ(bridge.answer(R"({"op":"keypad","lock":"front","pin":"1234"})"), R"({"ok":true,"opened":true,"slot":3})");
}

TEST(ZigbeeLock, TakesCodesAsTheConvertersPassThemOn)
{
    for (const auto& [asked, held] : {
             std::pair{R"({"user":3,"pin_code":12})", R"({"3":{"status":"enabled","pin":"12","type":"unrestricted"}})"},
             {R"({"user":3.7,"pin_code":"0012","user_enabled":false,"user_type":"year_day_schedule"})",
              R"({"3":{"status":"disabled","pin":"0012","type":"year_day_schedule"}})"},
             {R"({"user":3,"pin_code":"ab!"})", R"({"3":{"status":"enabled","pin":"ab!","type":"unrestricted"}})"},
             {R"({"user":3,"pin_code":""})", R"({"3":{"status":"enabled","pin":"","type":"unrestricted"}})"},
         }) {
        BenchBridge bridge;
        EXPECT_THAT(bridge.set(R"({"pin_code":)" + std::string{asked} + "}"), IsEmpty());
        EXPECT_EQ(bridge.pins(), held);
    }
}

TEST(ZigbeeLock, ClearsASlotForNullAndForNoCodeAtAll)
{
    for (const auto* asked : {R"({"pin_code":{"user":3,"pin_code":null}})", R"({"pin_code":{"user":3}})"}) {
        BenchBridge bridge;
        bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
        EXPECT_THAT(bridge.set(asked), IsEmpty());
        EXPECT_EQ(bridge.pins(), "{}");
    }
}

TEST(ZigbeeLock, RefusesInTheLogAlone)
{
    for (const auto& [asked, why] : {
             std::pair{R"({"user":30,"pin_code":"1234"})", "Error: user must be in range for device"},
             {R"({"user":-1,"pin_code":"1234"})", "Error: user must be in range for device"},
             {R"({"pin_code":"1234"})", "Error: user must be numbers"},
             {R"({"user":"3","pin_code":"1234"})", "Error: user must be numbers"},
             {R"([3,"1234"])", R"(Error: pin_code is not a object, got [3,\"1234\"])"},
             {R"("1234")", R"(Error: pin_code is not a object, got \"1234\")"},
         }) {
        BenchBridge bridge;
        EXPECT_THAT(bridge.set(R"({"pin_code":)" + std::string{asked} + "}"), ElementsAre(failed("set", "pin_code", why)));
        EXPECT_EQ(bridge.pins(), "{}");
    }
    BenchBridge bridge;
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":1,"pin_code":"1","user_type":"guest"}})"),
                ElementsAre(HasSubstr("'guest' not found in")));
}

TEST(ZigbeeLock, RefusesACodeAnotherSlotHoldsWithoutATrace)
{
    BenchBridge bridge{{.programming_events = true}};
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":4,"pin_code":"1234"}})"), IsEmpty());
    EXPECT_EQ(bridge.pins(), R"({"3":{"status":"enabled","pin":"1234","type":"unrestricted"}})");
    EXPECT_EQ(bridge.inside("duplicates_refused"), 1U);
    bridge.control(R"({"op":"fault","name":"refuses_duplicates","value":false})");
    bridge.set(R"({"pin_code":{"user":4,"pin_code":"1234"}})");
    EXPECT_THAT(bridge.inside("slots").as_object(), SizeIs(2));
}

TEST(ZigbeeLock, AnswersAReadWithItsWholeCachedStateAfterTheRadioTime)
{
    BenchBridge bridge;
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    EXPECT_THAT(bridge.publish("zigbee2mqtt/front/get", R"({"pin_code":{"user":3}})"), IsEmpty());
    EXPECT_THAT(bridge.turn_after(199ms), IsEmpty());
    EXPECT_THAT(bridge.turn_after(1ms), ElementsAre(state_head + R"(,"users":{"3":{"status":"enabled"}}})"));
    EXPECT_THAT(bridge.get(R"({"pin_code":{"user":4}})"),
                ElementsAre(state_head + R"(,"users":{"3":{"status":"enabled"},"4":{"status":"available"}}})"));
}

TEST(ZigbeeLock, StillShowsTheCodeOfAClearedSlot)
{
    BenchBridge bridge{{.expose_pin = true}};
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    EXPECT_THAT(bridge.get(R"({"pin_code":{"user":3}})"),
                ElementsAre(state_head + R"(,"users":{"3":{"status":"enabled","pin_code":"1234"}}})"));
    bridge.set(R"({"pin_code":{"user":3,"pin_code":null}})");
    EXPECT_EQ(bridge.cached(), R"({"3":{"status":"enabled","pin_code":"1234"}})"); // nobody asked since
    EXPECT_THAT(bridge.get(R"({"pin_code":{"user":3}})"),
                ElementsAre(state_head + R"(,"users":{"3":{"status":"available","pin_code":"1234"}}})"));
}

TEST(ZigbeeLock, IsAskedForEverySlotOneByOne)
{
    BenchBridge bridge;
    EXPECT_THAT(bridge.publish("zigbee2mqtt/site/back/get", R"({"pin_code":""})"), IsEmpty());
    for (int slot = 0; slot < 4; ++slot) {
        EXPECT_THAT(bridge.turn_after(199ms), IsEmpty());
        EXPECT_THAT(bridge.turn_after(1ms), ElementsAre(AllOf(HasSubstr("zigbee2mqtt/site/back {"),
                                                              HasSubstr(std::to_string(slot) + R"(":{"status":"available"}}})"))));
    }
    EXPECT_THAT(bridge.all_within(10s), IsEmpty());
}

TEST(ZigbeeLock, ChangesTheStatusOfACodeAndReadsItAlone)
{
    BenchBridge bridge{{.expose_pin = true}};
    bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})");
    EXPECT_THAT(bridge.set(R"({"user_status":{"user":3,"status":"disabled"}})"), IsEmpty());
    EXPECT_EQ(bridge.answer(R"({"op":"keypad","lock":"front","pin":"1234"})"), R"({"ok":true,"opened":false,"slot":null})");
    EXPECT_THAT(bridge.get(R"({"user_status":{"user":3}})"), ElementsAre(state_head + R"(,"users":{"3":{"status":"disabled"}}})"));
    EXPECT_THAT(bridge.set(R"({"user_status":{"user":5,"status":"enabled"}})"), IsEmpty());
    EXPECT_THAT(bridge.inside("slots").as_object(), SizeIs(1));
    EXPECT_THAT(bridge.set(R"({"user_status":{"user":3,"status":"asleep"}})"), ElementsAre(HasSubstr("Unsupported status")));
}

TEST(ZigbeeLock, TellsOfProgrammingWhereItDoesAtAll)
{
    BenchBridge bridge{{.programming_events = true}};
    const auto event = [](const std::string& action, const std::string& source) {
        return state_head + R"(,"action":")" + action + R"(","action_user":3,"action_source":)" + source + "}";
    };
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":3,"pin_code":"1234"}})"),
                ElementsAre(event("pin_code_added", R"(1,"action_source_name":"rf")")));
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":3,"pin_code":"4321"}})"),
                ElementsAre(event("pin_code_changed", R"(1,"action_source_name":"rf")")));
    bridge.control(R"({"op":"keypad_program","lock":"front","slot":3,"pin":null})");
    EXPECT_THAT(bridge.said, ElementsAre(event("pin_code_deleted", R"(0,"action_source_name":"keypad")")));
    EXPECT_THAT(bridge.set(R"({"pin_code":{"user":3,"pin_code":null}})"), IsEmpty()); // was free
}

} // namespace
} // namespace gatehouse::simulators::zigbee2mqtt
