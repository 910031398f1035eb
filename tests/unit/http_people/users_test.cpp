#include "unit/http_people/house.hpp"

#include "http/words.hpp"

namespace gatehouse::tests {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

namespace {

struct Users : House {
    json::object user(json::object fields = {})
    {
        if (!fields.contains("acs_system_id")) fields["acs_system_id"] = house_;
        fields["full_name"] = "Ada Lind";
        return made("/acs/users/create", std::move(fields), "acs_user");
    }
    json::object member(json::object fields = {})
    {
        fields["acs_access_group_ids"] = json::array{stairs_group_};
        return user(std::move(fields));
    }
    json::object read(const json::object& row) { return made("/acs/users/get", {{"acs_user_id", row.at("acs_user_id")}}, "acs_user"); }
    std::string in(base::milliseconds span) const { return base::to_iso(clock_.wall() + span); }

    model::Credential give_card(const json::object& row)
    {
        auto held = card(id_of<model::UserId>(row, "acs_user_id"), ++cards_);
        apply({model::put(held)});
        return held;
    }
    /// The panel holds the card, as its last read-back showed.
    void place(const model::Credential& held)
    {
        model::Placement placement;
        placement.device.value = base::declared_uuid("harbour", "device", "panel");
        placement.key = reconcile::placement_keys(held).front();
        placement.holders = {{.workspace = workspace_, .credential = held.id, .user = held.user, .doors = 1 << 1}};
        placement.doors = 1 << 1;
        placement.truth = model::Truth::verified;
        placement.since = clock_.wall();
        placement.verified_at = clock_.wall();
        placement.number = ledger_.head();
        ledger::PlacementBatch batch;
        batch.put.push_back(std::move(placement));
        ledger_.note(std::move(batch));
    }
    std::uint64_t cards_ = 0;
};

std::vector<std::string> codes(const json::object& row, std::string_view list, std::string_view kind)
{
    std::vector<std::string> found;
    for (const auto& entry : row.at(list).as_array()) found.emplace_back(entry.at(kind).as_string());
    return found;
}

std::vector<std::string> mutations(const json::object& row)
{
    return codes(row, "pending_mutations", "mutation_code");
}

TEST_F(Users, ANewUserIsBeingCreatedUntilADoorHasProvenIt)
{
    const auto ada = member();
    EXPECT_THAT(mutations(read(ada)), ElementsAre());
    const auto held = give_card(ada);
    const auto waiting = read(ada);
    EXPECT_THAT(mutations(waiting), ElementsAre("creating"));
    EXPECT_THAT(std::string{waiting.at("pending_mutations").at(0).at("message").as_string()}, HasSubstr("Stairs"));
    place(held);
    const auto proven = read(ada);
    EXPECT_THAT(mutations(proven), ElementsAre());
    EXPECT_EQ(proven.at("last_successful_sync_at").as_string(), base::to_iso(clock_.wall()));
}

TEST_F(Users, ASuspendedUserStaysPendingWhileADoorMayStillOpen)
{
    const auto ada = member();
    place(give_card(ada));
    ask("/acs/users/suspend", {{"acs_user_id", ada.at("acs_user_id")}});
    clock_.advance(4min);
    const auto suspended = read(ada);
    EXPECT_THAT(mutations(suspended), ElementsAre("updating_suspension_state"));
    const auto& entry = suspended.at("pending_mutations").at(0);
    EXPECT_EQ(entry.at("from").at("is_suspended"), false);
    EXPECT_EQ(entry.at("to").at("is_suspended"), true);
    EXPECT_THAT(std::string{entry.at("message").as_string()},
                AllOf(HasSubstr("Stairs"), HasSubstr("4 min"), HasSubstr("no end of its own")));
}

TEST_F(Users, WhatChangedLastNamesTheMutationThatIsPending)
{
    const auto ada = user();
    const auto first = give_card(ada);
    place(first);
    EXPECT_THAT(mutations(read(ada)), ElementsAre("updating_group_membership")) << "a placement without a path is residual access";
    clock_.advance(10min);
    const auto changed_at = base::to_iso(clock_.wall());
    ask("/acs/users/add_to_access_group", {{"acs_user_id", ada.at("acs_user_id")}, {"acs_access_group_id", stairs_group_}});
    clock_.advance(1min);
    const auto waiting = read(ada);
    EXPECT_THAT(mutations(waiting), ElementsAre("updating_group_membership")) << "what was verified is older than the change";
    EXPECT_EQ(waiting.at("pending_mutations").at(0).at("created_at").as_string(), changed_at);
    EXPECT_THAT(std::string{waiting.at("pending_mutations").at(0).at("message").as_string()}, HasSubstr("for 60 s"));
    place(first);
    EXPECT_THAT(mutations(read(ada)), ElementsAre());
    const auto second = give_card(ada);
    const auto assigned = read(ada);
    EXPECT_THAT(mutations(assigned), ElementsAre("updating_credential_assignment"));
    EXPECT_EQ(assigned.at("pending_mutations").at(0).at("to").at("acs_credential_id").as_string(), to_string(second.id));
}

TEST_F(Users, AccessThatStartsLaterIsDeferredAndTheUserInactive)
{
    const auto ada = member({{"access_schedule", {{"starts_at", in(24h)}, {"ends_at", in(48h)}}}});
    give_card(ada);
    const auto early = read(ada);
    EXPECT_THAT(mutations(early), ElementsAre("deferring_creation"));
    EXPECT_EQ(early.at("pending_mutations").at(0).at("scheduled_at").as_string(), in(24h));
    EXPECT_THAT(codes(early, "warnings", "warning_code"), ElementsAre("acs_user_inactive"));
    clock_.advance(49h);
    const auto late = read(ada);
    EXPECT_THAT(mutations(late), ElementsAre());
    EXPECT_THAT(codes(late, "warnings", "warning_code"), ElementsAre("acs_user_inactive"));
}

TEST_F(Users, AScheduleEndsInTheFutureAndAfterItStarts)
{
    const auto ada = user();
    for (const auto& [starts_at, ends_at] :
         {std::pair{in(-2h), in(0h)}, std::pair{in(-2h), in(-1h)}, std::pair{in(2h), in(1h)}, std::pair{in(1h), in(1h)}}) {
        json::object fields{{"access_schedule", {{"starts_at", starts_at}, {"ends_at", ends_at}}}};
        for (const auto* path : {"/acs/users/create", "/acs/users/update"}) {
            auto body = fields;
            if (path == std::string_view{"/acs/users/create"}) {
                body["acs_system_id"] = house_;
                body["full_name"] = "Bo";
            } else {
                body["acs_user_id"] = ada.at("acs_user_id");
            }
            const auto told = ask(path, std::move(body));
            EXPECT_EQ(told.status, 400U) << path << " from " << starts_at << " to " << ends_at;
            boost::system::error_code missing;
            EXPECT_NE(told.body.find_pointer("/error/validation_errors/access_schedule/ends_at/_errors", missing), nullptr) << path;
        }
    }
    EXPECT_EQ(harbour().users.size(), 1U);
    EXPECT_FALSE(read(ada).contains("access_schedule"));
}

TEST_F(Users, AccessibleEntrancesAreThoseOfGroupsGrantsAndLists)
{
    const auto entrances = [this](const json::object& row) {
        return ask("/acs/users/list_accessible_entrances", {{"acs_user_id", row.at("acs_user_id")}})
            .body.at("acs_entrances")
            .as_array()
            .size();
    };
    EXPECT_EQ(entrances(user()), 0U);
    EXPECT_EQ(entrances(member()), 1U);
    const auto direct = user();
    ask("/acs/entrances/grant_access", {{"acs_user_id", direct.at("acs_user_id")}, {"acs_entrance_id", stairs_entrance_}});
    EXPECT_EQ(entrances(direct), 1U);
    const auto by_list = user();
    auto held = give_card(by_list);
    held.list = model::ListState::listed;
    apply({model::put(held), model::put(model::CredentialEntrance{held.id, {*base::parse_uuid(stairs_entrance_)}, workspace_})});
    EXPECT_EQ(entrances(by_list), 1U);
}

TEST_F(Users, DeletingOneThatNeedsSeveralChangesSuspendsItFirstAndEndsWithNothing)
{
    const auto ada = member();
    const auto id = id_of<model::UserId>(ada, "acs_user_id");
    const model::EntranceId entrance{*base::parse_uuid(stairs_entrance_)};
    for (int batch = 0; batch < 2; ++batch) {
        std::vector<model::Mutation> rows;
        for (int i = 0; i < 3'000; ++i) {
            auto held = card(id, ++cards_);
            held.list = model::ListState::listed;
            rows.push_back(model::put(held));
            rows.push_back(model::put(model::CredentialEntrance{held.id, entrance, workspace_}));
        }
        apply(std::move(rows));
    }
    bool suspended = false;
    const auto before = ledger_.head();
    between_turns = [this, &suspended, &id] {
        const auto* node = harbour().users.find(id);
        if (node != nullptr && node->row.suspended) suspended = true;
    };
    EXPECT_EQ(ask("/acs/users/delete", {{"acs_user_id", ada.at("acs_user_id")}}).status, 200U);
    EXPECT_TRUE(suspended);
    EXPECT_EQ(ledger_.head(), before + 2);
    EXPECT_EQ(harbour().users.size() + harbour().credentials.size(), 0U);
    EXPECT_EQ(ask("/acs/users/delete", {{"acs_user_id", ada.at("acs_user_id")}}).type(), "acs_user_not_found");
}

TEST_F(Users, RevokingAllEmptiesListsAndNoListStaysNoList)
{
    const auto ada = member();
    auto listed = give_card(ada);
    const auto free = give_card(ada);
    listed.list = model::ListState::listed;
    apply({model::put(listed), model::put(model::CredentialEntrance{listed.id, {*base::parse_uuid(stairs_entrance_)}, workspace_})});
    ask("/acs/users/revoke_access_to_all_entrances", {{"acs_user_id", ada.at("acs_user_id")}});
    EXPECT_EQ(harbour().credentials.find(listed.id)->row.list, model::ListState::emptied);
    EXPECT_TRUE(harbour().credentials.find(listed.id)->list.empty());
    EXPECT_EQ(harbour().credentials.find(free.id)->row.list, model::ListState::follows_user);
    EXPECT_TRUE(harbour().users.find(id_of<model::UserId>(ada, "acs_user_id"))->groups.empty());
    const auto head = ledger_.head();
    EXPECT_EQ(ask("/acs/users/revoke_access_to_all_entrances", {{"acs_user_id", ada.at("acs_user_id")}}).status, 200U);
    EXPECT_EQ(ledger_.head(), head);
}

TEST_F(Users, AnIdentityWithSeveralUsersIsNotGuessedAt)
{
    const auto ada = made("/user_identities/create", {}, "user_identity").at("user_identity_id");
    const auto in_house = user({{"user_identity_id", ada}});
    EXPECT_EQ(ask("/acs/users/suspend", {{"user_identity_id", ada}, {"acs_system_id", boats_}}).type(), "acs_user_not_found");
    user({{"user_identity_id", ada}, {"acs_system_id", boats_}});
    const auto which = ask("/acs/users/suspend", {{"user_identity_id", ada}});
    EXPECT_EQ(which.type(), "invalid_input");
    EXPECT_TRUE(which.body.at("error").at("validation_errors").as_object().contains("acs_system_id"));
    EXPECT_EQ(ask("/acs/users/suspend", {{"user_identity_id", ada}, {"acs_system_id", house_}}).status, 200U);
    EXPECT_EQ(read(in_house).at("is_suspended"), true);
    EXPECT_EQ(ask("/acs/users/get", {{"acs_user_id", in_house.at("acs_user_id")}, {"acs_system_id", house_}}).type(), "invalid_input");
}

TEST_F(Users, AnEmailUnderItsTwoNamesMustBeTheSame)
{
    const auto told = ask("/acs/users/create",
                          {{"acs_system_id", house_}, {"full_name", "A"}, {"email", "a@example.com"}, {"email_address", "b@example.com"}});
    EXPECT_EQ(told.type(), "invalid_input");
    EXPECT_TRUE(told.body.at("error").at("validation_errors").as_object().contains("email"));
    EXPECT_EQ(harbour().users.size(), 0U);
}

TEST_F(Users, IdentityFiltersOfAListMustAllFit)
{
    const auto ada = made("/user_identities/create", {{"email_address", "ada@example.com"}}, "user_identity").at("user_identity_id");
    const auto bo = made("/user_identities/create", {{"phone_number", "+4512345678"}}, "user_identity").at("user_identity_id");
    user({{"user_identity_id", ada}});
    user({{"user_identity_id", bo}});
    const auto count = [this](json::object filter) {
        return ask("/acs/users/list", std::move(filter)).body.at("acs_users").as_array().size();
    };
    EXPECT_EQ(count({{"user_identity_email_address", "ADA@example.com"}, {"user_identity_id", ada}}), 1U);
    EXPECT_EQ(count({{"user_identity_phone_number", "+4512345678"}}), 1U);
    EXPECT_EQ(count({{"user_identity_email_address", "ada@example.com"}, {"user_identity_phone_number", "+4512345678"}}), 0U);
}

TEST(Words, SayAnAgeInTheUnitAPersonWouldUse)
{
    EXPECT_EQ(http::age_in_words(-5s), "0 s");
    EXPECT_EQ(http::age_in_words(119s), "119 s");
    EXPECT_EQ(http::age_in_words(4min), "4 min");
    EXPECT_EQ(http::age_in_words(47h), "47 h");
    EXPECT_EQ(http::age_in_words(49h), "2 d");
}

} // namespace

} // namespace gatehouse::tests
