// The questions of the worked site that need neither lockdown nor fire, an untrusted clock, another unit or a changed file. 17 asks who
// sees an event at a reader, 22 and 23 lockdown and fire, 28 a reload (a walk); 24 and 26 are in units_test.cpp, 25 in time_test.cpp.

#include "unit/house/harbour.hpp"

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct Question : Harbour {
    explicit Question(base::milliseconds later = 0ms) : Harbour{later} { everybody(); }
    void suspend(const std::string& name, const std::string& system, bool suspended = true)
    {
        const auto& who = people_.at(name);
        made("harbour", suspended ? "/acs/users/suspend" : "/acs/users/unsuspend", {{"acs_user_id", who.users.at(system)}}, "");
    }
    void leave(const std::string& name, const std::string& system, const std::string& group)
    {
        made("harbour", "/acs/users/remove_from_access_group",
             {{"acs_user_id", people_.at(name).users.at(system)}, {"acs_access_group_id", id_in("harbour", "group", group)}}, "");
    }
    std::size_t residuals_of(const std::string& name)
    {
        const auto rows = residuals("harbour");
        const auto& users = people_.at(name).users;
        return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&users](const json::object& row) {
            return std::any_of(users.begin(), users.end(),
                               [&row](const auto& user) { return row.at("acs_user_id") == json::value(user.second); });
        }));
    }
    std::string_view reason_at(std::string_view where, std::int64_t number) const { return at(where, number).reason; }
};

/// From Wednesday noon on.
struct Midweek : Question {
    Midweek() : Question{63h} {}
};

/// The night before summer time; of all the people only Bo.
struct SummerTime : Harbour {
    SummerTime() : Harbour{27 * 24h}
    {
        auto& bo = person("Bo Marsh");
        join(bo, "house", {"residents", "day-staff"});
        card(bo, "house", "card", {{"card_number", "20001"}, {"facility_code", 110}, {"card_format", "h10301"}});
    }
};

TEST_F(Question, Q1AdaAtTheLobbyKeepsOfficeHours)
{
    asked_at_ = local("2027-03-01 07:59:59");
    EXPECT_EQ(reason_at("lobby", 12345), "outside_hours");
    asked_at_ = local("2027-03-01 08:00:00");
    EXPECT_TRUE(at("lobby", 12345).granted);
    asked_at_ = local("2027-03-01 17:59:59");
    EXPECT_TRUE(at("lobby", 12345).granted);
    asked_at_ = local("2027-03-01 18:00:00");
    EXPECT_EQ(reason_at("lobby", 12345), "outside_hours");
}

TEST_F(Question, Q2AHolidayClosesTheOfficeAndNotTheYard)
{
    const base::Now holiday{local("2027-03-26 10:00"), true};
    const auto& ada = people_.at("Ada Lind");
    const auto asked = [&](const std::string& card, std::string_view where) {
        const auto& tenant = workspace("harbour");
        const auto* node = tenant.credentials.find(model::CredentialId{*base::parse_uuid(ada.credentials.at(card))});
        return model::opens(tenant, *node, door(where), holiday);
    };
    EXPECT_EQ(asked("house card", "lobby").reason, model::Reason::outside_hours);
    EXPECT_TRUE(asked("boats card", "yard").open);
}

TEST_F(Question, Q3BoComesInOnSundayNightByResidents)
{
    asked_at_ = local("2027-02-28 23:30");
    EXPECT_TRUE(at("lobby", 20001).granted);
}

TEST_F(Question, Q4And5BoLeavesTheGroupsOneByOne)
{
    until("2027-03-01 14:00");
    ASSERT_TRUE(settles());
    auto& panel_device = table("panel");
    panel_device.diary.clear();
    leave("Bo Marsh", "house", "residents");
    ASSERT_TRUE(settles());
    EXPECT_EQ(panel_device.count("put 7228961"), 1);
    EXPECT_EQ(panel_device.count("drop"), 0) << "never dropped meanwhile";
    EXPECT_EQ(panel().at("7228961"), (Row{{1}, local("2027-03-01 08:00"), local("2027-03-01 18:00")}));

    leave("Bo Marsh", "house", "day-staff");
    EXPECT_EQ(reason_at("lobby", 20001), "no_access") << "from the answer on";
    ASSERT_TRUE(run_until([this] { return !panel().contains("7228961"); }, 2s)) << "within the bound";
    ASSERT_TRUE(settles());
    EXPECT_THAT(residuals("harbour"), IsEmpty());
}

TEST_F(Question, Q6CleoIsSuspendedEverywhere)
{
    until("2027-03-01 12:00");
    ASSERT_TRUE(settles());
    EXPECT_EQ(reason_at("lobby", 20002), "suspended");
    EXPECT_FALSE(panel().contains("7228962")) << "no device holds her";
}

TEST_F(Question, Q7CleoIsSuspendedWhileTheLinkIsDead)
{
    suspend("Cleo Vance", "house", false);
    until("2027-03-01 13:00");
    ASSERT_TRUE(settles());
    ASSERT_TRUE(panel().contains("7228962"));
    table("panel").dark = true;
    until("2027-03-01 14:00");
    suspend("Cleo Vance", "house");
    EXPECT_EQ(reason_at("lobby", 20002), "suspended") << "at once";
    const auto user = made("harbour", "/acs/users/get", {{"acs_user_id", people_.at("Cleo Vance").users.at("house")}}, "acs_user");
    std::vector<std::string> pending;
    for (const auto& mutation : user.at("pending_mutations").as_array()) pending.emplace_back(mutation.at("mutation_code").as_string());
    EXPECT_THAT(pending, Contains("updating_suspension_state"));
    auto rows = residuals("harbour");
    ASSERT_EQ(rows.size(), 2U) << "stairs and bikes";
    for (const auto& row : rows) {
        EXPECT_THAT(std::string{row.at("door").as_string()}, AnyOf("Stairs", "Bike store"));
        EXPECT_EQ(row.at("ends_at"), "2027-03-01T22:00:00.000Z") << "by the end it holds";
    }
    until("2027-03-01 23:00");
    run_for(1min);
    EXPECT_EQ(residuals_of("Cleo Vance"), 2U) << "expired there, unproven, still listed";
    table("panel").dark = false;
    drivers_live("panel");
    ASSERT_TRUE(run_until([this] { return !panel().contains("7228962"); }, 10s));
    ASSERT_TRUE(settles());
    EXPECT_THAT(residuals("harbour"), IsEmpty());
}

TEST_F(Question, AControllerCountsWhatTheListOfResidualAccessHas)
{
    until("2027-03-01 14:00");
    ASSERT_TRUE(settles());
    table("panel").dark = true;
    leave("Bo Marsh", "house", "residents");
    suspend("Ada Lind", "house");
    run_for(5s);
    const auto rows = residuals("harbour");
    std::size_t narrowed = 0;
    for (const auto& row : rows) narrowed += row.at("person") == "Bo Marsh" ? 1 : 0;
    EXPECT_EQ(narrowed, 1U) << "an entry that stays, for another door";
    std::map<std::string, std::int64_t> on_the_list;
    for (const auto& row : rows) ++on_the_list[std::string{row.at("controller").as_string()}];
    const auto told = ask("harbour", "/gatehouse/controllers/list");
    for (const auto& controller : told.body.at("controllers").as_array())
        EXPECT_EQ(controller.at("residual_entries").to_number<std::int64_t>(), on_the_list[std::string{controller.at("name").as_string()}])
            << controller.at("name");
}

TEST_F(Question, Q8And9DanAtTheArchiveNeedsHisCardHisCodeAndHisTime)
{
    asked_at_ = local("2027-03-01 09:00");
    EXPECT_EQ(at("archive", 20003, "4711").reason, "not_yet");
    asked_at_ = local("2027-03-02 09:00");
    EXPECT_TRUE(at("archive", 20003, "4711").granted);
    EXPECT_EQ(at("archive", 20003).reason, "pin_timeout");
    EXPECT_EQ(code_at("archive", "4711").reason, "card_required");
    EXPECT_EQ(at("archive", 20003, "0000").reason, "wrong_pin");
    asked_at_ = local("2027-03-05 17:00");
    EXPECT_EQ(at("archive", 20003, "4711").reason, "expired");
    asked_at_ = local("2027-03-08 09:00");
    EXPECT_EQ(at("archive", 20003, "4711").reason, "expired") << "though his schedule still runs";
}

TEST_F(Midweek, Q10DanIsDeletedAndLeavesNothing)
{
    made("harbour", "/acs/users/delete", {{"acs_user_id", people_.at("Dan Rook").users.at("house")}}, "");
    EXPECT_EQ(ask("harbour", "/acs/users/get", {{"acs_user_id", people_.at("Dan Rook").users.at("house")}}).status, 404U);
    EXPECT_EQ(ask("harbour", "/acs/credentials/get", {{"acs_credential_id", people_.at("Dan Rook").credentials.at("card")}}).status, 404U);
    EXPECT_EQ(at("archive", 20003, "4711").reason, "unknown_card");
    EXPECT_THAT(residuals("harbour"), IsEmpty());
}

TEST_F(Midweek, Q11To13TheSuiteHoldsEvesCodeFromItsStartUntilItIsProvenGone)
{
    until("2027-03-03 14:59:59");
    EXPECT_THAT(suite(), ElementsAre(Pair(0, "90210")));
    EXPECT_THAT(events("access_grant.access_granted_to_all_doors"), IsEmpty());
    until("2027-03-03 15:00:20");
    ASSERT_TRUE(settles());
    EXPECT_THAT(suite(), ElementsAre(Pair(0, "90210"), Pair(1, "731942")));
    EXPECT_EQ(events("access_grant.access_granted_to_all_doors").size(), 1U) << "when the last door has proven it";

    until("2027-03-06 10:30");
    table("suite-lock").dark = true;
    until("2027-03-06 11:00:10");
    auto rows = residuals("harbour");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].at("ends_at").is_null()) << "no end of its own";
    const auto grant =
        made("harbour", "/access_grants/get", {{"access_grant_id", people_.at("Eve Holm").credentials.at("grant")}}, "access_grant");
    std::vector<std::string> warnings;
    for (const auto& warning : grant.at("warnings").as_array()) warnings.emplace_back(warning.at("warning_code").as_string());
    EXPECT_THAT(warnings, Contains("overprovisioned_access"));

    const json::object next{{"user_identity", {{"full_name", "Next Guest"}}},
                            {"acs_entrance_ids", json::array{id_in("harbour", "entrance", "suite")}},
                            {"requested_access_methods", json::array{json::object{{"mode", "code"}, {"code", "731942"}}}}};
    EXPECT_EQ(ask("harbour", "/access_grants/create", next).type(), "duplicate_access_code");
    table("suite-lock").dark = false;
    drivers_live("suite-lock");
    ASSERT_TRUE(settles());
    EXPECT_THAT(residuals("harbour"), IsEmpty());
    EXPECT_EQ(ask("harbour", "/access_grants/create", next).status, 200U) << "once the removal is verified";
}

TEST_F(Midweek, Q14TheSameCodeAtDoorsThatNobodySharesIsNoClash)
{
    until("2027-03-04 12:00");
    ASSERT_TRUE(settles());
    EXPECT_TRUE(code_at("boathouse", "731942").granted);
    EXPECT_EQ(to_string(code_at("boathouse", "731942").credential), people_.at("Ada Lind").credentials.at("boats code"));
    EXPECT_TRUE(code_at("suite", "731942").granted);
    EXPECT_NE(to_string(code_at("suite", "731942").credential), people_.at("Ada Lind").credentials.at("boats code"));

    made("harbour", "/user_identities/grant_access_to_device",
         {{"user_identity_id", people_.at("Ada Lind").identity}, {"device_id", to_string(door("suite").row.id)}}, "");
    ASSERT_TRUE(settles());
    EXPECT_THAT(suite(), ElementsAre(Pair(0, "90210"), Pair(1, "731942"))) << "hers is left out there";
    const auto code = made("harbour", "/acs/credentials/get", {{"acs_credential_id", people_.at("Ada Lind").credentials.at("boats code")}},
                           "acs_credential");
    std::vector<std::string> errors;
    for (const auto& error : code.at("errors").as_array()) errors.emplace_back(error.at("error_code").as_string());
    EXPECT_THAT(errors, Contains("duplicate_pin"));
}

TEST_F(Midweek, Q15AChangedCodeIsOneWriteIntoTheSameSlot)
{
    until("2027-03-04 12:00");
    ASSERT_TRUE(settles());
    table("suite-lock").diary.clear();
    std::vector<std::map<int, std::string>> seen;
    const auto& method = people_.at("Eve Holm").credentials.at("method");
    const auto& tenant = workspace("harbour");
    const auto credential = tenant.methods.find(model::MethodId{*base::parse_uuid(method)})->credentials[0].id;
    made("harbour", "/acs/credentials/update", {{"acs_credential_id", to_string(credential)}, {"code", "555123"}}, "");
    EXPECT_EQ(residuals("harbour").size(), 1U) << "the old code, until proven";
    ASSERT_TRUE(settles());
    EXPECT_EQ(table("suite-lock").count("put"), 1);
    EXPECT_EQ(table("suite-lock").count("drop"), 0);
    EXPECT_THAT(suite(), ElementsAre(Pair(0, "90210"), Pair(1, "555123")));
    EXPECT_THAT(residuals("harbour"), IsEmpty());
}

TEST_F(Question, Q16BrightlineDeletesFinnAndHarbourKeepsHisBikeStore)
{
    until("2027-03-01 12:00");
    ASSERT_TRUE(settles());
    table("panel").diary.clear();
    const auto card = people_.at("Finn Gray").credentials.at("card");
    const auto before = made("harbour", "/acs/credentials/get", {{"acs_credential_id", card}}, "acs_credential");
    made("brightline", "/acs/users/delete", {{"acs_user_id", people_.at("Finn Gray@brightline").users.at("office")}}, "");
    EXPECT_EQ(reason_at("lobby", 30001), "no_access");
    ASSERT_TRUE(settles());
    EXPECT_EQ(table("panel").count("drop"), 0);
    const auto row = panel().at("7238961");
    EXPECT_THAT(row.doors, ElementsAre(2));
    EXPECT_EQ(row.from, base::no_start);
    EXPECT_GT(row.until, desk_.clock.wall() + 36h);
    auto after = made("harbour", "/acs/credentials/get", {{"acs_credential_id", card}}, "acs_credential");
    for (const auto* name : {"card_number", "acs_user_id", "is_latest_desired_state_synced_with_provider"})
        EXPECT_EQ(after.at(name), before.at(name));
}

TEST_F(Question, Q18JonsLongNumberIsRefusedInTheYardAndComparedWholeAtTheBoathouse)
{
    until("2027-03-01 12:00");
    ASSERT_TRUE(settles());
    EXPECT_EQ(reconciler_.status(controller("yard-ctl"))
                  ->refusal(model::CredentialId{*base::parse_uuid(people_.at("Jon Kerr").credentials.at("card"))}, door("yard").row.id),
              "key_too_long");
    EXPECT_TRUE(uid_at("boathouse", "0411223344556677889a").granted);
    EXPECT_EQ(uid_at("boathouse", "0411223344556677889b").reason, "unknown_card");
}

TEST_F(Question, Q19TheFacilityCountsAndStockIsUnassigned)
{
    until("2027-03-01 12:00");
    EXPECT_EQ(at("stairs", 12345, {}, 111).reason, "unknown_card");
    EXPECT_EQ(at("lobby", 12345, {}, 111).reason, "unknown_card");
    EXPECT_FALSE(panel().contains(std::to_string(111 * 65536 + 12345)));
    EXPECT_EQ(reason_at("lobby", 20099), "unassigned");
}

TEST_F(Question, Q20AdasBoatsUserIsSuspendedAndHerHouseCardIsTheSamePlastic)
{
    until("2027-03-01 10:00");
    ASSERT_TRUE(settles());
    const auto told = made("harbour", "/acs/users/suspend", {{"acs_user_id", people_.at("Ada Lind").users.at("boats")}}, "gatehouse");
    std::set<std::string> otherwise;
    for (const auto& way : told.at("opens_otherwise").as_array())
        if (way.at("opens").as_bool()) otherwise.emplace(way.at("door").as_string());
    EXPECT_THAT(otherwise, ElementsAre("Bike store", "Lobby", "Stairs")) << "by her house card, as the answer says";
    ASSERT_THAT(told.at("still_open").as_array(), testing::SizeIs(1));
    EXPECT_EQ(told.at("still_open").at(0).at("door"), "Yard gate");
    ASSERT_TRUE(settles());
    EXPECT_TRUE(table("yard-ctl").table.empty()) << "dropped, proven";
    EXPECT_EQ(uid_at("boathouse", "04a1b2c3").reason, "suspended");
    EXPECT_TRUE(at("stairs", 12345).granted);
    EXPECT_TRUE(at("bikes", 12345).granted);
    EXPECT_THAT(panel().at("7221305").doors, ElementsAre(1, 2));
}

TEST_F(Question, Q21AllEntrancesOfAdasHouseUserAreTakenAndTheDeviceGrantStays)
{
    until("2027-03-01 10:00");
    ASSERT_TRUE(settles());
    EXPECT_FALSE(at("archive", 12345, "731942").granted) << "no code in house";
    made("harbour", "/acs/users/revoke_access_to_all_entrances", {{"acs_user_id", people_.at("Ada Lind").users.at("house")}}, "");
    ASSERT_TRUE(settles());
    EXPECT_FALSE(at("lobby", 12345).granted);
    EXPECT_FALSE(at("stairs", 12345).granted);
    EXPECT_TRUE(at("bikes", 12345).granted);
    EXPECT_THAT(panel().at("7221305").doors, ElementsAre(2));
    EXPECT_TRUE(uid_at("yard", "04a1b2c3").granted) << "crew untouched";
}

TEST_F(SummerTime, Q27NoEntryLivesAnHourLongerInTheNightOfSummerTime)
{
    until("2027-03-28 05:59");
    EXPECT_EQ(at("bikes", 20001).reason, "outside_hours");
    until("2027-03-28 06:00");
    EXPECT_EQ(desk_.clock.wall(), (base::Instant{std::chrono::sys_days{std::chrono::year{2027} / 3 / 28} + 4h}));
    EXPECT_TRUE(at("bikes", 20001).granted);
    ASSERT_TRUE(settles());
    EXPECT_EQ(panel().at("7228961").until, (base::Instant{std::chrono::sys_days{std::chrono::year{2027} / 3 / 28} + 21h}));
    until("2027-03-28 23:00");
    EXPECT_EQ(at("bikes", 20001).reason, "outside_hours");
    ASSERT_TRUE(settles());
    EXPECT_THAT(panel().at("7228961").doors, ElementsAre(1));
}

} // namespace
} // namespace gatehouse::tests
