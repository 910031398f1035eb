#include "hostile_town.hpp"

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::HasSubstr;

/// Drivers that do not get so far as to serve anybody, all at once.
class HostileStart : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        upheaval_ = std::make_unique<Upheaval>(std::vector<std::string>{"exits-at-start", "talks-rubbish", "speaks-another-version",
                                                                        "chooses-another-version", "says-nothing"});
    }
    static void TearDownTestSuite() { upheaval_.reset(); }
    Upheaval& now = *upheaval_;
    Town& town = upheaval_->town;

private:
    static inline std::unique_ptr<Upheaval> upheaval_;
};

TEST_F(HostileStart, AtTheGoodDoorEverythingGoesOnAsEver)
{
    EXPECT_TRUE(eventually(5s * slack, [this] { return !town.simulated("good").opens(now.ada.uid); }));
    EXPECT_TRUE(eventually(5s * slack, [this] { return town.simulated("good").opens(now.ben.uid); }));
    town.at_the_good_door("05000001", 5s * slack);
    EXPECT_THAT(town.errors("good"), testing::IsEmpty());
    EXPECT_EQ(town.starts("exits-at-start") > 1, true);
}

TEST_F(HostileStart, EachControllerSaysWhyNobodyServesIt)
{
    const std::map<std::string, std::string> whys{{"exits-at-start", "exit code 4"},
                                                  {"talks-rubbish", "it talks nonsense"},
                                                  {"speaks-another-version", "it speaks no version of the protocol that this gateway does"},
                                                  {"chooses-another-version", "it chose a version of the protocol that was not offered"},
                                                  {"says-nothing", "it did not answer the greeting"}};
    for (const auto& [driver, why] : whys) {
        const auto said = [this, name = driver, what = why] {
            const auto shown = town.controller(name);
            return shown.at("state") == "not_served" && text(shown, "reason").find(what) != std::string::npos;
        };
        EXPECT_TRUE(eventually(10s * slack, said)) << driver << ": " << text(town.controller(driver), "reason");
        EXPECT_THAT(town.errors(driver), testing::Contains("hub_disconnected")) << driver;
    }
}

TEST_F(HostileStart, NobodyIsStartedAgainWithoutEverLongerPauses)
{
    const auto passed = [this] { return std::chrono::steady_clock::now() - now.since; };
    ASSERT_TRUE(eventually(patience, [&passed] { return passed() > 4s; }));
    EXPECT_GE(town.starts("exits-at-start"), 4U);
    EXPECT_LE(town.starts("exits-at-start"), 7U) << "after 0.2, 0.4, 0.8, 1.6 and 3.2 s";
    const auto used = processor_time(town.daemon.process()) - now.processor_before;
    EXPECT_LT(used * 3, passed()) << used.count() << " ms";
}

TEST_F(HostileStart, NothingIsCalledGoneOrThereThatNobodyHasSeen)
{
    std::string lie;
    EXPECT_TRUE(throughout(1s, [this, &lie] { return (lie = town.lie(now.ben, now.ada)).empty(); })) << lie;
    for (const auto& driver : town.hostile()) {
        EXPECT_TRUE(town.residual(now.ada, driver)) << driver;
        EXPECT_EQ(town.state(now.ben, driver), "pending") << driver;
    }
}

TEST_F(HostileStart, WhenTheyAreGoodAgainEverythingIsMadeUpFor)
{
    town.tame();
    EXPECT_EQ(town.whole_within(patience, {now.ben}), "");
}

} // namespace
} // namespace gatehouse::walks
