// Access grants at doors of several controllers, and what is told of them.

#include "unit/house/harbour.hpp"

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

/// A guest with a card for the stairs (panel) and the yard gate, from Monday noon on.
struct Guest : Harbour {
    Guest()
    {
        until("2027-03-01 12:00");
        table("panel").dark = true;
        grant_ = made("harbour", "/access_grants/create",
                      {{"user_identity", {{"full_name", "A Guest"}}},
                       {"device_ids", json::array{to_string(door("stairs").row.id), to_string(door("yard").row.id)}},
                       {"ends_at", "2027-03-02T12:00:00Z"},
                       {"requested_access_methods", json::array{json::object{{"mode", "card"}}}}},
                      "access_grant")
                     .at("access_grant_id")
                     .as_string();
    }
    json::object shown() { return made("harbour", "/access_grants/get", {{"access_grant_id", grant_}}, "access_grant"); }
    void give_card()
    {
        const auto method = shown().at("access_method_ids").at(0);
        made("harbour", "/access_methods/assign_card",
             {{"access_method_id", method}, {"card_number", "110-40001"}, {"card_uid", "04a1b2c3"}}, "");
    }
    void panel_lives()
    {
        table("panel").dark = false;
        drivers_live("panel");
        ASSERT_TRUE(settles());
    }
    std::size_t told() { return events("access_grant.access_granted_to_all_doors").size(); }
    std::string grant_;
};

TEST_F(Guest, IsToldOnceWhenTheLastDoorHasProvenIt)
{
    give_card();
    run_for(1min);
    EXPECT_TRUE(uid_at("yard", "04a1b2c3").granted);
    EXPECT_THAT(table("yard-ctl").table, SizeIs(1)) << "and proven there";
    EXPECT_EQ(told(), 0U) << "the panel is dark";
    panel_lives();
    EXPECT_EQ(told(), 1U);
    table("panel").table.clear();
    run_for(30min);
    EXPECT_THAT(panel(), SizeIs(1)) << "found and put again";
    EXPECT_EQ(told(), 1U);
}

TEST_F(Guest, SeesTimesThatWereMovedUntilTheyAreAtEveryDoor)
{
    give_card();
    run_for(1min);
    EXPECT_THAT(shown().at("pending_mutations").as_array(), IsEmpty()) << "what was never there is not moved";
    panel_lives();
    table("panel").dark = true;
    made("harbour", "/access_grants/update", {{"access_grant_id", grant_}, {"ends_at", "2027-03-02T10:00:00Z"}}, "");
    run_for(1min);
    const auto mutations = shown().at("pending_mutations").as_array();
    ASSERT_THAT(mutations, SizeIs(1));
    EXPECT_EQ(mutations[0].at("mutation_code"), "updating_access_times");
    EXPECT_EQ(mutations[0].at("to").at("ends_at"), "2027-03-02T10:00:00.000Z");
    EXPECT_EQ(mutations[0].at("access_method_ids"), shown().at("access_method_ids"));
    panel_lives();
    EXPECT_THAT(shown().at("pending_mutations").as_array(), IsEmpty());
}

} // namespace
} // namespace gatehouse::tests
