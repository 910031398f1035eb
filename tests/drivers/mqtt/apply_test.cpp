// Writing to one device: what goes out, what an answer is worth, and what silence means.

#include "conversation.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Apply, SendsOneCommandAtATimeAndNothingRetained)
{
    Conversation talk;
    talk.apply({drop("04a1b2c3"), put("0411223344")});
    EXPECT_THAT(talk.commands(), ElementsAre("deletuid 04a1b2c3"));
    talk.acknowledge("deletuid");
    EXPECT_THAT(talk.commands(), ElementsAre("deletuid 04a1b2c3", "adduser 0411223344"));
    talk.acknowledge("adduser");
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged", "acknowledged"));
    EXPECT_EQ(talk.sent[0].topic, "harbour/yard/cmd");
    EXPECT_EQ(talk.sent[0].qos, 1);
}

TEST(Apply, WritesTheRecordWithItsWindowAndOurMark)
{
    Conversation talk;
    talk.apply({put("0411223344", "g:1f3a")});
    EXPECT_EQ(talk.sent.at(0).payload, R"({"cmd":"adduser","doorip":"10.20.0.31","uid":"0411223344","user":"Dan R.","acctype":1,)"
                                       R"("validsince":1772524800,"validuntil":1772783999,"pincode":"","gh":"g:1f3a"})");
}

TEST(Apply, AnOpenEndIsTheLastSecondTheDeviceCanCount)
{
    Conversation talk;
    auto open = put("0411223344");
    open.entry.from.reset();
    open.entry.until.reset();
    talk.apply({open});
    EXPECT_THAT(talk.sent.at(0).payload, HasSubstr(R"("validsince":0,"validuntil":4294967295)"));
}

TEST(Apply, WhatTheDeviceCannotHoldExactlyIsRefusedBeforeAnythingIsSent)
{
    Conversation talk;
    auto late = put("0411223344");
    late.entry.until = 4294967296;
    auto other_door = put("0411223344");
    other_door.entry.doors = {2};
    auto number = put("7238961");
    number.entry.key_kind = sdk::KeyKind::card_number;
    auto early = put("0411223344");
    early.entry.until = 0;
    talk.apply({put("04112233445566778899"), put("04AB"), late, early, other_door, number, drop("04112233445566778899"),
                put("0411223344", std::string(2000, 'x'))});
    EXPECT_THAT(talk.verdicts(),
                ElementsAre("refused key_too_long", "refused bad_key", "refused until_out_of_range", "refused until_out_of_range",
                            "refused doors", "refused key_kind", "refused key_too_long", "refused too_long"));
    EXPECT_THAT(talk.sent, ElementsAre());
}

TEST(Apply, SilenceIsUnknownAndNeverAGuess)
{
    Conversation talk;
    talk.apply({drop("04a1b2c3")});
    talk.pass(milliseconds{14'999});
    EXPECT_THAT(talk.verdicts(), ElementsAre("nothing yet"));
    talk.pass(milliseconds{1});
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown timeout"));
}

TEST(Apply, NothingIsStartedAfterTheDeadline)
{
    Conversation talk;
    talk.apply({drop("04a1"), drop("04b2")}, milliseconds{3000});
    talk.pass(seconds{3});
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown timeout", "unknown late"));
    EXPECT_THAT(talk.commands(), ElementsAre("deletuid 04a1"));
}

TEST(Apply, ALateAcknowledgementDoesNotCompleteALaterCommand)
{
    Conversation talk;
    talk.apply({drop("04a1"), drop("04b2")});
    talk.pass(seconds{15});
    ASSERT_THAT(talk.commands(), ElementsAre("deletuid 04a1", "deletuid 04b2"));
    talk.acknowledge("deletuid"); // of which?
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown timeout", "unknown late_ack"));
}

TEST(Apply, ALateAcknowledgementOfAnotherKindIsNoDoubt)
{
    Conversation talk;
    talk.apply({drop("04a1"), put("04b2")});
    talk.pass(seconds{15});
    talk.acknowledge("deletuid");
    talk.acknowledge("adduser");
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown timeout", "acknowledged"));
}

TEST(Apply, AfterTheGraceTimeAnAcknowledgementCountsAgain)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.pass(seconds{20});
    talk.apply({drop("04b2")});
    talk.acknowledge("deletuid");
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST(Apply, AnswersOfOtherDevicesAndOldOnesTheBrokerKeptAreNotOurs)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.hear(R"({"type":"deletuid","ip":"10.20.0.99","hostname":"gate"})");
    talk.hear(R"({"type":"deletuid","ip":"10.20.0.31","hostname":"yard"})", /*retained=*/true);
    talk.hear("deletuid");
    EXPECT_THAT(talk.verdicts(), ElementsAre("nothing yet"));
}

TEST(Apply, WithoutABrokerNothingWasDone)
{
    Conversation talk;
    talk.up = false;
    talk.apply({drop("04a1")});
    EXPECT_THAT(talk.verdicts(), ElementsAre("all: offline"));
}

TEST(Apply, ABrokerLostMidWayLeavesOneUnknownAndTheRestUndone)
{
    Conversation talk;
    talk.apply({drop("04a1"), drop("04b2"), drop("04c3")});
    talk.acknowledge("deletuid");
    talk.up = false;
    talk.device->disconnected(talk.now);
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged", "unknown connection_lost", "offline"));
}

TEST(SignOfLife, ABirthEndsTheOutstandingCommandAtOnceAndIsToldAfterwards)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.pass(milliseconds{200});
    talk.boot();
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown sign_of_life"));
    EXPECT_THAT(talk.told, ElementsAre("online boot"));
}

TEST(SignOfLife, AfterABirthTheDeviceGetsTimeToListen)
{
    Conversation talk;
    talk.boot();
    talk.apply({drop("04a1")});
    talk.strike();
    EXPECT_THAT(talk.commands(), ElementsAre());
    talk.pass(milliseconds{500});
    EXPECT_THAT(talk.commands(), testing::UnorderedElementsAre("deletuid 04a1", "opendoor"));
}

TEST(SignOfLife, ADeviceThatIsBornAgainAndAgainIsNotLeftAloneForEver)
{
    Conversation talk;
    talk.boot();
    talk.apply({drop("04a1")});
    for (int births = 0; births < 5; ++births) {
        EXPECT_THAT(talk.commands(), ElementsAre());
        talk.pass(milliseconds{300});
        if (births < 4) talk.boot();
    }
    EXPECT_THAT(talk.commands(), ElementsAre("deletuid 04a1"));
}

TEST(SignOfLife, AHeartbeatEndsACommandThatWentUnanswered)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.pass(seconds{4});
    talk.heartbeat(100);
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown sign_of_life"));
    EXPECT_THAT(talk.told, ElementsAre("online heartbeat"));
}

TEST(SignOfLife, AYoungCommandKeepsItsSecondAndThenEnds)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.pass(milliseconds{300});
    talk.heartbeat(100);
    EXPECT_THAT(talk.verdicts(), ElementsAre("nothing yet"));
    talk.pass(milliseconds{700});
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown sign_of_life"));
    EXPECT_THAT(talk.told, Contains("online answer"));
}

TEST(SignOfLife, AnAnswerBesideAHeartbeatIsStillAnAnswer)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.heartbeat(100);
    talk.acknowledge("deletuid");
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST(SignOfLife, SteadyLifeIsNoNews)
{
    Conversation talk;
    talk.heartbeat(100);
    talk.heartbeat(280);
    talk.apply({drop("04a1")});
    talk.acknowledge("deletuid");
    EXPECT_THAT(talk.told, ElementsAre("online heartbeat"));
}

TEST(SignOfLife, SteadyLifeIsToldOnceAMinute)
{
    Conversation talk;
    talk.heartbeat(100);
    EXPECT_EQ(talk.alive_told, 0) << "the first word is news";
    for (int second = 1; second <= 180; ++second) {
        talk.pass(milliseconds{1'000});
        talk.heartbeat(100 + second);
    }
    EXPECT_EQ(talk.alive_told, 3);
}

TEST(SignOfLife, SilenceBeyondTheHeartbeatIsOfflineAndTheNextWordIsNews)
{
    Conversation talk;
    talk.heartbeat(100);
    talk.pass(milliseconds{449'999});
    EXPECT_THAT(talk.told, ElementsAre("online heartbeat"));
    talk.pass(milliseconds{1});
    talk.heartbeat(600);
    EXPECT_THAT(talk.told, ElementsAre("online heartbeat", "offline silent", "online heartbeat"));
}

TEST(SignOfLife, AFallingUptimeIsARestartAndABootMessageIsNot)
{
    Conversation talk;
    talk.heartbeat(1000);
    talk.boot();
    EXPECT_THAT(talk.told, ElementsAre("online heartbeat", "online boot"));
    talk.heartbeat(30);
    EXPECT_THAT(talk.told, ElementsAre("online heartbeat", "online boot", "restarted uptime:30"));
}

} // namespace
} // namespace gatehouse::mqtt
