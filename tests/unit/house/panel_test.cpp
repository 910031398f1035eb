#include "unit/house/harbour.hpp"

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct HarbourMonday : Harbour {
    HarbourMonday()
    {
        everybody();
        until("2027-03-01 12:00");
        EXPECT_TRUE(settles());
    }
};

TEST_F(HarbourMonday, ThePanelHoldsItsTable)
{
    const auto today = [](std::string_view time) { return local("2027-03-01 " + std::string{time}); };
    auto rows = panel();
    const auto ivy = rows.extract("7238962");
    EXPECT_EQ(rows, (std::map<std::string, Row>{{"7221305", {{1, 2}, today("08:00"), today("18:00")}},
                                                {"7228961", {{1, 2}, today("06:00"), today("23:00")}},
                                                {"7238959", {{1}, base::no_start, base::no_end}},
                                                {"7238961", {{2, 3}, today("07:00"), today("20:00")}}}));
    ASSERT_FALSE(ivy.empty());
    EXPECT_EQ(ivy.mapped().doors, (std::vector<int>{3, 4}));
    EXPECT_EQ(ivy.mapped().from, base::no_start);
    EXPECT_GE(ivy.mapped().until, desk_.clock.wall() + 36h);
    EXPECT_LE(ivy.mapped().until, desk_.clock.wall() + 72h);
}

TEST_F(HarbourMonday, TheYardHoldsOnlyTheUidAndTheSuiteOnlyTheInstallersCode)
{
    std::vector<std::string> yard;
    for (const auto& [key, entry] : table("yard-ctl").table) yard.push_back(key);
    EXPECT_THAT(yard, ElementsAre("card_uid_hex:04a1b2c3"));
    EXPECT_THAT(suite(), ElementsAre(Pair(0, "90210")));
}

TEST_F(HarbourMonday, EverythingHeldIsVerified)
{
    for (const auto& [device, entries] : desk_.directory.placements().all())
        for (const auto& [key, placement] : entries) EXPECT_EQ(placement.truth, model::Truth::verified) << key;
    EXPECT_THAT(residuals("harbour"), IsEmpty());
    EXPECT_THAT(residuals("brightline"), IsEmpty());
}

} // namespace
} // namespace gatehouse::tests
