#include "controller.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const std::string remote = R"({"uid":" ","username":"MQTT","access":"Always","time":1700000000,"doorName":"Door",)"
                           R"("type":"access","isKnown":"true","hostname":"front-1"})";

std::vector<bool> open_relays(const BenchController& controller)
{
    std::vector<bool> list;
    for (const auto& relay : controller.board.relays) list.push_back(relay.open);
    return list;
}

std::string move(std::string_view cmd, std::string_view door)
{
    return R"({"cmd":")" + std::string{cmd} + R"(","doorip":"192.168.4.11","door":")" + std::string{door} + R"("})";
}

TEST(EspRfidRelays, OpenForTheActivationTimeAndCloseByThemselves)
{
    BenchController controller;
    EXPECT_THAT(controller.command(R"({"cmd":"opendoor","doorip":"192.168.4.11"})"), ElementsAre(remote));
    controller.turn_after(399ms);
    EXPECT_THAT(open_relays(controller), ElementsAre(true));
    controller.turn_after(1ms);
    EXPECT_THAT(open_relays(controller), ElementsAre(false));
    EXPECT_EQ(controller.board.relays[0].pulses, 1U);
}

TEST(EspRfidRelays, AllOpenOnOpendoorAndOneOnOpen)
{
    BenchController controller{{.hostname = "front-1", .topic = "site/front", .relays = 2}};
    controller.command(R"({"cmd":"opendoor","doorip":"192.168.4.11"})");
    EXPECT_THAT(open_relays(controller), ElementsAre(true, true));
    controller.turn_after(400ms);
    EXPECT_THAT(controller.command(move("open", "1")), ElementsAre(remote));
    EXPECT_THAT(open_relays(controller), ElementsAre(false, true));
}

TEST(EspRfidRelays, AnswerTheSameWhenNothingChangedAndForARelayThatIsNotThere)
{
    BenchController controller;
    EXPECT_THAT(controller.command(move("close", "0")), ElementsAre(remote));
    EXPECT_THAT(controller.command(move("open", "3")), ElementsAre(remote));
    EXPECT_THAT(open_relays(controller), ElementsAre(false));
}

TEST(EspRfidRelays, ShareOneStopWatchSoThatClosingProlongsAPulse)
{
    BenchController controller{{.hostname = "front-1", .topic = "site/front", .relays = 2}};
    controller.command(move("open", "0"));
    controller.turn_after(300ms);
    controller.command(move("close", "0"));
    controller.turn_after(300ms);
    EXPECT_THAT(open_relays(controller), ElementsAre(true, false));
    controller.command(move("open", "1"));
    controller.turn_after(300ms);
    EXPECT_THAT(open_relays(controller), ElementsAre(true, true));
    controller.turn_after(100ms);
    EXPECT_THAT(open_relays(controller), ElementsAre(false, false));
}

TEST(EspRfidRelays, FollowTheAccountTypesOfACardAndAllOpenForAnAdmin)
{
    BenchController controller{{.hostname = "front-1", .topic = "site/front", .relays = 3}};
    controller.add("00000001", R"(,"acctype":1,"acctype2":0,"acctype3":1,"validuntil":4294967295)");
    controller.add("00000002", R"(,"acctype":99)");
    controller.add("00000003", R"(,"acctype":0,"acctype2":1,"validuntil":4294967295)");
    controller.access("00000001");
    EXPECT_THAT(open_relays(controller), ElementsAre(true, false, true));
    controller.turn_after(400ms);
    controller.access("00000003");
    EXPECT_THAT(open_relays(controller), ElementsAre(false, false, false));
    EXPECT_EQ(controller.access("00000002"), R"(["Admin","Disabled","Disabled"])");
    EXPECT_THAT(open_relays(controller), ElementsAre(true, true, true));
}

TEST(EspRfidRelays, AreReleasedByAPowerCut)
{
    BenchController controller;
    controller.command(R"({"cmd":"opendoor","doorip":"192.168.4.11"})");
    controller.reboot();
    EXPECT_THAT(open_relays(controller), ElementsAre(false));
}

} // namespace
} // namespace gatehouse::simulators::mqtt
