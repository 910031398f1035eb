// What a changed file takes from people, and gives them.

#include "unit/site/house.hpp"

namespace gatehouse::site {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

class AccessDelta : public HarbourHouse {
public:
    AccessDelta()
    {
        move_in("Bo", {"residents", "day-staff"});
        move_in("Cleo", {"residents"});
        suspend("Cleo");
        move_in("Finn", {});
        grant("Finn", "bikes");
        move_in("Ada", {"day-staff"});
        put(model::DeviceGrant{user("Ada").identity.value(), id<model::DoorId>("door", "bikes", "harbour-house"), harbour().row.id});
    }
    std::vector<std::string> losses() { return words(plan().delta.losses); }
    std::vector<std::string> gains() { return words(plan().delta.gains); }
};

/// Controllers that take card numbers alone, and only where their policy asks for them.
class NumbersOnly final : public Controllers {
public:
    void widen(const model::Directory&, std::set<model::DoorId>&) const override {}
    Ways unheld(const model::Directory& directory, const std::set<model::DoorId>& doors) const override
    {
        Ways ways;
        for (const auto& id : doors) {
            const auto& door = *directory.door(id);
            const auto& policy = directory.device(door.row.device)->row.policy;
            const bool numbers = policy.find("h10301") != std::string::npos;
            for (const auto& [workspace, credential] : model::candidates(directory, door))
                if (!numbers || !credential->row.card_number) ways.emplace(credential->row.id, id);
        }
        return ways;
    }
};

} // namespace

TEST_F(AccessDelta, Question28ALabelIsOnlyALabelAPathIsTakenFromBoAndWhatIsLeftOutStays)
{
    edit("lobby:   {door: lobby, name: Lobby,", "lobby:   {door: lobby, name: Main door,");
    auto label = plan();
    EXPECT_THAT(words(label.steps), ElementsAre("changed entrance lobby"));
    EXPECT_THAT(label.delta.losses, IsEmpty());
    EXPECT_EQ(confirmation(label, number_), "");
    apply(label.rows);

    edit("stairs: always, bikes: not-at-night}", "stairs: always}");
    auto path = plan();
    EXPECT_THAT(words(path.steps), ElementsAre("erased path residents/bikes"));
    EXPECT_THAT(words(path.delta.losses), ElementsAre("Bo: Bike store (all)")) << "Cleo is suspended; Finn and Ada have ways of their own";
    EXPECT_THAT(path.delta.gains, IsEmpty());
    EXPECT_THAT(confirmation(path, number_), SizeIs(12));
    apply(path.rows);

    edit("          bikes:   {door: bikes, name: Bike store}\n", "");
    auto absent = plan();
    EXPECT_THAT(words(absent.steps), ElementsAre("left_out entrance bikes"));
    EXPECT_THAT(absent.delta.losses, IsEmpty());
    apply(absent.rows);
    const auto* finn = harbour().credentials.find(id<model::CredentialId>("card", "Finn"));
    EXPECT_TRUE(model::opens(harbour(), *finn, *directory_.door(id<model::DoorId>("door", "bikes", "harbour-house")), {now_}).open);

    edit("day-staff:  {entrances: {lobby:", "day-staff:  {entrances: {bikes: always, lobby:");
    const auto loaded = settings::parse(text_, "gatehouse.yaml");
    ASSERT_THAT(loaded.problems, SizeIs(1)) << "a name used but not defined refuses the file";
    EXPECT_THAT(settings::text(loaded.problems[0]), testing::HasSubstr("day-staff.entrances.bikes: no entrance \"bikes\""));
}

TEST_F(AccessDelta, ShorterHoursAreALossFromTheFirstTimeThatIsLost)
{
    edit("day-staff:  {entrances: {lobby: office-hours", "day-staff:  {entrances: {lobby: reception");
    const auto made = plan();
    ASSERT_THAT(words(made.delta.losses), ElementsAre("Ada: Lobby")) << "Bo enters by residents, always";
    EXPECT_EQ(made.delta.losses[0].first.from, at("2027-03-01T15:00:00Z"));
    EXPECT_EQ(made.delta.losses[0].first.until, at("2027-03-01T17:00:00Z"));
    EXPECT_THAT(made.delta.gains, IsEmpty());
}

TEST_F(AccessDelta, LongerHoursAreAGainAndNeedNoWord)
{
    edit("day-staff:  {entrances: {lobby: office-hours", "day-staff:  {entrances: {lobby: always");
    const auto made = plan();
    EXPECT_THAT(made.delta.losses, IsEmpty());
    EXPECT_THAT(words(made.delta.gains), ElementsAre("Ada: Lobby"));
    EXPECT_EQ(confirmation(made, number_), "");
}

TEST_F(AccessDelta, HoursThatChangeUnderTheirNameAreComparedAsWell)
{
    edit("office-hours: {mon-fri: [\"08:00-18:00\"]", "office-hours: {mon-fri: [\"08:00-17:00\"]");
    EXPECT_THAT(losses(), ElementsAre("Ada: Archive", "Ada: Lobby", "Ada: Stairs", "Bo: Archive"));
}

TEST_F(AccessDelta, AHolidayMonthsAheadIsALoss)
{
    edit("public: [2027-03-25,", "public: [2027-12-24, 2027-03-25,");
    const auto made = plan();
    ASSERT_THAT(words(made.delta.losses), testing::Contains("Ada: Lobby"));
    EXPECT_EQ(made.delta.losses[0].first.from, at("2027-12-24T07:00:00Z"));
}

TEST_F(AccessDelta, AnotherWayThatOpensTheSameIsNoLoss)
{
    edit("residents:  {entrances: {lobby: always, stairs: always,", "residents:  {entrances: {stairs: always,");
    grant("Bo", "lobby");
    EXPECT_THAT(losses(), IsEmpty());
}

TEST_F(AccessDelta, AccessThatBeginsNextSummerIsLostToday)
{
    user("Bo").starts_at = at("2028-06-01T00:00:00Z");
    put(user("Bo"));
    edit("stairs: always, bikes: not-at-night}", "stairs: always}");
    const auto made = plan();
    ASSERT_THAT(words(made.delta.losses), ElementsAre("Bo: Bike store (all)"));
    EXPECT_EQ(made.delta.losses[0].first.from, at("2028-06-01T04:00:00Z"));
}

TEST_F(AccessDelta, AccessThatIsOverIsNotLostOnceMore)
{
    user("Bo").starts_at = at("2026-06-01T00:00:00Z");
    user("Bo").ends_at = at("2027-02-01T00:00:00Z");
    put(user("Bo"));
    edit("stairs: always, bikes: not-at-night}", "stairs: always}");
    EXPECT_THAT(losses(), IsEmpty());
}

TEST_F(AccessDelta, AWayThatOutlastsTheScheduleOfAnotherGroupIsMissedWhenItIsGone)
{
    auto staff = harbour().groups.find(id<model::GroupId>("group", "day-staff"))->row;
    staff.starts_at = at("2027-01-01T00:00:00Z"), staff.ends_at = at("2027-09-01T00:00:00Z");
    put(staff);
    edit("day-staff:  {entrances: {lobby: office-hours", "day-staff:  {entrances: {lobby: always");
    apply(plan().rows);
    edit("residents:  {entrances: {lobby: always, ", "residents:  {entrances: {");
    const auto made = plan();
    ASSERT_THAT(words(made.delta.losses), ElementsAre("Bo: Lobby"));
    EXPECT_EQ(made.delta.losses[0].first.from, at("2027-09-01T00:00:00Z"));
}

TEST_F(AccessDelta, AnotherZoneIsComparedInSummerAsInWinter)
{
    now_ = at("2027-11-08T11:00:00Z"); // until spring both are an hour ahead of UTC
    edit("time_zone: Europe/Copenhagen", "time_zone: Africa/Lagos");
    const auto made = plan();
    ASSERT_THAT(words(made.delta.losses), testing::Contains("Ada: Lobby"));
    EXPECT_GT(made.delta.losses[0].first.from, at("2028-03-01T00:00:00Z"));
}

TEST_F(AccessDelta, ADoorThatMovesToAnotherControllerTakesNothingAndLeavesItsOldOneBehind)
{
    edit("bikes:     {owner: harbour, strike: panel/2,", "bikes:     {owner: harbour, strike: yard-ctl/2,");
    const auto made = plan();
    EXPECT_THAT(words(made.steps), ElementsAre("moved door bikes"));
    EXPECT_THAT(made.delta.losses, IsEmpty());
    EXPECT_THAT(left_behind(directory_, made.rows), ElementsAre(id<model::DeviceId>("device", "panel", "harbour-house")));
}

TEST_F(AccessDelta, ADoorThatGetsAnotherOwnerTakesItsDeviceGrants)
{
    edit("bikes:     {owner: harbour,", "bikes:     {owner: brightline, shared_with: [harbour],");
    EXPECT_THAT(losses(), ElementsAre("Ada: Bike store (all)"));
}

TEST_F(AccessDelta, ADoorThatGetsAnotherOwnerIsLostToWhoeverHadItByAListAndToTheKeysOfItsWorkspace)
{
    auto card = harbour().credentials.find(id<model::CredentialId>("card", "Bo"))->row;
    card.list = model::ListState::listed;
    const auto bikes = id<model::DoorId>("door", "bikes", "harbour-house");
    put(card);
    put(model::CredentialDoor{.credential = card.id, .door = bikes, .workspace = harbour().row.id});
    put(model::Token{.id = id<model::TokenId>("key", "billing"), .workspace = harbour().row.id, .name = "billing"});
    edit("bikes:     {owner: harbour,", "bikes:     {owner: brightline, shared_with: [harbour],");
    const auto made = plan();
    EXPECT_THAT(words(made.delta.losses),
                ElementsAre("API key \"billing\": Bike store (all)", "Ada: Bike store (all)", "Bo: Bike store (all)"));
    EXPECT_THAT(confirmation(made, number_), SizeIs(12));
    apply(made.rows);
    edit("bikes:     {owner: brightline, shared_with: [harbour],", "bikes:     {owner: harbour,");
    EXPECT_THAT(gains(), testing::Contains("API key \"billing\": Bike store (all)"));
}

TEST_F(AccessDelta, AModeIsNoLossToWhomTheirCardStillLetsIn)
{
    edit("stairs:  {door: stairs, name: Stairs}", "stairs:  {door: stairs, name: Stairs, mode: card_or_pin}");
    apply(plan().rows);
    for (const auto* name : {"Bo", "Ada"})
        put(model::Credential{.id = id<model::CredentialId>("code", name),
                              .workspace = harbour().row.id,
                              .system = id<model::SystemId>("system", "house"),
                              .user = user(name).id,
                              .method = model::AccessMethod::code,
                              .code = std::string{name} == "Bo" ? "471147" : "815815"});
    for (const auto& [name, digits] : {std::pair{"Bo", "471147"}, std::pair{"Ada", "815815"}})
        put(model::PinClaim{.door = id<model::DoorId>("door", "stairs", "harbour-house"),
                            .pin = digits,
                            .credential = id<model::CredentialId>("code", name),
                            .workspace = harbour().row.id});
    apply({model::erase(harbour().credentials.find(id<model::CredentialId>("card", "Ada"))->row)});
    edit("mode: card_or_pin}", "mode: card}");
    EXPECT_THAT(losses(), ElementsAre("Ada: Stairs (all)")) << "Bo's card opens as before; Ada has her code alone";
    edit("mode: card}", "mode: pin}");
    EXPECT_THAT(losses(), ElementsAre("Bo: Stairs")) << "his card is none there any more, his code is left";
}

TEST_F(AccessDelta, WhatAControllerCanHoldNoMoreIsTakenAway)
{
    const NumbersOnly controllers;
    controllers_ = &controllers;
    for (const auto* name : {"Bo", "Finn"}) {
        auto card = harbour().credentials.find(id<model::CredentialId>("card", name))->row;
        card.card_number = std::string{name} == "Bo" ? "4711" : "4712", card.facility_code = 110;
        put(card);
    }
    edit("params: {unit: 1}, card_as: h10301,", "params: {unit: 1}, card_as: uid,");
    const auto made = plan();
    EXPECT_THAT(words(made.delta.losses), ElementsAre("Bo: Bike store (all)", "Bo: Stairs (all)", "Finn: Bike store (all)"))
        << "Ada's card has no number and never was there";
    EXPECT_THAT(made.delta.gains, IsEmpty());
    EXPECT_THAT(confirmation(made, number_), SizeIs(12));
    apply(made.rows);
    edit("params: {unit: 1}, card_as: uid,", "params: {unit: 1}, card_as: h10301,");
    EXPECT_THAT(gains(), ElementsAre("Bo: Bike store (all)", "Bo: Stairs (all)", "Finn: Bike store (all)"));
}

TEST_F(AccessDelta, PeopleWhoDifferInOneThingAreToldApart)
{
    for (const auto* name : {"Uma", "Vic", "Wim", "Xia", "Yan"}) move_in(name, {"residents"});
    grant("Vic", "bikes");
    user("Wim").ends_at = at("2027-02-01T00:00:00Z"), put(user("Wim"));
    put(model::DeviceGrant{user("Xia").identity.value(), id<model::DoorId>("door", "bikes", "harbour-house"), harbour().row.id});
    auto card = harbour().credentials.find(id<model::CredentialId>("card", "Yan"))->row;
    card.list = model::ListState::emptied, put(card);
    edit("stairs: always, bikes: not-at-night}", "stairs: always}");
    EXPECT_THAT(losses(), ElementsAre("Bo: Bike store (all)", "Uma: Bike store (all)"));
    EXPECT_THAT(gains(), IsEmpty()) << "nobody passes for somebody else before and for themselves after";
}

TEST_F(AccessDelta, LooksWithoutATrace)
{
    edit("stairs: always, bikes: not-at-night}", "stairs: always}");
    const auto first = plan();
    const auto second = plan();
    EXPECT_EQ(first.delta, second.delta);
    EXPECT_EQ(words(first.steps), words(second.steps));
    const auto* residents = harbour().groups.find(id<model::GroupId>("group", "residents"));
    EXPECT_THAT(residents->entrances, SizeIs(3));
    for (const auto& path : residents->entrances) EXPECT_EQ(path.touched, 1U);
}

TEST_F(AccessDelta, IsConfirmedForWhatItIsAndForTheDayItWasShown)
{
    edit("stairs: always, bikes: not-at-night}", "stairs: always}");
    const auto made = plan();
    const auto word = confirmation(made, number_);
    EXPECT_EQ(confirmation(made, number_), word);
    EXPECT_NE(confirmation(made, number_ + 1), word);
    edit("residents:  {entrances: {lobby: always, ", "residents:  {entrances: {");
    EXPECT_NE(confirmation(plan(), number_), word);
}

TEST_F(AccessDelta, IsConfirmedForTheTimesThatWereShown)
{
    edit("mon-sun: [\"06:00-23:00\"]", "mon-sun: [\"07:00-23:00\"]");
    const auto shown = plan();
    ASSERT_THAT(shown.delta.losses, Not(IsEmpty()));
    edit("mon-sun: [\"07:00-23:00\"]", "mon-sun: [\"12:00-12:01\"]");
    const auto other = plan();
    EXPECT_NE(confirmation(other, number_), confirmation(shown, number_)) << "the same people lose a part at the same doors";
}

TEST_F(AccessDelta, WhatTheDirectoryRefusesIsAProblemWithItsLine)
{
    grant("Finn", "stairs");
    edit("          stairs:  {door: stairs, name: Stairs}\n", "");
    edit(", stairs: always", "", true);
    edit(", stairs: office-hours", "", true);
    edit("          yard:      {door: yard, name: Yard gate}\n",
         "          yard:      {door: yard, name: Yard gate}\n          stairs:    {door: stairs, name: Stairs}\n");
    const auto found = planned();
    EXPECT_FALSE(found.plan);
    ASSERT_THAT(found.problems, SizeIs(1));
    EXPECT_THAT(settings::text(found.problems[0]),
                testing::MatchesRegex("gatehouse.yaml:[0-9]+: workspaces.harbour.systems.boats.entrances.stairs: "
                                      "the acs_entrance cannot change its system while paths or grants use it"));
}

TEST_F(AccessDelta, EveryRowThatTheDirectoryRefusesIsAProblemAndNoneThatOnlyFollowsFromIt)
{
    grant("Finn", "stairs"), grant("Finn", "bikes");
    edit("          stairs:  {door: stairs, name: Stairs}\n          bikes:   {door: bikes, name: Bike store}\n", "");
    edit(", stairs: always", "", true);
    edit(", stairs: office-hours", "", true);
    edit(", bikes: not-at-night", "", true);
    edit("          yard:      {door: yard, name: Yard gate}\n", "          yard:      {door: yard, name: Yard gate}\n"
                                                                 "          stairs:    {door: stairs, name: Stairs}\n"
                                                                 "          bikes:     {door: bikes, name: Bike store}\n");
    edit("crew: {entrances: {yard: always,", "crew: {entrances: {yard: always, stairs: always,");
    const auto found = planned();
    EXPECT_FALSE(found.plan);
    std::vector<std::string> paths;
    for (const auto& problem : found.problems) {
        paths.push_back(problem.path);
        EXPECT_GT(problem.at.line, 0);
    }
    EXPECT_THAT(paths, testing::ElementsAre("workspaces.harbour.systems.boats.entrances.stairs",
                                            "workspaces.harbour.systems.boats.entrances.bikes"));
    EXPECT_TRUE(harbour().entrances.find(id<model::EntranceId>("entrance", "stairs"))->row.system == id<model::SystemId>("system", "house"))
        << "as before";
}

} // namespace gatehouse::site
