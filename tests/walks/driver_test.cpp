#include "site.hpp"

#include <boost/json.hpp>

#include <csignal>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

/// What the driver may do to itself costs nothing but time.
class DriverLoss : public testing::Test {
protected:
    /// Forty cards for both doors, at controllers that take fifty a second, or so few that they are behind where everything is slow. Their
    /// uids in order.
    std::vector<std::string> grant_many()
    {
        for (auto* controller : {&site.front, &site.back}) controller->fault("ops_per_s", tests::instrumented ? "10" : "50");
        std::vector<std::string> uids;
        for (int i = 0; i < 40; ++i) uids.push_back(site.grant("Guest " + std::to_string(i), "05" + std::to_string(100'000 + i)).uid);
        return uids;
    }
    bool all_verified()
    {
        const auto rows = site.access({{"limit", 200}});
        return site.settled() && rows.size() == 80 &&
               std::all_of(rows.begin(), rows.end(), [](const auto& row) { return row.at("state") == "verified"; });
    }

    Site site;
};

TEST_F(DriverLoss, KilledInTheMiddleOfManyWritesItIsReplacedAndEveryCardIsThereOnce)
{
    const auto first = site.daemon.driver();
    ASSERT_GT(first, 0);
    const auto uids = grant_many();
    ASSERT_TRUE(eventually(patience, [this] { return site.front.table().size() >= 10; }));
    ASSERT_LT(site.front.table().size(), uids.size()) << "too late to be in the middle";
    ::kill(first, SIGKILL);

    EXPECT_TRUE(eventually(patience, [this] { return all_verified(); }));
    EXPECT_EQ(site.front.table(), uids);
    EXPECT_EQ(site.back.table(), uids);
    EXPECT_NE(site.daemon.driver(), first);
    EXPECT_TRUE(site.residuals().empty());
}

TEST_F(DriverLoss, OneThatHangsIsReplacedAndARevokeMadeMeanwhileIsInEffectWithinTenSeconds)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    ASSERT_TRUE(eventually(patience, [this, &ada] { return site.verified(ada) && site.settled(); }));
    const auto first = site.daemon.driver();
    ASSERT_GT(first, 0);
    ::kill(first, SIGSTOP);

    site.revoke(ada);
    EXPECT_FALSE(site.residuals().empty());
    EXPECT_TRUE(eventually(10s * slack, [this, &ada] { return !site.front.opens(ada.uid) && !site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().empty() && site.settled(); }));
    EXPECT_NE(site.daemon.driver(), first);
    EXPECT_NE(::kill(first, 0), 0) << "the hung one is gone";
}

TEST_F(DriverLoss, WhileItIsDownTheDoorsSayThatNobodyServesThem)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    ASSERT_TRUE(eventually(patience, [this, &ada] { return site.verified(ada) && site.settled(); }));
    ::kill(site.daemon.driver(), SIGKILL);
    EXPECT_TRUE(eventually(patience, [this] {
        const auto codes = site.door_errors("front");
        return std::find(codes.begin(), codes.end(), "hub_disconnected") != codes.end();
    }));
    EXPECT_EQ(site.states(ada).size(), 2U) << "nobody's access went with the driver";
    EXPECT_TRUE(eventually(patience, [this, &ada] { return site.settled() && site.verified(ada) && site.door_errors("front").empty(); }));
}

} // namespace
} // namespace gatehouse::walks
