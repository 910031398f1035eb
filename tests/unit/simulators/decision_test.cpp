#include "controller.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::mqtt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Case {
    const char* members;
    const char* access;
};

class EspRfidDecides : public testing::TestWithParam<Case> {};

TEST_P(EspRfidDecides, ByTheRecord)
{
    BenchController controller; // the time is 1700000000
    controller.add("04a1b2c3", GetParam().members);
    EXPECT_EQ(controller.access("04a1b2c3"), GetParam().access) << GetParam().members;
}

INSTANTIATE_TEST_SUITE_P(Records, EspRfidDecides,
                         testing::Values(Case{R"(,"acctype":1,"validuntil":4294967295)", R"("Always")"},
                                         Case{R"(,"acctype":"1","validuntil":"4294967295")", R"("Always")"},
                                         Case{R"(,"acctype":1,"validuntil":1700000000)", R"("Always")"},
                                         Case{R"(,"acctype":1,"validuntil":1699999999)", R"("Expired")"},
                                         Case{R"(,"acctype":1)", R"("Expired")"},
                                         Case{R"(,"acctype":1,"validuntil":4294967296)", R"("Expired")"},
                                         Case{R"(,"acctype":1,"validuntil":"soon")", R"("Expired")"},
                                         Case{R"(,"acctype":1,"validuntil":4294967295,"validsince":1700000000)", R"("Always")"},
                                         Case{R"(,"acctype":1,"validuntil":4294967295,"validsince":1700000001)", R"("Expired")"},
                                         Case{R"(,"acctype":99)", R"("Admin")"}, Case{R"(,"acctype":"99","validuntil":1)", R"("Admin")"},
                                         Case{R"(,"acctype":0,"validuntil":4294967295)", R"("Disabled")"},
                                         Case{R"(,"validuntil":4294967295)", R"("Disabled")"},
                                         Case{R"(,"acctype":2,"validuntil":4294967295)", R"("Disabled")"}));

TEST(EspRfidDecision, IsDeniedForACardNobodyStored)
{
    BenchController controller;
    EXPECT_EQ(controller.access("04a1b2c3"), R"("Denied")");
}

TEST(EspRfidDecision, FollowsTheControllersOwnClock)
{
    BenchController controller;
    controller.add("04a1b2c3", R"(,"acctype":1,"validuntil":1700003600)");
    controller.fault("clock_skew_s", "172800");
    EXPECT_EQ(controller.access("04a1b2c3"), R"("Expired")");
    controller.fault("clock_skew_s", "-172800");
    EXPECT_EQ(controller.access("04a1b2c3"), R"("Always")");
    controller.fault("clock_unset", "true"); // 1970
    controller.add("04a1b2c4", R"(,"acctype":1,"validsince":1600000000,"validuntil":4294967295)");
    controller.turn_after(std::chrono::seconds{10});
    EXPECT_EQ(controller.access("04a1b2c4"), R"("Expired")");
}

TEST(EspRfidDecision, KeepsItsOpeningHoursButNotForAdmins)
{
    BenchController controller; // Tuesday 22:13 UTC
    const std::string day(24, '1');
    auto tuesday = day;
    tuesday[22] = '0';
    controller.command(R"({"cmd":"updateconf","doorip":"192.168.4.11","configfile":{"network":{"bssid":""},"mqtt":{"enabled":1},)"
                       R"("general":{"openinghours":[")" +
                       day + "\",\"" + tuesday + "\",\"" + day + "\",\"" + day + "\",\"" + day + "\",\"" + day + "\",\"" + day +
                       R"("]}}})");
    controller.reboot();
    controller.add("00000001");
    controller.add("00000002", R"(,"acctype":99)");
    EXPECT_EQ(controller.access("00000001"), R"("Disabled")");
    EXPECT_EQ(controller.access("00000002"), R"("Admin")");
    controller.pass(std::chrono::hours{1});
    EXPECT_EQ(controller.access("00000001"), R"("Always")");
}

TEST(EspRfidDecision, AsksForAPinOnlyWhenConfiguredAndOnlyOfThoseWhoHaveOne)
{
    BenchController controller{{.hostname = "front-1", .topic = "site/front", .asks_pin = true}};
    const std::string open = R"(,"acctype":1,"validuntil":4294967295)";
    controller.add("00000001", open + R"(,"pincode":"")");
    controller.add("00000002", open + R"(,"pincode":"4711")");
    controller.add("00000003", open);
    EXPECT_EQ(controller.access("00000001"), R"("Always")");
    EXPECT_EQ(controller.access("00000002"), "nothing");
    EXPECT_EQ(controller.access("00000002", "4711"), R"("Always")");
    EXPECT_EQ(controller.access("00000002", "1234"), R"("Wrong pin code")");
    EXPECT_EQ(controller.access("00000003", "4711"), R"("Wrong pin code")");
    EXPECT_EQ(controller.access("00000003", "00000003"), R"("Always")"); // the uid typed as the PIN
}

TEST(EspRfidDecision, NamesThePersonBeforeWhenARecordIsNotReadToItsEnd)
{
    BenchController controller{{.hostname = "front-1", .topic = "site/front", .asks_pin = true}};
    controller.add("00000001");
    controller.add("00000002", R"(,"acctype":1,"validuntil":4294967295,"pincode":"4711")");
    controller.board.flash.put("00000002", R"({"uid":"00000002","user":"Bob","pincode":"4711"})");
    controller.access("00000001");
    controller.access("00000002", "1");
    EXPECT_THAT(controller.said, ElementsAre(HasSubstr(R"("uid":"00000002","username":"Ada","access":"Wrong pin code")")));
}

TEST(EspRfidDecision, FindsRecordsTheWayVersionOneWroteThem)
{
    BenchController controller;
    controller.add("04a10b0c");
    controller.add("4a1bc");
    EXPECT_EQ(controller.access("04a10b0c"), R"("Always")");
    EXPECT_THAT(controller.said, ElementsAre(HasSubstr(R"("uid":"04a10b0c")")));
    controller.control(R"({"op":"erase","uid":"04a10b0c"})");
    EXPECT_EQ(controller.access("04a10b0c"), R"("Always")"); // the short form is left, and the card still opens
    EXPECT_THAT(controller.said, ElementsAre(HasSubstr(R"("uid":"4a1bc")")));
}

} // namespace
} // namespace gatehouse::simulators::mqtt
