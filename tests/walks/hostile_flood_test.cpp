#include "hostile_town.hpp"

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

/// Drivers that say too much, all at once and as fast as their pipes take it.
class HostileFlood : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        upheaval_ = std::make_unique<Upheaval>(
            std::vector<std::string>{"floods-events", "flaps", "floods-the-log", "floods-stderr", "never-ends-a-line", "heavy-lines"});
    }
    static void TearDownTestSuite() { upheaval_.reset(); }
    std::chrono::milliseconds passed() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - now.since);
    }
    Upheaval& now = *upheaval_;
    Town& town = upheaval_->town;

private:
    static inline std::unique_ptr<Upheaval> upheaval_;
};

TEST_F(HostileFlood, AtTheGoodDoorEverythingGoesOnAsEver)
{
    EXPECT_TRUE(eventually(5s * slack, [this] { return !town.simulated("good").opens(now.ada.uid); }));
    EXPECT_TRUE(eventually(5s * slack, [this] { return town.simulated("good").opens(now.ben.uid); }));
    for (const auto* uid : {"05000001", "05000002", "05000003"}) {
        const auto work = town.at_the_good_door(uid, 5s * slack);
        EXPECT_LE(work.grant, 3s * slack);
        EXPECT_LE(work.revoke, 2s * slack);
        EXPECT_LE(work.slowest_answer, 200ms * slack);
    }
    EXPECT_THAT(town.errors("good"), testing::IsEmpty());
}

TEST_F(HostileFlood, ARevokeIsInEffectAtTheControllerOfTheFloodItself)
{
    for (const auto* driver : {"floods-events", "flaps", "floods-the-log", "floods-stderr", "heavy-lines"})
        EXPECT_TRUE(eventually(5s * slack, [this, driver] { return !town.simulated(driver).opens(now.ada.uid); })) << driver;
}

TEST_F(HostileFlood, NothingIsCalledGoneOrThereThatNobodyHasSeen)
{
    std::string lie;
    EXPECT_TRUE(throughout(1s, [this, &lie] { return (lie = town.lie(now.ben, now.ada)).empty(); })) << lie;
}

TEST_F(HostileFlood, MemoryLogAndProcessorAreBounded)
{
    ASSERT_TRUE(eventually(patience, [this] { return passed() > 5s; }));
    const auto spent = processor_time(town.daemon.process()) - now.processor_before;
    const auto grown = resident_kib(town.daemon.process()) - now.resident_before;
    const auto logged = town.logged() - now.logged_before;
    EXPECT_LT(spent, passed() / 2 * slack) << spent.count() << " ms of " << passed().count();
    EXPECT_LT(grown, 16U * 1024 * slack);
    EXPECT_LT(logged, 256U * 1024) << "in " << passed().count() << " ms";
}

TEST_F(HostileFlood, WhenTheyAreGoodAgainEverythingIsMadeUpFor)
{
    town.tame();
    EXPECT_EQ(town.whole_within(patience, {now.ben}), "");
}

} // namespace
} // namespace gatehouse::walks
