// Access grants at doors of several controllers, and what is told of them.

#include "site/retire.hpp"
#include "unit/house/harbour.hpp"

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

/// A guest with a card for the stairs (panel) and the yard gate, from Monday noon on.
struct Guest : Harbour {
    Guest()
    {
        until("2027-03-01 12:00");
        table("panel").dark = true;
        grant_ = made("harbour", "/access_grants/create",
                      {{"user_identity", {{"full_name", "A Guest"}}},
                       {"device_ids", json::array{to_string(door("stairs").row.id), to_string(door("yard").row.id)}},
                       {"ends_at", "2027-03-02T12:00:00Z"},
                       {"requested_access_methods", json::array{json::object{{"mode", "card"}}}}},
                      "access_grant")
                     .at("access_grant_id")
                     .as_string();
    }
    json::object shown() { return made("harbour", "/access_grants/get", {{"access_grant_id", grant_}}, "access_grant"); }
    void give_card()
    {
        const auto method = shown().at("access_method_ids").at(0);
        made("harbour", "/access_methods/assign_card",
             {{"access_method_id", method}, {"card_number", "110-40001"}, {"card_uid", "04a1b2c3"}}, "");
    }
    void panel_lives()
    {
        table("panel").dark = false;
        drivers_live("panel");
        ASSERT_TRUE(settles());
    }
    /// The file leaves a door of the boats out, with its entrance, and the operator ends both.
    void retire_door(const std::string& key)
    {
        auto gone = door(key).row;
        const auto& tenant = workspace("harbour");
        auto entrance = tenant.entrances.find(model::EntranceId{*base::parse_uuid(id_in("harbour", "entrance", key))})->row;
        const model::GroupId crew{*base::parse_uuid(id_in("harbour", "group", "crew"))};
        gone.absent = entrance.absent = true;
        desk_.apply({model::erase(model::GroupEntrance{.group = crew, .entrance = entrance.id, .workspace = tenant.row.id}),
                     model::put(gone), model::put(entrance)});
        const auto may_go = [](const model::Device&) { return true; };
        auto ended = site::retire(desk_.directory, {"door", key, {}}, may_go, {moment().instant});
        ASSERT_TRUE(ended) << ended.error().detail;
        desk_.apply(std::move(ended->plan.rows));
    }
    json::object method()
    {
        return made("harbour", "/access_methods/get", {{"access_method_id", shown().at("access_method_ids").at(0)}}, "access_method");
    }
    static std::vector<std::string> codes(const json::object& shown, const char* list, const char* code)
    {
        std::vector<std::string> all;
        for (const auto& one : shown.at(list).as_array()) all.emplace_back(one.at(code).as_string());
        return all;
    }
    std::size_t told() { return events("access_grant.access_granted_to_all_doors").size(); }
    std::string grant_;
};

TEST_F(Guest, IsToldOnceWhenTheLastDoorHasProvenIt)
{
    give_card();
    run_for(1min);
    EXPECT_TRUE(uid_at("yard", "04a1b2c3").granted);
    EXPECT_THAT(table("yard-ctl").table, SizeIs(1)) << "and proven there";
    EXPECT_EQ(told(), 0U) << "the panel is dark";
    panel_lives();
    EXPECT_EQ(told(), 1U);
    table("panel").table.clear();
    run_for(30min);
    EXPECT_THAT(panel(), SizeIs(1)) << "found and put again";
    EXPECT_EQ(told(), 1U);
}

TEST_F(Guest, SeesTimesThatWereMovedUntilTheyAreAtEveryDoor)
{
    give_card();
    run_for(1min);
    EXPECT_THAT(shown().at("pending_mutations").as_array(), IsEmpty()) << "what was never there is not moved";
    panel_lives();
    run_for(10min);
    table("panel").dark = true;
    const auto moved_at = base::to_iso(moment().instant);
    made("harbour", "/access_grants/update", {{"access_grant_id", grant_}, {"ends_at", "2027-03-02T10:00:00Z"}}, "");
    run_for(1min);
    const auto mutations = shown().at("pending_mutations").as_array();
    ASSERT_THAT(mutations, SizeIs(1));
    EXPECT_EQ(mutations[0].at("mutation_code"), "updating_access_times");
    EXPECT_EQ(mutations[0].at("access_method_ids"), shown().at("access_method_ids"));
    const auto of_method = method().at("pending_mutations").as_array();
    ASSERT_THAT(of_method, SizeIs(1));
    EXPECT_EQ(of_method[0].at("mutation_code"), "updating_access_times");
    json::array of_user;
    const auto person = made("harbour", "/user_identities/get", {{"user_identity_id", shown().at("user_identity_id")}}, "user_identity");
    for (const auto& user : person.at("acs_user_ids").as_array()) {
        const auto account = made("harbour", "/acs/users/get", {{"acs_user_id", user}}, "acs_user");
        for (const auto& mutation : account.at("pending_mutations").as_array()) of_user.push_back(mutation);
    }
    ASSERT_THAT(of_user, SizeIs(1));
    EXPECT_EQ(of_user[0].at("mutation_code"), "updating_access_schedule");
    for (const auto& mutation : {mutations[0], of_method[0], of_user[0]}) {
        EXPECT_EQ(mutation.at("from").at("ends_at"), "2027-03-02T12:00:00.000Z");
        EXPECT_EQ(mutation.at("from").at("starts_at"), mutation.at("to").at("starts_at"));
        EXPECT_EQ(mutation.at("to").at("ends_at"), "2027-03-02T10:00:00.000Z");
        EXPECT_EQ(mutation.at("created_at"), json::value(moved_at));
        EXPECT_THAT(mutation.at("message").as_string().c_str(), testing::HasSubstr("were moved"));
    }
    panel_lives();
    EXPECT_THAT(shown().at("pending_mutations").as_array(), IsEmpty());
}

TEST_F(Guest, SeesThatATableIsGivenAnewWhatItLost)
{
    give_card();
    panel_lives();
    table("panel").stores = false;
    table("panel").table.clear();
    run_for(30min);
    const auto mutations = shown().at("pending_mutations").as_array();
    ASSERT_THAT(mutations, SizeIs(1));
    EXPECT_EQ(mutations[0].at("from"), mutations[0].at("to")) << "no times were moved";
    EXPECT_EQ(mutations[0].at("to").at("ends_at"), "2027-03-02T12:00:00.000Z");
}

TEST_F(Guest, WhoseOnlyDoorWasRetiredIsToldThatItOpensNothing)
{
    give_card();
    grant_ = made("harbour", "/access_grants/create",
                  {{"user_identity", {{"full_name", "Another Guest"}}},
                   {"device_ids", json::array{to_string(door("yard").row.id)}},
                   {"requested_access_methods", json::array{json::object{{"mode", "card"}}}}},
                  "access_grant")
                 .at("access_grant_id")
                 .as_string();
    made("harbour", "/access_methods/assign_card",
         {{"access_method_id", shown().at("access_method_ids").at(0)}, {"card_number", "110-40002"}, {"card_uid", "04d4e5f6"}}, "");
    run_for(1min);
    EXPECT_EQ(shown().at("display_status"), "active");
    EXPECT_EQ(method().at("display_status"), "issued");

    retire_door("yard");
    EXPECT_EQ(shown().at("display_status"), "opens_nothing");
    EXPECT_THAT(codes(shown(), "warnings", "warning_code"), testing::Contains("underprovisioned_access"));
    EXPECT_THAT(codes(method(), "errors", "error_code"), testing::ElementsAre("failed_to_issue"));
    EXPECT_EQ(method().at("is_issued"), false);
    EXPECT_EQ(method().at("display_status"), "failed_to_issue");
    EXPECT_EQ(method().at("is_assignment_required"), false) << "another card would not help";
}

/// The yard's table keeps uids alone; the panel takes the number.
TEST_F(Guest, WhoseCardNoDoorCanReadHasNothingThatWasIssued)
{
    made("harbour", "/access_methods/assign_card",
         {{"access_method_id", shown().at("access_method_ids").at(0)}, {"card_number", "110-40001"}}, "");
    run_for(1min);
    EXPECT_EQ(method().at("is_issued"), true) << "the stairs take it";
    EXPECT_THAT(codes(method(), "errors", "error_code"), IsEmpty());
    EXPECT_THAT(codes(method(), "warnings", "warning_code"), testing::ElementsAre("delay_in_issuing"));
    EXPECT_THAT(codes(shown(), "warnings", "warning_code"), testing::Contains("underprovisioned_access"));

    grant_ = made("harbour", "/access_grants/create",
                  {{"user_identity", {{"full_name", "Another Guest"}}},
                   {"device_ids", json::array{to_string(door("yard").row.id)}},
                   {"requested_access_methods", json::array{json::object{{"mode", "card"}}}}},
                  "access_grant")
                 .at("access_grant_id")
                 .as_string();
    const auto attempt =
        made("harbour", "/access_methods/assign_card",
             {{"access_method_id", shown().at("access_method_ids").at(0)}, {"card_number", "110-40002"}}, "action_attempt");
    EXPECT_EQ(attempt.at("status"), "error") << "no door can hold it";
    EXPECT_EQ(attempt.at("error").at("type"), "failed_to_issue");
    run_for(1min);
    EXPECT_EQ(method().at("is_issued"), false);
    EXPECT_TRUE(method().at("issued_at").is_null());
    EXPECT_THAT(codes(method(), "errors", "error_code"), testing::ElementsAre("failed_to_issue"));
    EXPECT_THAT(method().at("errors").at(0).at("message").as_string().c_str(), testing::HasSubstr("no_presentation"));

    const auto user = made("harbour", "/user_identities/get", {{"user_identity_id", shown().at("user_identity_id")}}, "user_identity")
                          .at("acs_user_ids")
                          .at(0);
    const auto credential = ask("harbour", "/acs/credentials/list", {{"acs_user_id", user}}).body.at("acs_credentials").at(0).as_object();
    EXPECT_EQ(credential.at("is_issued"), false);
    EXPECT_TRUE(credential.at("issued_at").is_null());
    EXPECT_THAT(codes(credential, "errors", "error_code"), testing::ElementsAre("no_presentation"));
    const auto errors = made("harbour", "/acs/users/get", {{"acs_user_id", user}}, "acs_user").at("errors").as_array();
    ASSERT_THAT(errors, SizeIs(1));
    EXPECT_EQ(errors[0].at("error_code"), "failed_to_update_on_acs_system");
    EXPECT_EQ(errors[0].at("acs_credential_id"), credential.at("acs_credential_id"));
    EXPECT_THAT(errors[0].at("message").as_string().c_str(), testing::HasSubstr(credential.at("acs_credential_id").as_string().c_str()));

    ask("harbour", "/acs/users/suspend", {{"acs_user_id", user}});
    const auto stopped = ask("harbour", "/acs/credentials/list", {{"acs_user_id", user}}).body.at("acs_credentials").at(0).as_object();
    EXPECT_EQ(stopped.at("is_issued"), false) << "what no door could take is not issued by stopping its holder";
    EXPECT_EQ(method().at("is_issued"), false);
    EXPECT_EQ(method().at("display_status"), "failed_to_issue");
    ask("harbour", "/acs/users/delete", {{"acs_user_id", user}});
    EXPECT_EQ(shown().at("display_status"), "opens_nothing") << "no method is left";
    EXPECT_THAT(codes(shown(), "warnings", "warning_code"), testing::Contains("underprovisioned_access"));
}

/// The yard cannot be reached: why she does not get in is one thing, that she may is another.
TEST_F(Guest, WhoWasStoppedAndMayStillComeInIsToldSoWhereOneAsksWhy)
{
    give_card();
    table("yard").dark = true;
    ask("harbour", "/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{shown().at("user_identity_id")}}});
    const auto answer = ask("harbour", "/gatehouse/access/why",
                            {{"user_identity_id", shown().at("user_identity_id")}, {"device_id", to_string(door("yard").row.id)}})
                            .body;
    EXPECT_EQ(answer.at("opens"), false);
    EXPECT_EQ(answer.at("reason"), "frozen");
    const auto& row = answer.at("access").at(0);
    EXPECT_NE(row.at("device_truth"), nullptr);
    EXPECT_THAT(row.at("device_reason").as_string().c_str(), testing::StartsWith("may still open: "));
}

} // namespace
} // namespace gatehouse::tests
