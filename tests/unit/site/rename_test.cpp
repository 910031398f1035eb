// A key that the file changes: `was`.

#include "unit/site/file.hpp"

namespace gatehouse::site {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

class Rename : public File {
public:
    std::vector<std::string> problems()
    {
        const auto loaded = settings::parse(text_, "gatehouse.yaml");
        for (const auto& problem : loaded.problems) ADD_FAILURE() << settings::text(problem);
        std::vector<std::string> found;
        for (const auto& problem : clashes(directory_, *loaded.settings)) found.push_back(settings::text(problem));
        return found;
    }
    /// The door that has the key now.
    const model::Door& now(std::string_view key) const
    {
        for (const auto& [id, door] : directory_.doors())
            if (door.row.key == key) return door.row;
        throw std::runtime_error{"no door " + std::string{key}};
    }
    void rename_bikes(std::string_view to)
    {
        edit("  bikes: {owner: harbour, strike", "  " + std::string{to} + ": {was: bikes, owner: harbour, strike");
        edit("bikes: {door: bikes}", "bikes: {door: " + std::string{to} + "}");
    }
};

} // namespace

TEST_F(Rename, KeepsTheIdAndTheGrantsOfADoor)
{
    move_in();
    const auto id = door("bikes").row.id;
    rename_bikes("cycles");
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_THAT(settle(), SizeIs(1)) << "the door's row, and nothing of what stands on it";
    EXPECT_EQ(now("cycles").id, id);
    EXPECT_FALSE(now("cycles").absent);
    EXPECT_EQ(now("cycles").name, "cycles") << "a name that was the key follows it";
    EXPECT_THAT(directory_.doors(), SizeIs(2));
    EXPECT_TRUE(opens("bikes")) << "by the id it always had";
}

TEST_F(Rename, OfAnUnknownKeyIsRefusedAlsoForWhatStands)
{
    settle();
    edit("  bikes: {owner: harbour, strike", "  bikes: {was: bykes, owner: harbour, strike");
    EXPECT_THAT(problems(), ElementsAre(testing::HasSubstr("doors.bikes.was: no door \"bykes\" is known; leave `was` out")));
}

TEST_F(Rename, IsNotForTheKeyOfTheSite)
{
    settle();
    EXPECT_THAT(problems(), IsEmpty());
    edit("{key: harbour-house,", "{key: elsewhere,");
    EXPECT_THAT(problems(), ElementsAre(testing::HasSubstr("site.key: the key is part of ids")));
}

TEST_F(Rename, GoesOnWhenTheOldKeyIsNoLongerSaid)
{
    const auto id = door("bikes").row.id;
    rename_bikes("cycles");
    settle();
    edit("was: bikes, ", "");
    settle();
    EXPECT_EQ(now("cycles").id, id);
    EXPECT_THAT(directory_.doors(), SizeIs(2));
}

TEST_F(Rename, FollowsAChainKeyByKey)
{
    const auto id = door("bikes").row.id;
    rename_bikes("cycles");
    settle();
    edit("cycles: {was: bikes", "wheels: {was: cycles");
    edit("bikes: {door: cycles}", "bikes: {door: wheels}");
    settle();
    EXPECT_EQ(now("wheels").id, id);
}

TEST_F(Rename, LetsTwoThingsChangeKeysOnceHoweverOftenItIsRead)
{
    const auto lobby = door("lobby").row.id, bikes = door("bikes").row.id;
    edit("  lobby: {owner: harbour, shared_with: [brightline], strike: yard-ctl/1}",
         "  bikes: {was: lobby, owner: harbour, shared_with: [brightline], strike: yard-ctl/1}");
    edit("  bikes: {owner: harbour, strike: yard-ctl/2}", "  lobby: {was: bikes, owner: harbour, strike: yard-ctl/2}");
    edit("lobby: {door: lobby, name: Lobby}", "lobby: {door: bikes, name: Lobby}");
    edit("bikes: {door: bikes}", "bikes: {door: lobby}");
    edit("lobby: {door: lobby, name: Front door}", "lobby: {door: bikes, name: Front door}");
    settle();
    EXPECT_EQ(now("bikes").id, lobby);
    EXPECT_EQ(now("bikes").output, 1);
    EXPECT_EQ(now("lobby").id, bikes);
    EXPECT_EQ(now("lobby").output, 2);
}

TEST_F(Rename, GivesAKeyThatCameBackForSomethingNewAnIdOfItsOwn)
{
    const auto id = door("bikes").row.id;
    rename_bikes("cycles");
    settle();
    edit("was: bikes, ", "");
    edit("  lobby: {owner", "  bikes: {owner: harbour, strike: yard-ctl/7}\n  lobby: {owner");
    settle();
    EXPECT_EQ(now("cycles").id, id);
    EXPECT_NE(now("bikes").id, id);
    EXPECT_THAT(directory_.doors(), SizeIs(3));
}

TEST_F(Rename, OfWhatNobodyKnowsIsAProblemWithItsLine)
{
    edit("  bikes: {owner: harbour, strike", "  cycles: {was: bicycles, owner: harbour, strike");
    edit("bikes: {door: bikes}", "bikes: {door: cycles}");
    EXPECT_THAT(problems(),
                ElementsAre("gatehouse.yaml:10: doors.cycles.was: no door \"bicycles\" is known; leave `was` out of what is new"));
}

TEST_F(Rename, OntoTheKeyOfSomethingAbsentIsAProblemWithItsLine)
{
    edit("{lobby: always, bikes: always}", "{lobby: always}");
    edit("          bikes: {door: bikes}\n", "");
    edit("  bikes: {owner: harbour, strike: yard-ctl/2}\n", "");
    settle();
    edit("  lobby: {owner", "  bikes: {was: lobby, owner");
    edit("lobby: {door: lobby, name: Lobby}", "lobby: {door: bikes, name: Lobby}");
    edit("lobby: {door: lobby, name: Front door}", "lobby: {door: bikes, name: Front door}");
    EXPECT_THAT(problems(), ElementsAre(testing::StartsWith(
                                "gatehouse.yaml:9: doors.bikes: is the key of door \"bikes\", which this file leaves out")));
}

TEST_F(Rename, OfADeviceThatIsNotSaidIsAProblemBecauseTheOneLeftOutGoesOnThere)
{
    edit("  yard-ctl:", "  court-ctl:");
    edit("strike: yard-ctl/1", "strike: court-ctl/1");
    edit("strike: yard-ctl/2", "strike: court-ctl/2");
    EXPECT_THAT(problems(), ElementsAre(testing::HasSubstr("devices.court-ctl: is met where device \"yard-ctl\" is, which this file "
                                                           "leaves out")));
    edit("  court-ctl: {", "  court-ctl: {was: yard-ctl, ");
    EXPECT_THAT(problems(), testing::IsEmpty());
}

TEST_F(Rename, ThatTwoSystemsOfAWorkspaceClaimIsAProblemWithItsLine)
{
    edit("      boats: {}", "      boats: {entrances: {cycles: {was: bikes, door: bikes}}}");
    EXPECT_THAT(problems(), ElementsAre("gatehouse.yaml:22: workspaces.harbour.systems.boats.entrances.cycles.was: \"bikes\" is the key of "
                                        "another entrance of this file"));
}

TEST_F(Rename, OfAWorkspaceKeepsWhatItHolds)
{
    move_in();
    const auto id = harbour().row.id;
    const auto rows = harbour().entrances.size();
    text_ = std::string{file};
    for (std::size_t at = 0; (at = text_.find("harbour", at)) != std::string::npos; ++at)
        if (text_.compare(at, 9, "harbour, ") == 0 || text_.compare(at, 9, "harbour:\n") == 0) text_.replace(at, 7, "harbor");
    edit("  harbor:\n", "  harbor:\n    was: harbour\n");
    EXPECT_THAT(settle(), SizeIs(1));
    EXPECT_EQ(harbour().row.id, id);
    EXPECT_EQ(harbour().row.key, "harbor");
    EXPECT_EQ(harbour().row.first_key, "harbour") << "the account's id is made of it";
    EXPECT_EQ(harbour().entrances.size(), rows);
    EXPECT_TRUE(opens("bikes"));
    edit("    was: harbour\n", "");
    settle();
    EXPECT_EQ(harbour().row.first_key, "harbour");
}

TEST_F(Rename, OfASystemAGroupAnEntranceADeviceAndALineKeepsTheirIds)
{
    move_in();
    const auto before = bikes();
    edit("  broker: {driver", "  mosquitto: {was: broker, driver");
    edit("  yard-ctl: {line: broker", "  yard: {was: yard-ctl, line: mosquitto");
    edit("strike: yard-ctl/1", "strike: yard/1");
    edit("strike: yard-ctl/2", "strike: yard/2");
    edit("      house:\n", "      main:\n        was: house\n");
    edit("          bikes: {door: bikes}", "          cycles: {was: bikes, door: bikes}");
    edit("residents: {entrances: {lobby: always, bikes: always}}", "tenants: {was: residents, entrances: {lobby: always, cycles: always}}");
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_THAT(settle(), SizeIs(5)) << "a row each; paths keep their ends";
    EXPECT_EQ(bikes().key, "cycles");
    EXPECT_EQ(bikes().system, before.system);
    EXPECT_EQ(directory_.devices().size(), 1U);
    EXPECT_EQ(directory_.lines().size(), 1U);
    EXPECT_TRUE(opens("bikes"));
}

} // namespace gatehouse::site
