// Grants of more rows than one change holds, and the bounds of what is kept.

#include "unit/http_people/grants.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::tests {

namespace {

TEST_F(Grants, HaveOnlySoManyMethods)
{
    const auto grant = granted(method("card"));
    json::array ten;
    for (int at = 0; at < 10; ++at) ten.push_back(method("card"));
    const auto more = [this, &grant, &ten] {
        return ask("/access_grants/request_access_methods",
                   {{"access_grant_id", grant.at("access_grant_id")}, {"requested_access_methods", ten}});
    };
    for (int at = 0; at < 9; ++at) EXPECT_EQ(more().status, 200U);
    const auto told = more();
    EXPECT_EQ(told.status, 400U);
    EXPECT_NE(json::serialize(told.body).find("requested_access_methods"), std::string::npos);
    EXPECT_EQ(harbour().methods.size(), 91U);
}

TEST_F(Grants, OfMoreRowsThanAChangeHoldsAreShutAtOnceAndEndedInSeveral)
{
    const auto grant = granted(method("card", {}));
    give_card(grant);
    const auto row = placed();
    crowd(id_of<model::AccessGrantId>(grant, "access_grant_id"), 3'400);
    std::size_t looked = 0, open = 0;
    between_turns = [this, head = ledger_.head(), &looked, &open]() mutable {
        if (ledger_.head() == head) return;
        head = ledger_.head();
        ++looked;
        open += opening();
    };
    ASSERT_EQ(opening(), 3'401U);
    EXPECT_EQ(ask("/access_grants/delete", {{"access_grant_id", grant.at("access_grant_id")}}).status, 200U);
    between_turns = nullptr;
    EXPECT_GE(looked, 2U) << "it takes several changes";
    EXPECT_EQ(open, 0U) << "and the first of them shuts it all";
    EXPECT_TRUE(credentials().empty());
    EXPECT_EQ(store_.history({.types = {"access_grant.deleted"}}, 0, 10)->size(), 1U) << "told once";
    EXPECT_EQ(store_.history({.types = {"access_method.revoked"}}, 0, store::history_limit)->size(), store::history_limit);
    const auto shown = made("/access_grants/get", {{"access_grant_id", grant.at("access_grant_id")}}, "access_grant");
    EXPECT_THAT(warnings(shown), testing::Contains("being_deleted"));
    ledger_.note({.erased = {{row.device, row.key}}});
    EXPECT_EQ(harbour().grants.size() + harbour().methods.size(), 0U) << "more than one change holds, once more";
}

TEST_F(Grants, OfAPersonOrAReservationEndInSeveralChangesToo)
{
    auto grant = granted(method("card"), {{"reservation_key", "r-1"}});
    crowd(id_of<model::AccessGrantId>(grant, "access_grant_id"), 3'400);
    EXPECT_EQ(ask("/access_methods/delete", {{"reservation_key", "r-1"}}).status, 200U);
    EXPECT_TRUE(credentials().empty());
    EXPECT_EQ(harbour().methods.size(), 0U);
    EXPECT_EQ(harbour().grants.size(), 1U);

    crowd(id_of<model::AccessGrantId>(grant, "access_grant_id"), 3'400);
    EXPECT_EQ(ask("/acs/users/revoke_access_to_all_entrances", {{"acs_user_id", users().at(0).at("acs_user_id")}}).status, 200U);
    EXPECT_TRUE(credentials().empty());
    EXPECT_EQ(harbour().methods.size(), 0U);

    crowd(id_of<model::AccessGrantId>(grant, "access_grant_id"), 3'400);
    EXPECT_EQ(ask("/acs/users/delete", {{"acs_user_id", users().at(0).at("acs_user_id")}}).status, 200U);
    EXPECT_EQ(harbour().methods.size() + harbour().users.size() + harbour().credentials.size(), 0U);

    grant = granted(method("card"));
    crowd(id_of<model::AccessGrantId>(grant, "access_grant_id"), 3'400);
    EXPECT_EQ(ask("/user_identities/delete", {{"user_identity_id", ada_}, {"cascade", true}}).status, 200U);
    EXPECT_EQ(harbour().identities.size() + harbour().grants.size() + harbour().methods.size() + harbour().credentials.size(), 0U);
}

TEST_F(Grants, KeepNoMoreAttemptsOfCardsThanOfUnlocks)
{
    const auto grant = granted(method("card"));
    std::vector<model::Mutation> rows;
    for (std::uint64_t at = 0; at < 10'000; ++at)
        rows.push_back(model::put(model::ActionAttempt{.id = {base::declared_uuid("harbour", "attempt", std::to_string(at))},
                                                       .workspace = workspace_,
                                                       .type = "UNLOCK_DOOR",
                                                       .status = model::AttemptStatus::success,
                                                       .created_at = clock_.wall()}));
    apply(std::move(rows));
    clock_.advance(base::seconds{1});
    const auto attempt = made("/access_methods/assign_card",
                              {{"access_method_id", grant.at("access_method_ids").at(0)}, {"card_number", "110-345"}}, "action_attempt");
    EXPECT_EQ(harbour().attempts.size(), 10'000U);
    EXPECT_EQ(ask("/action_attempts/get", {{"action_attempt_id", attempt.at("action_attempt_id")}}).status, 200U) << "the oldest went";
}

} // namespace
} // namespace gatehouse::tests
