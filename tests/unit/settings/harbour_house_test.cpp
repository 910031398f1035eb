#include "file.hpp"

#include <gmock/gmock.h>

namespace gatehouse::settings {

namespace {

using testing::IsEmpty;

class HarbourHouse : public testing::Test {
protected:
    static Settings loaded()
    {
        const auto text = read_file(source_file("tests/fixtures/harbour-house/gatehouse.yaml"));
        auto loaded = parse(text, "gatehouse.yaml");
        EXPECT_THAT(texts(loaded.problems), IsEmpty());
        return loaded.settings ? std::move(*loaded.settings) : Settings{};
    }
};

TEST_F(HarbourHouse, LoadsAsAWhole)
{
    const auto settings = loaded();
    EXPECT_EQ(settings.site.key, "harbour-house");
    EXPECT_EQ(settings.lines.size(), 4U);
    EXPECT_EQ(settings.devices.size(), 7U);
    EXPECT_EQ(settings.doors.size(), 9U);
    EXPECT_EQ(settings.hours.size(), 4U);
    ASSERT_EQ(settings.workspaces.size(), 2U);
    EXPECT_EQ(settings.workspaces[0].systems[0].entrances.size(), 5U);
    EXPECT_EQ(settings.workspaces[0].systems[0].groups[2].overrides_lockdown, true);
    EXPECT_EQ(settings.workspaces[1].systems[0].groups[1].entrances[2].entrance, "servers");
    EXPECT_EQ(find(settings.devices, "suite-lock")->reserved_slots, std::vector<unsigned>{0});
    EXPECT_EQ(std::get<std::string>(find(settings.devices, "yard-ctl")->params.at("ip").value), "10.20.0.31");
}

TEST_F(HarbourHouse, NamesEachLineThatAsksForModesLockdownOrFire)
{
    std::vector<std::string> said;
    for (const auto& problem : texts(not_enforced_yet(loaded())))
        for (const auto* what : {"timed modes", "second factor", "lockdown is", "fire inputs"})
            if (problem.find(what) != std::string::npos) said.push_back(problem.substr(0, problem.rfind(':')));
    const std::string house = "workspaces.harbour.systems.house.";
    EXPECT_THAT(said,
                testing::ElementsAre("gatehouse.yaml:40: zones.main", "gatehouse.yaml:44: doors.yard.lockdown",
                                     "gatehouse.yaml:45: doors.suite.lockdown", "gatehouse.yaml:46: doors.stairs.lockdown",
                                     "gatehouse.yaml:47: doors.bikes.lockdown", "gatehouse.yaml:48: doors.east.lockdown",
                                     "gatehouse.yaml:49: doors.servers.lockdown", "gatehouse.yaml:67: " + house + "entrances.lobby.modes",
                                     "gatehouse.yaml:71: " + house + "entrances.archive.mode",
                                     "gatehouse.yaml:75: " + house + "groups.responders.override"));
}

TEST(NotEnforcedYet, PassesOverValuesThatChangeNothing)
{
    const std::string text = "format: 1\nsite: {key: a, time_zone: UTC}\npolicy: {retire: wipe}\ndrivers: {mqtt: }\n"
                             "lines: {b: {driver: mqtt, url: \"mqtt://b\"}}\ndevices: {c: {line: b, card_as: uid}}\n"
                             "doors: {d: {owner: w, strike: c/1}}\nworkspaces: {w: {systems: {s: {entrances: {e: {door: d, mode: card}},\n"
                             "  groups: {g: {entrances: {e: always}, lease: none}}}}}}\n";
    const auto loaded = parse(text, "site.yaml");
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    ASSERT_TRUE(loaded.settings);
    EXPECT_THAT(texts(not_enforced_yet(*loaded.settings)), IsEmpty());
}

TEST(NotEnforcedYet, TakesAChangedKeyOfEveryKindThatIsServed)
{
    for (const std::string piece : {"held_after: 30s", "card_key: facility_and_number", "cloud_key: true", "override: [lockdown]"}) {
        const auto loaded = parse(changed(piece, "was: former"), "site.yaml");
        ASSERT_TRUE(loaded.settings) << piece;
        EXPECT_THAT(texts(not_enforced_yet(*loaded.settings)), testing::Not(testing::Contains(testing::HasSubstr(".was: ")))) << piece;
    }
}

} // namespace

} // namespace gatehouse::settings
