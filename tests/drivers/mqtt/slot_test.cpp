// A lock whose slots are asked for one by one, and whose every word tells all of them as they were last heard of.

#include "conversation.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* state_topic = "zigbee2mqtt/front";
constexpr const char* log_topic = "zigbee2mqtt/bridge/logging";

std::string set(const std::string& pin_code)
{
    return R"(zigbee2mqtt/front/set {"pin_code":)" + pin_code + "}";
}

std::string get(int slot)
{
    return R"(zigbee2mqtt/front/get {"pin_code":{"user":)" + std::to_string(slot) + "}}";
}

std::string put_of(int slot, const std::string& pin)
{
    return set(R"({"user":)" + std::to_string(slot) + R"(,"user_type":"unrestricted","user_enabled":true,"pin_code":")" + pin + "\"}");
}

std::string drop_of(int slot)
{
    return set(R"({"user":)" + std::to_string(slot) + R"(,"pin_code":null})");
}

class Lock : public testing::Test {
protected:
    explicit Lock(bool shows = false)
        : talk{"zigbee2mqtt-pin-lock.yaml", {{"name", std::string{"front"}}, {"slots", std::int64_t{3}}, {"expose_pin", shows}}}
    {
        talk.pass(milliseconds{60}); // it is told to lock first
        talk.hear_on(state_topic, R"({"lock_state":"locked"})");
        talk.fresh();
        talk.told.clear();
    }

    /// The whole state, as the bridge publishes it with each word of the lock.
    void state(const std::string& users, const std::string& more = "")
    {
        talk.hear_on(state_topic, "{" + more + R"("users":{)" + users + "}}");
    }
    static std::string is(int slot, const std::string& status, const std::string& pin = "")
    {
        return "\"" + std::to_string(slot) + R"(":{"status":")" + status + "\"" + (pin.empty() ? "" : R"(,"pin_code":")" + pin + "\"") +
               "}";
    }
    static std::string all(const std::string& one, const std::string& two, const std::string& three)
    {
        return is(1, one) + "," + is(2, two) + "," + is(3, three);
    }
    static sdk::Step put_at(std::uint32_t slot, std::string pin)
    {
        return {sdk::Op::put, {.key = std::move(pin), .key_kind = sdk::KeyKind::pin, .slot = slot, .doors = {1}}};
    }
    static sdk::Step drop_at(std::uint32_t slot) { return {sdk::Op::drop, {.key_kind = sdk::KeyKind::pin, .slot = slot}}; }
    /// A whole read in which the lock answers each question by its truth.
    void read_all(const std::string& users)
    {
        talk.read();
        for (int i = 0; i < 3; ++i) {
            talk.pass(milliseconds{60});
            state(users);
        }
        talk.pass(milliseconds{2'500});
        talk.fresh();
    }
    void fail(const std::string& what)
    {
        talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish ')" + what + R"(' to 'front' failed: 'Error: Timeout'"})");
    }

    Conversation talk;
};

class OpenLock : public Lock {
protected:
    OpenLock() : Lock{true} {}
};

TEST_F(Lock, IsAskedForEachSlotAndToldWhole)
{
    talk.read();
    EXPECT_THAT(talk.fresh(), ElementsAre(get(1)));
    talk.pass(milliseconds{60});
    state(is(1, "enabled"));
    talk.pass(milliseconds{60});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(2)));
    state(is(1, "enabled") + "," + is(2, "available", "1234"));
    talk.pass(milliseconds{60});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(3)));
    state(all("enabled", "available", "disabled"));
    EXPECT_FALSE(talk.table) << "what is still on its way could say otherwise";
    talk.pass(milliseconds{2'500});
    ASSERT_TRUE(talk.table && talk.table->complete);
    ASSERT_EQ(talk.table->entries.size(), 2U);
    EXPECT_EQ(talk.table->entries[0].slot, 1U);
    EXPECT_EQ(talk.table->entries[0].state, sdk::EntryState::active);
    EXPECT_EQ(talk.table->entries[0].key, "");
    EXPECT_EQ(talk.table->entries[1].slot, 3U);
    EXPECT_EQ(talk.table->entries[1].state, sdk::EntryState::disabled);
}

TEST_F(Lock, WhatWasSaidBeforeTheQuestionIsNoAnswer)
{
    state(all("available", "available", "available"));
    talk.read();
    EXPECT_THAT(talk.fresh(), ElementsAre(get(1)));
    talk.pass(milliseconds{1'000});
    EXPECT_THAT(talk.fresh(), IsEmpty());
    EXPECT_FALSE(talk.table);
}

TEST_F(Lock, AReportThatOvertakesAnAnswerIsPutRightByIt)
{
    talk.read();
    talk.pass(milliseconds{60});
    state(all("available", "available", "available"), R"("battery":80,)"); // slot 1 was set at the keypad: the bridge does not know yet
    talk.pass(milliseconds{60});
    state(all("enabled", "available", "available")); // the answer to the first question, taken for that of the second
    talk.pass(milliseconds{60});
    state(all("enabled", "available", "available"));
    talk.pass(milliseconds{2'500});
    ASSERT_TRUE(talk.table && talk.table->complete);
    ASSERT_EQ(talk.table->entries.size(), 1U);
    EXPECT_EQ(talk.table->entries[0].slot, 1U);
}

TEST_F(Lock, AnAnswerBehindTheEndShowsThatTheProofWasNone)
{
    read_all(all("available", "available", "available"));
    ASSERT_TRUE(talk.table->complete);
    state(all("available", "enabled", "available"));
    EXPECT_THAT(talk.told, testing::Contains("event table_changed"));
}

TEST_F(Lock, ThatFallsSilentLeavesThePartThatWasRead)
{
    talk.read();
    talk.pass(milliseconds{60});
    for (const auto& told : {is(1, "enabled"), is(2, "available")}) state(told), talk.pass(milliseconds{60});
    talk.pass(milliseconds{16'000});
    ASSERT_TRUE(talk.table && !talk.table->complete);
    EXPECT_EQ(talk.table->reason, "late");
    EXPECT_EQ(talk.table->detail, "slot 3 does not answer; has the lock fewer than it is said to have?");
    EXPECT_EQ(talk.table->entries.size(), 1U);
}

TEST_F(Lock, ThatSaysNothingHasNoTable)
{
    talk.read();
    talk.pass(milliseconds{16'000});
    EXPECT_EQ(text_of(talk.table->verdict), "unknown late");
}

TEST_F(Lock, AWordForASlotThatIsNotListedIsUnknown)
{
    read_all(is(1, "not_supported_7") + "," + is(2, "available") + "," + is(3, "available"));
    ASSERT_EQ(talk.table->entries.size(), 1U);
    EXPECT_EQ(talk.table->entries[0].state, sdk::EntryState::unknown);
}

TEST_F(Lock, WhatIsWrittenIsAskedForUntilItStands)
{
    talk.apply({put_at(2, "0012")});
    EXPECT_THAT(talk.fresh(), ElementsAre(put_of(2, "0012")));
    talk.pass(milliseconds{60});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(2)));
    state(all("available", "available", "available")); // of a battery
    EXPECT_FALSE(talk.applied);
    talk.pass(milliseconds{700});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(2)));
    state(all("available", "enabled", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged read_back"));
}

TEST_F(Lock, WhatDoesNotArriveIsSentOnceMoreAndNeverCalledStored)
{
    talk.apply({put_at(2, "4711")});
    for (int i = 0; i < 60 && !talk.applied; ++i) {
        talk.pass(milliseconds{300});
        if (!talk.applied) state(all("available", "available", "available"));
    }
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown not_stored"));
    const auto sent = talk.fresh();
    EXPECT_GE(std::count(sent.begin(), sent.end(), put_of(2, "4711")), 2);
}

TEST_F(Lock, ARemovalIsDoneWhenTheSlotIsFree)
{
    talk.apply({drop_at(3)});
    EXPECT_THAT(talk.fresh(), ElementsAre(drop_of(3)));
    talk.pass(milliseconds{60});
    state(all("available", "available", "enabled"));
    EXPECT_FALSE(talk.applied);
    talk.pass(milliseconds{700});
    state(is(1, "available") + "," + is(2, "available") + "," + is(3, "available", "4711")); // it still shows its last code
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged read_back"));
}

TEST_F(Lock, WhatWasLastHeardOfToldOnceMoreProvesNoStep)
{
    state(all("available", "available", "available")); // it never heard that slot 2 was written
    talk.apply({drop_at(2)});
    talk.pass(milliseconds{60});
    state(all("available", "available", "available")); // of a battery, before the lock has answered
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, WhatItShowedBeforeAGapProvesNoStep)
{
    state(all("available", "enabled", "available"));
    talk.pass(milliseconds{60});
    talk.device->disconnected(talk.now);
    talk.device->connected(talk.now);
    talk.apply({drop_at(2)});
    talk.pass(milliseconds{60});
    state(all("available", "available", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, ABridgeThatBeginsAnewProvesNoStep)
{
    state(all("enabled", "available", "available"));
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"offline"})");
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"online"})");
    talk.apply({drop_at(1)});
    talk.pass(milliseconds{120});                      // it is told to lock first
    state(all("available", "available", "available")); // what its disk had, from before the code was put
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, ABridgeThatBeginsAnewWhileAStepIsInHandProvesNone)
{
    state(all("enabled", "available", "available"));
    talk.apply({drop_at(1)});
    talk.pass(milliseconds{60});
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"online"})");
    state(all("available", "available", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, ABridgeThatBeginsAnewEndsARead)
{
    talk.read();
    for (int i = 0; i < 3; ++i) {
        talk.pass(milliseconds{60});
        state(all("available", "available", "available"));
    }
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"online"})");
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
    EXPECT_EQ(talk.table->reason, "restarted");
}

TEST_F(Lock, WhatCameBeforeTheQuestionWentOutAndWasKeptWaitingIsNoAnswer)
{
    state(all("available", "enabled", "available"));
    const auto before = talk.now;
    talk.apply({drop_at(2)});
    talk.pass(milliseconds{60});
    const auto kept = R"({"users":{)" + all("available", "available", "available") + "}}";
    talk.device->message({state_topic, kept, false, before}, talk.now);
    EXPECT_EQ(talk.verdicts(), std::vector<std::string>{"nothing yet"});
}

TEST_F(Lock, AStepThatWasProvenIsReadAgainWhenAFailureFollows)
{
    state(all("available", "enabled", "available"));
    talk.apply({drop_at(2)});
    talk.pass(milliseconds{60});
    state(all("available", "available", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged read_back"));
    fail("set' 'pin_code");
    EXPECT_THAT(talk.told, testing::Contains("event table_changed"));
}

TEST_F(Lock, ACodeChangedAtItsKeypadIsNotTakenForOurs)
{
    read_all(all("available", "enabled", "available"));
    talk.apply({put_at(1, "4711")});
    talk.pass(milliseconds{60});
    state(all("enabled", "enabled", "available"));
    EXPECT_THAT(talk.told, testing::Not(testing::Contains("event table_changed")));
    state(all("enabled", "enabled", "available"), R"("action":"pin_code_changed","action_source_name":"keypad","action_user":1,)");
    EXPECT_THAT(talk.told, testing::Contains("event table_changed"));
}

TEST_F(Lock, AQuestionThatFailsBehindItsReadEndsWhatWasBelieved)
{
    read_all(all("available", "available", "available"));
    ASSERT_TRUE(talk.table && talk.table->complete);
    EXPECT_THAT(talk.told, testing::Not(testing::Contains("event table_changed")));
    fail("get' 'pin_code");
    EXPECT_THAT(talk.told, testing::Contains("event table_changed"));
}

TEST_F(Lock, AQuestionThatFailsWhileAReadSettlesMakesItAPart)
{
    talk.read();
    for (int i = 0; i < 3; ++i) {
        talk.pass(milliseconds{60});
        state(all("available", "available", "available"));
    }
    fail("get' 'pin_code");
    talk.pass(milliseconds{2'500});
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
}

TEST_F(Lock, ThatKeepsWhatItWasToldToForgetIsUnknown)
{
    talk.apply({drop_at(3)});
    for (int i = 0; i < 60 && !talk.applied; ++i) {
        talk.pass(milliseconds{300});
        if (!talk.applied) state(all("available", "available", "enabled"));
    }
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown not_removed"));
}

TEST_F(Lock, AFailureInTheLogOfTheBridgeEndsTheWait)
{
    talk.apply({put_at(2, "4711")});
    talk.pass(milliseconds{60});
    talk.fresh();
    fail("set' 'pin_code");
    talk.pass(milliseconds{50});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(2))) << "it may have arrived all the same";
    fail("get' 'pin_code");
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown device_failure"));
}

TEST_F(Lock, AFailureOfAnotherLockIsNotOurs)
{
    talk.apply({put_at(2, "4711")});
    talk.pass(milliseconds{60});
    for (int i = 0; i < 2; ++i)
        talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish 'set' 'pin_code' to 'back' failed: 'Error: Timeout'"})");
    EXPECT_FALSE(talk.applied);
}

TEST_F(Lock, APutWaitsForTheRemovalFromItsSlot)
{
    talk.apply({drop_at(2), put_at(2, "4711")}, milliseconds{40'000});
    talk.pass(milliseconds{16'000});
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown timeout", "refused slot_not_free"));
}

TEST_F(Lock, IsAskedAtOnceWhenItSaysItself)
{
    talk.apply({put_at(2, "4711")});
    talk.pass(milliseconds{60});
    talk.fresh();
    state(all("available", "available", "available"), R"("action":"pin_code_added","action_source_name":"rf","action_user":2,)");
    talk.pass(milliseconds{50});
    EXPECT_THAT(talk.fresh(), testing::Contains(get(2)));
    EXPECT_FALSE(talk.applied) << "its word alone is no proof";
}

TEST_F(Lock, ACodeSetAtItsKeypadEndsWhatWasProven)
{
    read_all(all("available", "available", "available"));
    talk.told.clear();
    state(all("available", "available", "available"), R"("action":"pin_code_added","action_source_name":"keypad","action_user":3,)");
    EXPECT_THAT(talk.told, ElementsAre("event table_changed"));
}

TEST_F(Lock, ACodeOfTheWrongLengthIsRefusedBeforeItIsSent)
{
    talk.apply({put_at(1, "123"), put_at(1, "123456789"), put_at(1, "12a4")});
    EXPECT_THAT(talk.verdicts(), ElementsAre("refused bad_key", "refused bad_key", "refused bad_key"));
    EXPECT_THAT(talk.fresh(), IsEmpty());
}

TEST_F(Lock, AReadGivesWayToARevoke)
{
    talk.read();
    talk.pass(milliseconds{60});
    state(is(1, "enabled"));
    talk.apply({drop_at(2)});
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(talk.table->reason, "yielded");
    talk.pass(milliseconds{60});
    EXPECT_THAT(talk.fresh(), testing::Contains(drop_of(2)));
}

TEST_F(Lock, WithoutABrokerNothingIsBegun)
{
    talk.up = false;
    talk.apply({drop_at(2)});
    EXPECT_THAT(talk.verdicts(), ElementsAre("all: offline"));
}

TEST_F(Lock, IsAwayWhenTheBridgeIs)
{
    talk.hear_on("zigbee2mqtt/front/availability", R"({"state":"online"})", true);
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"offline"})", true);
    talk.hear_on("zigbee2mqtt/front/availability", R"({"state":"online"})");
    talk.hear_on("zigbee2mqtt/bridge/state", "online");
    EXPECT_THAT(talk.told, ElementsAre("offline availability", "online connected"));
}

constexpr const char* unlock = R"(zigbee2mqtt/front/set {"state":"UNLOCK"})";
constexpr const char* lock = R"(zigbee2mqtt/front/set {"state":"LOCK"})";

TEST_F(Lock, WhatWasLastHeardOfItsBoltConfirmsNothing)
{
    talk.strike(milliseconds{30'000});
    EXPECT_THAT(talk.fresh(), ElementsAre(unlock));
    talk.hear_on(state_topic, R"({"lock_state":"locked"})");
    talk.hear_on(state_topic, R"({"lock_state":"unlocked"})");
    ASSERT_TRUE(talk.struck) << "it turned";
    EXPECT_EQ(text_of(*talk.struck), "acknowledged");
    EXPECT_EQ(talk.set_door(sdk::DoorMode::locked, milliseconds{30'000}), "nothing yet");
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"offline"})");
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"online"})");
    talk.hear_on(state_topic, R"({"lock_state":"locked"})"); // as its disk has it
    EXPECT_FALSE(talk.moded);
}

TEST_F(Lock, WhoseLockingFailedIsToldAgain)
{
    talk.set_door(sdk::DoorMode::locked, milliseconds{60'000});
    talk.hear_on(state_topic, R"({"lock_state":"locked"})");
    talk.pass(milliseconds{5'000});
    EXPECT_FALSE(talk.moded);
    talk.fresh();
    talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish 'set' 'state' to 'front' failed: 'Error: Timeout'"})");
    talk.pass(milliseconds{10'000});
    EXPECT_FALSE(talk.moded) << "what it shows is what was last heard of";
    EXPECT_THAT(talk.fresh(), testing::Contains(lock));
    talk.pass(milliseconds{20'000});
    ASSERT_TRUE(talk.moded) << "nothing failed this time";
    EXPECT_EQ(text_of(*talk.moded), "unknown not_seen") << "and nobody saw it lock";
    talk.fresh();
    talk.pass(std::chrono::minutes{2});
    EXPECT_THAT(talk.fresh(), testing::Not(testing::Contains(lock))) << "its batteries are not run down for that";
}

TEST_F(Lock, GivenOverToAFireIsNotLockedForAFailureToldBehind)
{
    talk.pass(milliseconds{12'000}); // what it was told at first is done
    talk.fresh();
    EXPECT_EQ(talk.set_door(sdk::DoorMode::leave), "acknowledged");
    talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish 'set' 'state' to 'front' failed: 'Error: Timeout'"})");
    talk.pass(milliseconds{30'000});
    EXPECT_THAT(talk.fresh(), testing::Not(testing::Contains(lock)));
}

TEST_F(Lock, ThatDoesNotLockByItselfIsToldBehindThePulse)
{
    talk.strike(milliseconds{30'000});
    talk.hear_on(state_topic, R"({"lock_state":"locked"})");
    talk.hear_on(state_topic, R"({"lock_state":"unlocked"})");
    talk.fresh();
    talk.pass(milliseconds{10'000});
    EXPECT_THAT(talk.fresh(), testing::Contains(lock));
}

TEST_F(OpenLock, ComparesTheCodeOfAnOccupiedSlotOnly)
{
    talk.apply({put_at(2, "4711")});
    talk.pass(milliseconds{60});
    state(is(2, "enabled", "9999"));
    EXPECT_FALSE(talk.applied);
    talk.pass(milliseconds{700});
    state(is(2, "enabled", "4711"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged read_back"));
}

TEST_F(OpenLock, ASlotWithoutItsCodeProvesNoCode)
{
    state(is(2, "enabled", "1111"));
    talk.apply({put_at(2, "4711")});
    talk.pass(milliseconds{60});
    state(is(2, "enabled")); // it was paired anew
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(OpenLock, TheCodeThatAFreeSlotStillShowsIsNobodys)
{
    read_all(is(1, "enabled", "4711") + "," + is(2, "available", "8080") + "," + is(3, "available"));
    ASSERT_TRUE(talk.table && talk.table->complete);
    ASSERT_EQ(talk.table->entries.size(), 1U);
    EXPECT_EQ(talk.table->entries[0].key, "4711");
}

} // namespace
} // namespace gatehouse::mqtt
