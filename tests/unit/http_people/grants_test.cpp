#include "unit/http_people/grants.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::tests {

using testing::ElementsAre;

namespace {

TEST_F(Grants, AreCredentialsOfTheirOwnForTheirPlacesAndTime)
{
    const auto grant = granted(method("code", "731942"), {{"starts_at", "2027-03-03T14:00:00Z"}, {"ends_at", "2027-03-06T10:00:00Z"}});
    ASSERT_EQ(users().size(), 1U) << "the missing user is made";
    EXPECT_EQ(users().at(0).at("full_name"), "Ada Lind");
    ASSERT_EQ(credentials().size(), 1U);
    const auto credential = credentials().at(0).as_object();
    EXPECT_EQ(credential.at("code"), "731942");
    EXPECT_EQ(credential.at("starts_at"), "2027-03-03T14:00:00.000Z");
    EXPECT_EQ(credential.at("ends_at"), "2027-03-06T10:00:00.000Z");
    const auto* node = harbour().credentials.find(id_of<model::CredentialId>(credential, "acs_credential_id"));
    ASSERT_EQ(node->list.size(), 1U);
    EXPECT_EQ(to_string(node->list[0].id), stairs_entrance_);

    const auto methods =
        ask("/access_methods/list", {{"access_grant_id", grant.at("access_grant_id")}}).body.at("access_methods").as_array();
    ASSERT_EQ(methods.size(), 1U);
    EXPECT_EQ(methods.at(0).at("code"), "731942");
    EXPECT_EQ(grant.at("access_method_ids").as_array().at(0), methods.at(0).at("access_method_id"));
    EXPECT_EQ(made("/access_methods/get", {{"access_method_id", methods.at(0).at("access_method_id")}}, "access_method").at("mode"),
              "code");
}

TEST_F(Grants, MakeAPersonAndACodeWhereNoneIsGiven)
{
    auto body = asks_for(method("code"), {{"user_identity", {{"full_name", "Eve Holm"}, {"user_identity_key", "eve"}}}});
    body.erase("user_identity_id");
    const auto grant = made("/access_grants/create", body, "access_grant");
    const auto eve = made("/user_identities/get", {{"user_identity_key", "eve"}}, "user_identity");
    EXPECT_EQ(grant.at("user_identity_id"), eve.at("user_identity_id"));
    EXPECT_EQ(grant.at("requested_access_methods").at(0).at("code").as_string().size(), 6U);
    EXPECT_EQ(ask("/access_grants/create", body).type(), "user_identity_key_conflict");
}

TEST_F(Grants, OfADoorWithoutAnEntranceOpenThatDoor)
{
    const auto& stairs = directory_.doors().begin()->second.row;
    auto spare = stairs;
    spare.id = model::DoorId{base::declared_uuid("harbour", "door", "spare")};
    spare.key = "spare", spare.output = 2;
    apply({model::put(spare)});
    auto body = asks_for(method("card"), {{"device_ids", json::array{to_string(spare.id)}}});
    body.erase("acs_entrance_ids");
    give_card(made("/access_grants/create", body, "access_grant"));
    const auto* node = harbour().credentials.find(id_of<model::CredentialId>(credentials().at(0).as_object(), "acs_credential_id"));
    const auto opens = [&](const model::DoorId& door) {
        return model::opens(harbour(), *node, *directory_.door(door), {clock_.wall(), true});
    };
    EXPECT_TRUE(opens(spare.id).open);
    EXPECT_EQ(opens(stairs.id).reason, model::Reason::no_access);
    EXPECT_EQ(ask("/access_grants/list", {{"device_id", to_string(spare.id)}}).body.at("access_grants").as_array().size(), 1U);
}

TEST_F(Grants, NeedAPlaceOfTheirOwnWorkspace)
{
    auto body = asks_for(method("code"));
    body["acs_entrance_ids"] = json::array{};
    EXPECT_EQ(ask("/access_grants/create", body).status, 400U);
    body["acs_entrance_ids"] = json::array{base::to_string(base::random_uuid(random_))};
    EXPECT_EQ(ask("/access_grants/create", body).type(), "acs_entrance_not_found");
    body["acs_entrance_ids"] = json::array{stairs_entrance_};
    body["space_ids"] = json::array{stairs_entrance_};
    EXPECT_EQ(ask("/access_grants/create", body).type(), "space_not_found");
    EXPECT_EQ(ask("/access_grants/create", asks_for(method("mobile_key"))).status, 400U);
    EXPECT_EQ(ask("/access_grants/create", asks_for(method("code", "1234"))).status, 400U) << "too easy";
    EXPECT_EQ(users().size(), 0U) << "nothing is left of what was refused";
}

TEST_F(Grants, RefuseACodeThatIsSomebodyElsesAtTheDoor)
{
    mode("pin");
    granted(method("code", "731942"));
    const auto before = ledger_.head();
    auto body = asks_for(method("code", "731942"), {{"user_identity", {{"full_name", "Eve Holm"}}}});
    body.erase("user_identity_id");
    const auto told = ask("/access_grants/create", body);
    EXPECT_EQ(told.status, 409U);
    EXPECT_EQ(told.type(), "duplicate_access_code");
    EXPECT_EQ(json::serialize(told.body).find("731942"), std::string::npos);
    EXPECT_EQ(ledger_.head(), before);
    EXPECT_EQ(harbour().identities.size(), 1U);
}

TEST_F(Grants, NameTheMethodThatIsWrong)
{
    auto body = asks_for(method("card"));
    body["requested_access_methods"] = json::array{method("code"), method("code", "123456")};
    const auto wrong = ask("/access_grants/create", body).body.at("error").at("validation_errors").at("requested_access_methods");
    EXPECT_TRUE(wrong.at("1").as_object().contains("code"));
    body["requested_access_methods"] = json::array{method("mobile_key")};
    EXPECT_TRUE(ask("/access_grants/create", body)
                    .body.at("error")
                    .at("validation_errors")
                    .at("requested_access_methods")
                    .at("0")
                    .as_object()
                    .contains("mode"));
}

TEST_F(Grants, SayThatTheirPersonIsStoppedEverywhere)
{
    mode("card_and_pin"); // asks for a code
    const auto grant = granted(method("code", "731942"));
    clock_.advance(std::chrono::hours{1});
    const auto stopped_at = base::to_iso(clock_.wall());
    EXPECT_EQ(ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}}).status, 200U);
    clock_.advance(std::chrono::hours{1});
    const auto stopped = made("/access_grants/get", {{"access_grant_id", grant.at("access_grant_id")}}, "access_grant");
    EXPECT_THAT(warnings(stopped), testing::Contains("underprovisioned_access"));
    for (const auto& warning : stopped.at("warnings").as_array())
        if (warning.at("warning_code") == "underprovisioned_access") {
            EXPECT_EQ(warning.at("created_at"), json::value(stopped_at));
        }
    EXPECT_THAT(json::serialize(stopped), testing::HasSubstr("stopped everywhere"));
    const auto methods =
        ask("/access_methods/list", {{"access_grant_id", grant.at("access_grant_id")}}).body.at("access_methods").as_array();
    EXPECT_THAT(warnings(methods.at(0).as_object()), ElementsAre("delay_in_issuing"));
    EXPECT_THAT(warnings(credentials().at(0).as_object()), ElementsAre("unknown_issue_with_acs_credential"));
    EXPECT_EQ(ask("/gatehouse/user_identities/unfreeze", {{"user_identity_ids", json::array{ada_}}}).status, 200U);
    EXPECT_THAT(warnings(credentials().at(0).as_object()), ElementsAre());
}

TEST_F(Grants, EndAtOnceWhereNothingIsHeld)
{
    const auto grant = granted(method("code"));
    EXPECT_EQ(ask("/access_grants/delete", {{"access_grant_id", grant.at("access_grant_id")}}).status, 200U);
    EXPECT_EQ(ask("/access_grants/get", {{"access_grant_id", grant.at("access_grant_id")}}).type(), "access_grant_not_found");
    EXPECT_TRUE(credentials().empty());
    EXPECT_EQ(users().size(), 1U) << "the account stays";
    EXPECT_EQ(harbour().methods.size(), 0U);
}

TEST_F(Grants, StayReadableUntilTheirCodesAreProvenGone)
{
    const auto grant = granted(method("code", "731942"), {{"access_grant_key", "stay-1"}});
    const auto row = placed();
    EXPECT_EQ(ask("/access_grants/delete", {{"access_grant_id", grant.at("access_grant_id")}}).status, 200U);
    EXPECT_TRUE(credentials().empty()) << "they open nothing any more";
    const auto shown = made("/access_grants/get", {{"access_grant_key", "stay-1"}}, "access_grant");
    EXPECT_THAT(warnings(shown), testing::IsSupersetOf({"being_deleted", "overprovisioned_access"}));
    const auto methods = ask("/access_methods/list", {{"access_grant_key", "stay-1"}}).body.at("access_methods").as_array();
    ASSERT_EQ(methods.size(), 1U);
    EXPECT_THAT(warnings(methods.at(0).as_object()), ElementsAre("being_deleted"));
    EXPECT_EQ(ask("/access_grants/update", {{"access_grant_key", "stay-1"}, {"name", "x"}}).type(), "access_grant_being_deleted");

    ledger_.note({.erased = {{row.device, row.key}}});
    EXPECT_EQ(ask("/access_grants/get", {{"access_grant_key", "stay-1"}}).type(), "access_grant_not_found");
    EXPECT_EQ(harbour().methods.size(), 0U);
}

TEST_F(Grants, MoveTheTimesOfEveryCredential)
{
    const auto grant = granted(method("code", "731942"), {{"starts_at", "2027-03-03T14:00:00Z"}, {"ends_at", "2027-03-06T10:00:00Z"}});
    const auto& id = grant.at("access_grant_id");
    EXPECT_EQ(ask("/access_grants/update", {{"access_grant_id", id}, {"ends_at", "2027-03-07T10:00:00Z"}}).status, 200U);
    EXPECT_EQ(credentials().at(0).at("ends_at"), "2027-03-07T10:00:00.000Z");
    EXPECT_EQ(credentials().at(0).at("starts_at"), "2027-03-03T14:00:00.000Z");
    EXPECT_EQ(ask("/access_grants/update", {{"access_grant_id", id}, {"ends_at", nullptr}, {"name", "Guest"}}).status, 200U);
    EXPECT_FALSE(credentials().at(0).as_object().contains("ends_at"));
    EXPECT_EQ(made("/access_grants/get", {{"access_grant_id", id}}, "access_grant").at("name"), "Guest");
    EXPECT_EQ(ask("/access_grants/update", {{"access_grant_id", id}, {"ends_at", "2027-03-02T10:00:00Z"}}).status, 400U);
}

TEST_F(Grants, AreFoundByWhatTheyAreFor)
{
    const auto grant = granted(method("code"), {{"reservation_key", "r-1"}});
    const auto count = [this](json::object filter) {
        return ask("/access_grants/list", std::move(filter)).body.at("access_grants").as_array().size();
    };
    EXPECT_EQ(count({}), 1U);
    EXPECT_EQ(count({{"user_identity_id", ada_}}), 1U);
    EXPECT_EQ(count({{"acs_entrance_id", stairs_entrance_}}), 1U);
    EXPECT_EQ(count({{"acs_system_id", house_}}), 1U);
    EXPECT_EQ(count({{"acs_system_id", boats_}}), 0U);
    EXPECT_EQ(count({{"reservation_key", "r-1"}}), 1U);
    EXPECT_EQ(count({{"reservation_key", "r-2"}}), 0U);
    EXPECT_EQ(count({{"space_id", house_}}), 0U);
    EXPECT_EQ(count({{"access_grant_ids", json::array{grant.at("access_grant_id")}}}), 1U);
    EXPECT_EQ(ask("/access_methods/list", {}).status, 400U);
    EXPECT_EQ(ask("/access_grants/create", asks_for(method("code"), {{"access_grant_key", "k"}})).status, 200U);
    EXPECT_EQ(ask("/access_grants/create", asks_for(method("code"), {{"access_grant_key", "k"}})).type(), "access_grant_key_conflict");
}

TEST_F(Grants, EndWithTheRevokeOfAllEntrancesOfTheirUser)
{
    const auto grant = granted(method("code"));
    EXPECT_EQ(ask("/acs/users/revoke_access_to_all_entrances", {{"acs_user_id", users().at(0).at("acs_user_id")}}).status, 200U);
    EXPECT_TRUE(credentials().empty());
    EXPECT_TRUE(made("/access_grants/get", {{"access_grant_id", grant.at("access_grant_id")}}, "access_grant")
                    .at("access_method_ids")
                    .as_array()
                    .empty());
}

TEST_F(Grants, GoWithTheirPerson)
{
    granted(method("code"));
    EXPECT_EQ(ask("/user_identities/delete", {{"user_identity_id", ada_}}).type(), "user_identity_in_use");
    auto row = placed();
    row.holders[0].identity = model::IdentityId{*base::parse_uuid(ada_)};
    ledger_.note({.put = {row}});
    EXPECT_EQ(ask("/user_identities/delete", {{"user_identity_id", ada_}, {"cascade", true}}).status, 200U);
    EXPECT_EQ(harbour().grants.size() + harbour().methods.size() + harbour().credentials.size() + harbour().identities.size(), 0U);
    const auto residuals = [this](json::object filter) {
        return ask("/gatehouse/residual_access/list", filter).body.at("residual_access").as_array();
    };
    EXPECT_EQ(residuals({}).size(), 1U);
    EXPECT_EQ(residuals({{"user_identity_id", ada_}}).size(), 1U) << "also of a person who is gone";
    EXPECT_EQ(residuals({{"user_identity_id", "00000000-0000-4000-8000-000000000001"}}).size(), 0U);
}

TEST_F(Grants, EndAMethodAlone)
{
    const auto grant = granted(method("code"));
    made("/access_grants/request_access_methods",
         {{"access_grant_id", grant.at("access_grant_id")}, {"requested_access_methods", json::array{method("card")}}}, "access_grant");
    EXPECT_EQ(credentials().size(), 2U);
    EXPECT_EQ(ask("/access_methods/delete", {{"access_method_id", grant.at("access_method_ids").at(0)}}).status, 200U);
    ASSERT_EQ(credentials().size(), 1U);
    EXPECT_EQ(credentials().at(0).at("access_method"), "card");
    EXPECT_EQ(ask("/acs/credentials/delete", {{"acs_credential_id", credentials().at(0).at("acs_credential_id")}}).status, 200U);
    EXPECT_TRUE(made("/access_grants/get", {{"access_grant_id", grant.at("access_grant_id")}}, "access_grant")
                    .at("access_method_ids")
                    .as_array()
                    .empty());
}

TEST_F(Grants, AreGivenACardLater)
{
    const auto grant = granted(method("card"));
    const auto id = grant.at("access_method_ids").at(0);
    auto shown = made("/access_methods/get", {{"access_method_id", id}}, "access_method");
    EXPECT_EQ(shown.at("is_issued"), false);
    EXPECT_EQ(shown.at("is_assignment_required"), true);
    EXPECT_EQ(ask("/access_methods/assign_card", {{"access_method_id", id}, {"card_number", "12345"}}).status, 400U);
    const auto attempt = made("/access_methods/assign_card", {{"access_method_id", id}, {"card_number", "110-00345"}}, "action_attempt");
    EXPECT_EQ(attempt.at("status"), "success");
    EXPECT_EQ(made("/action_attempts/get", {{"action_attempt_id", attempt.at("action_attempt_id")}}, "action_attempt").at("action_type"),
              "ASSIGN_CREDENTIAL");
    EXPECT_EQ(made("/access_methods/get", {{"access_method_id", id}}, "access_method").at("is_issued"), true);
    EXPECT_EQ(credentials().at(0).at("card_number"), "345");
}

TEST_F(Grants, ChangeTheirCodeWithThatOfACredential)
{
    const auto grant = granted(method("code", "731942"));
    const auto credential = credentials().at(0).at("acs_credential_id");
    EXPECT_EQ(ask("/acs/credentials/update", {{"acs_credential_id", credential}, {"code", "555123"}}).status, 200U);
    EXPECT_EQ(made("/access_methods/get", {{"access_method_id", grant.at("access_method_ids").at(0)}}, "access_method").at("code"),
              "555123");
    EXPECT_EQ(ask("/acs/credentials/update", {{"acs_credential_id", credential}, {"code", "1111"}}).status, 400U);
}

TEST_F(Grants, SayWhereACodeOpensNothing)
{
    EXPECT_THAT(warnings(granted(method("code"))), ElementsAre("device_does_not_support_access_codes"));
    mode("pin");
    EXPECT_THAT(warnings(granted(method("code"))), testing::IsEmpty());
}

TEST_F(Grants, KeepTheirCodesWithTheirPerson)
{
    granted(method("code", "731942"));
    const auto user = users().at(0).at("acs_user_id");
    const auto credential = credentials().at(0).at("acs_credential_id");
    const auto eve = made("/user_identities/create", {{"full_name", "Eve Holm"}}, "user_identity").at("user_identity_id");
    const auto other = made("/acs/users/create", {{"acs_system_id", house_}, {"full_name", "Gus Berg"}}, "acs_user").at("acs_user_id");
    const auto head = ledger_.head();

    auto told = ask("/user_identities/remove_acs_user", {{"user_identity_id", ada_}, {"acs_user_id", user}});
    EXPECT_EQ(told.status, 409U);
    EXPECT_EQ(told.type(), "acs_user_in_access_grant");
    EXPECT_EQ(ask("/user_identities/add_acs_user", {{"user_identity_id", eve}, {"acs_user_id", user}}).type(), "acs_user_in_access_grant");
    told = ask("/acs/credentials/assign", {{"acs_credential_id", credential}, {"acs_user_id", other}});
    EXPECT_EQ(told.status, 409U);
    EXPECT_EQ(told.type(), "acs_credential_in_access_grant");
    EXPECT_EQ(ask("/acs/credentials/assign", {{"acs_credential_id", credential}, {"user_identity_id", eve}}).type(),
              "acs_credential_in_access_grant");
    EXPECT_EQ(ask("/acs/credentials/unassign", {{"acs_credential_id", credential}}).type(), "acs_credential_in_access_grant");
    EXPECT_EQ(ledger_.head(), head);

    EXPECT_EQ(ask("/user_identities/add_acs_user", {{"user_identity_id", ada_}, {"acs_user_id", user}}).status, 200U) << "as it is";
    EXPECT_EQ(ask("/acs/credentials/assign", {{"acs_credential_id", credential}, {"acs_user_id", user}}).status, 200U);
    EXPECT_EQ(ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}}).status, 200U);
    EXPECT_EQ(says(), model::Reason::frozen);
}

TEST_F(Grants, TakeTheirCodesAlongWhenTheirPersonIsDeleted)
{
    granted(method("code", "731942"));
    auto alone = harbour().users.find(id_of<model::UserId>(users().at(0).as_object(), "acs_user_id"))->row;
    alone.identity.reset(); // as earlier versions left it
    apply({model::put(alone)});
    EXPECT_EQ(ask("/user_identities/delete", {{"user_identity_id", ada_}}).status, 200U);
    EXPECT_EQ(harbour().credentials.size(), 0U) << "or it would open for ever, on no list";
    EXPECT_EQ(harbour().grants.size() + harbour().methods.size() + harbour().identities.size(), 0U);
    EXPECT_EQ(harbour().users.size(), 1U);
    EXPECT_THAT(events(), testing::IsSupersetOf({"acs_credential.deleted", "access_grant.deleted", "gatehouse.user_identity.deleted"}));
}

TEST_F(Grants, MoveTheEndOfTheirCodesThemselves)
{
    granted(method("code", "731942"), {{"starts_at", "2027-03-03T14:00:00Z"}, {"ends_at", "2027-03-06T10:00:00Z"}});
    const auto credential = credentials().at(0).at("acs_credential_id");
    const auto told = ask("/acs/credentials/update", {{"acs_credential_id", credential}, {"ends_at", "2030-01-01T00:00:00Z"}});
    EXPECT_EQ(told.status, 400U);
    EXPECT_NE(json::serialize(told.body).find("access_grants/update"), std::string::npos);
    EXPECT_EQ(credentials().at(0).at("ends_at"), "2027-03-06T10:00:00.000Z");
}

} // namespace
} // namespace gatehouse::tests
