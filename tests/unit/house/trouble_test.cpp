// What a controller's trouble looks like at its doors, at their entrances and in the list of controllers.

#include "unit/house/harbour.hpp"

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct ControllerTrouble : Harbour {
    ControllerTrouble()
    {
        everybody();
        EXPECT_TRUE(settles());
    }
    void says_settings(const char* state, const char* detail = "")
    {
        driver_says("panel", {{"type", "setup"}, {"state", state}, {"detail", detail}});
        run_for(10ms);
    }
    /// Codes of an object's errors or warnings.
    static std::vector<std::string> codes(const json::object& of, std::string_view what)
    {
        std::vector<std::string> found;
        for (const auto& one : of.at(what).as_array())
            found.emplace_back(one.at(what == "errors" ? "error_code" : "warning_code").as_string());
        return found;
    }
    json::object stairs() { return made("harbour", "/devices/get", {{"device_id", to_string(door("stairs").row.id)}}, "device"); }
    json::object entrance(std::string_view tenant, std::string_view key)
    {
        return made(tenant, "/acs/entrances/get", {{"acs_entrance_id", id_in(tenant, "entrance", key)}}, "acs_entrance");
    }
    json::object listed(std::string_view key)
    {
        const auto told = ask("harbour", "/gatehouse/controllers/list");
        for (const auto& one : told.body.at("controllers").as_array())
            if (one.at("key").as_string() == key) return one.as_object();
        return {};
    }
};

TEST_F(ControllerTrouble, SettingsThatDifferAreAnErrorOfEachOfItsDoorsAndEntrancesAndOfNoOthers)
{
    EXPECT_TRUE(listed("panel").at("setup").is_null());
    says_settings("differs", "PulseTime1 is 0 and not 50");
    EXPECT_THAT(codes(stairs(), "errors"), Contains("gatehouse.setup_differs"));
    EXPECT_THAT(json::serialize(stairs().at("errors")), HasSubstr("\"is_device_error\":true"));
    for (const auto& [tenant, key] : {std::pair{"harbour", "stairs"}, std::pair{"harbour", "bikes"}, std::pair{"brightline", "east"}}) {
        const auto shown = entrance(tenant, key);
        EXPECT_THAT(codes(shown, "errors"), ElementsAre("gatehouse.setup_differs")) << key;
        EXPECT_THAT(json::serialize(shown.at("errors")), HasSubstr("panel are not as its profile needs them: PulseTime1 is 0 and not 50."));
    }
    EXPECT_THAT(codes(entrance("harbour", "yard"), "errors"), IsEmpty());
    EXPECT_EQ(listed("panel").at("setup").at("state"), "differs");
    EXPECT_EQ(listed("panel").at("setup").at("detail"), "PulseTime1 is 0 and not 50");
    EXPECT_EQ(events("gatehouse.setup_differs").size(), 1U);

    says_settings("verified");
    EXPECT_THAT(codes(stairs(), "errors"), Not(Contains("gatehouse.setup_differs")));
    EXPECT_THAT(codes(entrance("harbour", "stairs"), "errors"), IsEmpty());
    EXPECT_EQ(listed("panel").at("setup").at("state"), "verified");
    EXPECT_TRUE(listed("panel").at("setup").at("detail").is_null());
    EXPECT_EQ(events("gatehouse.setup_verified").size(), 1U);
}

TEST_F(ControllerTrouble, SettingsThatNobodyKnowsAreAWarningAfterAMinute)
{
    drivers_live("panel");
    says_settings("unknown", "no answer");
    run_for(59s);
    EXPECT_THAT(codes(stairs(), "warnings"), Not(Contains("gatehouse.setup_unknown")));
    run_for(2s);
    EXPECT_THAT(codes(stairs(), "warnings"), Contains("gatehouse.setup_unknown"));
    EXPECT_THAT(codes(entrance("brightline", "east"), "warnings"), ElementsAre("gatehouse.setup_unknown"));
    EXPECT_EQ(listed("panel").at("setup").at("state"), "unknown");
    says_settings("verified");
    EXPECT_THAT(codes(stairs(), "warnings"), Not(Contains("gatehouse.setup_unknown")));
}

TEST_F(ControllerTrouble, SomebodyElseWhoWritesItIsAWarningOfItsDoorsAndEntrances)
{
    EXPECT_TRUE(listed("panel").at("second_writer_since").is_null());
    for (int times = 0; times < 2; ++times) {
        EXPECT_THAT(codes(stairs(), "warnings"), Not(Contains("gatehouse.second_writer")));
        const auto before = table("panel").table.size();
        table("panel").table.erase(table("panel").table.begin());
        driver_says("panel", {{"type", "event"}, {"kind", "table_changed"}});
        ASSERT_TRUE(run_until([this, before] { return table("panel").table.size() == before; }));
        ASSERT_TRUE(settles());
    }
    EXPECT_THAT(codes(stairs(), "warnings"), Contains("gatehouse.second_writer"));
    EXPECT_THAT(codes(entrance("brightline", "east"), "warnings"), ElementsAre("gatehouse.second_writer"));
    EXPECT_FALSE(listed("panel").at("second_writer_since").is_null());
    EXPECT_EQ(events("gatehouse.second_writer_suspected").size(), 1U);
}

} // namespace
} // namespace gatehouse::tests
