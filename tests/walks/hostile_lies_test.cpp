#include "hostile_town.hpp"

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::HasSubstr;

/// Drivers that are polite, and lie, all at once.
class HostileLies : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        upheaval_ = std::make_unique<Upheaval>(
            std::vector<std::string>{"acknowledges-and-does-nothing", "hides-entries", "lists-for-ever", "is-always-busy"});
    }
    static void TearDownTestSuite() { upheaval_.reset(); }
    Upheaval& now = *upheaval_;
    Town& town = upheaval_->town;

private:
    static inline std::unique_ptr<Upheaval> upheaval_;
};

TEST_F(HostileLies, AtTheGoodDoorEverythingGoesOnAsEver)
{
    EXPECT_TRUE(eventually(5s * slack, [this] { return !town.simulated("good").opens(now.ada.uid); }));
    EXPECT_TRUE(eventually(5s * slack, [this] { return town.simulated("good").opens(now.ben.uid); }));
    town.at_the_good_door("05000001", 5s * slack);
}

TEST_F(HostileLies, WhatWasAcknowledgedAndNotDoneIsNeverCalledProven)
{
    std::string lie;
    EXPECT_TRUE(throughout(3s, [this, &lie] { return (lie = town.lie(now.ben, now.ada, "hides-entries")).empty(); })) << lie;
    for (const auto* driver : {"acknowledges-and-does-nothing", "is-always-busy"}) {
        EXPECT_TRUE(town.residual(now.ada, driver)) << driver;
        EXPECT_NE(town.state(now.ben, driver), "verified") << driver;
        EXPECT_FALSE(town.settled(driver)) << driver;
    }
}

TEST_F(HostileLies, AnEntryOnNoListIsNotThereWhateverWasAcknowledged)
{
    EXPECT_TRUE(eventually(5s * slack, [this] { return town.simulated("hides-entries").opens(now.ben.uid); })) << "it was written";
    EXPECT_NE(town.state(now.ben, "hides-entries"), "verified");
    EXPECT_FALSE(town.settled("hides-entries"));
}

TEST_F(HostileLies, AListWithoutEndEndsAndItsMemoryIsGivenBack)
{
    EXPECT_TRUE(eventually(5s * slack, [this] { return !town.simulated("lists-for-ever").opens(now.ada.uid); }))
        << "a revoke waits for no list";
    EXPECT_LT(resident_kib(town.daemon.process()), now.resident_before + 64U * 1024 * slack);
}

TEST_F(HostileLies, WithinTenSecondsTheAlarmIsRaised)
{
    const auto alarmed = [this] {
        const auto log = town.daemon.log();
        return log.find("residual_access device=acknowledges-and-does-nothing-ctl") != std::string::npos &&
               log.find("residual_access device=is-always-busy-ctl") != std::string::npos;
    };
    EXPECT_TRUE(eventually(20s * slack, alarmed)); // an acknowledgement counts for twice the time of a read-back
    EXPECT_LE(std::chrono::steady_clock::now() - now.since, 14s * slack);
}

TEST_F(HostileLies, WhenTheyAreGoodAgainEverythingIsMadeUpFor)
{
    town.tame();
    EXPECT_EQ(town.whole_within(patience, {now.ben}), "");
}

} // namespace
} // namespace gatehouse::walks
