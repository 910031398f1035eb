#include "site.hpp"
#include "spy.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Everything the API names by an id.
std::vector<std::string> everything(Site& site)
{
    std::vector<std::string> found;
    for (const auto* path : {"/user_identities/list", "/acs/users/list", "/acs/credentials/list", "/acs/systems/list",
                             "/acs/access_groups/list", "/acs/entrances/list"}) {
        auto listed = site.ask(path);
        for (auto& [name, rows] : listed) {
            if (!rows.is_array()) continue;
            for (auto& row : rows.as_array()) {
                for (const auto* read_back : {"latest_desired_state_synced_with_provider_at", "last_successful_sync_at"})
                    row.as_object().erase(read_back);
                found.push_back(boost::json::serialize(row));
            }
        }
    }
    return found;
}

class Restart : public testing::Test {
protected:
    void SetUp() override
    {
        ada = site.grant("Ada", "04a1b2c3");
        ben = site.grant("Ben", "04d4e5f6");
        ASSERT_TRUE(eventually(patience, [this] { return site.verified(ada) && site.verified(ben) && site.settled(); }));
        before = everything(site);
        ASSERT_GE(before.size(), 9U);
        spy.commands();
    }
    /// The new life has read both controllers and found them right.
    void expect_the_same_world_and_nothing_written()
    {
        EXPECT_TRUE(eventually(patience, [this] { return site.settled(); }));
        const auto commands = spy.commands();
        EXPECT_GE(reads(commands), 2U) << "both controllers are read once after a start";
        EXPECT_THAT(writes(commands), IsEmpty());
        EXPECT_EQ(everything(site), before);
        EXPECT_TRUE(site.verified(ada) && site.verified(ben));
        EXPECT_THAT(site.front.table(), ElementsAre(ada.uid, ben.uid));
        EXPECT_THAT(site.back.table(), ElementsAre(ada.uid, ben.uid));
    }

    Site site;
    Holder ada, ben;
    std::vector<std::string> before;
    Spy spy{site.broker.uri()};
};

TEST_F(Restart, AfterAnOrderlyStopOfAtMostFiveSecondsNothingIsWrittenWhereNothingDiffers)
{
    EXPECT_LE(site.daemon.stop(), 5s * slack);
    EXPECT_EQ(site.daemon.status(), 0);
    site.daemon.start();
    expect_the_same_world_and_nothing_written();
}

TEST_F(Restart, AfterAKillTheGatewayServesWithinThreeSecondsAndWritesNothingWhereNothingDiffers)
{
    site.daemon.kill();
    EXPECT_LE(site.daemon.start(), 3s * slack);
    expect_the_same_world_and_nothing_written();
}

TEST_F(Restart, ARevokeThatWasNeverWrittenBecauseTheGatewayWasKilledIsOnTheWireFiveSecondsAfterItServes)
{
    site.front.silent(true);
    site.revoke(ada);
    site.daemon.kill();
    site.front.silent(false);
    ASSERT_TRUE(site.front.opens(ada.uid));

    site.daemon.start();
    EXPECT_FALSE(site.residuals().empty());
    EXPECT_TRUE(eventually(5s * slack, [this] { return !site.front.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().empty() && site.settled(); }));
    EXPECT_THAT(site.front.table(), ElementsAre(ben.uid));
}

TEST_F(Restart, AGrantMadeJustBeforeAKillIsWrittenByTheNextLife)
{
    const auto cid = site.grant("Cid", "04777777");
    site.daemon.kill();
    site.daemon.start();
    EXPECT_TRUE(eventually(patience, [this, &cid] { return site.verified(cid) && site.settled(); }));
    EXPECT_THAT(site.front.table(), ElementsAre("04777777", ada.uid, ben.uid));
}

} // namespace
} // namespace gatehouse::walks
