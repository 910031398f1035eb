#include "controller.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::mqtt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string answer(BenchController& controller, std::string_view request)
{
    return boost::json::serialize(controller.control(request));
}

TEST(EspRfidControl, PresentsCards)
{
    BenchController controller;
    controller.add("04a1b2c3");
    EXPECT_EQ(answer(controller, R"({"op":"present","uid":"04a1b2c3"})"), R"({"ok":true,"access":"Always","opened":true})");
    EXPECT_EQ(answer(controller, R"({"op":"present","uid":"deadbeef"})"), R"({"ok":true,"access":"Denied","opened":false})");
    power_off(controller.board);
    EXPECT_EQ(answer(controller, R"({"op":"present","uid":"04a1b2c3"})"), R"({"ok":true,"access":null,"opened":false})");
}

TEST(EspRfidControl, EditsTheTableLikeTheControllersOwnPages)
{
    BenchController controller;
    EXPECT_EQ(answer(controller, R"({"op":"put","uid":"deadbeef","fields":{"user":"Eve","acctype":1,"validuntil":4294967295}})"),
              R"({"ok":true})");
    EXPECT_THAT(controller.list(),
                ElementsAre(R"({"command":"userfile","uid":"deadbeef","user":"Eve","acctype":1,"validuntil":4294967295})"));
    EXPECT_EQ(controller.access("deadbeef"), R"("Always")");
    EXPECT_EQ(answer(controller, R"({"op":"erase","uid":"deadbeef"})"), R"({"ok":true,"erased":true})");
    EXPECT_EQ(answer(controller, R"({"op":"erase","uid":"deadbeef"})"), R"({"ok":true,"erased":false})");
    EXPECT_THAT(controller.list(), IsEmpty());
}

TEST(EspRfidControl, CyclesPowerWithTheTableKeptLostOrTorn)
{
    for (const auto& [table, left] : {std::pair{"keep", 10U}, {"lose", 0U}, {"half", 5U}}) {
        BenchController controller;
        for (int i = 0; i < 10; ++i) controller.add("0000000" + std::to_string(i));
        answer(controller, R"({"op":"power_cycle","table":")" + std::string{table} + R"("})");
        EXPECT_TRUE(controller.restarts);
        controller.reboot();
        EXPECT_THAT(controller.stored(), SizeIs(left)) << table;
        EXPECT_THAT(controller.list(), SizeIs(std::string_view{table} == "half" ? left - 1 : left)) << table; // one record is cut short
    }
}

TEST(EspRfidControl, MakesTheControllerDeafAndDumbWhileItGoesOnDeciding)
{
    BenchController controller;
    controller.add("04a1b2c3");
    answer(controller, R"({"op":"silent","on":true})");
    EXPECT_THAT(controller.command(R"({"cmd":"deletusers","doorip":"192.168.4.11"})"), IsEmpty());
    EXPECT_EQ(controller.access("04a1b2c3"), R"("Always")");
    EXPECT_THAT(controller.said, IsEmpty());
    EXPECT_THAT(controller.turn_after(std::chrono::seconds{181}), IsEmpty());
    answer(controller, R"({"op":"silent","on":false})");
    EXPECT_THAT(controller.list(), SizeIs(1));
}

TEST(EspRfidControl, DumpsEntriesRelaysAndCounters)
{
    BenchController controller;
    controller.add("04a1b2c3", R"(,"acctype":1)");
    controller.command(R"({"cmd":"opendoor","doorip":"192.168.4.11"})");
    const auto dump = controller.control(R"({"op":"dump"})");
    EXPECT_EQ(boost::json::serialize(dump.at("entries")),
              R"([{"uid":"04a1b2c3","record":{"cmd":"adduser","doorip":"192.168.4.11","uid":"04a1b2c3","user":"Ada","acctype":1}}])");
    EXPECT_EQ(boost::json::serialize(dump.at("relays")), R"([{"open":true,"pulses":1}])");
    EXPECT_EQ(dump.at("counters").at("commands").to_number<int>(), 2);
    EXPECT_EQ(dump.at("connected"), true);
    EXPECT_EQ(dump.at("silent"), false);
}

TEST(EspRfidControl, NamesTheFieldThatIsWrong)
{
    BenchController controller;
    EXPECT_EQ(answer(controller, R"({})"), R"({"ok":false,"error":"op: is missing"})");
    EXPECT_EQ(answer(controller, R"({"op":"explode"})"), R"({"ok":false,"error":"op: not known: explode"})");
    EXPECT_EQ(answer(controller, R"({"op":"present"})"), R"({"ok":false,"error":"uid: is missing"})");
    EXPECT_THAT(answer(controller, R"({"op":"present","uid":7})"), HasSubstr("uid: needs text"));
    EXPECT_THAT(answer(controller, R"({"op":"present","uid":"04","card":"x"})"), HasSubstr("card: is not known here"));
    EXPECT_THAT(answer(controller, R"({"op":"put","uid":"04","fields":[]})"), HasSubstr("fields: needs an object"));
    EXPECT_THAT(answer(controller, R"({"op":"power_cycle","table":"some"})"), HasSubstr("table: needs one of keep, lose, half"));
    EXPECT_THAT(answer(controller, R"({"op":"silent"})"), HasSubstr("on: needs true or false"));
    EXPECT_THAT(answer(controller, R"({"op":"fault","name":"gremlins","value":1})"), HasSubstr("name: no fault is called gremlins"));
    EXPECT_THAT(answer(controller, R"({"op":"fault","name":"drop_reply","value":2})"), HasSubstr("value: needs a number from 0 to 1"));
    EXPECT_THAT(answer(controller, R"({"op":"fault","name":"event_storm","value":0})"), HasSubstr("value: needs 1 to 100000 cards"));
}

TEST(EspRfidControl, RaisesAStormOfUnknownCards)
{
    BenchController controller;
    controller.fault("event_storm", "200");
    EXPECT_THAT(controller.said, SizeIs(200));
    EXPECT_THAT(controller.said, testing::Each(HasSubstr(R"("access":"Denied")")));
}

} // namespace
} // namespace gatehouse::simulators::mqtt
