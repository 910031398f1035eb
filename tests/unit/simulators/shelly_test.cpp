#include "bench_device.hpp"
#include "shelly/control.hpp"
#include "shelly/device.hpp"
#include "shelly/messages.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::shelly {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class BenchSwitch : public BenchDevice<Device> {
public:
    explicit BenchSwitch(SwitchConfig config = {.in_mode = "detached", .initial_state = "off"}, Installation chosen = {})
        : BenchDevice{Device{named(std::move(chosen)), std::move(config), 7}}
    {
    }

    std::vector<std::string> call(const std::string& method, const std::string& params)
    {
        return publish("site/front/rpc", R"({"id":17,"src":"gw","method":")" + method + R"(","params":)" + params + "}");
    }
    std::string result(const std::string& method, const std::string& params)
    {
        const auto heard = call(method, params);
        return heard.empty() ? "nothing" : heard.back();
    }
    bool open() const { return device.relay.open; }

private:
    static Installation named(Installation chosen)
    {
        chosen.prefix = "site/front";
        chosen.id = "shellyplus1-a8032abe54dc";
        return chosen;
    }
};

std::string answered(const std::string& what)
{
    return R"(gw/rpc {"id":17,"src":"shellyplus1-a8032abe54dc","dst":"gw",)" + what + "}";
}

std::string notified(const std::string& changes, std::int64_t ts = 1'700'000'000)
{
    return R"(site/front/events/rpc {"src":"shellyplus1-a8032abe54dc","dst":"site/front/events","method":"NotifyStatus","params":{"ts":)" +
           std::to_string(ts) + "," + changes + "}}";
}

TEST(Shelly, SaysThatItIsThere)
{
    BenchSwitch device;
    EXPECT_THAT(device.said, ElementsAre("site/front/online true (retained)", notified(R"("mqtt":{"connected":true})")));
    EXPECT_EQ(online(device.device.installation, false).payload, "false");
    EXPECT_TRUE(online(device.device.installation, false).retain);
}

TEST(Shelly, AnswersWhoAskedByTheirNumber)
{
    BenchSwitch device;
    EXPECT_THAT(device.call("Switch.Set", R"({"id":0,"on":true})"),
                ElementsAre(notified(R"("switch:0":{"id":0,"output":true,"source":"MQTT"})"), answered(R"("result":{"was_on":false})")));
    EXPECT_TRUE(device.open());
    EXPECT_THAT(device.call("Switch.Set", R"({"id":0,"on":true})"),
                ElementsAre(answered(R"("result":{"was_on":true})"))); // nothing changed
    EXPECT_THAT(device.publish("site/front/rpc", R"({"id":"a7","src":"other/x","method":"Switch.Toggle","params":{"id":0}})").back(),
                StartsWith(R"(other/x/rpc {"id":"a7",)"));
    EXPECT_EQ(device.device.relay.pulses, 2U);
}

TEST(Shelly, ObeysWithoutAWordWhoDoesNotSayWhereTheyAre)
{
    BenchSwitch device;
    EXPECT_THAT(device.publish("site/front/rpc", R"({"id":17,"method":"Switch.Set","params":{"id":0,"on":true}})"),
                ElementsAre(HasSubstr("NotifyStatus")));
    EXPECT_TRUE(device.open());
    EXPECT_THAT(device.publish("site/front/rpc", R"({"src":"gw","method":"Switch.Set","params":{"id":0,"on":false}})"),
                ElementsAre(HasSubstr("NotifyStatus")));
    EXPECT_FALSE(device.open());
    for (const auto* nonsense : {"", "{", "[]", R"({"id":17,"src":"gw"})", R"({"id":17,"src":"gw","method":7})"})
        EXPECT_THAT(device.publish("site/front/rpc", nonsense), IsEmpty()) << nonsense;
}

TEST(Shelly, RefusesWithCodes)
{
    BenchSwitch device;
    EXPECT_EQ(device.result("Door.Open", "{}"), answered(R"("error":{"code":404,"message":"No handler for Door.Open"})"));
    EXPECT_EQ(device.result("Switch.Set", R"({"on":true})"),
              answered(R"("error":{"code":-103,"message":"Missing required argument 'id'!"})"));
    EXPECT_EQ(device.result("Switch.Set", R"({"id":0})"), answered(R"("error":{"code":-103,"message":"Missing required argument 'on'!"})"));
    for (const auto* wrong : {R"({"id":"0","on":true})", R"({"id":0,"on":"true"})", R"({"id":0,"on":true,"toggle_after":"5"})",
                              R"({"id":0,"on":true,"toggle_after":-1})"})
        EXPECT_THAT(device.result("Switch.Set", wrong), HasSubstr(R"("error":{"code":-103,)")) << wrong;
    EXPECT_EQ(device.result("Switch.Set", R"({"id":1,"on":true})"),
              answered(R"("error":{"code":-105,"message":"Argument 'id', value 1 not found!"})"));
    EXPECT_FALSE(device.open());
}

TEST(Shelly, GoesBackAfterFractionsOfASecond)
{
    BenchSwitch device;
    EXPECT_EQ(device.call("Switch.Set", R"({"id":0,"on":true,"toggle_after":2})").front(),
              notified(R"("switch:0":{"id":0,"output":true,"source":"MQTT","timer_started_at":1700000000,"timer_duration":2})"));
    EXPECT_EQ(
        device.result("Switch.GetStatus", R"({"id":0})"),
        answered(
            R"("result":{"id":0,"source":"MQTT","output":true,"timer_started_at":1700000000,"timer_duration":2,"temperature":{"tC":4.25E1,"tF":1.085E2}})"));
    EXPECT_THAT(device.turn_after(1999ms), IsEmpty());
    EXPECT_THAT(device.turn_after(1ms), ElementsAre(notified(R"("switch:0":{"id":0,"output":false,"source":"timer"})", 1'700'000'002)));
    EXPECT_FALSE(device.open());
    device.call("Switch.Set", R"({"id":0,"on":true,"toggle_after":0.25})");
    device.turn_after(250ms);
    EXPECT_FALSE(device.open());
    device.call("Switch.Set", R"({"id":0,"on":false,"toggle_after":1})"); // the wrong way round opens it
    device.turn_after(1s);
    EXPECT_TRUE(device.open());
}

TEST(Shelly, TellsOnlyTheTimerWhenItStartsAnewAndDropsItWithAPlainOrder)
{
    BenchSwitch device;
    device.call("Switch.Set", R"({"id":0,"on":true,"toggle_after":5})");
    EXPECT_EQ(device.call("Switch.Set", R"({"id":0,"on":true,"toggle_after":5})").front(),
              notified(R"("switch:0":{"id":0,"timer_started_at":1700000000,"timer_duration":5})"));
    device.call("Switch.Set", R"({"id":0,"on":true})");
    EXPECT_THAT(device.all_within(1h), IsEmpty());
    EXPECT_TRUE(device.open());
}

TEST(Shelly, TellsAndTakesItsSettings)
{
    BenchSwitch device;
    EXPECT_EQ(
        device.result("Switch.GetConfig", R"({"id":0})"),
        answered(
            R"("result":{"id":0,"name":null,"in_mode":"detached","initial_state":"off","auto_on":false,"auto_on_delay":60,"auto_off":false,"auto_off_delay":60})"));
    EXPECT_THAT(device.call("Switch.SetConfig", R"({"id":0,"config":{"auto_off":true,"auto_off_delay":1.5}})"),
                ElementsAre(HasSubstr(R"("method":"NotifyEvent")"), answered(R"("result":{"restart_required":false})")));
    device.call("Switch.Set", R"({"id":0,"on":true})");
    device.turn_after(1500ms);
    EXPECT_FALSE(device.open());
    EXPECT_THAT(device.result("Switch.SetConfig", R"({"id":0,"config":{"in_mode":"push","auto_on":true}})"), HasSubstr(R"("code":-103)"));
    EXPECT_THAT(device.result("Switch.SetConfig", R"({"id":0})"), HasSubstr(R"("code":-103)"));
    EXPECT_FALSE(device.device.config.auto_on);
    device.control(R"({"op":"fault","name":"ack_but_not_stored","value":1})");
    EXPECT_EQ(device.result("Switch.SetConfig", R"({"id":0,"config":{"auto_off":false}})"),
              answered(R"("result":{"restart_required":false})"));
    EXPECT_TRUE(device.device.config.auto_off);
}

TEST(Shelly, LetsItsInputDriveTheRelayAsTheModeSays)
{
    const auto opened = notified(R"("input:0":{"id":0,"state":true})");
    const auto driven = notified(R"("switch:0":{"id":0,"output":true,"source":"switch"})");
    for (const auto& [mode, after_open, after_close] :
         {std::tuple{"detached", false, false}, {"follow", true, false}, {"flip", true, false}, {"momentary", true, true}}) {
        BenchSwitch device{{.in_mode = mode, .initial_state = "off"}};
        device.control(R"({"op":"door","open":true})");
        EXPECT_EQ(device.said.front(), opened);
        EXPECT_EQ(device.said.size(), after_open ? 2U : 1U) << mode;
        if (after_open) {
            EXPECT_EQ(device.said.back(), driven);
        }
        EXPECT_EQ(device.open(), after_open) << mode;
        EXPECT_EQ(device.result("Input.GetStatus", R"({"id":0})"), answered(R"("result":{"id":0,"state":true})"));
        device.control(R"({"op":"door","open":true})");
        EXPECT_THAT(device.said, IsEmpty());
        device.control(R"({"op":"door","open":false})");
        EXPECT_EQ(device.open(), after_close) << mode;
    }
    EXPECT_EQ(SwitchConfig{}.in_mode, "follow"); // out of the box
}

TEST(Shelly, WakesAsItsInitialStateSaysAndLosesItsTimer)
{
    for (const auto& [state, was_on, input, wakes] : {std::tuple{"off", true, true, false},
                                                      {"on", false, false, true},
                                                      {"restore_last", true, false, true},
                                                      {"restore_last", false, true, false},
                                                      {"match_input", true, false, false},
                                                      {"match_input", false, true, true}}) {
        BenchSwitch device{{.in_mode = "detached", .initial_state = state}};
        device.control(R"({"op":"door","open":)" + std::string{input ? "true}" : "false}"});
        device.call("Switch.Set", was_on ? R"({"id":0,"on":true,"toggle_after":5})" : R"({"id":0,"on":false})");
        device.power_cycle();
        EXPECT_EQ(device.open(), wakes) << state << was_on << input;
        EXPECT_THAT(device.all_within(1min), IsEmpty()); // a pulse that was cut short stays open for good
        EXPECT_THAT(device.result("Switch.GetStatus", R"({"id":0})"), HasSubstr(R"("source":"init")"));
    }
}

TEST(Shelly, NotifiesAndTellsStatusAsItsOptionsSay)
{
    BenchSwitch quiet{{.in_mode = "follow"}, {.notifies = false}};
    EXPECT_THAT(quiet.said, SizeIs(1));
    EXPECT_THAT(quiet.call("Switch.Set", R"({"id":0,"on":true})"), SizeIs(1));
    BenchSwitch telling{{.in_mode = "detached"}, {.notifies = false, .tells_status = true}};
    telling.control(R"({"op":"door","open":true})");
    EXPECT_THAT(telling.said, ElementsAre(R"(site/front/status/input:0 {"id":0,"state":true})"));
    EXPECT_THAT(telling.call("Switch.Set", R"({"id":0,"on":true})").front(),
                StartsWith(R"(site/front/status/switch:0 {"id":0,"source":"MQTT","output":true)"));
}

TEST(ShellyControl, ChangesSettingsBehindEverybodysBack)
{
    BenchSwitch device;
    EXPECT_EQ(device.answer(R"({"op":"set","config":{"in_mode":"follow","initial_state":"on"}})"), R"({"ok":true})");
    EXPECT_THAT(device.said, IsEmpty());
    EXPECT_EQ(device.dump().at("config").at("in_mode"), "follow");
    EXPECT_THAT(device.answer(R"({"op":"set","config":{"in_mode":7}})"), HasSubstr("config: Invalid argument 'in_mode'!"));
}

TEST(ShellyControl, DumpsTheTruthAndMakesTheSwitchDeafAndDumb)
{
    BenchSwitch device;
    device.call("Switch.Set", R"({"id":0,"on":true,"toggle_after":3})");
    const auto dump = device.dump();
    EXPECT_EQ(boost::json::serialize(dump.at("relays")), R"([{"open":true,"pulses":1}])");
    EXPECT_EQ(dump.at("timer"), 3);
    device.control(R"({"op":"silent","on":true})");
    EXPECT_THAT(device.call("Switch.Set", R"({"id":0,"on":true})"), IsEmpty());
    EXPECT_THAT(device.turn_after(3s), IsEmpty());
    EXPECT_FALSE(device.open());
    EXPECT_EQ(device.device.counters.requests_dropped, 1U);
}

} // namespace
} // namespace gatehouse::simulators::shelly
