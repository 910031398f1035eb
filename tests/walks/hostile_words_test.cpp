#include "hostile_town.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace gatehouse::walks {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// Drivers that say what no driver may say, all at once.
class HostileWords : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        upheaval_ = std::make_unique<Upheaval>(std::vector<std::string>{"confuses-numbers", "says-everything-twice", "makes-up-words",
                                                                        "miscounts-steps", "mixes-types", "speaks-for-others",
                                                                        "writes-binary", "forges-the-log", "promises-the-impossible"});
    }
    static void TearDownTestSuite() { upheaval_.reset(); }
    Upheaval& now = *upheaval_;
    Town& town = upheaval_->town;

private:
    static inline std::unique_ptr<Upheaval> upheaval_;
};

TEST_F(HostileWords, AtTheGoodDoorEverythingGoesOnAsEver)
{
    EXPECT_TRUE(eventually(5s * slack, [this] { return !town.simulated("good").opens(now.ada.uid); }));
    EXPECT_TRUE(eventually(5s * slack, [this] { return town.simulated("good").opens(now.ben.uid); }));
    town.at_the_good_door("05000001", 5s * slack);
}

TEST_F(HostileWords, WhatADriverSaysOfAnothersControllerIsNotHeard)
{
    EXPECT_TRUE(throughout(1s, [this] { return town.controller("good").at("state") == "online" && town.errors("good").empty(); }));
    EXPECT_THAT(town.daemon.log(), HasSubstr("driver_talks_nonsense driver=speaks-for-others"));
    EXPECT_THAT(town.daemon.log(), testing::Not(HasSubstr("controller=good-ctl")));
}

TEST_F(HostileWords, NothingIsCalledGoneOrThereThatNobodyHasSeen)
{
    std::string lie;
    EXPECT_TRUE(throughout(2s, [this, &lie] { return (lie = town.lie(now.ben, now.ada)).empty(); })) << lie;
    for (const auto* driver : {"confuses-numbers", "makes-up-words", "miscounts-steps", "mixes-types"}) {
        EXPECT_NE(town.state(now.ben, driver), "verified") << driver;
        EXPECT_FALSE(town.simulated(driver).opens(now.ben.uid)) << driver;
        EXPECT_TRUE(town.residual(now.ada, driver)) << driver;
    }
}

TEST_F(HostileWords, NoDriverWritesALineOfTheGatewaysLog)
{
    ASSERT_TRUE(eventually(patience, [this] { return town.daemon.log().find("forged_line") != std::string::npos; }));
    std::istringstream lines{town.daemon.log()};
    for (std::string line; std::getline(lines, line);) EXPECT_THAT(line, testing::Not(testing::StartsWith("[2026-01-01"))) << line;
    EXPECT_NE(town.state(now.ben, "forges-the-log"), "verified") << "a list with a key that is none proves nothing";
}

TEST_F(HostileWords, ADriverWhosePromisesMakeNoSenseIsServedAsFarAsItsTableIsTrue)
{
    EXPECT_TRUE(eventually(10s * slack, [this] { return town.state(now.ben, "promises-the-impossible") == "verified"; }));
    EXPECT_FALSE(town.simulated("promises-the-impossible").opens(now.ada.uid));
}

TEST_F(HostileWords, WhenTheyAreGoodAgainEverythingIsMadeUpFor)
{
    town.tame();
    EXPECT_EQ(town.whole_within(patience, {now.ben}), "");
}

} // namespace
} // namespace gatehouse::walks
