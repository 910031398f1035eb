#include "site.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;

class Grants : public testing::Test {
protected:
    boost::json::object credential(const Holder& holder)
    {
        return site.ask("/acs/credentials/get", {{"acs_credential_id", holder.credential}}).at("acs_credential").as_object();
    }
    bool closed(const Holder& holder) const { return !site.front.opens(holder.uid) && !site.back.opens(holder.uid); }

    Site site{Quiet::shipped};
};

TEST_F(Grants, ACardGivenThroughTheApiOpensWithinThreeSecondsAndIsVerifiedWhenTheTableWasReadBack)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    std::vector<std::string> seen;
    const auto note = [&seen](const std::string& state) {
        if (seen.empty() || seen.back() != state) seen.push_back(state);
    };
    note(site.states(ada).at("front"));
    EXPECT_EQ(credential(ada).at("is_latest_desired_state_synced_with_provider"), false);

    EXPECT_TRUE(eventually(3s * slack, [this, &ada] { return site.front.opens(ada.uid) && site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this, &ada, &note] {
        note(site.states(ada).at("front"));
        return site.verified(ada);
    }));
    note(site.states(ada).at("front")); // it may have become so between the two
    EXPECT_THAT(seen, AnyOf(ElementsAre("pending", "assumed", "verified"), ElementsAre("assumed", "verified")));
    EXPECT_THAT(site.front.table(), ElementsAre(ada.uid));
    EXPECT_THAT(site.back.table(), ElementsAre(ada.uid));
    EXPECT_EQ(credential(ada).at("is_latest_desired_state_synced_with_provider"), true);
}

TEST_F(Grants, ARevokedCardIsShutWithinTwoSecondsAndStandsOnTheResidualListUntilItIsProvenGone)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    const auto ben = site.grant("Ben", "04d4e5f6");
    ASSERT_TRUE(eventually(patience, [this, &ada, &ben] { return site.verified(ada) && site.verified(ben); }));

    site.revoke(ada);
    const auto standing = site.residuals();
    EXPECT_TRUE(eventually(2s * slack, [this, &ada] { return closed(ada); }));

    ASSERT_EQ(standing.size(), 2U) << boost::json::serialize(standing);
    for (const auto& row : standing) {
        EXPECT_EQ(row.at("person"), "Ada");
        EXPECT_EQ(text(row.as_object(), "acs_credential_id"), ada.credential);
        EXPECT_THAT(text(row.as_object(), "reason"), AnyOf("removal not yet acknowledged", "removal acknowledged, not yet proven"));
    }
    EXPECT_EQ(site.client().post("/acs/credentials/get", {{"acs_credential_id", ada.credential}}).status, 404U);

    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().empty(); }));
    EXPECT_THAT(site.front.table(), ElementsAre(ben.uid));
    EXPECT_THAT(site.back.table(), ElementsAre(ben.uid));
    EXPECT_TRUE(site.verified(ben));
}

} // namespace
} // namespace gatehouse::walks
