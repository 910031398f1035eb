#include "mistakes.hpp"

namespace gatehouse::settings {

namespace {

class MistakeInAWorkspace : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeInAWorkspace, IsReportedWithFileLineAndPath)
{
    EXPECT_THAT(problems(changed(GetParam().piece, GetParam().other)), testing::ElementsAreArray(GetParam().expected));
}

const std::vector<Mistake> entrances{
    {"DoorUnknown",
     "{door: shed",
     "{door: shad",
     {"site.yaml:28: workspaces.pier.systems.house.entrances.shed.door: no door \"shad\", did you mean \"shed\"?"}},
    {"DoorMissing", "{door: shed, mode", "{mode", {"site.yaml:28: workspaces.pier.systems.house.entrances.shed.door: is missing"}},
    {"DoorOfAnother",
     ", shared_with: [tenant]",
     "",
     {"site.yaml:38: workspaces.tenant.systems.office.entrances.front.door: door \"lobby\" belongs to \"pier\" and is not shared with "
      "\"tenant\""}},
    {"ModeOfAGuest",
     "name: Front door",
     "mode: pin",
     {"site.yaml:38: workspaces.tenant.systems.office.entrances.front.mode: the mode of a door is set by its owner, \"pier\""}},
    {"TimedModeOfAGuest",
     "name: Front door",
     "modes: [{hours: always, mode: pin}]",
     {"site.yaml:38: workspaces.tenant.systems.office.entrances.front.modes: the mode of a door is set by its owner, \"pier\""}},
    {"UnlockedAtAllHours",
     "mode: card_and_pin",
     "mode: unlocked",
     {"site.yaml:28: workspaces.pier.systems.house.entrances.shed.mode: unlocked needs hours: write it under `modes`"}},
    {"ModeUnknown",
     "mode: card_and_pin",
     "mode: card_plus_pin",
     {"site.yaml:28: workspaces.pier.systems.house.entrances.shed.mode: expected card, pin, card_or_pin, card_and_pin or unlocked, not "
      "\"card_plus_pin\""}},
    {"AfterFirstWithoutUnlocked",
     "mode: unlocked",
     "mode: pin",
     {"site.yaml:27: workspaces.pier.systems.house.entrances.lobby.modes[0].after_first: belongs to mode unlocked"}},
    {"HoursOfAModeUnknown",
     "{hours: office, mode",
     "{hours: offices, mode",
     {"site.yaml:27: workspaces.pier.systems.house.entrances.lobby.modes[0].hours: no hours \"offices\", did you mean \"office\"?"}},
    {"TwoModesForOneDoor",
     "      boats:\n",
     "      boats:\n        entrances: {hut: {door: shed}}\n",
     {"site.yaml:32: workspaces.pier.systems.boats.entrances.hut.mode: entrance \"shed\" gives the same door another mode"}},
    {"KeyInTwoSystems",
     "      boats:\n",
     "      boats:\n        entrances: {lobby: {door: lobby}}\n",
     {"site.yaml:32: workspaces.pier.systems.boats.entrances.lobby: system \"house\" of this workspace has an entrance of this key as "
      "well"}},
};
INSTANTIATE_TEST_SUITE_P(Entrances, MistakeInAWorkspace, testing::ValuesIn(entrances), name_of);

const std::vector<Mistake> groups{
    {"EntranceUnknown",
     "shed: always}",
     "shad: always}",
     {"site.yaml:30: workspaces.pier.systems.house.groups.staff.entrances.shad: no entrance \"shad\", did you mean \"shed\"?"}},
    {"EntranceOfAnotherSystem",
     "crew: {}",
     "crew: {entrances: {shed: always}}",
     {"site.yaml:33: workspaces.pier.systems.boats.groups.crew.entrances.shed: no entrance \"shed\""}},
    {"HoursUnknown",
     "{lobby: office,",
     "{lobby: ofice,",
     {"site.yaml:30: workspaces.pier.systems.house.groups.staff.entrances.lobby: no hours \"ofice\", did you mean \"office\"?"}},
    {"HoursMissing",
     "{lobby: office,",
     "{lobby: ,",
     {"site.yaml:30: workspaces.pier.systems.house.groups.staff.entrances.lobby: is empty"}},
    {"OverrideUnknown",
     "[lockdown]",
     "[fire]",
     {"site.yaml:30: workspaces.pier.systems.house.groups.staff.override[0]: expected lockdown, not \"fire\""}},
    {"LeaseOfAGroup",
     "lease: none",
     "lease: 24h",
     {"site.yaml:30: workspaces.pier.systems.house.groups.staff.lease: expected none, not \"24h\""}},
    {"KeyInTwoSystems",
     "crew: {}",
     "staff: {}",
     {"site.yaml:33: workspaces.pier.systems.boats.groups.staff: system \"house\" of this workspace has a group of this key as well"}},
};
INSTANTIATE_TEST_SUITE_P(Groups, MistakeInAWorkspace, testing::ValuesIn(groups), name_of);

const std::vector<Mistake> former_keys{
    {"IsTheKeyItself", "held_after: 30s", "was: shed", {"site.yaml:18: doors.shed.was: is the key it has already"}},
    {"IsStillInUse", "held_after: 30s", "was: lobby", {"site.yaml:18: doors.shed.was: \"lobby\" is still in the file"}},
    {"OfNoForm",
     "held_after: 30s",
     "was: The Shed",
     {"site.yaml:18: doors.shed.was: \"The Shed\" is no key: lower-case letters, digits and hyphens, at most 63"}},
    {"ClaimedTwice",
     "crew: {}",
     "crew: {was: old}\n          hands: {was: old}",
     {"site.yaml:34: workspaces.pier.systems.boats.groups.hands.was: \"old\" is claimed twice"}},
};
INSTANTIATE_TEST_SUITE_P(FormerKeys, MistakeInAWorkspace, testing::ValuesIn(former_keys), name_of);

} // namespace

} // namespace gatehouse::settings
