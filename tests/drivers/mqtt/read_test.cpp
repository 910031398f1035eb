// Reading a table that has no end mark: when "complete" may be said, and all the ways it may not.

#include "conversation.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// One round: the rows, then silence.
void round_of(Conversation& talk, const std::vector<std::string>& uids)
{
    for (const auto& uid : uids) talk.row(uid);
    talk.pass(seconds{3});
}

TEST(ReadTable, IsCompleteAfterTwoRoundsThatAgree)
{
    Conversation talk;
    talk.read();
    round_of(talk, {"0411", "0422"});
    EXPECT_FALSE(talk.table);
    round_of(talk, {"0422", "0411"});
    ASSERT_TRUE(talk.table);
    EXPECT_TRUE(talk.table->complete);
    EXPECT_EQ(talk.table->rounds, 2u);
    EXPECT_THAT(keys_of(*talk.table), ElementsAre("0411", "0422"));
    EXPECT_THAT(talk.commands(), ElementsAre("getuserlist", "getuserlist"));
}

TEST(ReadTable, TellsWhatEachEntryHolds)
{
    Conversation talk;
    talk.read();
    const auto row =
        R"({"cmd":"adduser","doorip":"10.20.0.31","uid":"0411223344","user":"Dan R.","acctype":1,"validsince":1772524800,"validuntil":1772783999,"pincode":"","gh":"g:1f3a"})";
    for (int round = 0; round < 2; ++round) {
        talk.hear(row);
        talk.pass(seconds{3});
    }
    ASSERT_TRUE(talk.table);
    const sdk::Entry expected{
        .key = "0411223344", .doors = {1}, .from = 1772524800, .until = 1772784000, .label = "Dan R.", .tag = "g:1f3a"};
    EXPECT_THAT(talk.table->entries, ElementsAre(expected));
}

TEST(ReadTable, ForeignEntriesAreListedAsWhatTheyAre)
{
    Conversation talk;
    talk.read();
    for (int round = 0; round < 2; ++round) {
        talk.hear(R"({"command":"userfile","uid":"04aa","acctype":"99","validuntil":4294967295})");
        talk.hear(R"({"command":"userfile","uid":"04bb","acctype":0,"validuntil":1772784000})");
        talk.hear(R"({"command":"userfile","uid":"04cc","acctype":7})");
        talk.hear(R"({"command":"userfile","uid":"1234","acctype":1,"validuntil":1772784000})");
        talk.pass(seconds{3});
    }
    ASSERT_TRUE(talk.table);
    std::vector<std::string> states;
    for (const auto& entry : talk.table->entries)
        states.push_back(entry.key + " " + std::string{sdk::to_word(entry.state)} + " " + std::string{sdk::to_word(entry.key_kind)});
    EXPECT_THAT(states,
                ElementsAre("04aa admin card_uid_hex", "04bb disabled card_uid_hex", "04cc unknown card_uid_hex", "1234 active pin"));
    EXPECT_TRUE(talk.table->entries[0].tag.empty());
    EXPECT_FALSE(talk.table->entries[0].until);
}

TEST(ReadTable, AnEmptyTableNeedsAnAnswerToTheProbeInEachRound)
{
    Conversation talk;
    talk.read();
    talk.pass(seconds{3});
    ASSERT_EQ(talk.commands().back(), "deletuid fffffffffffffffffff");
    talk.acknowledge("deletuid");
    EXPECT_FALSE(talk.table);
    talk.pass(seconds{3});
    talk.acknowledge("deletuid");
    ASSERT_TRUE(talk.table);
    EXPECT_TRUE(talk.table->complete);
    EXPECT_THAT(talk.table->entries, IsEmpty());
}

TEST(ReadTable, ADarkDeviceIsNeverAnEmptyTable)
{
    Conversation talk;
    talk.read();
    talk.pass(seconds{30});
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(text_of(talk.table->verdict), "unknown late");
    EXPECT_FALSE(talk.table->complete);
}

TEST(ReadTable, ADeviceThatGoesDarkMidWayLeavesAPartialTable)
{
    Conversation talk;
    talk.read();
    round_of(talk, {"0411"});
    talk.pass(seconds{30});
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
    EXPECT_EQ(talk.table->reason, "late");
    EXPECT_THAT(keys_of(*talk.table), ElementsAre("0411"));
}

TEST(ReadTable, ABrokerThatStopsMidWayLeavesAPartialTable)
{
    Conversation talk;
    talk.read();
    talk.row("0411");
    talk.up = false;
    talk.device->disconnected(talk.now);
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
    EXPECT_EQ(talk.table->reason, "offline");
}

TEST(ReadTable, ABrokerThatStopsBeforeTheFirstEntryIsOfflineAndNotEmpty)
{
    Conversation talk;
    talk.read();
    talk.up = false;
    talk.device->disconnected(talk.now);
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(text_of(talk.table->verdict), "offline");
}

TEST(ReadTable, RoundsThatDisagreeAreRepeated)
{
    Conversation talk;
    talk.read();
    round_of(talk, {"0411", "0422"});
    round_of(talk, {"0411"}); // short of memory, it dropped one
    round_of(talk, {"0411", "0422"});
    EXPECT_FALSE(talk.table);
    round_of(talk, {"0411", "0422"});
    ASSERT_TRUE(talk.table);
    EXPECT_TRUE(talk.table->complete);
}

TEST(ReadTable, RoundsThatNeverAgreeProveNothingAndListAllThatWasSeen)
{
    Conversation talk;
    talk.read();
    for (const char* uid : {"0411", "0422", "0433", "0444", "0455"}) round_of(talk, {uid});
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
    EXPECT_EQ(talk.table->reason, "rounds");
    EXPECT_THAT(keys_of(*talk.table), ElementsAre("0411", "0422", "0433", "0444", "0455"));
}

TEST(ReadTable, AnEntryThatCannotBeReadMakesTheTablePartial)
{
    Conversation talk;
    talk.read();
    for (int round = 0; round < 2; ++round) {
        talk.row("0411");
        talk.hear(R"({"cmd":"adduser","uid":["?"],"acctype":1})");
        talk.pass(seconds{3});
    }
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
    EXPECT_EQ(talk.table->reason, "damaged");
}

TEST(ReadTable, AHalfWrittenRecordMakesTheTablePartial)
{
    Conversation talk;
    talk.read();
    talk.hear(R"({"cmd":"adduser","uid":"04)");
    round_of(talk, {"0411"});
    round_of(talk, {"0411"});
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(talk.table->reason, "damaged");
}

TEST(ReadTable, ARestartDuringTheReadEndsItAsPartial)
{
    Conversation talk;
    talk.heartbeat(1000);
    talk.read();
    round_of(talk, {"0411"});
    talk.heartbeat(3);
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(talk.table->reason, "restarted");
}

TEST(ReadTable, AReconnectOfTheDeviceDuringTheReadProvesNothing)
{
    Conversation talk;
    talk.read();
    talk.pass(seconds{1});
    talk.boot();
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
    EXPECT_EQ(text_of(talk.table->verdict), "unknown restarted");
}

TEST(ReadTable, YieldsToARevokeAtOnce)
{
    Conversation talk;
    talk.read();
    talk.row("0411");
    talk.apply({drop("0422")});
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
    EXPECT_EQ(talk.table->reason, "yielded");
    EXPECT_THAT(keys_of(*talk.table), ElementsAre("0411"));
    EXPECT_EQ(talk.commands().back(), "deletuid 0422");
    talk.row("0433"); // a straggler of the list
    talk.acknowledge("deletuid");
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST(ReadTable, EndsByItsDeadline)
{
    Conversation talk;
    talk.read(milliseconds{4000});
    round_of(talk, {"0411"});
    talk.pass(seconds{1});
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(talk.table->reason, "late");
}

TEST(ReadTable, LostMessagesOnOurSideMakeItPartial)
{
    Conversation talk;
    talk.read();
    round_of(talk, {"0411"});
    talk.device->gap();
    round_of(talk, {"0411"});
    ASSERT_TRUE(talk.table);
    EXPECT_EQ(talk.table->reason, "damaged");
}

/// An empty table, proven.
void read_empty(Conversation& talk)
{
    talk.read();
    for (int round = 0; round < 2; ++round) {
        talk.pass(seconds{3});
        talk.acknowledge("deletuid");
    }
    ASSERT_TRUE(talk.table && talk.table->complete);
}

TEST(StaleAnswers, OfADriverBeforeThisOneProveNoEmptyTable)
{
    Conversation talk{{{.door = 1}}, Conversation::Line::fresh};
    talk.read();
    talk.pass(seconds{3});
    ASSERT_EQ(talk.commands().back(), "getuserlist") << "no probe before the line was quiet";
    talk.acknowledge("deletuid"); // of before
    talk.pass(milliseconds{4'999});
    EXPECT_EQ(talk.commands().back(), "getuserlist");
    talk.pass(milliseconds{1});
    ASSERT_EQ(talk.commands().back(), "deletuid fffffffffffffffffff");
    talk.pass(seconds{60}); // nobody is there
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
}

TEST(StaleAnswers, OfACommandThatWasAnsweredTwiceProveNoEmptyTable)
{
    Conversation talk;
    talk.apply({drop("04a1")});
    talk.acknowledge("deletuid");
    talk.read();
    talk.pass(seconds{3});
    talk.acknowledge("deletuid"); // once more
    EXPECT_EQ(talk.commands().back(), "getuserlist");
    talk.pass(seconds{60});
    ASSERT_TRUE(talk.table);
    EXPECT_FALSE(talk.table->complete);
}

TEST(StaleAnswers, AfterALineThatCameBackAreWaitedFor)
{
    Conversation talk;
    talk.up = false;
    talk.device->disconnected(talk.now);
    talk.up = true;
    talk.device->connected(talk.now);
    talk.read();
    talk.pass(milliseconds{4'999});
    EXPECT_EQ(talk.commands().back(), "getuserlist");
    talk.pass(milliseconds{1});
    EXPECT_EQ(talk.commands().back(), "deletuid fffffffffffffffffff");
}

TEST(StaleAnswers, AnAcknowledgementNobodyWaitsForHasWhatWasJustProvenReadAgain)
{
    Conversation talk;
    read_empty(talk);
    EXPECT_THAT(talk.events, IsEmpty());
    talk.acknowledge("deletuid");
    ASSERT_EQ(talk.events.size(), 1u);
    EXPECT_EQ(talk.events[0].kind, sdk::EventKind::table_changed);
    talk.acknowledge("deletuid");
    EXPECT_EQ(talk.events.size(), 1u) << "once for each read";
}

TEST(StaleAnswers, LongAfterAReadAreNoNewsOfIt)
{
    Conversation talk;
    read_empty(talk);
    talk.pass(seconds{5});
    talk.acknowledge("deletuid");
    EXPECT_THAT(talk.events, IsEmpty());
}

TEST(StaleAnswers, ARowBehindTheEndOfItsListHasTheTableReadAgain)
{
    Conversation talk;
    talk.read();
    round_of(talk, {"0411"});
    round_of(talk, {"0411"});
    ASSERT_TRUE(talk.table && talk.table->complete);
    talk.row("0411"); // said twice
    EXPECT_THAT(talk.events, IsEmpty());
    talk.row("0422");
    ASSERT_EQ(talk.events.size(), 1u);
    EXPECT_EQ(talk.events[0].kind, sdk::EventKind::table_changed);
}

TEST(StaleAnswers, RowsOfAReadThatWasGivenUpAreNoNews)
{
    Conversation talk;
    talk.read();
    talk.row("0411");
    talk.apply({drop("0411")});
    talk.row("0422");
    EXPECT_THAT(talk.events, IsEmpty());
}

TEST(StaleAnswers, InTheMiddleOfAReadBeginItsRoundsAnew)
{
    Conversation talk;
    talk.read();
    talk.pass(seconds{3});
    talk.acknowledge("deletuid");
    talk.acknowledge("deletuid"); // which of the two was it?
    talk.pass(seconds{5});
    ASSERT_EQ(talk.commands().back(), "deletuid fffffffffffffffffff");
    talk.acknowledge("deletuid");
    EXPECT_FALSE(talk.table);
    talk.pass(seconds{3});
    talk.acknowledge("deletuid");
    ASSERT_TRUE(talk.table);
    EXPECT_TRUE(talk.table->complete);
}

} // namespace
} // namespace gatehouse::mqtt
