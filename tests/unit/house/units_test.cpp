// Question 24, a controller that another system filled, and 26, one that is swapped for another unit.

#include "unit/house/harbour.hpp"

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

json::object foreign(int slot, std::int64_t key, std::vector<int> doors = {1, 2})
{
    return {{"slot", slot},
            {"key", std::to_string(key)},
            {"key_kind", "card_number"},
            {"doors", json::array(doors.begin(), doors.end())},
            {"state", "active"}};
}

/// 40 cards of facility 9, but for Bo's and Cleo's, which stand in the middle.
std::map<std::string, json::object> earlier_cards()
{
    std::map<std::string, json::object> rows;
    for (int slot = 0; slot < 40; ++slot) {
        const auto key = slot == 17 ? 7228961 : slot == 23 ? 7228962 : 9 * 65536 + 100 + slot;
        rows["slot:" + std::to_string(slot)] = foreign(slot, key);
    }
    return rows;
}

struct EarlierSystem : Harbour {
    EarlierSystem() : Harbour{0ms, earlier_cards()}
    {
        everybody();
        until("2027-03-01 12:00");
        EXPECT_TRUE(settles());
    }
    Told adopt(json::object body = {})
    {
        body["controller"] = "panel";
        return operate("/gatehouse/controllers/adopt", std::move(body));
    }
    /// Asks for the list, and gives the word on it.
    void say(const char* word)
    {
        const auto listed = adopt();
        const auto said = adopt({{"foreign", word}, {"confirm", listed.body.at("adoption").at("confirm")}, {"by", "Nils Berg"}});
        ASSERT_EQ(said.status, 200U) << json::serialize(said.body);
    }
    std::size_t left_of_them()
    {
        const auto rows = panel();
        return static_cast<std::size_t>(std::count_if(
            rows.begin(), rows.end(), [](const auto& row) { return row.first == "7228962" || std::stoll(row.first) < 10 * 65536; }));
    }
    json::object status()
    {
        const auto told = ask("harbour", "/gatehouse/controllers/list");
        for (const auto& one : told.body.at("controllers").as_array())
            if (one.at("key") == "panel") return one.as_object();
        return {};
    }
};

TEST_F(EarlierSystem, Q24OwnPutsAndRevokesProceedAndNothingForeignIsRemoved)
{
    EXPECT_EQ(panel().at("7228961"), (Row{{1, 2}, local("2027-03-01 06:00"), local("2027-03-01 23:00")})) << "Bo's row, by our put";
    EXPECT_EQ(table("panel").table.at("slot:17").at("key"), "7228961") << "where it stood";
    for (const auto* key : {"7221305", "7238959", "7238961", "7238962"}) EXPECT_TRUE(panel().contains(key)) << key;
    EXPECT_EQ(left_of_them(), 39U);

    made("harbour", "/acs/users/suspend", {{"acs_user_id", people_.at("Bo Marsh").users.at("house")}}, "");
    ASSERT_TRUE(settles());
    EXPECT_FALSE(panel().contains("7228961")) << "it is ours now, and so is its revoke";
    run_for(24h);
    EXPECT_EQ(left_of_them(), 39U) << "whatever `foreign:` says";
    const auto stairs = made("harbour", "/devices/get", {{"device_id", to_string(door("stairs").row.id)}}, "device");
    std::vector<std::string> warnings;
    for (const auto& warning : stairs.at("warnings").as_array()) warnings.emplace_back(warning.at("warning_code").as_string());
    EXPECT_THAT(warnings, testing::Contains("third_party_integration_detected"));
}

TEST_F(EarlierSystem, Q24TheListShowsCleoFirstAndWhyTheDoorsAreNotHers)
{
    const auto adoption = adopt().body.at("adoption");
    const auto& rows = adoption.at("entries").as_array();
    ASSERT_THAT(rows, SizeIs(39));
    EXPECT_EQ(rows[0].at("person"), "Cleo Vance");
    EXPECT_EQ(rows[0].at("not_allowed"), "suspended");
    EXPECT_EQ(rows[0].at("key"), "110-20002");
    EXPECT_EQ(rows[0].at("doors"), (json::array{"Stairs", "Bike store"}));
    EXPECT_TRUE(rows[1].at("person").is_null());
    EXPECT_EQ(adoption.at("known"), 1);
    const auto residual = residuals("harbour");
    ASSERT_THAT(residual, SizeIs(2)) << "she may get in by it";
    EXPECT_EQ(residual[0].at("person"), "Cleo Vance");
    EXPECT_EQ(ask("harbour", "/gatehouse/controllers/adopt", {{"controller", "panel"}}).status, 403U) << "no tenant's to say";
}

TEST_F(EarlierSystem, Q24TheWordIsGivenOnTheListThatWasShown)
{
    EXPECT_EQ(adopt({{"foreign", "remove"}}).type(), "confirmation_required");
    EXPECT_EQ(adopt({{"foreign", "remove"}, {"confirm", "000000000000"}}).type(), "confirmation_outdated");
    run_for(1h);
    EXPECT_EQ(left_of_them(), 39U);
    EXPECT_THAT(events("gatehouse.controller.adopted"), IsEmpty());

    const auto confirm = adopt().body.at("adoption").at("confirm");
    table("panel").table["slot:150"] = foreign(150, 9 * 65536 + 999);
    table("panel").step = 50ms;
    const auto said = adopt({{"foreign", "remove"}, {"confirm", confirm}, {"by", "Nils Berg"}});
    ASSERT_EQ(said.status, 200U);
    ASSERT_THAT(events("gatehouse.controller.adopted"), SizeIs(1)) << "on the disk when it is answered";
    EXPECT_EQ(events("gatehouse.controller.adopted")[0].who, "uid 0");
    EXPECT_THAT(events("gatehouse.controller.adopted")[0].body, HasSubstr(R"("by":"Nils Berg")"));
    EXPECT_EQ(status().at("word_on_foreign_entries"), (json::object{{"foreign", "remove"}, {"left", 39}}));
    ASSERT_TRUE(run_until([this] { return left_of_them() == 1; }));
    EXPECT_FALSE(status().at("word_on_foreign_entries").is_null()) << "acknowledged is not proven";
    ASSERT_TRUE(run_until([this] { return status().at("word_on_foreign_entries").is_null(); }));
    EXPECT_EQ(status().at("foreign_entries"), 1);
    run_for(24h);
    EXPECT_TRUE(table("panel").table.contains("slot:150")) << "which nobody saw when the word was given";
    EXPECT_EQ(panel().size(), 6U) << "and everything of ours";
    EXPECT_THAT(residuals("harbour"), IsEmpty());
    say("remove");
    ASSERT_TRUE(run_until([this] { return status().at("foreign_entries") == 0; }));
    EXPECT_EQ(status().at("first_contact"), false);
}

TEST_F(EarlierSystem, Q24WhatIsKeptStaysAndAnythingNewIsTampering)
{
    say("keep");
    ASSERT_TRUE(run_until([this] { return status().at("first_contact") == false; }));
    table("panel").table["slot:150"] = foreign(150, 9 * 65536 + 999);
    run_for(20min);
    EXPECT_FALSE(table("panel").table.contains("slot:150"));
    EXPECT_EQ(left_of_them(), 39U);
    const auto rows = adopt().body.at("adoption").at("entries").as_array();
    ASSERT_THAT(rows, SizeIs(39));
    for (const auto& row : rows) EXPECT_EQ(row.at("kept"), true);
    EXPECT_THAT(residuals("harbour"), SizeIs(2)) << "kept or not, Cleo's card opens by it";
}

TEST_F(EarlierSystem, Q24WhatWasKeptAndOpensMoreSinceIsTampering)
{
    for (int slot = 0; slot < 3; ++slot) table("panel").table["slot:" + std::to_string(slot)]["until"] = "1804200000";
    drivers_live("panel");
    run_for(20min); // they were read
    say("keep");
    ASSERT_TRUE(run_until([this] { return status().at("first_contact") == false; }));
    auto& rows = table("panel").table;
    rows["slot:0"].erase("until");
    rows["slot:1"]["doors"] = json::array{1, 2, 3};
    rows["slot:2"]["key"] = std::to_string(9 * 65536 + 998);
    run_for(20min);
    for (const auto* changed : {"slot:0", "slot:1", "slot:2"}) EXPECT_FALSE(rows.contains(changed)) << changed;
    EXPECT_TRUE(rows.contains("slot:3"));
    EXPECT_EQ(left_of_them(), 36U);
}

/// Monday noon; the panel is dead, and Bo is suspended after that.
struct DeadPanel : Harbour {
    DeadPanel()
    {
        everybody();
        until("2027-03-01 12:00");
        EXPECT_TRUE(settles());
        table("panel").dark = true;
        made("harbour", "/acs/users/suspend", {{"acs_user_id", people_.at("Bo Marsh").users.at("house")}}, "");
        run_for(5s);
        EXPECT_THAT(residuals("harbour"), SizeIs(2)) << "stairs and bikes";
    }
    /// Somebody mounts another unit.
    void swap(std::map<std::string, json::object> holds = {})
    {
        table("panel").table = std::move(holds);
        table("panel").dark = false;
        drivers_live("panel");
    }
    std::vector<json::object> attested(std::string_view tenant = "harbour") { return residuals(tenant, {{"state", "attested"}}); }
};

TEST_F(DeadPanel, Q26WithoutAWordABlankUnitIsALostTable)
{
    swap();
    ASSERT_TRUE(settles());
    EXPECT_EQ(panel().size(), 4U) << "put again, verified";
    EXPECT_FALSE(panel().contains("7228961"));
    EXPECT_THAT(residuals("harbour"), IsEmpty()) << "a read proved it";
    EXPECT_THAT(attested(), IsEmpty());
}

TEST_F(DeadPanel, Q26ReplacedTheResidualsOfTheOldUnitEndAsAttested)
{
    table("panel").diary.clear();
    ASSERT_TRUE(run_until([this] { return table("panel").count("drop 7228961") > 0; })) << "a removal is under way";
    EXPECT_EQ(operate("/gatehouse/controllers/replace", {{"controller", "panel"}}).status, 400U) << "nobody attests it";
    json::object asked{{"controller", "panel"}, {"by", "Nils Berg"}};
    const auto shown = operate("/gatehouse/controllers/replace", asked);
    ASSERT_EQ(shown.status, 409U) << "it needs the word of what ends";
    EXPECT_THAT(residuals("harbour"), SizeIs(2)) << "nothing was done";
    asked["confirm"] = "000000000000";
    EXPECT_EQ(operate("/gatehouse/controllers/replace", asked).status, 409U);
    asked["confirm"] = shown.body.at("error").at("data").at("confirm");
    const auto told = operate("/gatehouse/controllers/replace", asked);
    ASSERT_EQ(told.status, 200U) << json::serialize(told.body);
    EXPECT_THAT(told.body.at("replacement").at("attested").as_array(), SizeIs(2));
    run_for(30s);
    EXPECT_THAT(residuals("harbour"), IsEmpty()) << "nor by the answer to what was under way";
    ASSERT_THAT(attested(), SizeIs(2));
    for (const auto& row : attested()) {
        EXPECT_EQ(row.at("person"), "Bo Marsh");
        EXPECT_EQ(row.at("state"), "attested");
        EXPECT_EQ(row.at("attested_by"), "Nils Berg");
        EXPECT_TRUE(row.at("verified_at").is_null());
    }
    EXPECT_THAT(attested("brightline"), IsEmpty()) << "which owns neither door";
    EXPECT_THAT(events("gatehouse.controller.replaced"), SizeIs(1));
    EXPECT_THAT(events("gatehouse.residual_access_attested"), SizeIs(2));
    const auto ada = people_.at("Ada Lind").credentials.at("house card");
    const auto access = ask("harbour", "/gatehouse/access/list", {{"acs_credential_id", ada}});
    for (const auto& row : access.body.at("access").as_array()) {
        if (row.at("device_id").as_string() != to_string(door("stairs").row.id)) continue;
        EXPECT_EQ(row.at("state"), "pending");
    }

    swap({{"slot:0", foreign(0, 9 * 65536 + 1)}, {"slot:1", foreign(1, 7228961)}});
    ASSERT_TRUE(settles());
    EXPECT_EQ(panel().size(), 6U) << "ours beside what the unit came with";
    EXPECT_EQ(table("panel").table.at("slot:0").at("key"), json::value(std::to_string(9 * 65536 + 1)));
    EXPECT_TRUE(reconciler_.status(controller("panel"))->first_contact);
    const auto now = residuals("harbour");
    ASSERT_THAT(now, SizeIs(2)) << "the old unit's table came back, or somebody has copied it";
    EXPECT_EQ(now[0].at("person"), "Bo Marsh");
    run_for(1h);
    EXPECT_TRUE(table("panel").table.contains("slot:1")) << "not ours until adopted";
    EXPECT_THAT(attested(), SizeIs(2));
}

} // namespace
} // namespace gatehouse::tests
