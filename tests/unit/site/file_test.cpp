// The configuration file, applied as a difference to what stands.

#include "unit/site/file.hpp"

namespace gatehouse::site {

using testing::IsEmpty;
using testing::SizeIs;

TEST_F(File, HasIdsOfItsStableKeys)
{
    // Computed apart from this code: uuid.uuid5(uuid.UUID("1b4ee92a-0a83-4ade-9381-2be7bf562639"), "OWNER/KIND/KEY") in Python.
    EXPECT_EQ(to_string(harbour().row.id), "70f6b03c-8fcd-5ba1-80d5-f4a90e212935");
    EXPECT_EQ(to_string(door("lobby").row.id), "dcf05b38-1a8e-5cd6-ad46-7f368c490bea");
    EXPECT_EQ(to_string(door("lobby").row.device), "dfddf26b-f58b-58f7-9068-685b8228f922");
    EXPECT_EQ(to_string(directory_.lines().begin()->first), "08621e96-f680-507b-a2d5-7ae6d446dcd5");
    EXPECT_EQ(to_string(bikes().system), "e62ac1f2-87b4-5b0b-9458-9bbb6689a018");
    const auto& entrances = door("lobby").entrances;
    ASSERT_THAT(entrances, SizeIs(2));
    EXPECT_EQ(to_string(entrances[0].id), "2b6db52e-3e8d-505c-a03d-998e7dbd880b");
    EXPECT_EQ(to_string(entrances[1].id), "86778ed9-bedb-5279-a932-e06122e4bd0b");
}

TEST_F(File, AppliedTwiceIsNothingTheSecondTime)
{
    EXPECT_THAT(apply(), IsEmpty());
    move_in();
    EXPECT_THAT(apply(), IsEmpty()) << "what the API makes is not of the file";
}

TEST_F(File, ChangesALabelAlone)
{
    move_in();
    const auto made = bikes().created_at;
    edit("bikes: {door: bikes}", "bikes: {door: bikes, name: Bike store}");
    EXPECT_THAT(settle(), SizeIs(1));
    EXPECT_EQ(bikes().name, "Bike store");
    EXPECT_EQ(bikes().created_at, made) << "it is the one it was";
    EXPECT_TRUE(opens("bikes"));
}

TEST_F(File, WithoutAPathOfAGroupTakesItFirst)
{
    move_in();
    edit("{lobby: always, bikes: always}", "{lobby: always}");
    edit("name: House\n", "name: Other\n");
    const auto rows = settle();
    ASSERT_FALSE(rows.empty());
    EXPECT_TRUE(rows.front().erase);
    EXPECT_THAT(only<model::GroupEntrance>(rows), SizeIs(1));
    EXPECT_FALSE(opens("bikes"));
    EXPECT_TRUE(opens("lobby"));
}

TEST_F(File, LeavesOutAnEntranceThatBecomesAbsentAndOpensAsBefore)
{
    move_in();
    edit("          residents: {entrances: {lobby: always, bikes: always}}\n", "          others: {}\n");
    edit("          bikes: {door: bikes}\n", "");
    edit("  bikes: {owner: harbour, strike: yard-ctl/2}\n", "");
    settle();
    EXPECT_TRUE(bikes().absent);
    EXPECT_TRUE(door("bikes").row.absent);
    const auto* residents = harbour().groups.find(id<model::GroupId>("harbour", "group", "residents"));
    EXPECT_TRUE(residents->row.absent);
    EXPECT_THAT(residents->members, SizeIs(1)) << "its grants stay";
    EXPECT_TRUE(opens("bikes")) << "as last configured";
    EXPECT_TRUE(opens("lobby"));
}

TEST_F(File, TakesBackWhatWasAbsentWithItsGrants)
{
    move_in();
    const auto before = text_;
    const auto made = bikes().created_at;
    edit("          residents: {entrances: {lobby: always, bikes: always}}\n", "");
    edit("        groups:\n", "");
    edit("          bikes: {door: bikes}\n", "");
    settle();
    EXPECT_TRUE(bikes().absent);
    text_ = before;
    EXPECT_THAT(settle(), SizeIs(2)) << "the entrance and the group, nothing else";
    EXPECT_FALSE(bikes().absent);
    EXPECT_EQ(bikes().created_at, made);
    EXPECT_TRUE(opens("bikes"));
}

TEST_F(File, LeavesOutAWholeWorkspaceThatBecomesAbsent)
{
    const auto at = text_.find("  brightline:\n");
    text_.erase(at);
    edit("shared_with: [brightline], ", "");
    settle();
    const auto* brightline = directory_.workspace(id<model::WorkspaceId>("harbour-house", "workspace", "brightline"));
    ASSERT_NE(brightline, nullptr);
    EXPECT_TRUE(brightline->row.absent);
    EXPECT_TRUE(brightline->entrances.find(id<model::EntranceId>("brightline", "entrance", "lobby"))->row.absent);
    EXPECT_THAT(door("lobby").shared_with, SizeIs(1)) << "the absent entrance stands on the door still";
}

TEST_F(File, EndsAShareThatNothingStandsOn)
{
    edit("bikes: {owner: harbour, ", "bikes: {owner: harbour, shared_with: [brightline], ");
    settle();
    EXPECT_THAT(door("bikes").shared_with, SizeIs(1));
    edit("bikes: {owner: harbour, shared_with: [brightline], ", "bikes: {owner: harbour, ");
    EXPECT_THAT(only<model::DoorShare>(settle()), SizeIs(1));
    EXPECT_THAT(door("bikes").shared_with, IsEmpty());
}

TEST_F(File, MovesAnEntranceOffADoorAndEndsItsShareInOneChange)
{
    edit("  bikes: {owner: harbour, strike: yard-ctl/2}\n", "  bikes: {owner: brightline, shared_with: [harbour], strike: yard-ctl/2}\n");
    edit("shared_with: [brightline], ", "");
    edit("lobby: {door: lobby, name: Front door}", "lobby: {door: bikes, name: Front door}");
    settle();
    EXPECT_THAT(door("lobby").shared_with, IsEmpty());
    EXPECT_THAT(door("bikes").entrances, SizeIs(2));
}

TEST_F(File, GivesADoorAnotherOwnerWhileItsOldEntranceIsLeftOut)
{
    edit("  bikes: {owner: harbour, strike: yard-ctl/2}\n", "  bikes: {owner: brightline, strike: yard-ctl/2}\n");
    edit(", bikes: always", "");
    edit("          bikes: {door: bikes}\n", "");
    settle();
    EXPECT_TRUE(bikes().absent);
}

TEST_F(File, LetsTwoDoorsChangeStrikes)
{
    edit("strike: yard-ctl/1", "strike: yard-ctl/3");
    edit("strike: yard-ctl/2", "strike: yard-ctl/1");
    edit("strike: yard-ctl/3", "strike: yard-ctl/2");
    settle();
    EXPECT_EQ(door("lobby").row.output, 2);
    EXPECT_EQ(door("bikes").row.output, 1);
}

TEST_F(File, LetsADoorTakeTheStrikeAnotherGivesUp)
{
    edit("strike: yard-ctl/1", "strike: yard-ctl/9");
    edit("strike: yard-ctl/2", "strike: yard-ctl/1");
    settle();
    EXPECT_EQ(door("lobby").row.output, 9);
    EXPECT_EQ(door("bikes").row.output, 1);
}

TEST_F(File, MovesAnUnusedEntranceToAnotherSystem)
{
    edit(", bikes: always", "");
    edit("          bikes: {door: bikes}\n", "");
    edit("boats: {}", "boats: {entrances: {bikes: {door: bikes}}}");
    settle();
    EXPECT_EQ(bikes().system, id<model::SystemId>("harbour", "system", "boats"));
}

TEST_F(File, LeavesTheScheduleOfAGroupToTheApi)
{
    auto group = harbour().groups.find(id<model::GroupId>("harbour", "group", "residents"))->row;
    group.starts_at = now_;
    ASSERT_TRUE(directory_.apply(model::put(group)));
    EXPECT_THAT(apply(), IsEmpty());
    edit("residents: {", "residents: {lease: none, ");
    settle();
    const auto& row = harbour().groups.find(group.id)->row;
    EXPECT_TRUE(row.lease_none);
    EXPECT_EQ(row.starts_at, group.starts_at);
}

TEST_F(File, ADoorUnderANewKeyWhoseStrikeAnAbsentOneHasIsToldWithItsLine)
{
    edit("  bikes: {owner: harbour, strike: yard-ctl/2}", "  cycles: {owner: harbour, strike: yard-ctl/2}");
    edit("bikes: {door: bikes}", "bikes: {door: cycles}");
    const auto loaded = settings::parse(text_, "gatehouse.yaml");
    ASSERT_TRUE(loaded.settings);
    const auto problems = clashes(directory_, *loaded.settings);
    ASSERT_THAT(problems, SizeIs(1));
    EXPECT_THAT(settings::text(problems[0]),
                testing::StartsWith("gatehouse.yaml:10: doors.cycles.strike: is the strike of door \"bikes\""));
    EXPECT_EQ(problems[0].path, "doors.cycles.strike");
}

TEST_F(File, DoorsOfTheFileThatChangeStrikesDoNotClash)
{
    edit("strike: yard-ctl/1", "strike: yard-ctl/3");
    edit("strike: yard-ctl/2", "strike: yard-ctl/1");
    const auto loaded = settings::parse(text_, "gatehouse.yaml");
    ASSERT_TRUE(loaded.settings);
    EXPECT_THAT(clashes(directory_, *loaded.settings), IsEmpty());
}

} // namespace gatehouse::site
