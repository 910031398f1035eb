#include "hostile_town.hpp"

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

/// Drivers that served well, and fail at their work in a way of their own, all at once.
class HostileWork : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        upheaval_ = std::make_unique<Upheaval>(
            std::vector<std::string>{"dies-while-writing", "hangs", "serves-nobody", "closes-its-mouth", "leaves-a-child", "will-not-end"});
    }
    static void TearDownTestSuite() { upheaval_.reset(); }
    Upheaval& now = *upheaval_;
    Town& town = upheaval_->town;

private:
    static inline std::unique_ptr<Upheaval> upheaval_;
};

TEST_F(HostileWork, AtTheGoodDoorEverythingGoesOnAsEver)
{
    EXPECT_TRUE(eventually(5s * slack, [this] { return !town.simulated("good").opens(now.ada.uid); }));
    EXPECT_TRUE(eventually(5s * slack, [this] { return town.simulated("good").opens(now.ben.uid); }));
    town.at_the_good_door("05000001", 5s * slack);
    EXPECT_THAT(town.errors("good"), testing::IsEmpty());
}

TEST_F(HostileWork, NothingIsCalledGoneOrThereThatNobodyHasSeen)
{
    std::string lie;
    EXPECT_TRUE(throughout(2s, [this, &lie] { return (lie = town.lie(now.ben, now.ada)).empty(); })) << lie;
    for (const auto* driver : {"hangs", "serves-nobody", "closes-its-mouth", "leaves-a-child"})
        EXPECT_NE(town.state(now.ben, driver), "verified") << driver;
}

TEST_F(HostileWork, EachIsFoundOutWithinSecondsAndReplaced)
{
    const std::map<std::string, std::string> whys{{"dies-while-writing", "exit code 9"},
                                                  {"hangs", "it owes an answer"},
                                                  {"serves-nobody", "it owes an answer"},
                                                  {"closes-its-mouth", "it closed its output"},
                                                  {"leaves-a-child", "exit code 5"}};
    for (const auto& [driver, why] : whys) {
        EXPECT_TRUE(eventually(10s * slack, [this, name = driver] { return town.starts(name) >= 2; })) << driver;
        const auto told = std::string{"driver_lost driver="}.append(driver).append(" reason=\"").append(why);
        EXPECT_THAT(town.daemon.log(), testing::HasSubstr(told)) << driver;
    }
    EXPECT_EQ(town.starts("will-not-end"), 1U) << "it did its work";
}

TEST_F(HostileWork, WhenTheyAreGoodAgainEverythingIsMadeUpFor)
{
    for (const auto& driver : town.hostile())
        if (driver != "will-not-end") town.tame(driver);
    EXPECT_EQ(town.whole_within(patience, {now.ben}), "");
}

TEST_F(HostileWork, WhatWillNotEndIsEndedWithTheGatewayAndNoProcessIsLeft)
{
    EXPECT_LE(town.daemon.stop(), 5s * slack);
    EXPECT_EQ(town.daemon.status(), 0);
    EXPECT_TRUE(eventually(1s * slack, [this] { return town.processes() == 0; })) << town.processes();
}

} // namespace
} // namespace gatehouse::walks
