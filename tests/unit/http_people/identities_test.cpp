#include "unit/http_people/house.hpp"

namespace gatehouse::tests {

using testing::ElementsAre;

namespace {

struct Identities : House {
    json::object person(json::object fields = {}) { return made("/user_identities/create", std::move(fields), "user_identity"); }
    json::object account(json::object fields)
    {
        if (!fields.contains("acs_system_id")) fields["acs_system_id"] = house_;
        if (!fields.contains("full_name")) fields["full_name"] = "Account";
        return made("/acs/users/create", std::move(fields), "acs_user");
    }
    /// Events beyond those that stood before.
    std::vector<std::string> news()
    {
        auto all = events();
        std::vector<std::string> fresh{all.begin() + static_cast<std::ptrdiff_t>(seen_), all.end()};
        seen_ = all.size();
        return fresh;
    }
    std::size_t seen_ = 0;
};

TEST_F(Identities, EveryMutationLeavesItsEventAndARepetitionNone)
{
    const auto ada = person({{"full_name", "Ada Lind"}}).at("user_identity_id");
    EXPECT_THAT(news(), ElementsAre("gatehouse.user_identity.created"));
    const auto user = account({}).at("acs_user_id");
    EXPECT_THAT(news(), ElementsAre("acs_user.created"));
    for (int times = 0; times < 2; ++times) {
        ask("/user_identities/update", {{"user_identity_id", ada}, {"full_name", "Ada L."}});
        ask("/user_identities/add_acs_user", {{"user_identity_id", ada}, {"acs_user_id", user}});
        ask("/user_identities/grant_access_to_device", {{"user_identity_id", ada}, {"device_id", stairs_door_}});
        ask("/acs/users/add_to_access_group", {{"acs_user_id", user}, {"acs_access_group_id", stairs_group_}});
        ask("/acs/users/suspend", {{"acs_user_id", user}});
    }
    EXPECT_THAT(news(),
                ElementsAre("gatehouse.user_identity.updated", "gatehouse.acs_user.linked", "gatehouse.user_identity.device_access_granted",
                            "gatehouse.acs_user.added_to_access_group", "gatehouse.acs_user.suspended"));
    for (int times = 0; times < 2; ++times) {
        ask("/acs/users/unsuspend", {{"acs_user_id", user}});
        ask("/acs/users/remove_from_access_group", {{"user_identity_id", ada}, {"acs_access_group_id", stairs_group_}});
        ask("/user_identities/revoke_access_to_device", {{"user_identity_id", ada}, {"device_id", stairs_door_}});
        ask("/user_identities/remove_acs_user", {{"user_identity_id", ada}, {"acs_user_id", user}});
        ask("/user_identities/delete", {{"user_identity_id", ada}});
    }
    EXPECT_THAT(news(), ElementsAre("gatehouse.acs_user.unsuspended", "gatehouse.acs_user.removed_from_access_group",
                                    "gatehouse.user_identity.device_access_revoked", "gatehouse.acs_user.unlinked",
                                    "gatehouse.user_identity.deleted"));
}

TEST_F(Identities, ANameOfWhichNothingIsToBeSeenIsRefusedAndTheFieldNamed)
{
    for (const auto* blank : {"   ", "\u00A0\u2003", "\u200B", "\u3000 ", "\u3164", "\u2800\uFE0F", "\U000E0041"}) {
        const auto told = ask("/user_identities/create", {{"full_name", blank}});
        EXPECT_EQ(told.status, 400U) << blank;
        EXPECT_EQ(told.type(), "invalid_input");
        EXPECT_EQ(told.body.at("error").at("validation_errors").at("full_name").at("_errors").at(0), "Must not be blank");
        EXPECT_EQ(ask("/acs/users/create", {{"acs_system_id", house_}, {"full_name", blank}}).type(), "invalid_input");
        json::object inline_person{{"user_identity", {{"full_name", blank}}},
                                   {"acs_entrance_ids", json::array{stairs_entrance_}},
                                   {"requested_access_methods", json::array{json::object{{"mode", "code"}}}}};
        EXPECT_EQ(ask("/access_grants/create", inline_person).type(), "invalid_input");
    }
    const auto id = made("/user_identities/create", {{"full_name", " \u00C5sa  Lind "}}, "user_identity").at("user_identity_id");
    EXPECT_EQ(ask("/user_identities/update", {{"user_identity_id", id}, {"full_name", " "}}).type(), "invalid_input");
    EXPECT_EQ(ask("/user_identities/update", {{"user_identity_id", id}, {"full_name", nullptr}}).status, 200U);
}

TEST_F(Identities, AClashNamesTheFieldAndChangesNothing)
{
    person({{"email_address", "Ada@example.com"}, {"phone_number", "+4512345678"}, {"user_identity_key", "ada"}});
    const auto bo = person({{"full_name", "Bo"}}).at("user_identity_id");
    for (const auto& [name, value, type] : {std::tuple{"email_address", "aDA@EXAMPLE.com", "user_identity_email_or_phone_conflict"},
                                            std::tuple{"phone_number", "+4512345678", "user_identity_email_or_phone_conflict"},
                                            std::tuple{"user_identity_key", "ada", "user_identity_key_conflict"}}) {
        const auto told = ask("/user_identities/update", {{"user_identity_id", bo}, {"full_name", "Half"}, {name, value}});
        EXPECT_EQ(told.status, 409U);
        EXPECT_EQ(told.type(), type);
        EXPECT_EQ(told.body.at("error").at("data").at("field").as_string(), name);
    }
    EXPECT_EQ(made("/user_identities/get", {{"user_identity_id", bo}}, "user_identity").at("full_name").as_string(), "Bo");
}

TEST_F(Identities, ASystemLinksTheOldestAccountOfTheSameMailThatBelongsToNobody)
{
    const auto other = person({{"full_name", "Somebody else"}}).at("user_identity_id");
    account({{"email_address", "ada@example.com"}, {"user_identity_id", other}});
    account({{"email_address", "ada@example.com"}, {"acs_system_id", boats_}});
    const auto by_phone = account({{"phone_number", "+4512345678"}});
    clock_.advance(std::chrono::seconds{1});
    const auto by_mail = account({{"email_address", "ADA@example.com"}});
    const auto ada =
        person({{"email_address", "ada@example.com"}, {"phone_number", "+4512345678"}, {"acs_system_ids", json::array{house_, house_}}});
    EXPECT_EQ(ada.at("acs_user_ids"), (json::array{by_mail.at("acs_user_id")}));
}

TEST_F(Identities, DeletingOneWithCredentialsIsRefusedAndNamesThem)
{
    const auto ada = person().at("user_identity_id");
    const auto user = id_of<model::UserId>(account({{"user_identity_id", ada}}), "acs_user_id");
    const auto held = card(user, 1);
    apply({model::put(held)});
    const auto told = ask("/user_identities/delete", {{"user_identity_id", ada}});
    EXPECT_EQ(told.status, 409U);
    EXPECT_EQ(told.type(), "user_identity_in_use");
    EXPECT_EQ(told.body.at("error").at("data").at("acs_credential_ids"), (json::array{to_string(held.id)}));
    EXPECT_EQ(harbour().credentials.size(), 1U);
}

TEST_F(Identities, ADeviceGrantLeftOverFromBeforeTheDoorChangedHandsCanBeRevokedAndNotMadeAgain)
{
    const auto ada = made("/user_identities/create", {{"full_name", "Ada Lind"}}, "user_identity").at("user_identity_id");
    const json::object grant{{"user_identity_id", ada}, {"device_id", stairs_door_}};
    ask("/user_identities/grant_access_to_device", grant);
    auto door = directory_.doors().begin()->second.row;
    const model::WorkspaceRow buyer{.id = model::WorkspaceId{base::declared_uuid("test", "workspace", "buyer")}, .key = "buyer"};
    door.owner = buyer.id;
    apply({model::put(buyer), model::put(door)});
    EXPECT_EQ(ask("/user_identities/revoke_access_to_device", grant).status, 200U);
    EXPECT_EQ(ask("/user_identities/revoke_access_to_device", grant).status, 404U);
    EXPECT_EQ(ask("/user_identities/grant_access_to_device", grant).status, 404U);
}

TEST_F(Identities, WithoutCredentialsItsUsersStayAloneAndItsDeviceGrantsEnd)
{
    const auto ada = person().at("user_identity_id");
    const auto user = account({{"user_identity_id", ada}});
    ask("/user_identities/grant_access_to_device", {{"user_identity_id", ada}, {"device_id", stairs_door_}});
    EXPECT_EQ(ask("/user_identities/delete", {{"user_identity_id", ada}}).status, 200U);
    EXPECT_EQ(harbour().identities.size(), 0U);
    EXPECT_FALSE(harbour().users.find(id_of<model::UserId>(user, "acs_user_id"))->row.identity);
    EXPECT_THAT(directory_.door({*base::parse_uuid(stairs_door_)})->identities, ElementsAre());
}

TEST_F(Identities, WhereTheConfigurationCascadesEverythingGoesInOneChange)
{
    delete_cascades_ = true;
    const auto ada = person().at("user_identity_id");
    const auto user = account({{"user_identity_id", ada}, {"acs_access_group_ids", json::array{stairs_group_}}});
    apply({model::put(card(id_of<model::UserId>(user, "acs_user_id"), 1))});
    const auto before = ledger_.head();
    EXPECT_EQ(ask("/user_identities/delete", {{"user_identity_id", ada}, {"cascade", false}}).status, 409U);
    EXPECT_EQ(ask("/user_identities/delete", {{"user_identity_id", ada}}).status, 200U);
    EXPECT_EQ(ledger_.head(), before + 1);
    EXPECT_EQ(harbour().identities.size() + harbour().users.size() + harbour().credentials.size(), 0U);
}

TEST_F(Identities, TakingAUserAwayThatSharesACardWithAnotherIsRefused)
{
    const auto ada = person().at("user_identity_id");
    const auto one = id_of<model::UserId>(account({{"user_identity_id", ada}}), "acs_user_id");
    const auto two = id_of<model::UserId>(account({{"user_identity_id", ada}, {"acs_system_id", boats_}}), "acs_user_id");
    auto first = card(one, 1), second = card(two, 2);
    second.card_uid = first.card_uid;
    apply({model::put(first), model::put(second)});
    const auto told = ask("/user_identities/remove_acs_user", {{"user_identity_id", ada}, {"acs_user_id", to_string(two)}});
    EXPECT_EQ(told.type(), "card_number_in_use");
    EXPECT_EQ(harbour().identities.find({*base::parse_uuid(ada.as_string())})->users.size(), 2U);
}

TEST_F(Identities, AListNeverHoldsMoreThanAThousandRows)
{
    std::vector<model::Mutation> rows;
    for (int i = 0; i < 1'005; ++i) {
        model::Identity row;
        row.id.value = base::declared_uuid("harbour", "identity", std::to_string(i));
        row.workspace = workspace_;
        rows.push_back(model::put(row));
    }
    apply(std::move(rows));
    const auto told = ask("/user_identities/list", {{"limit", 1'000'000}});
    EXPECT_EQ(told.body.at("user_identities").as_array().size(), 1'000U);
    const auto rest =
        ask("/user_identities/list", {{"limit", 5'000}, {"page_cursor", told.body.at_pointer("/pagination/next_page_cursor")}});
    EXPECT_EQ(rest.body.at("user_identities").as_array().size(), 5U);
    EXPECT_EQ(rest.body.at_pointer("/pagination/has_next_page"), json::value(false));
}

TEST_F(Identities, ACursorOfOneListIsNoneOfAnother)
{
    person();
    person();
    const auto told = ask("/user_identities/list", {{"limit", 1}});
    const auto cursor = told.body.at_pointer("/pagination/next_page_cursor");
    EXPECT_EQ(ask("/acs/users/list", {{"limit", 1}, {"page_cursor", cursor}}).type(), "mismatched_page_parameters");
}

TEST_F(Identities, ALinkToTheNextPageKeepsTls)
{
    person();
    person();
    peer_.tls = true;
    const auto told = ask("/user_identities/list", {{"limit", 1}});
    EXPECT_TRUE(told.body.at_pointer("/pagination/next_page_url").as_string().starts_with("https://localhost/user_identities/list?"));
}

TEST_F(Identities, CreatedBeforeLeavesOutItsOwnInstant)
{
    person();
    clock_.advance(std::chrono::seconds{1});
    const auto second = person();
    const auto told = ask("/user_identities/list", {{"created_before", second.at("created_at")}});
    EXPECT_EQ(told.body.at("user_identities").as_array().size(), 1U);
}

TEST_F(Identities, SearchLooksIntoEveryTextAndTheId)
{
    const auto ada = person({{"full_name", "Ada Lind"}, {"email_address", "ada@example.com"}, {"phone_number", "+4512345678"}});
    person({{"full_name", "Bo Marsh"}});
    const std::string id{ada.at("user_identity_id").as_string()};
    for (const std::string& part : {std::string{"LIND"}, std::string{"@EXAMPLE"}, std::string{"12345"}, id.substr(4, 20)})
        EXPECT_EQ(ask("/user_identities/list", {{"search", part}}).body.at("user_identities").as_array().size(), 1U) << part;
}

TEST_F(Identities, AUserThatIsLinkedElsewhereStaysStopped)
{
    const auto ada = made("/user_identities/create", {{"full_name", "Ada Lind"}}, "user_identity").at("user_identity_id");
    const auto eve = made("/user_identities/create", {{"full_name", "Eve Holm"}}, "user_identity").at("user_identity_id");
    const auto user = made("/acs/users/create", {{"acs_system_id", house_}, {"full_name", "Ada"}, {"user_identity_id", ada}}, "acs_user");
    const auto& id = user.at("acs_user_id");
    made("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada}}}, {});
    EXPECT_EQ(ask("/user_identities/add_acs_user", {{"user_identity_id", eve}, {"acs_user_id", id}}).status, 200U);
    EXPECT_TRUE(harbour().users.find(id_of<model::UserId>(user, "acs_user_id"))->row.suspended);
    EXPECT_EQ(made("/acs/users/get", {{"acs_user_id", id}}, "acs_user").at("is_suspended"), true);
}

TEST_F(Identities, AUserIsOnlyTakenFromTheIdentityItBelongsTo)
{
    const auto ada = person().at("user_identity_id");
    const auto bo = person().at("user_identity_id");
    const auto user = account({{"user_identity_id", ada}}).at("acs_user_id");
    EXPECT_EQ(ask("/user_identities/remove_acs_user", {{"user_identity_id", bo}, {"acs_user_id", user}}).status, 200U);
    EXPECT_EQ(made("/acs/users/get", {{"acs_user_id", user}}, "acs_user").at("user_identity_id"), ada);
}

TEST_F(Identities, ARefusalWaitsForTheChangeItWasDecidedOn)
{
    const auto ada = person();
    before_handler = [this, &ada] {
        ledger::Draft draft;
        draft.rows = {model::erase(model::Identity{.id = id_of<model::IdentityId>(ada, "user_identity_id"), .workspace = workspace_})};
        if (ada.empty() || !ledger_.apply(std::move(draft))) throw std::runtime_error{"not applied"};
    };
    const auto told = ask("/user_identities/update", {{"user_identity_id", ada.at("user_identity_id")}});
    EXPECT_EQ(told.type(), "user_identity_not_found");
    EXPECT_EQ(ledger_.durable(), ledger_.head()) << "or a restart would contradict the answer";
}

TEST_F(Identities, AListIsWalkedInTurnsWhileItsRowsComeAndGo)
{
    std::vector<model::Mutation> rows;
    std::vector<model::Identity> people;
    for (int i = 0; i < 2'000; ++i) {
        model::Identity row;
        row.id.value = base::declared_uuid("harbour", "identity", std::to_string(i));
        row.workspace = workspace_;
        row.full_name = i % 2 == 0 ? "Even" : "Odd";
        row.created_at = clock_.wall() + base::milliseconds{i};
        people.push_back(row);
        rows.push_back(model::put(row));
    }
    apply(std::move(rows));
    std::size_t gone = 0;
    between_turns = [this, &people, &gone] {
        for (int i = 0; i < 50 && gone < people.size(); ++i)
            if (directory_.apply(model::erase(people[gone++]))) continue;
    };
    const auto told = ask("/user_identities/list", {{"search", "odd"}, {"limit", 800}});
    between_turns = nullptr;
    EXPECT_EQ(told.status, 200U);
    EXPECT_GT(turns_, 10U);
    EXPECT_GT(gone, 400U);
    std::set<std::string> seen;
    for (const auto& row : told.body.at("user_identities").as_array()) seen.insert(std::string{row.at("user_identity_id").as_string()});
    EXPECT_EQ(seen.size(), told.body.at("user_identities").as_array().size()) << "a row came twice";
    for (std::size_t i = gone + 1; i < 1'500; ++i) EXPECT_EQ(seen.contains(to_string(people[i].id)), i % 2 == 1) << i;
}

} // namespace

} // namespace gatehouse::tests
