// Who may open what, case by case. Source: docs/access.md and the worked example site.

#include "house.hpp"

namespace gatehouse::model {

namespace {

class Access : public House {
protected:
    Access()
    {
        put(person("ada"));
        put(user("ada", "house", "ada")), put(user("ada at sea", "boats", "ada"));
        put(card("card", "house", "ada", "04a1b2c3")), put(card("same plastic", "boats", "ada at sea", "04a1b2c3"));
    }
};

} // namespace

TEST_F(Access, IsGivenByAGroupOrDirectlyAndTakenWithTheLastOfThem)
{
    EXPECT_EQ(reason("card", "lobby"), Reason::no_access);
    put(member("ada", "residents"));
    put(direct("ada", "lobby"));
    EXPECT_EQ(reason("card", "lobby"), Reason::granted);
    EXPECT_EQ(reason("card", "archive"), Reason::no_access);
    erase(member("ada", "residents"));
    EXPECT_EQ(reason("card", "lobby"), Reason::granted) << "one of two paths is left";
    EXPECT_EQ(reason("card", "bikes"), Reason::no_access);
    erase(direct("ada", "lobby"));
    EXPECT_EQ(reason("card", "lobby"), Reason::no_access);
}

TEST_F(Access, StopsAtTheBordersOfSystemsAndTenants)
{
    put(member("ada", "residents"));
    EXPECT_EQ(reason("same plastic", "lobby"), Reason::no_access) << "her boats user has no path there";
    put(user("finn", "brightline office"));
    put(member("finn", "brightline staff"));
    put(card("finn's", "brightline office", "finn", "0101"));
    EXPECT_EQ(reason("finn's", "lobby"), Reason::granted) << "two workspaces share the door";
    EXPECT_EQ(reason("finn's", "east"), Reason::granted);
    EXPECT_EQ(reason("finn's", "bikes"), Reason::no_access);
    EXPECT_EQ(reason("card", "east"), Reason::no_access);
}

TEST_F(Access, IsOfNothingThatNoReaderCanBeShown)
{
    put(member("ada", "residents"));
    auto key = card("key", "house", "ada", "");
    key.method = AccessMethod::mobile_key;
    put(key);
    EXPECT_EQ(reason("key", "lobby"), Reason::no_presentation);
    EXPECT_FALSE(opens("key", "lobby").interval) << "nor at any time to come";
    EXPECT_EQ(reason("key", "archive"), Reason::no_access) << "without a way that is what is missing";
    key.method = AccessMethod::cloud_key;
    put(key);
    EXPECT_EQ(reason("key", "lobby"), Reason::no_presentation);
    key.ends_at = hour(9);
    put(key);
    EXPECT_EQ(reason("key", "lobby"), Reason::expired);

    auto blank = card("blank", "house", "ada", "");
    blank.starts_at = hour(20);
    put(blank);
    EXPECT_EQ(reason("blank", "lobby"), Reason::no_presentation) << "before its start too";
    blank.card_uid = "0303";
    put(blank);
    EXPECT_EQ(reason("blank", "lobby"), Reason::not_yet);
    blank.starts_at.reset();
    put(blank);
    EXPECT_EQ(reason("blank", "lobby"), Reason::granted);
}

TEST_F(Access, OfAListIsTheListAlone)
{
    put(member("ada", "residents"));
    auto row = card("card", "house", "ada", "04a1b2c3");
    row.list = ListState::listed;
    put(row), put(listed("card", "archive"));
    EXPECT_EQ(reason("card", "archive"), Reason::granted) << "whether the user has a path there or not";
    EXPECT_EQ(reason("card", "lobby"), Reason::no_access);
    row.list = ListState::emptied;
    erase(listed("card", "archive")), put(row);
    EXPECT_EQ(reason("card", "archive"), Reason::no_access);
    EXPECT_EQ(reason("card", "lobby"), Reason::no_access) << "an emptied list never falls back to no list";
    row.list = ListState::listed;
    put(row);
    EXPECT_EQ(reason("card", "lobby"), Reason::no_access) << "nor does a list without entries";
}

TEST_F(Access, ByADeviceGrantIsOfTheIdentityInEverySystemOfTheDoorsOwner)
{
    put(device_grant("ada", "bikes"));
    EXPECT_EQ(reason("card", "bikes"), Reason::granted);
    EXPECT_EQ(reason("same plastic", "bikes"), Reason::granted);
    EXPECT_TRUE(opens("card", "bikes").entrance.nil());
    auto suspended = user("ada", "house", "ada");
    suspended.suspended = true;
    put(suspended);
    EXPECT_EQ(reason("card", "bikes"), Reason::suspended);
    EXPECT_EQ(reason("same plastic", "bikes"), Reason::granted) << "users in other systems stay";
    auto with_list = card("same plastic", "boats", "ada at sea", "04a1b2c3");
    with_list.list = ListState::listed;
    put(with_list);
    EXPECT_EQ(reason("same plastic", "bikes"), Reason::no_access) << "a card with a list does not take it";
    EXPECT_EQ(refused(model::put(device_grant("ada", "east"))), "device_not_found") << "another workspace's door";
}

TEST_F(Access, ByADeviceGrantEndsWhenTheDoorPassesToAnotherOwner)
{
    put(device_grant("ada", "bikes"));
    put(door("bikes", "brightline", 1));
    EXPECT_EQ(reason("card", "bikes"), Reason::no_access);
    erase(device_grant("ada", "bikes"));
}

TEST_F(Access, OfASuspendedUserIsNone)
{
    put(member("ada", "residents"));
    auto row = user("ada", "house", "ada");
    row.suspended = true;
    put(row);
    EXPECT_EQ(reason("card", "lobby"), Reason::suspended);
    EXPECT_FALSE(opens("card", "lobby").interval) << "no device holds what a suspended user has";
    row.suspended = false;
    put(row);
    EXPECT_EQ(reason("card", "lobby"), Reason::granted);
}

TEST_F(Access, OfAnUnassignedCardIsNone)
{
    put(card("stock", "house", "", "0202"));
    EXPECT_EQ(reason("stock", "lobby"), Reason::unassigned);
    auto row = card("stock", "house", "", "0202");
    row.list = ListState::listed;
    put(row), put(listed("stock", "lobby"));
    EXPECT_EQ(reason("stock", "lobby"), Reason::unassigned) << "even with a list";
}

TEST_F(Access, NeedsTheWindowOfTheUserAndThatOfTheCard)
{
    put(member("ada", "residents"));
    auto owner = user("ada", "house", "ada");
    owner.starts_at = hour(8), owner.ends_at = hour(20);
    auto row = card("card", "house", "ada", "04a1b2c3");
    row.starts_at = hour(10), row.ends_at = hour(17);
    put(owner), put(row);
    const auto last = base::milliseconds{1};
    EXPECT_EQ(reason("card", "lobby", hour(9)), Reason::not_yet) << "the card's, though the user's has begun";
    EXPECT_EQ(reason("card", "lobby", hour(10) - last), Reason::not_yet);
    EXPECT_EQ(reason("card", "lobby", hour(10)), Reason::granted);
    EXPECT_EQ(reason("card", "lobby", hour(17) - last), Reason::granted);
    EXPECT_EQ(reason("card", "lobby", hour(17)), Reason::expired) << "though the user's schedule still runs";
    EXPECT_EQ(opens("card", "lobby", hour(9)).interval, (Interval{hour(10), hour(17)})) << "the next";
    EXPECT_EQ(opens("card", "lobby", hour(17)).interval, std::nullopt);
    EXPECT_EQ(reason("card", "archive", hour(9)), Reason::not_yet) << "windows come before paths";
}

TEST_F(Access, OfSeveralPathsIsTheirUnionWithoutAHullOverAGap)
{
    for (const auto& [name, from, until] : {std::tuple{"morning", 6, 9}, {"late morning", 9, 11}, {"evening", 18, 20}}) {
        auto row = group(name, "house");
        row.starts_at = hour(from), row.ends_at = hour(until);
        put(row), put(path(name, "lobby")), put(member("ada", name));
    }
    EXPECT_EQ(opens("card", "lobby", hour(7)).interval, (Interval{hour(6), hour(11)})) << "they touch";
    EXPECT_EQ(opens("card", "lobby", hour(12)).interval, (Interval{hour(18), hour(20)}));
    EXPECT_EQ(reason("card", "lobby", hour(12)), Reason::not_yet);
    EXPECT_EQ(reason("card", "lobby", hour(20)), Reason::expired);
}

TEST_F(Access, ByAGroupThatBeginsBehindTheCardsEndIsNotYetAndNeverComes)
{
    auto row = group("later", "house");
    row.starts_at = hour(20);
    put(row), put(path("later", "lobby")), put(member("ada", "later"));
    auto ends = card("card", "house", "ada", "04a1b2c3");
    ends.ends_at = hour(18);
    put(ends);
    EXPECT_EQ(reason("card", "lobby"), Reason::not_yet);
    EXPECT_FALSE(opens("card", "lobby").interval);
}

TEST_F(Access, WithoutLeaseNeedsAGroupWithoutLeaseThatIsOpenToTheEnd)
{
    put(member("ada", "residents"));
    auto responders = group("responders", "house");
    responders.lease_none = true;
    put(responders), put(path("responders", "lobby")), put(member("ada", "responders"));
    EXPECT_TRUE(opens("card", "lobby").leaseless);
    EXPECT_FALSE(opens("card", "bikes").leaseless) << "the group does not lead there";
    responders.ends_at = hour(10);
    put(responders);
    EXPECT_FALSE(opens("card", "lobby").leaseless) << "it has passed; what opens now is leased";
    responders.ends_at = hour(20);
    put(responders);
    EXPECT_FALSE(opens("card", "lobby").leaseless) << "the open end is that of a leased path";
    erase(member("ada", "residents"));
    EXPECT_TRUE(opens("card", "lobby").leaseless);
}

TEST_F(Access, NamesTheHighestChangeItRestsOn)
{
    put(member("ada", "residents"));
    put(person("bo"));
    const auto granted = opens("card", "lobby");
    EXPECT_EQ(granted.number, head_ - 1);
    const auto again = put(path("residents", "lobby"));
    EXPECT_EQ(opens("card", "lobby").number, again);
    EXPECT_EQ(opens("card", "bikes").number, head_ - 2) << "the other path of the group is another row";
    const auto renamed = put(door("bikes", "harbour", 1));
    EXPECT_EQ(opens("card", "bikes").number, renamed);
}

TEST_F(Access, NamesTheEntranceOfAPathThatIsOpen)
{
    put(entrance("back door", "house", "lobby"));
    auto past = group("past", "house");
    past.ends_at = hour(1);
    put(past), put(path("past", "lobby")), put(member("ada", "past"));
    put(direct("ada", "back door"));
    EXPECT_EQ(opens("card", "lobby").entrance, of<EntranceId>("back door"));
    put(member("ada", "residents"));
    EXPECT_EQ(opens("card", "lobby").entrance, std::min(of<EntranceId>("back door"), of<EntranceId>("lobby")));
}

TEST(Reasons, HaveTheNamesOfTheDocumentation)
{
    std::vector<std::string_view> names;
    for (int at = 0; at <= static_cast<int>(Reason::outside_hours); ++at) names.push_back(to_string(static_cast<Reason>(at)));
    EXPECT_THAT(names,
                testing::ElementsAre("granted", "unassigned", "frozen", "suspended", "not_yet", "expired", "time_untrusted", "no_access",
                                     "no_presentation", "card_required", "pin_required", "duplicate_pin", "outside_hours"));
}

} // namespace gatehouse::model
