// Settings of the device that an unlock relies on, and answers that carry the number of their command.

#include "conversation.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class Relay : public testing::Test {
protected:
    Relay()
        : talk{"tasmota-relay-strike.yaml",
               {{"t", std::string{"dock"}}, {"relay", std::int64_t{2}}},
               {{.door = 1, .pulse = milliseconds{3'000}}}}
    {
    }

    void result(const std::string& body) { talk.hear_on("stat/dock/RESULT", body); }
    void pulse_time(int set) { result(R"({"PulseTime2":{"Set":)" + std::to_string(set) + R"(,"Remaining":0}})"); }
    void power_on_state(int state) { result(R"({"PowerOnState":)" + std::to_string(state) + "}"); }
    void becomes_verified()
    {
        talk.pass(milliseconds{10});
        pulse_time(30);
        power_on_state(0);
        talk.fresh();
        talk.told.clear();
    }

    Conversation talk;
};

TEST_F(Relay, OpensNothingBeforeItsSettingsWereSeen)
{
    talk.strike();
    EXPECT_THAT(talk.fresh(), ElementsAre("cmnd/dock/POWER2 OFF", "cmnd/dock/PulseTime2 "));
    pulse_time(30);
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/PowerOnState "));
    power_on_state(0);
    EXPECT_THAT(talk.fresh(), ElementsAre("cmnd/dock/POWER2 ON"));
    EXPECT_THAT(talk.told, Contains("setup verified"));
    result(R"({"POWER2":"ON"})");
    EXPECT_EQ(text_of(*talk.struck), "acknowledged");
}

TEST_F(Relay, ThatCannotBeSetRightStaysShut)
{
    talk.strike(milliseconds{30'000});
    pulse_time(0);
    EXPECT_THAT(talk.told, Contains("setup differs PulseTime is 0 and not 30"));
    talk.pass(milliseconds{10});
    pulse_time(0); // the answer to the setting
    pulse_time(0); // and to the question behind it
    ASSERT_TRUE(talk.struck);
    EXPECT_EQ(text_of(*talk.struck), "refused setup_differs");
    const auto sent = talk.fresh();
    EXPECT_THAT(sent, testing::Not(Contains("cmnd/dock/POWER2 ON")));
}

TEST_F(Relay, WhoseAnswerToTheSettingShowsWhatWasBeforeIsAskedOnce)
{
    talk.strike(milliseconds{30'000});
    pulse_time(0);
    talk.pass(milliseconds{10});
    pulse_time(0); // the answer to the setting
    EXPECT_FALSE(talk.struck) << "the question behind it counts";
    pulse_time(30);
    talk.pass(milliseconds{10});
    power_on_state(0);
    talk.pass(milliseconds{10});
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/POWER2 ON"));
}

TEST_F(Relay, WhoseSettingsNobodyTellsIsUnknownAndStaysShut)
{
    talk.strike(milliseconds{5'000});
    talk.pass(milliseconds{10'000});
    EXPECT_EQ(text_of(*talk.struck), "unknown late");
    EXPECT_THAT(talk.told, ElementsAre("setup unknown", "setup unknown PulseTime is not told"));
}

TEST_F(Relay, IsLookedAtAgainAndAgain)
{
    becomes_verified();
    talk.pass(minutes{12});
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/PulseTime2 "));
    pulse_time(112);
    EXPECT_THAT(talk.told, Contains("setup differs PulseTime is 112 and not 30"));
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/PulseTime2 30"));
}

TEST_F(Relay, ASettingThatIsSeenToChangeOpensNothingUntilItIsRightAgain)
{
    becomes_verified();
    pulse_time(0); // at its web page, or by another client
    EXPECT_THAT(talk.told, ElementsAre("setup unknown"));
    talk.strike(milliseconds{5'000});
    talk.pass(milliseconds{10});
    EXPECT_THAT(talk.fresh(), ElementsAre("cmnd/dock/PulseTime2 "));
    pulse_time(0);
    EXPECT_THAT(talk.told, Contains("setup differs PulseTime is 0 and not 30"));
    pulse_time(30);
    power_on_state(0);
    talk.pass(milliseconds{10});
    pulse_time(30);
    talk.pass(milliseconds{10});
    power_on_state(0);
    talk.pass(milliseconds{10});
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/POWER2 ON"));
}

TEST_F(Relay, ASettingThatIsToldToBeRightChangesNothing)
{
    becomes_verified();
    pulse_time(30);
    result(R"({"PulseTime1":{"Set":0,"Remaining":0}})"); // another relay's
    EXPECT_THAT(talk.told, IsEmpty());
    EXPECT_THAT(talk.fresh(), IsEmpty());
}

TEST_F(Relay, IsToldToLockWithAShortLife)
{
    talk.pass(milliseconds{10});
    ASSERT_FALSE(talk.sent.empty());
    EXPECT_EQ(talk.sent[0].payload, "OFF");
    EXPECT_EQ(talk.sent[0].qos, 0) << "a broker would keep it for a device that is away, until the door is somebody else's";
    EXPECT_EQ(talk.sent[0].expiry, std::chrono::seconds{5});
    pulse_time(112);
    talk.pass(milliseconds{10});
    const auto set = std::find_if(talk.sent.begin(), talk.sent.end(), [](const Outgoing& one) { return one.payload == "30"; });
    ASSERT_NE(set, talk.sent.end());
    EXPECT_EQ(set->qos, 0);
}

TEST_F(Relay, AnOpeningThatWaitsDoesNotComeBehindTheLock)
{
    talk.strike(milliseconds{5'000}); // its settings are not seen yet
    talk.set_door(sdk::DoorMode::locked);
    ASSERT_TRUE(talk.struck);
    EXPECT_EQ(text_of(*talk.struck), "refused superseded");
    becomes_verified();
    talk.pass(milliseconds{3'000});
    for (const auto& message : talk.sent) EXPECT_NE(message.payload, "ON");
}

TEST_F(Relay, IsLookedAtAgainWhenItComesBack)
{
    becomes_verified();
    talk.hear_on("tele/dock/LWT", "Offline");
    talk.hear_on("tele/dock/LWT", "Online");
    EXPECT_THAT(talk.told, ElementsAre("offline availability", "setup unknown", "online connected"));
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/PulseTime2 "));
}

TEST_F(Relay, TellsTheStateOfItsRelayOnceAChange)
{
    becomes_verified();
    result(R"({"POWER2":"ON"})");
    result(R"({"POWER2":"ON"})");
    result(R"({"POWER1":"OFF"})"); // another relay of the same device
    result(R"({"POWER2":"OFF"})");
    EXPECT_THAT(talk.told, ElementsAre("door 1 unlocked -", "door 1 locked -"));
}

TEST_F(Relay, IsLockedFirstAndAgainUntilItSaysSo)
{
    talk.pass(milliseconds{5'000});
    EXPECT_THAT(talk.fresh(), testing::AllOf(Contains("cmnd/dock/POWER2 OFF").Times(testing::Ge(2)), Contains("cmnd/dock/PulseTime2 ")));
    result(R"({"POWER2":"OFF"})");
    talk.pass(minutes{1});
    EXPECT_THAT(talk.fresh(), testing::Not(Contains("cmnd/dock/POWER2 OFF")));
}

TEST_F(Relay, IsLockedWhenASettingWasWrongThatEndsAnOpening)
{
    result(R"({"POWER2":"OFF"})");
    talk.pass(milliseconds{10});
    pulse_time(0);
    talk.fresh();
    pulse_time(30);
    pulse_time(30);
    power_on_state(0);
    EXPECT_THAT(talk.told, Contains("setup verified"));
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/POWER2 OFF")) << "somebody may have opened it for ever";
}

TEST_F(Relay, APulseThatRunsEndsWhenTheDoorIsToBeLocked)
{
    becomes_verified();
    result(R"({"POWER2":"OFF"})");
    talk.strike();
    result(R"({"POWER2":"ON"})");
    talk.fresh();
    EXPECT_EQ(talk.set_door(sdk::DoorMode::locked), "nothing yet");
    EXPECT_THAT(talk.fresh(), ElementsAre("cmnd/dock/POWER2 OFF"));
    result(R"({"POWER2":"OFF"})");
    EXPECT_EQ(text_of(*talk.moded), "acknowledged");
}

TEST_F(Relay, WhoseLockingNobodyConfirmsIsUnknown)
{
    becomes_verified();
    talk.set_door(sdk::DoorMode::locked);
    talk.pass(milliseconds{2'000});
    EXPECT_EQ(text_of(*talk.moded), "unknown timeout");
}

TEST_F(Relay, GivenOverToAFireIsToldNothingThatLocks)
{
    EXPECT_EQ(talk.set_door(sdk::DoorMode::leave), "acknowledged");
    talk.fresh();
    talk.pass(milliseconds{10});
    pulse_time(30);
    power_on_state(0);
    talk.hear_on("tele/dock/LWT", "Offline");
    talk.hear_on("tele/dock/LWT", "Online");
    talk.pass(minutes{1});
    EXPECT_THAT(talk.fresh(), testing::Not(Contains("cmnd/dock/POWER2 OFF")));
}

TEST_F(Relay, GivenOverToAFireIsNotSetRight)
{
    talk.set_door(sdk::DoorMode::leave);
    talk.pass(milliseconds{10});
    talk.fresh();
    pulse_time(0);
    talk.pass(minutes{1});
    EXPECT_THAT(talk.told, Contains("setup differs PulseTime is 0 and not 30"));
    EXPECT_THAT(talk.fresh(), testing::Not(Contains("cmnd/dock/PulseTime2 30"))) << "a new time would begin to run at once";
}

TEST_F(Relay, ThatIsThereAllTheTimeIsNotDoubtedForSayingSo)
{
    becomes_verified();
    talk.hear_on("tele/dock/LWT", "Online");
    talk.hear_on("tele/dock/LWT", "Online");
    EXPECT_THAT(talk.told, testing::Not(Contains("setup unknown")));
}

TEST(LongPulse, IsWrittenInSecondsAndNotForTenTimesAsLong)
{
    Conversation talk{"tasmota-relay-strike.yaml",
                      {{"t", std::string{"dock"}}, {"relay", std::int64_t{2}}},
                      {{.door = 1, .pulse = milliseconds{30'000}}}};
    talk.pass(milliseconds{10});
    talk.hear_on("stat/dock/RESULT", R"({"PulseTime2":{"Set":0,"Remaining":0}})");
    EXPECT_THAT(talk.fresh(), Contains("cmnd/dock/PulseTime2 130"));
}

class Numbered : public testing::Test {
protected:
    Numbered() : talk{"shelly-gen2-switch-strike.yaml", {{"prefix", std::string{"shelly"}}}}
    {
        talk.pass(milliseconds{10});
        for (int i = 0; i < 3; ++i) answer(last(), R"("result":{"in_mode":"detached","initial_state":"off","auto_on":false})");
        talk.fresh();
    }

    /// The number of the last command, or the last with this method.
    std::string last(const std::string& method = "") const
    {
        const auto is_meant = [&method](const Outgoing& one) { return one.payload.find(method) != std::string::npos; };
        const auto found = std::find_if(talk.sent.rbegin(), talk.sent.rend(), is_meant);
        return std::to_string(boost::json::parse(found->payload).at("id").as_int64());
    }
    void answer(const std::string& id, const std::string& rest)
    {
        talk.hear_on("gatehouse/shelly/rpc", R"({"id":)" + id + R"(,"src":"shelly","dst":"gatehouse/shelly",)" + rest + "}");
    }

    Conversation talk;
};

TEST_F(Numbered, AnAnswerToAnotherCommandIsNone)
{
    talk.strike();
    const auto first = last();
    talk.pass(milliseconds{2'000});
    EXPECT_EQ(text_of(*talk.struck), "unknown timeout");
    talk.strike();
    const auto second = last();
    answer(first, R"("result":{"was_on":false})");
    EXPECT_FALSE(talk.struck);
    answer(second, R"("result":{"was_on":false})");
    EXPECT_EQ(text_of(*talk.struck), "acknowledged");
}

TEST_F(Numbered, AnEarlierAnswerTellsNothingOfASetting)
{
    talk.told.clear();
    talk.device->disconnected(talk.now);
    talk.device->connected(talk.now);
    talk.pass(milliseconds{10});
    for (int i = 0; i < 3; ++i) answer("1", R"("result":{"in_mode":"detached","initial_state":"off","auto_on":false})");
    EXPECT_THAT(talk.told, testing::Not(Contains("setup verified")));
    for (int i = 0; i < 3; ++i)
        answer(last("Switch.GetConfig"), R"("result":{"in_mode":"detached","initial_state":"off","auto_on":false})");
    EXPECT_THAT(talk.told, Contains("setup verified"));
}

TEST_F(Numbered, LongerThanTheDeviceOpensIsRefused)
{
    talk.device->strike(1, std::chrono::hours{2}, sdk::Deadline{talk.now + milliseconds{2'000}},
                        sdk::Reply<sdk::Verdict>{[this](sdk::Verdict verdict) { talk.struck = std::move(verdict); }}, talk.now);
    ASSERT_TRUE(talk.struck);
    EXPECT_EQ(text_of(*talk.struck), "refused not_expressible");
}

TEST_F(Numbered, ARefusalIsToldWithItsReason)
{
    talk.strike();
    answer(last(), R"("error":{"code":-103,"message":"no such switch"})");
    EXPECT_EQ(text_of(*talk.struck), "refused device_refused");
    EXPECT_EQ(talk.struck->detail, "no such switch");
}

TEST_F(Numbered, AnAnswerThatIsNeitherYesNorNoIsUnknown)
{
    talk.strike();
    answer(last(), R"("note":1)");
    EXPECT_EQ(text_of(*talk.struck), "unknown answer");
}

TEST_F(Numbered, TheLengthGoesOutAsItIs)
{
    talk.device->strike(1, milliseconds{2'500}, sdk::Deadline{talk.now + milliseconds{2'000}},
                        sdk::Reply<sdk::Verdict>{[](const sdk::Verdict&) {}}, talk.now);
    EXPECT_THAT(talk.fresh(), ElementsAre(testing::HasSubstr(R"("toggle_after":2.5)")));
}

TEST_F(Numbered, APulseThatRunsIsNotShortenedByTheNext)
{
    talk.strike(); // of 5 s
    answer(last(), R"("result":{"was_on":false})");
    ASSERT_EQ(text_of(*talk.struck), "acknowledged");
    talk.pass(milliseconds{1'000});
    talk.fresh();
    talk.device->strike(1, milliseconds{500}, sdk::Deadline{talk.now + milliseconds{2'000}},
                        sdk::Reply<sdk::Verdict>{[](const sdk::Verdict&) {}}, talk.now);
    EXPECT_THAT(talk.fresh(), ElementsAre(testing::HasSubstr(R"("toggle_after":4)")));
}

} // namespace
} // namespace gatehouse::mqtt
