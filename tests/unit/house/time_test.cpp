// Question 25, and what else becomes of the worked site when its clock cannot be believed.

#include "unit/house/harbour.hpp"

#include <boost/asio/detached.hpp>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct Untrusted : Harbour {
    Untrusted()
    {
        everybody();
        until("2027-03-01 12:00");
        EXPECT_TRUE(settles());
        asio::co_spawn(desk_.core, reconciler_.watch_time(), asio::detached);
        run_for(2s);
        at_noon = panel();
    }

    void set_clock(base::Instant wall) { desk_.clock.step_wall(wall - desk_.clock.wall()); }
    /// The power is cut, and the box comes back with such a clock and the mark of its last minute.
    void power_cut(base::Instant wall)
    {
        const auto mark = keeper_.wall();
        set_clock(wall);
        keeper_.begin(mark);
        run_for(2s);
    }
    /// By the time of the site, whatever the machine says.
    void until_effective(std::string_view local_time) { run_for(local(local_time) - keeper_.wall()); }
    std::string_view reason_at(std::string_view where, std::int64_t number) const { return at(where, number).reason; }
    std::vector<int> doors_of(const std::string& key) { return panel().contains(key) ? panel().at(key).doors : std::vector<int>{}; }

    static constexpr base::Instant in_1970{};
    const std::string ada = "7221305", bo = "7228961";
    std::map<std::string, Row> at_noon;
};

TEST_F(Untrusted, Q25After1970OnlyWhatNeedsNoClockOpensAtAReader)
{
    power_cut(in_1970);
    EXPECT_FALSE(keeper_.site().trusted);
    EXPECT_TRUE(at("lobby", 20001).granted) << "Bo needs no window there";
    EXPECT_EQ(reason_at("lobby", 12345), "time_untrusted") << "Ada keeps office hours";
    EXPECT_EQ(at("archive", 20003, "904417").reason, "time_untrusted") << "Dan's card begins at some time";
    EXPECT_EQ(uid_at("yard", "04a1b2c3").reason, "granted") << "crew comes in always";
}

TEST_F(Untrusted, Q25ThePanelKeepsWhatItHoldsToItsEndByEffectiveTime)
{
    power_cut(in_1970);
    run_for(10min);
    EXPECT_EQ(panel(), at_noon) << "it ends by the panel's own clock";
    EXPECT_THAT(residuals("harbour"), IsEmpty());
    until_effective("2027-03-01 17:59:50");
    EXPECT_EQ(panel(), at_noon);
    until_effective("2027-03-01 18:00:10");
    EXPECT_THAT(doors_of(ada), ElementsAre(2)) << "the office closed; the Bike store is hers by a grant without hours";
    until_effective("2027-03-01 23:00:10");
    EXPECT_THAT(doors_of(bo), ElementsAre(1));
}

TEST_F(Untrusted, Q25NoTimedPutRunsUntilTheClockIsBelievedAgain)
{
    power_cut(in_1970);
    until_effective("2027-03-02 07:30");
    EXPECT_THAT(doors_of(bo), ElementsAre(1)) << "the Bike store opened at six, maybe";
    EXPECT_THAT(doors_of("7228963"), IsEmpty()) << "Dan's card began at midnight, maybe";
    EXPECT_EQ(reconciler_.status(controller("panel"))
                  ->refusal(model::CredentialId{*base::parse_uuid(people_.at("Bo Marsh").credentials.at("card"))}, door("bikes").row.id),
              "time_untrusted");
    set_clock(local("2027-03-02 08:10"));
    run_for(5s);
    EXPECT_TRUE(keeper_.site().trusted);
    EXPECT_THAT(doors_of(bo), ElementsAre(1, 2));
    EXPECT_THAT(doors_of(ada), ElementsAre(1, 2));
    EXPECT_TRUE(at("lobby", 12345).granted);
}

TEST_F(Untrusted, WhatThePanelLosesMeanwhileIsWrittenAgainOnlyWhereNoClockIsNeeded)
{
    power_cut(in_1970);
    table("panel").table.clear();
    reconciler_.heard({.device = controller("panel"), .what = devices::Restarted{}});
    run_for(1min);
    EXPECT_THAT(doors_of(ada), ElementsAre(2)) << "the Bike store is hers at any hour";
    EXPECT_THAT(doors_of("7238959"), ElementsAre(1)) << "Finn's depends on none";
    EXPECT_THAT(doors_of(bo), ElementsAre(1));
    EXPECT_EQ(
        reconciler_.status(controller("panel"))
            ->refusal(model::CredentialId{*base::parse_uuid(people_.at("Ada Lind").credentials.at("house card"))}, door("stairs").row.id),
        "time_untrusted");
    set_clock(local("2027-03-01 13:00"));
    run_for(5s);
    EXPECT_THAT(doors_of(ada), ElementsAre(1, 2));
}

TEST_F(Untrusted, ARevokeOfWhatStandsIsCarriedOut)
{
    power_cut(in_1970);
    made("harbour", "/acs/users/suspend", {{"acs_user_id", people_.at("Ada Lind").users.at("house")}}, "");
    run_for(10s);
    EXPECT_THAT(doors_of(ada), ElementsAre(2)) << "the same plastic is her boats card, which needs no hours there";
    EXPECT_THAT(residuals("harbour"), IsEmpty()) << "proven gone";
}

TEST_F(Untrusted, AWayInDoubtDoesNotTakeOverWhatStoodForAnotherOne)
{
    auto& eve = person("Eve Day");
    join(eve, "house", {"day-staff"}); // the Bike store from six to eleven at night
    card(eve, "house", "card", {{"card_number", "20077"}, {"facility_code", 110}, {"card_format", "h10301"}});
    const json::object grant{{"user_identity_id", eve.identity}, {"device_id", to_string(door("bikes").row.id)}};
    made("harbour", "/user_identities/grant_access_to_device", grant, "");
    until("2027-03-02 05:30");
    ASSERT_TRUE(settles());
    const auto key = std::to_string(110 * 65536 + 20077);
    ASSERT_THAT(doors_of(key), ElementsAre(2));
    power_cut(in_1970);
    until_effective("2027-03-02 06:30"); // by now the hours may have begun
    made("harbour", "/user_identities/revoke_access_to_device", grant, "");
    EXPECT_FALSE(residuals("harbour").empty()) << "listed before it is proven";
    run_for(10s);
    EXPECT_THAT(doors_of(key), IsEmpty()) << "it stood for the grant, and that is gone";
    EXPECT_THAT(residuals("harbour"), IsEmpty());
}

TEST_F(Untrusted, AJumpTo2036ClosesNothingAndOpensNothing)
{
    set_clock(*base::from_iso("2036-02-07T06:28:16Z"));
    run_for(2s);
    EXPECT_FALSE(keeper_.site().trusted);
    EXPECT_TRUE(at("lobby", 12345).granted) << "open when the clock was last believed, and still by the time that passed";
    run_for(5min);
    EXPECT_EQ(panel(), at_noon) << "no entry ended and none was renewed into the future";
    until_effective("2027-03-01 18:00:10");
    EXPECT_EQ(reason_at("lobby", 12345), "outside_hours");
    EXPECT_THAT(doors_of(ada), ElementsAre(2));
    until_effective("2027-03-02 00:30");
    EXPECT_EQ(at("archive", 20003, "904417").reason, "time_untrusted") << "a start after the last trusted instant";
}

TEST_F(Untrusted, AStepBackGivesNobodyThePastHoursAgain)
{
    until("2027-03-01 18:05");
    ASSERT_TRUE(settles());
    EXPECT_EQ(reason_at("lobby", 12345), "outside_hours");
    set_clock(local("2027-03-01 17:00"));
    run_for(2s);
    EXPECT_EQ(reason_at("lobby", 12345), "outside_hours");
    EXPECT_THAT(doors_of(ada), ElementsAre(2));
}

TEST_F(Untrusted, TheWordOfTheOperatorIsBelieved)
{
    set_clock(local("2027-03-02 12:00")); // the summer house was right, the gateway a day late
    run_for(2s);
    EXPECT_EQ(reason_at("archive", 20003), "time_untrusted");
    ASSERT_TRUE(keeper_.accept(*keeper_.acceptable()));
    run_for(5s);
    EXPECT_TRUE(at("lobby", 12345).granted);
    EXPECT_EQ(panel().at(ada).until, local("2027-03-02 18:00"));
}

} // namespace
} // namespace gatehouse::tests
