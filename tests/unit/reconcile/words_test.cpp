// What an operator reads of a controller that is in trouble, and that it is gone when the trouble is.

#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;

/// A settled controller that holds one card of ours; trouble is made and mended.
struct Trouble {
    std::string when, reads;
    std::function<void(Settled&)> made, mended;
};

void read_again(Settled& self)
{
    self.driver.restarts("yard", true);
}

const std::vector<Trouble>& troubles()
{
    static const std::vector<Trouble> all{
        {"its driver is gone", "driver mqtt: no such program",
         [](Settled& self) {
             self.driver.starts = false, self.driver.crashes();
             self.site->run_for(1s);
             self.revoke(); // something to do
         },
         [](Settled& self) { self.driver.starts = true; }},
        {"it does not answer", "the table could not be read", [](Settled& self) { self.yard().dark = true, read_again(self); },
         [](Settled& self) { self.yard().dark = false, self.driver.shows_life("yard"); }},
        {"it shows a part of its table", "the table was read in part: rounds",
         [](Settled& self) { self.yard().partial = true, read_again(self); }, [](Settled& self) { self.yard().partial = false; }},
        {"it does not answer a revoke", "the controller does not answer",
         [](Settled& self) {
             self.yard().away = true;
             self.revoke();
         },
         [](Settled& self) { self.yard().away = false, self.driver.shows_life("yard"); }},
        {"it acknowledges a revoke and keeps the card", "the device acknowledged the removal and still holds it",
         [](Settled& self) {
             self.yard().stores = false;
             self.revoke();
         },
         [](Settled& self) { self.yard().stores = true; }},
        {"it refuses to give up a stranger", "the device refuses to remove foreign entries",
         [](Settled& self) {
             self.yard().hold("deadbeef");
             self.yard().refuses = {"deadbeef"};
             read_again(self);
         },
         [](Settled& self) { self.yard().refuses.clear(); }},
        {"it acknowledges that it gave up a stranger", "the device acknowledged the removal of foreign entries and still holds them",
         [](Settled& self) {
             self.yard().hold("deadbeef");
             self.yard().stores = false;
             read_again(self);
         },
         [](Settled& self) { self.yard().stores = true; }},
    };
    return all;
}

class EachTrouble : public Settled, public testing::WithParamInterface<int> {};

TEST_P(EachTrouble, IsSaidInWordsWhileItLasts)
{
    const auto& [when, reads, made, mended] = troubles()[static_cast<std::size_t>(GetParam())];
    granted();
    made(*this);
    EXPECT_TRUE(site->run_until([this, &reads = reads] { return site->status().trouble == reads; }, 2min))
        << when << ": " << site->status().trouble;
    site->run_for(2min);
    EXPECT_EQ(site->status().trouble, reads) << when;
    mended(*this);
    EXPECT_TRUE(site->settles()) << when;
    EXPECT_EQ(site->status().trouble, "") << when;
}

INSTANTIATE_TEST_SUITE_P(Lane, EachTrouble, testing::Range(0, static_cast<int>(troubles().size())),
                         [](const testing::TestParamInfo<int>& one) {
                             auto name = troubles()[static_cast<std::size_t>(one.param)].when;
                             std::replace(name.begin(), name.end(), ' ', '_');
                             return name;
                         });

/// A gateway that was started beside a controller that is away.
TEST(Lane, SaysNothingOfATableThatNobodyCouldBeAskedFor)
{
    const TempDirectory directory;
    ModelledDriver driver;
    driver.device("yard").capabilities = a_controller();
    driver.device("yard").away = true;
    Site site{driver, directory.path()};
    site.run_for(2min);
    EXPECT_EQ(site.status().trouble, "the table was not read yet");
    driver.device("yard").away = false;
    driver.shows_life("yard");
    ASSERT_TRUE(site.settles());
    driver.device("yard").away = true;
    driver.restarts("yard", true);
    EXPECT_TRUE(site.run_until([&site] { return site.status().trouble == "the table could not be read"; }, 2min));
}

} // namespace
} // namespace gatehouse::tests
