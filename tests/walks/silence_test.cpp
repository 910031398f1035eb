#include "site.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// Ada's card is on both controllers, proven. Then something between the gateway and a controller falls silent.
class Silence : public testing::Test {
protected:
    void SetUp() override
    {
        ada = site.grant("Ada", "04a1b2c3");
        ben = site.grant("Ben", "04d4e5f6");
        ASSERT_TRUE(eventually(patience, [this] { return site.verified(ada) && site.verified(ben) && site.settled(); }));
    }
    bool offline(const std::string& door)
    {
        const auto codes = site.door_errors(door);
        return std::find(codes.begin(), codes.end(), "device_offline") != codes.end();
    }
    /// On the residual list at the door, as the API tells it.
    bool residual(const Holder& holder, const std::string& door)
    {
        for (const auto& row : site.residuals())
            if (text(row.as_object(), "acs_credential_id") == holder.credential &&
                site.doors.at(text(row.as_object(), "device_id")) == door)
                return !text(row.as_object(), "reason").empty() && !text(row.as_object(), "message").empty();
        return false;
    }
    boost::json::value verified_at(const Holder& holder)
    {
        return site.access({{"acs_credential_id", holder.credential}}).at(0).at("verified_at");
    }

    Site site;
    Holder ada, ben;
};

TEST_F(Silence, AStoppedBrokerIsToldOfAtTheDoorWithinTenSecondsAndNobodysAccessIsCalledGone)
{
    const auto proven = verified_at(ada);
    site.broker.stop();
    EXPECT_TRUE(eventually(10s * slack, [this] { return offline("front") && offline("back"); }));
    EXPECT_EQ(site.controller("front-ctl").at("state"), "offline");
    EXPECT_EQ(site.states(ada).size(), 2U);
    EXPECT_EQ(verified_at(ada), proven) << "nothing was read meanwhile";
    EXPECT_TRUE(throughout(2s, [this] { return site.states(ada).size() == 2 && site.residuals().empty() && offline("front"); }));

    site.broker.start();
    EXPECT_TRUE(eventually(patience, [this] { return site.settled() && site.verified(ada) && site.door_errors("front").empty(); }));
    EXPECT_THAT(site.front.table(), ElementsAre(ada.uid, ben.uid));
}

TEST_F(Silence, ARevokeWhileTheBrokerIsStoppedIsAResidualUntilItIsBackAndThenCleansItself)
{
    site.broker.stop();
    site.revoke(ada);
    EXPECT_TRUE(eventually(10s * slack, [this] { return residual(ada, "front") && residual(ada, "back"); }));
    EXPECT_TRUE(eventually(10s * slack, [this] { return offline("front"); }));
    EXPECT_TRUE(throughout(2s, [this] { return residual(ada, "front") && residual(ada, "back"); }));
    EXPECT_TRUE(site.front.opens(ada.uid)) << "the controller decides alone: this is what the list is for";

    site.broker.start();
    EXPECT_TRUE(eventually(10s * slack, [this] { return !site.front.opens(ada.uid) && !site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().empty() && site.settled(); }));
    EXPECT_THAT(site.front.table(), ElementsAre(ben.uid));
}

TEST_F(Silence, AGrantWhileTheBrokerIsStoppedIsPendingUntilItIsBack)
{
    site.broker.stop();
    const auto cid = site.grant("Cid", "04777777");
    const std::map<std::string, std::string> waiting{{"front", "pending"}, {"back", "pending"}};
    EXPECT_TRUE(throughout(2s, [this, &cid, &waiting] { return site.states(cid) == waiting; }));
    EXPECT_FALSE(site.front.opens(cid.uid));

    site.broker.start();
    EXPECT_TRUE(eventually(patience, [this, &cid] { return site.verified(cid) && site.settled(); }));
    EXPECT_TRUE(site.front.opens(cid.uid) && site.back.opens(cid.uid));
}

TEST_F(Silence, ARevokeAtASilentControllerIsToldOfWithinTenSecondsAndCleansItselfWhenItSpeaks)
{
    site.front.silent(true);
    site.revoke(ada);
    EXPECT_TRUE(eventually(2s * slack, [this] { return !site.back.opens(ada.uid); })) << "the other controller does not wait";
    EXPECT_TRUE(residual(ada, "front"));
    EXPECT_TRUE(eventually(10s * slack, [this] { return offline("front"); }));
    EXPECT_TRUE(eventually(patience, [this] { return !residual(ada, "back"); }));
    EXPECT_TRUE(residual(ada, "front"));
    EXPECT_THAT(site.door_errors("back"), IsEmpty());

    site.front.silent(false);
    EXPECT_TRUE(eventually(10s * slack, [this] { return !site.front.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().empty() && site.settled() && site.door_errors("front").empty(); }));
    EXPECT_THAT(site.front.table(), ElementsAre(ben.uid));
}

TEST_F(Silence, AGrantAtASilentControllerIsNeverVerifiedAndIsThereWhenItSpeaks)
{
    site.front.silent(true);
    const auto cid = site.grant("Cid", "04777777");
    EXPECT_TRUE(eventually(patience, [this, &cid] { return site.states(cid).at("back") == "verified"; }));
    EXPECT_NE(site.states(cid).at("front"), "verified");
    EXPECT_EQ(site.states(ada).at("front"), "verified") << "what was proven before, with the time of its proof";
    EXPECT_FALSE(site.front.opens(cid.uid));

    site.front.silent(false);
    EXPECT_TRUE(eventually(patience, [this, &cid] { return site.verified(cid) && site.settled(); }));
    EXPECT_TRUE(site.front.opens(cid.uid));
}

} // namespace
} // namespace gatehouse::walks
