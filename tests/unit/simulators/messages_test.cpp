#include "controller.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(EspRfidMessages, SaysBootWithUptimeZeroAtEveryConnectAndAHeartbeatAfterIt)
{
    BenchController controller;
    EXPECT_THAT(controller.said,
                ElementsAre(R"({"type":"boot","time":1700000000,"uptime":"0","ip":"192.168.4.11","hostname":"front-1"})",
                            R"({"type":"heartbeat","time":1700000000,"uptime":0,"ip":"192.168.4.11","hostname":"front-1"})"));

    controller.pass(90s);
    disconnected(controller.board);
    const auto again = connected(controller.board, controller.now);
    ASSERT_EQ(again.messages.size(), 1U);
    EXPECT_EQ(again.messages[0].topic, "site/front/send");
    EXPECT_EQ(again.messages[0].payload, R"({"type":"boot","time":1700000090,"uptime":"0","ip":"192.168.4.11","hostname":"front-1"})");
}

TEST(EspRfidMessages, BeatsAtItsIntervalWithRisingUptimeThatFallsAfterARestart)
{
    BenchController controller;
    EXPECT_THAT(controller.turn_after(180s), IsEmpty());
    EXPECT_THAT(controller.turn_after(1s),
                ElementsAre(R"({"type":"heartbeat","time":1700000181,"uptime":181,"ip":"192.168.4.11","hostname":"front-1"})"));

    controller.reboot();
    EXPECT_THAT(controller.turn_after(50ms),
                ElementsAre(R"({"type":"heartbeat","time":1700000181,"uptime":0,"ip":"192.168.4.11","hostname":"front-1"})"));
}

TEST(EspRfidMessages, BeatsByItsOwnClockSoAClockSetBackSilencesIt)
{
    BenchController controller;
    controller.fault("clock_skew_s", "-7200");
    EXPECT_THAT(controller.turn_after(600s), IsEmpty());
    EXPECT_THAT(controller.turn_after(7200s), testing::SizeIs(1));
}

TEST(EspRfidMessages, ReportsCardsWithTheWordsOfTheFirmware)
{
    BenchController controller;
    controller.add("04a1b2c3");
    controller.access("04a1b2c3");
    EXPECT_THAT(controller.said, ElementsAre(R"({"uid":"04a1b2c3","username":"Ada","access":"Always","time":1700000000,"doorName":"Door",)"
                                             R"("type":"access","isKnown":"true","hostname":"front-1"})"));
    controller.access("deadbeef");
    EXPECT_THAT(controller.said,
                ElementsAre(R"({"uid":"deadbeef","username":"Unknown","access":"Denied","time":1700000000,"doorName":"Door",)"
                            R"("type":"access","isKnown":"false","hostname":"front-1"})"));
}

TEST(EspRfidMessages, ReportsOneWordForEachOfSeveralRelays)
{
    BenchController controller{{.hostname = "front-1", .topic = "site/front", .relays = 3}};
    controller.add("04a1b2c3", R"(,"acctype":1,"acctype3":"1","validuntil":4294967295)");
    EXPECT_EQ(controller.access("04a1b2c3"), R"(["Always","Disabled","Always"])");
    EXPECT_THAT(controller.said, ElementsAre(R"({"access":["Always","Disabled","Always"],"doorName":["Door","Door 2","Door 3"],)"
                                             R"("uid":"04a1b2c3","username":"Ada","time":1700000000,"type":"access",)"
                                             R"("isKnown":"true","hostname":"front-1"})"));
    controller.access("deadbeef");
    EXPECT_THAT(controller.said, ElementsAre(testing::HasSubstr(R"("access":"Denied","time":1700000000,"doorName":"Door",)")));
}

TEST(EspRfidMessages, LogsOverMqttOnlyWhenToldTo)
{
    BenchController quiet;
    quiet.access("deadbeef");
    EXPECT_THAT(quiet.said, testing::SizeIs(1));

    BenchController controller{{.hostname = "front-1", .topic = "site/front", .mqtt_log = true}};
    controller.access("deadbeef");
    EXPECT_THAT(controller.said,
                ElementsAre(R"({"type":"WARN","src":"rfid","desc":"Unknown rfid tag is scanned","data":"deadbeef MIFARE 1KB",)"
                            R"("time":1700000000,"cmd":"event","hostname":"front-1"})",
                            testing::StartsWith(R"({"cmd":"log","uid":"deadbeef","username":"Unknown","access":"Denied")")));
    controller.control(R"({"op":"door","open":true})");
    EXPECT_THAT(controller.said,
                ElementsAre(testing::HasSubstr(R"("desc":"Door Open")"), testing::HasSubstr(R"("desc":"Door was tampered!")")));
    controller.control(R"({"op":"door","open":false})");
    EXPECT_THAT(controller.said, ElementsAre(R"({"type":"INFO","src":"door","desc":"Door Closed","data":"","time":1700000000,)"
                                             R"("cmd":"event","hostname":"front-1"})"));
}

TEST(EspRfidMessages, AreNotMadeWithoutAConnectionAndNotKeptForLater)
{
    BenchController controller;
    controller.add("04a1b2c3");
    disconnected(controller.board);
    EXPECT_EQ(controller.access("04a1b2c3"), R"("Always")");
    EXPECT_THAT(controller.said, IsEmpty());
    EXPECT_THAT(controller.turn_after(300s), IsEmpty());
}

} // namespace
} // namespace gatehouse::simulators::mqtt
