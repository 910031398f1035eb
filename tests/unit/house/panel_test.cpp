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

TEST_F(HarbourMonday, WhatIsExpectedOfThePanelShowsNobodyTheDoorsAndTimesOfAnotherTenant)
{
    const auto shown = [this](std::string_view workspace) {
        std::map<std::string, json::object> entries;
        const auto told = ask(workspace, "/gatehouse/controllers/expected", {{"controller_id", to_string(controller("panel"))}});
        for (const auto& entry : told.body.at("entries").as_array()) entries[entry.at("key").as_string().c_str()] = entry.as_object();
        return entries;
    };
    const auto harbour = shown("harbour"), brightline = shown("brightline");
    const auto doors = [](const json::object& entry) {
        std::vector<std::string> ids;
        for (const auto& id : entry.at("device_ids").as_array()) ids.emplace_back(id.as_string());
        return ids;
    };
    ASSERT_TRUE(harbour.contains("7238961") && brightline.contains("7238961")) << "one plastic of two tenants";
    EXPECT_THAT(doors(harbour.at("7238961")), ElementsAre(to_string(door("bikes").row.id)));
    EXPECT_THAT(doors(brightline.at("7238961")), testing::Not(testing::Contains(to_string(door("bikes").row.id))));
    EXPECT_EQ(harbour.at("7221305").at("until"), "2027-03-01T17:00:00.000Z") << "its own is shown as it is";
    for (const auto& [key, entry] : harbour)
        for (const auto& id : doors(entry))
            EXPECT_TRUE(id != to_string(door("east").row.id) && id != to_string(door("servers").row.id)) << key;
}

TEST_F(HarbourMonday, WhatIsExpectedOfALeasedEntryIsTheLeaseThatStandsAndNotTheEndOfThePolicy)
{
    const auto lease = 72h;
    const auto expected = [this](std::string_view workspace, std::string_view key) {
        const auto told = ask(workspace, "/gatehouse/controllers/expected", {{"controller_id", to_string(controller("panel"))}});
        for (const auto& entry : told.body.at("entries").as_array())
            if (entry.at("key").as_string() == key) return entry.as_object();
        return json::object{};
    };
    run_for(2h);
    const auto ivy = expected("brightline", "7238962");
    EXPECT_EQ(ivy.at("until"), json::value(base::to_iso(panel().at("7238962").until))) << "as the panel holds it";
    EXPECT_TRUE(ivy.at("ends_at").is_null());
    const auto finn = expected("harbour", "7238961");
    EXPECT_EQ(finn.at("until"), json::value(base::to_iso(desk_.clock.wall() + lease))) << "of his part, which has no end but the lease's";
    EXPECT_TRUE(finn.at("ends_at").is_null());
    const auto bo = expected("harbour", "7228961");
    EXPECT_EQ(bo.at("until"), "2027-03-01T22:00:00.000Z") << "sooner than any lease";
    EXPECT_EQ(bo.at("ends_at"), bo.at("until"));
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
