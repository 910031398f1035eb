// Opening a door, and what the device tells of itself.

#include "conversation.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr const char* opened =
    R"({"uid":" ","username":"MQTT","access":"Always","time":1772524800,"doorName":"Yard","type":"access","isKnown":"true","hostname":"yard"})";

TEST(Strike, GoesOutAtQosZeroWithAShortLife)
{
    Conversation talk;
    talk.strike();
    ASSERT_EQ(talk.sent.size(), 1u);
    EXPECT_EQ(talk.sent[0].payload, R"({"cmd":"opendoor","doorip":"10.20.0.31"})");
    EXPECT_EQ(talk.sent[0].qos, 0);
    EXPECT_EQ(talk.sent[0].expiry, seconds{5});
    talk.hear(opened);
    EXPECT_EQ(text_of(*talk.struck), "acknowledged");
    EXPECT_THAT(talk.events, testing::IsEmpty());
}

TEST(Strike, DoesNotWaitForATableCommand)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.strike();
    EXPECT_THAT(talk.commands(), ElementsAre("deletuid 04a1", "opendoor"));
}

TEST(Strike, UnansweredIsUnknownByItsDeadline)
{
    Conversation talk;
    talk.strike(milliseconds{2000});
    talk.pass(milliseconds{2000});
    EXPECT_EQ(text_of(*talk.struck), "unknown timeout");
}

TEST(Strike, ThatWaitsTooLongIsNotSent)
{
    Conversation talk;
    std::optional<sdk::Verdict> second;
    talk.strike(milliseconds{2000});
    talk.device->strike(1, milliseconds{5000}, sdk::Deadline{talk.now + milliseconds{1000}},
                        sdk::Reply<sdk::Verdict>{[&second](sdk::Verdict verdict) { second = verdict; }}, talk.now);
    talk.pass(milliseconds{2000});
    EXPECT_EQ(text_of(*second), "unknown late");
    EXPECT_THAT(talk.commands(), ElementsAre("opendoor"));
}

TEST(Strike, WithoutABrokerIsOffline)
{
    Conversation talk;
    talk.up = false;
    talk.strike();
    EXPECT_EQ(text_of(*talk.struck), "offline");
}

TEST(Strike, ADoorGivenOverToAFireIsOpenedAllTheSame)
{
    Conversation talk;
    EXPECT_EQ(talk.set_door(sdk::DoorMode::leave), "acknowledged");
    talk.strike();
    EXPECT_THAT(talk.commands(), ElementsAre("opendoor"));
}

TEST(SetDoor, CannotHoldADoorOpenHere)
{
    Conversation talk;
    EXPECT_EQ(talk.set_door(sdk::DoorMode::unlocked), "unsupported");
    EXPECT_EQ(talk.set_door(sdk::DoorMode::locked), "acknowledged");
    EXPECT_THAT(talk.sent, testing::IsEmpty()) << "it times its own pulse, and knows no command to lock";
}

TEST(Events, ASwipeTellsCardTimeAndDoor)
{
    Conversation talk;
    talk.hear(
        R"({"uid":"04a1b2c3","username":"Dan","access":"Always","time":1772524801,"doorName":"Yard","type":"access","isKnown":"true","hostname":"yard"})");
    ASSERT_EQ(talk.events.size(), 1u);
    EXPECT_EQ(talk.events[0].kind, sdk::EventKind::granted);
    EXPECT_EQ(talk.events[0].key, "04a1b2c3");
    EXPECT_EQ(talk.events[0].time, 1772524801);
    EXPECT_EQ(talk.events[0].door, 1);
}

TEST(Events, EachWordOfTheDeviceHasItsMeaning)
{
    Conversation talk;
    for (const char* word : {"Admin", "Denied", "Expired", "Disabled", "Wrong pin code", "Perhaps"})
        talk.hear(R"({"uid":"04a1","access":")" + std::string{word} + R"(","type":"access","hostname":"yard"})");
    talk.hear(R"({"uid":"04a1","access":["Always","Disabled"],"type":"access","hostname":"yard"})");
    talk.hear(R"({"type":"INFO","src":"door","desc":"Door Open","cmd":"event","hostname":"yard"})");
    std::vector<sdk::EventKind> kinds;
    for (const auto& event : talk.events) kinds.push_back(event.kind);
    using enum sdk::EventKind;
    EXPECT_THAT(kinds, ElementsAre(granted, denied_unknown, denied_time, denied_disabled, denied_pin, other, other, door_open));
}

TEST(Events, OfAnotherDeviceOrFromEarlierAreNotOurs)
{
    Conversation talk;
    talk.hear(R"({"uid":"04a1","access":"Always","type":"access","hostname":"gate"})");
    talk.hear(R"({"uid":"04a1","access":"Always","type":"access","hostname":"yard"})", /*retained=*/true);
    EXPECT_THAT(talk.told, testing::IsEmpty());
}

/// The device's own time in a message it sends now.
void tell_time(Conversation& talk, const char* type, std::int64_t time)
{
    talk.hear(R"({"type":")" + std::string{type} + R"(","time":)" + std::to_string(time) +
              R"(,"uptime":"100","ip":"10.20.0.31","hostname":"yard"})");
}

TEST(Clock, IsToldWhenItIsFirstHeardAndWhenItWasSetAndEveryTwoMinutes)
{
    Conversation talk;
    tell_time(talk, "boot", 1'772'524'800);
    EXPECT_THAT(talk.clocks, ElementsAre(1'772'524'800));
    talk.pass(seconds{60});
    tell_time(talk, "heartbeat", 1'772'524'861); // a second that the way here may have taken
    EXPECT_THAT(talk.clocks, testing::SizeIs(1));
    talk.pass(seconds{59});
    tell_time(talk, "heartbeat", 1'772'532'119); // two hours ahead
    EXPECT_THAT(talk.clocks, ElementsAre(1'772'524'800, 1'772'532'119));
    talk.pass(seconds{119});
    tell_time(talk, "heartbeat", 1'772'532'238);
    EXPECT_THAT(talk.clocks, testing::SizeIs(2));
    talk.pass(seconds{1});
    tell_time(talk, "heartbeat", 1'772'532'239);
    EXPECT_THAT(talk.clocks, testing::SizeIs(3));
}

/// A card that is presented says it as well: a controller that was set back sends no heartbeat until it has caught up.
TEST(Clock, IsTakenFromWhoeverIsLetInOrNot)
{
    Conversation talk;
    talk.hear(
        R"({"uid":"0badc0de","username":"Unknown","access":"Denied","time":1772524905,"type":"access","isKnown":"false","hostname":"yard"})");
    EXPECT_THAT(talk.clocks, ElementsAre(1'772'524'905));
}

TEST(Clock, ThatDriftsIsToldOnceItIsTwoSecondsFromWhatWasTold)
{
    Conversation talk;
    std::int64_t time = 1'772'524'800;
    tell_time(talk, "heartbeat", time);
    for (int beat = 0; beat < 4; ++beat) {
        talk.pass(seconds{30});
        time += 31;
        tell_time(talk, "heartbeat", time);
    }
    EXPECT_THAT(talk.clocks, ElementsAre(1'772'524'800, 1'772'524'800 + 62, 1'772'524'800 + 124));
}

TEST(Clock, IsNotTakenFromWhatCountsNoSecondsOrFromAMessageOfTheBrokersMemory)
{
    Conversation talk;
    talk.hear(R"({"type":"heartbeat","time":"soon","uptime":"100","ip":"10.20.0.31","hostname":"yard"})");
    talk.hear(R"({"type":"heartbeat","uptime":"100","ip":"10.20.0.31","hostname":"yard"})");
    talk.hear(R"({"type":"heartbeat","time":9007199254740991,"uptime":"100","ip":"10.20.0.31","hostname":"yard"})");
    talk.hear(R"({"type":"heartbeat","time":1772524800,"uptime":"100","ip":"10.20.0.31","hostname":"yard"})", true);
    EXPECT_THAT(talk.clocks, testing::IsEmpty());
}

} // namespace
} // namespace gatehouse::mqtt
