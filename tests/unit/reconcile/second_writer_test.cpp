// Somebody else writes the controller.

#include "reconcile/second_writer.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;

/// Two cards stand there, proven.
struct SharedController : Settled {
    SharedController()
    {
        site->apply(newcomer(100));
        granted();
    }
    bool suspected() const { return site->reconciler.second_writer(the_device).has_value(); }
    int told_of_writer() const { return site->told_of("gatehouse.second_writer_suspected"); }
    void says(const std::string& type, const std::string& more)
    {
        driver.says(R"({"type":")" + type + R"(","line":"broker","device":"yard","at":"1",)" + more + "}");
    }
    /// The gateway has reason to read the table, and everything is as it should be behind that.
    void is_read()
    {
        const auto reads = yard().count("read");
        says("event", R"("kind":"table_changed")");
        ASSERT_TRUE(site->run_until([this, reads] { return yard().count("read") > reads && site->status().settled; }));
        ASSERT_TRUE(yard().holds(the_card) && yard().holds(uid_of(100)) && yard().table.size() == 2) << yard().table.size();
    }
    void lose_card() { yard().table.erase(std::string{the_key}); }
    void comes_back_from_an_outage()
    {
        says("offline", R"("reason":"gone")");
        says("online", R"("reason":"connected")");
    }
};

TEST_F(SharedController, IsSuspectedWhenAnEntryGoesTwiceWithinAnHourAndToldOfOnce)
{
    lose_card();
    is_read();
    EXPECT_FALSE(suspected());
    site->run_for(50min);
    lose_card();
    const auto since = wall();
    is_read();
    EXPECT_GE(site->reconciler.second_writer(the_device).value(), since);
    lose_card();
    is_read();
    EXPECT_EQ(told_of_writer(), 1);
    EXPECT_EQ(site->told_of("gatehouse.drift_found"), 3);
}

TEST_F(SharedController, IsOverAnHourAfterTheLastRepairByAClockThatNobodySets)
{
    for (int times = 0; times < 2; ++times) lose_card(), is_read();
    ASSERT_TRUE(suspected());
    site->run_for(40min);
    yard().hold("0badcafe");
    is_read();
    site->run_for(59min);
    site->desk.clock.step_wall(3h);
    EXPECT_TRUE(suspected());
    site->run_for(2min);
    EXPECT_FALSE(suspected());
    for (int times = 0; times < 2; ++times) lose_card(), is_read();
    EXPECT_EQ(told_of_writer(), 2);
}

TEST_F(SharedController, IsNotSuspectedForWhatHappensOnceInAnHourOrToDifferentEntries)
{
    lose_card();
    is_read();
    yard().table.erase("card_uid_hex:" + uid_of(100));
    is_read();
    site->run_for(61min);
    lose_card();
    is_read();
    EXPECT_EQ(told_of_writer(), 0);
}

TEST_F(SharedController, IsSuspectedWhenAnEntryIsMadeDifferent)
{
    for (int times = 0; times < 2; ++times) {
        yard().table.at(std::string{the_key})["doors"] = boost::json::array{0, 1};
        is_read();
    }
    EXPECT_EQ(told_of_writer(), 1);
}

TEST_F(SharedController, IsSuspectedWhenAForeignEntryThatWasRemovedComesBack)
{
    yard().hold("0badcafe");
    is_read();
    EXPECT_FALSE(suspected());
    yard().hold("0badcafe");
    is_read();
    EXPECT_EQ(told_of_writer(), 1);
}

TEST_F(SharedController, IsNotSuspectedForAForeignEntryThatStays)
{
    yard().refuses = {"0badcafe"};
    yard().hold("0badcafe");
    says("event", R"("kind":"table_changed")");
    site->run_for(30min);
    EXPECT_GE(yard().count("drop 0badcafe"), 2);
    EXPECT_FALSE(suspected());
}

TEST_F(SharedController, IsSuspectedWhenARevokedEntryComesBackTwice)
{
    const auto revoked = yard().table.at(std::string{the_key});
    revoke();
    ASSERT_TRUE(site->settles());
    for (int times = 0; times < 2; ++times) {
        EXPECT_FALSE(suspected());
        yard().table[std::string{the_key}] = revoked;
        says("event", R"("kind":"table_changed")");
        ASSERT_TRUE(site->run_until([this] { return !yard().holds(the_card) && site->status().settled; }));
    }
    EXPECT_EQ(told_of_writer(), 1);
}

TEST_F(SharedController, IsNotSuspectedForATableThatGoesWithThePowerHoweverOften)
{
    for (int times = 0; times < 4; ++times) {
        if (times % 2 == 0)
            lose_card(); // half of it
        else
            yard().table.clear();
        driver.restarts("yard", true);
        is_read();
    }
    EXPECT_EQ(site->told_of("gatehouse.drift_found"), 4);
    EXPECT_EQ(told_of_writer(), 0);
}

TEST_F(SharedController, IsNotSuspectedForARestartThatIsToldWhileTheTableIsRead)
{
    yard().read = 5s;
    for (int times = 0; times < 2; ++times) {
        const auto reads = yard().count("read");
        says("event", R"("kind":"table_changed")");
        site->run_for(1s);
        driver.restarts("yard", true);
        ASSERT_TRUE(site->run_until([this, reads] { return yard().count("read") == reads + 2; })); // the first showed all as it was
        lose_card();
        ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card) && site->status().settled; }));
    }
    EXPECT_EQ(site->told_of("gatehouse.drift_found"), 2);
    EXPECT_EQ(told_of_writer(), 0);
}

TEST_F(SharedController, IsSuspectedForWhatGoesBehindTheProofThatFollowedARestart)
{
    driver.restarts("yard", true);
    is_read();
    for (int times = 0; times < 2; ++times) lose_card(), is_read();
    EXPECT_EQ(told_of_writer(), 1);
}

TEST_F(SharedController, IsNotSuspectedForATableThatIsEmptyThoughNoRestartWasTold)
{
    for (int times = 0; times < 3; ++times) {
        yard().table.clear();
        if (times == 1) comes_back_from_an_outage();
        is_read();
    }
    EXPECT_EQ(told_of_writer(), 0);
}

TEST_F(SharedController, IsSuspectedForSingleEntriesThoughItWasOutOfReach)
{
    for (int times = 0; times < 2; ++times) {
        lose_card();
        comes_back_from_an_outage();
        is_read();
    }
    EXPECT_EQ(told_of_writer(), 1);
}

TEST_F(Settled, OfATableWithOneEntryASecondWriterIsSuspectedWhereTheControllerWasThereAllTheTime)
{
    granted();
    for (int times = 0; times < 2; ++times) {
        yard().table.clear();
        if (times == 0) driver.says(R"({"type":"event","line":"broker","device":"yard","at":"1","kind":"table_changed"})");
        ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card) && site->status().settled; }, 20min));
    }
    EXPECT_TRUE(site->reconciler.second_writer(the_device));
}

TEST_F(SharedController, IsAnothersWhenItIsExchanged)
{
    for (int times = 0; times < 2; ++times) lose_card(), is_read();
    ASSERT_TRUE(suspected());
    site->exchange();
    EXPECT_FALSE(suspected());
}

TEST(SecondWriterTest, RemembersNoMoreThanItMayAndStillFindsATableThatIsTakenTwice)
{
    reconcile::SecondWriter writer;
    const base::Monotonic begun{base::Monotonic::duration{1h}};
    int raised = 0;
    for (int times = 0; times < 2; ++times)
        for (int key = 0; key < 20'000; ++key)
            raised += writer.repaired("card_number:" + std::to_string(key), begun + times * 10min, base::Instant{}) ? 1 : 0;
    EXPECT_EQ(raised, 1);
    EXPECT_LE(writer.remembered(), reconcile::SecondWriter::remembered_at_most);
    EXPECT_FALSE(writer.since(begun + 71min));
    writer.repaired("another", begun + 80min, base::Instant{});
    EXPECT_TRUE(writer.repaired("another", begun + 90min, base::Instant{})) << "there is room again when an hour has passed";
}

} // namespace
} // namespace gatehouse::tests
