#include "controller.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::mqtt {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class EspRfidIgnores : public testing::TestWithParam<const char*> {};

TEST_P(EspRfidIgnores, WithoutAWord)
{
    BenchController controller;
    controller.add("04a1b2c3");
    EXPECT_THAT(controller.command(GetParam()), IsEmpty());
    EXPECT_FALSE(controller.restarts);
    EXPECT_THAT(controller.stored(), SizeIs(1));
    EXPECT_EQ(controller.board.counters.ignored, 1U);
}

INSTANTIATE_TEST_SUITE_P(Messages, EspRfidIgnores,
                         testing::Values(R"({"cmd":"deletusers","doorip":"192.168.4.12"})", R"({"cmd":"deletusers"})",
                                         R"({"doorip":"192.168.4.11"})", R"({"cmd":"sync","doorip":"192.168.4.11"})",
                                         R"({"cmd":"deletusers","doorip":"192.168.4.11")", "", "[]", "7",
                                         R"({"cmd":7,"doorip":"192.168.4.12"})",
                                         R"({"a":[[[[[[[[[[[1]]]]]]]]]]],"cmd":"deletusers","doorip":"192.168.4.11"})"));

class EspRfidCrashes : public testing::TestWithParam<const char*> {};

TEST_P(EspRfidCrashes, WhereTextIsRequired)
{
    BenchController controller;
    controller.add("04a1b2c3");
    EXPECT_THAT(controller.command(GetParam()), IsEmpty());
    EXPECT_TRUE(controller.restarts);
    EXPECT_EQ(controller.board.counters.crashes, 1U);
    EXPECT_THAT(controller.stored(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Messages, EspRfidCrashes,
                         testing::Values(R"({"cmd":"deletusers","doorip":3232236555})", R"({"cmd":null,"doorip":"192.168.4.11"})",
                                         R"({"cmd":"deletuid","doorip":"192.168.4.11","uid":4})",
                                         R"({"cmd":"adduser","doorip":"192.168.4.11","uid":"04","user":true})",
                                         R"({"cmd":"open","doorip":"192.168.4.11","door":0})"));

TEST(EspRfidInbox, OverrunsItsBufferFrom2048BytesOnWhoeverIsMeant)
{
    const std::string head = R"({"cmd":"deletusers","doorip":"192.168.4.12","pad":")";
    BenchController controller;
    controller.command(head + std::string(2047 - head.size() - 2, 'x') + "\"}");
    EXPECT_FALSE(controller.restarts);
    controller.command(head + std::string(2048 - head.size() - 2, 'x') + "\"}");
    EXPECT_TRUE(controller.restarts);
}

TEST(EspRfidInbox, DropsMessagesUnder2048BytesThatDoNotFitItsDocument)
{
    BenchController controller;
    controller.add("04a1b2c3", R"(,"acctype":1,"pad":")" + std::string(1750, 'x') + "\"");
    EXPECT_THAT(controller.stored(), SizeIs(1));
    controller.add("04a1b2c4", R"(,"acctype":1,"pad":")" + std::string(1890, 'x') + "\"");
    EXPECT_THAT(controller.stored(), SizeIs(1));
    EXPECT_FALSE(controller.restarts);
}

TEST(EspRfidInbox, StopsReadingAfterTheFirstObject)
{
    BenchController controller;
    EXPECT_THAT(controller.command(R"({"cmd":"deletlog","doorip":"192.168.4.11"}} rest)"), SizeIs(1));
}

TEST(EspRfidInbox, KeepsTwelveWaitingCommandsAndDropsTheRest)
{
    BenchController controller;
    controller.fault("busy", "true");
    for (int i = 0; i < 20; ++i) EXPECT_THAT(controller.add("000000" + std::to_string(10 + i)), IsEmpty());
    controller.fault("busy", "false");
    EXPECT_THAT(controller.turn_after(std::chrono::milliseconds{50}), SizeIs(12));
    EXPECT_THAT(controller.stored(), SizeIs(12));
}

} // namespace
} // namespace gatehouse::simulators::mqtt
