#include "site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Ada's card is on both controllers, proven; the next read happens because of somebody else.
class Drift : public testing::Test {
protected:
    void SetUp() override
    {
        ada = site.grant("Ada", "04a1b2c3");
        ASSERT_TRUE(eventually(patience, [this] { return site.verified(ada) && site.settled(); }));
    }
    /// A change that has the table read, and its end.
    void grant_another()
    {
        const auto ben = site.grant("Ben", "04d4e5f6");
        ASSERT_TRUE(eventually(patience, [this, &ben] { return site.verified(ben) && site.settled(); }));
    }
    /// A restart is known by a heartbeat that tells less uptime than one before; they come every two seconds.
    bool heartbeat_was_heard()
    {
        return eventually(patience, [this] { return site.front.uptime_s() >= 4; }).has_value();
    }
    bool right() { return site.settled() && site.verified(ada) && site.front.table() == std::vector{ada.uid}; }

    Site site;
    Holder ada;
};

TEST_F(Drift, AnEntryErasedAtTheControllerIsFoundReportedAndWrittenAgain)
{
    site.front.erase(ada.uid);
    grant_another();

    EXPECT_TRUE(eventually(patience, [this] { return site.verified(ada) && site.settled(); }));
    EXPECT_TRUE(site.front.opens(ada.uid));
    site.daemon.stop();
    const auto found = site.events("gatehouse.drift_found");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_THAT(found[0].body, testing::HasSubstr(R"("entries":1)"));
    EXPECT_THAT(found[0].body, testing::Not(testing::HasSubstr(ada.uid))) << "a whole card number in an event";
}

TEST_F(Drift, ACardPutAtTheControllerByAnotherHandIsRemovedAndReported)
{
    site.front.put("0bad0bad");
    ASSERT_TRUE(site.front.opens("0bad0bad"));
    grant_another();

    EXPECT_TRUE(eventually(patience, [this] { return !site.front.holds("0bad0bad"); }));
    EXPECT_FALSE(site.front.opens("0bad0bad"));
    EXPECT_TRUE(eventually(patience, [this] { return site.settled(); }));
    EXPECT_THAT(site.front.table(), ElementsAre(ada.uid, "04d4e5f6"));
    site.daemon.stop();
    EXPECT_THAT(site.events("gatehouse.foreign_entries_found"), SizeIs(1));
}

TEST_F(Drift, ATableLostWithThePowerIsWholeAgainTenSecondsAfterTheControllerTellsOfItsRestart)
{
    ASSERT_TRUE(heartbeat_was_heard());
    site.front.power_cycle("lose");
    ASSERT_THAT(site.front.table(), IsEmpty());
    EXPECT_TRUE(eventually(10s * slack, [this] { return site.front.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return right(); }));
}

TEST_F(Drift, ATableHalfWrittenInAPowerFailureComesRightAndHoldsNothingElse)
{
    std::vector<std::string> uids{ada.uid};
    for (int i = 0; i < 12; ++i) uids.push_back(site.grant("Guest " + std::to_string(i), "05" + std::to_string(100'000 + i)).uid);
    ASSERT_TRUE(eventually(patience, [this, &uids] { return site.front.table() == uids && site.settled(); }));
    ASSERT_TRUE(heartbeat_was_heard());

    site.front.power_cycle("half");
    ASSERT_LT(site.front.table().size(), uids.size());
    EXPECT_TRUE(eventually(10s * slack, [this, &uids] { return site.front.table() == uids; }));
    EXPECT_TRUE(eventually(patience, [this] { return site.settled(); }));
    for (const auto& uid : uids) EXPECT_TRUE(site.front.opens(uid)) << uid;
}

/// Its heartbeat comes every three minutes: until the first there is nothing a restart could be known by but its return.
TEST_F(Drift, AControllerThatConnectsAgainIsReadAgain)
{
    site.back.power_cycle("lose");
    EXPECT_TRUE(eventually(10s * slack, [this] { return site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.settled() && site.verified(ada); }));
}

TEST_F(Drift, AWriteThatWasAcknowledgedAndNeverStoredIsNotCalledVerified)
{
    site.front.fault("write_fails", "true");
    const auto ben = site.grant("Ben", "04d4e5f6");
    ASSERT_TRUE(eventually(patience, [this] { return site.front.counted("writes_lost") >= 2; })) << "written again after the read-back";
    EXPECT_NE(site.states(ben).at("front"), "verified");
    EXPECT_FALSE(site.settled());

    site.front.fault("none", "null");
    EXPECT_TRUE(eventually(patience, [this, &ben] { return site.verified(ben) && site.settled(); }));
    EXPECT_TRUE(site.front.opens(ben.uid));
}

TEST_F(Drift, ARemovalThatWasAcknowledgedAndDidNotHappenStaysOnTheResidualList)
{
    site.front.fault("write_fails", "true");
    site.revoke(ada);
    ASSERT_TRUE(eventually(patience, [this] { return site.front.counted("writes_lost") >= 2; }));
    EXPECT_TRUE(site.front.opens(ada.uid));
    EXPECT_TRUE(eventually(patience, [this] {
        const auto standing = site.residuals(); // the other door's is proven gone when its table was read
        return standing.size() == 1 && site.doors.at(text(standing.back().as_object(), "device_id")) == "front";
    }));

    site.front.fault("none", "null");
    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().empty(); }));
    EXPECT_FALSE(site.front.opens(ada.uid));
}

} // namespace
} // namespace gatehouse::walks
