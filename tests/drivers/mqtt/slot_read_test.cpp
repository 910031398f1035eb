// A lock whose slots are asked for one by one, and whose every word tells all of them as they were last heard of.

#include "pin_lock.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

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

TEST_F(Lock, ASlotThatWasHeardOfAndDoesNotAnswerIsNamedWithoutAGuess)
{
    state(all("enabled", "enabled", "available"));
    for (const auto* said : {"slot 2 does not answer", "slot 2 could not be asked for"}) {
        talk.read();
        talk.pass(milliseconds{60});
        state(all("enabled", "enabled", "available"));
        talk.pass(milliseconds{60});
        if (std::string_view{said}.ends_with("for")) fail("get' 'pin_code");
        talk.pass(milliseconds{16'000});
        ASSERT_TRUE(talk.table && !talk.table->complete);
        EXPECT_EQ(talk.table->detail, said);
        talk.table.reset();
    }
}

TEST_F(Lock, ASlotThatNobodyEverHeardOfIsAskedAboutWithTheNumberOfSlots)
{
    talk.read();
    talk.pass(milliseconds{60});
    state(is(1, "enabled"));
    talk.pass(milliseconds{16'000});
    ASSERT_TRUE(talk.table && !talk.table->complete);
    EXPECT_EQ(talk.table->detail, "slot 2 does not answer; has the lock fewer than it is said to have?");
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

TEST_F(Lock, AMessageThatCannotBeReadMakesAReadAPart)
{
    talk.read();
    for (int i = 0; i < 3; ++i) {
        talk.pass(milliseconds{60});
        if (i == 1) talk.hear_on(state_topic, R"({"users":{"1":{"sta)");
        state(all("available", "available", "available"));
    }
    talk.pass(milliseconds{2'500});
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(talk.table->reason, "damaged");
    EXPECT_FALSE(talk.table->complete);
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
