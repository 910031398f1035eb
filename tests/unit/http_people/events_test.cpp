#include "unit/http_people/house.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::tests {

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Ada gets a user and a card, one minute apart, and loses the card again.
struct Events : House {
    Events()
    {
        user_ = made("/acs/users/create", {{"acs_system_id", house_}, {"full_name", "Ada Lind"}}, "acs_user").at("acs_user_id");
        clock_.advance(base::seconds{60});
        card_ =
            made("/acs/credentials/create", {{"acs_user_id", user_}, {"access_method", "card"}, {"card_uid", "04a1b2c3"}}, "acs_credential")
                .at("acs_credential_id");
        clock_.advance(base::seconds{60});
        ask("/acs/users/suspend", {{"acs_user_id", user_}});
        ask("/acs/credentials/delete", {{"acs_credential_id", card_}});
    }
    json::array listed(json::object filter = {})
    {
        if (!filter.contains("between")) filter.emplace("since", "2027-03-01T00:00:00Z");
        const auto told = ask("/events/list", std::move(filter));
        EXPECT_EQ(told.status, 200U) << json::serialize(told.body);
        return told.body.at("events").as_array();
    }
    std::vector<std::string> types(json::object filter = {})
    {
        std::vector<std::string> all;
        for (const auto& event : listed(std::move(filter))) all.emplace_back(event.at("event_type").as_string());
        return all;
    }
    json::value user_, card_;
};

TEST_F(Events, AreListedOldestFirstAndInTheTypesThatClientsKnow)
{
    EXPECT_THAT(types(), ElementsAre("acs_user.created", "acs_credential.issued", "acs_credential.deleted"));
    EXPECT_THAT(events(), testing::Contains("gatehouse.acs_user.suspended")) << "which is in the journal";
    const auto event = listed().at(1).as_object();
    EXPECT_EQ(event.at("acs_credential_id"), card_);
    EXPECT_EQ(event.at("acs_system_id"), json::value(house_));
    EXPECT_EQ(event.at("workspace_id"), json::value(to_string(workspace_)));
    EXPECT_EQ(event.at("occurred_at"), "2027-03-01T00:01:00.000Z");
    EXPECT_EQ(event.at("created_at"), event.at("occurred_at"));
    EXPECT_TRUE(base::parse_uuid(event.at("event_id").as_string()));
}

TEST_F(Events, NeedOneTimeToBeginAtAndAreCutToWhatWasAskedFor)
{
    EXPECT_EQ(ask("/events/list").type(), "invalid_input");
    const json::array minute{"2027-03-01T00:00:00Z", "2027-03-01T00:02:00Z"};
    EXPECT_EQ(ask("/events/list", {{"since", "2027-03-01T00:00:00Z"}, {"between", minute}}).type(), "invalid_input");
    EXPECT_EQ(ask("/events/list", {{"between", json::array{"2027-03-01T00:00:00Z"}}}).type(), "invalid_input");
    EXPECT_EQ(ask("/events/list", {{"since", "2027-03-01T00:00:00Z"}, {"limit", 0}}).type(), "invalid_input");
    EXPECT_THAT(types({{"between", minute}}), ElementsAre("acs_credential.issued")) << "neither end belongs to it";
    EXPECT_THAT(types({{"since", "2027-03-01T00:02:00Z"}}), ElementsAre("acs_credential.deleted"));
    EXPECT_THAT(types({{"limit", 2}}), ElementsAre("acs_user.created", "acs_credential.issued"));
    EXPECT_THAT(types({{"limit", 1'000'000}, {"unstable_offset", 2}}), ElementsAre("acs_credential.deleted"));
}

TEST_F(Events, AreFoundByTypeAndByWhatTheyAreAbout)
{
    EXPECT_THAT(types({{"event_type", "acs_credential.issued"}}), ElementsAre("acs_credential.issued"));
    EXPECT_THAT(types({{"event_types", json::array{"acs_credential.issued", "acs_user.created"}}}),
                ElementsAre("acs_user.created", "acs_credential.issued"));
    EXPECT_EQ(ask("/events/list", {{"since", "2027-03-01T00:00:00Z"}, {"event_type", "gatehouse.acs_user.suspended"}}).type(),
              "invalid_input");
    EXPECT_THAT(types({{"acs_credential_id", card_}}), ElementsAre("acs_credential.issued", "acs_credential.deleted"));
    EXPECT_THAT(types({{"acs_credential_id", card_}, {"acs_user_id", user_}, {"limit", 1}}), ElementsAre("acs_credential.issued"));
    EXPECT_THAT(types({{"acs_credential_id", card_}, {"acs_system_ids", json::array{boats_}}}), IsEmpty());
    EXPECT_THAT(types({{"acs_system_ids", json::array{boats_, house_}}}),
                ElementsAre("acs_user.created", "acs_credential.issued", "acs_credential.deleted"));
    EXPECT_THAT(types({{"acs_system_ids", json::array{}}}), IsEmpty());
    EXPECT_THAT(types({{"event_ids", json::array{listed().at(0).at("event_id")}}}), ElementsAre("acs_user.created"));
    EXPECT_THAT(types({{"connected_account_id", house_}}), IsEmpty());
    EXPECT_THAT(types({{"connected_account_id", listed().at(0).at("connected_account_id")}}), testing::SizeIs(3));
}

TEST_F(Events, OfAMethodNameItsGrantAsClientsReadIt)
{
    auto entrance = harbour().entrances.find(model::EntranceId{*base::parse_uuid(stairs_entrance_)})->row;
    entrance.mode = "card_and_pin"; // asks for a code
    apply({model::put(entrance)});
    const auto grant = made("/access_grants/create",
                            {{"user_identity", {{"full_name", "Eve Holm"}}},
                             {"acs_entrance_ids", json::array{stairs_entrance_}},
                             {"requested_access_methods", json::array{json::object{{"mode", "code"}}}}},
                            "access_grant");
    const auto issued = listed({{"event_type", "access_method.issued"}});
    ASSERT_THAT(issued, testing::SizeIs(1));
    EXPECT_EQ(issued.at(0).at("access_grant_ids"), (json::array{grant.at("access_grant_id")}));
    EXPECT_THAT(types({{"access_grant_id", grant.at("access_grant_id")}, {"event_type", "access_grant.created"}}), testing::SizeIs(1));
}

TEST_F(Events, AreGotByIdOrAsTheNewestOfAType)
{
    const auto first = listed().at(0).as_object();
    EXPECT_EQ(made("/events/get", {{"event_id", first.at("event_id")}}, "event"), first);
    EXPECT_EQ(made("/events/get", {{"event_type", "acs_credential.deleted"}}, "event").at("acs_credential_id"), card_);
    EXPECT_EQ(ask("/events/get", {{"event_type", "gatehouse.acs_user.suspended"}}).type(), "event_not_found");
    EXPECT_EQ(ask("/events/get", {{"event_id", user_}}).type(), "event_not_found");
    EXPECT_EQ(ask("/events/get").type(), "invalid_input");
}

TEST_F(Events, OfAnotherWorkspaceAreNobodysHere)
{
    model::Event event;
    event.workspace = {base::declared_uuid("harbour", "workspace", "brightline")};
    event.type = "acs_user.created";
    ledger::Draft draft;
    draft.rows = {model::put(model::WorkspaceRow{.id = event.workspace, .key = "brightline", .name = "Brightline"})};
    draft.events = {event};
    ASSERT_TRUE(ledger_.apply(std::move(draft)));
    ask("/workspaces/get");
    store::HistoryFilter theirs;
    theirs.workspace = event.workspace;
    const auto stored = store_.history(theirs, 0, 10);
    ASSERT_TRUE(stored && stored->size() == 1U);
    EXPECT_EQ(ask("/events/get", {{"event_id", to_string(stored->front().id)}}).type(), "event_not_found");
    EXPECT_THAT(types({{"event_ids", json::array{to_string(stored->front().id)}}}), IsEmpty());
    EXPECT_THAT(types(), testing::SizeIs(3));
}

} // namespace
} // namespace gatehouse::tests
