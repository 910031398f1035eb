// A controller that has an older table again: what was removed from it and proven gone stands there once more, as we wrote it.

#include "reconcile/plan.hpp"
#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using reconcile::Foreign;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t first = 100, people = 12; // more than the brake lets pass of strangers

model::DirectGrant grant_of(std::uint64_t number)
{
    auto grant = direct_grant(first_entrance);
    grant.user = id<model::UserId>(number);
    return grant;
}

struct CameBack : Settled {
    CameBack()
    {
        std::vector<model::Mutation> rows;
        for (auto number = first; number < first + people; ++number)
            for (auto& row : newcomer(number)) rows.push_back(std::move(row));
        site->apply(std::move(rows));
        EXPECT_TRUE(site->settles());
        older = yard().table;
        EXPECT_THAT(older, SizeIs(people));
    }
    /// All of them lose their access, and some their cards as well; the table is proven empty.
    void everybody_leaves(bool cards)
    {
        std::vector<model::Mutation> rows;
        for (auto number = first; number < first + people; ++number) rows.push_back(model::erase(grant_of(number)));
        if (cards)
            for (auto number = first; number < first + people; ++number) rows.push_back(model::erase(card(number, number)));
        site->apply(std::move(rows));
        EXPECT_TRUE(site->settles());
        EXPECT_THAT(yard().table, IsEmpty());
    }
    void older_table()
    {
        yard().table = older;
        driver.restarts("yard", true);
    }
    auto residuals() const { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)); }

    std::map<std::string, boost::json::object> older;
};

TEST_F(CameBack, WhatWasRevokedGoesAtOnceHoweverMuchItIs)
{
    everybody_leaves(true);
    older_table();
    ASSERT_TRUE(site->run_until([this] { return yard().table.empty(); }, 10s));
    EXPECT_FALSE(site->status().braked);
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(site->status().trouble, IsEmpty());
    EXPECT_THAT(residuals(), IsEmpty());
    EXPECT_EQ(site->told_of("gatehouse.removed_entries_came_back"), 1);
    EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 0);
}

TEST_F(CameBack, ItGoesThoughStrangersAreKept)
{
    everybody_leaves(true);
    auto device = site->desk.directory.device(the_device)->row;
    device.policy = R"({"foreign":"keep"})";
    site->apply({model::put(device)});
    older_table();
    yard().hold("0badcafe");
    ASSERT_TRUE(site->run_until([this] { return yard().table.size() == 1; }, 10s));
    EXPECT_TRUE(yard().holds("0badcafe"));
}

TEST_F(CameBack, WhileItStandsThereItIsResidualOfWhoeverHasTheCard)
{
    everybody_leaves(false);
    yard().stores = false;
    older_table();
    site->run_for(30s);
    EXPECT_EQ(site->status().leaving, people);
    EXPECT_EQ(site->status().foreign, 0U);
    EXPECT_FALSE(site->status().settled);
    const auto rows = residuals();
    ASSERT_THAT(rows, SizeIs(people));
    for (const auto& row : rows) {
        EXPECT_FALSE(row.access.credential.nil());
        EXPECT_THAT(row.access.reason, HasSubstr("still holds it")) << "it was told again to let it go";
    }
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residuals(), IsEmpty());
    EXPECT_EQ(site->status().leaving, 0U);
}

TEST_F(CameBack, WithACardThatIsNobodysAnyMoreItIsToldToTheOwnerOfTheDoor)
{
    everybody_leaves(true);
    yard().stores = false;
    older_table();
    site->run_for(30s);
    const auto rows = residuals();
    ASSERT_THAT(rows, SizeIs(people));
    for (const auto& row : rows) {
        EXPECT_EQ(row.person, "nobody any more");
        EXPECT_TRUE(row.access.credential.nil());
        EXPECT_EQ(row.access.door, id<model::DoorId>(first_door));
    }
    EXPECT_THAT(site->status().trouble, testing::Not(IsEmpty()));
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 1) << "it is on record, and alarmed; of nobody's once a minute";
}

TEST_F(CameBack, OfNobodysTheOwnerOfEachDoorIsAlarmed)
{
    everybody_leaves(true);
    auto rows = newcomer(300);
    auto upstairs = direct_grant(second_entrance);
    upstairs.user = id<model::UserId>(300);
    rows.push_back(model::put(upstairs));
    site->apply(std::move(rows));
    ASSERT_TRUE(site->settles());
    older = yard().table;
    ASSERT_THAT(older, SizeIs(1));
    site->apply({model::erase(grant_of(300)), model::erase(upstairs), model::erase(card(300, 300))});
    ASSERT_TRUE(site->settles());
    ASSERT_THAT(yard().table, IsEmpty());
    const auto crew = id<model::WorkspaceId>(9);
    auto door = site->desk.directory.door(id<model::DoorId>(second_door))->row;
    door.owner = crew;
    site->apply({model::put(model::WorkspaceRow{.id = crew, .key = "crew"}), model::put(door)});
    yard().stores = false;
    older_table();
    site->run_for(30s);
    EXPECT_THAT(residuals(), SizeIs(1));
    EXPECT_THAT(reconcile::residuals(site->reconciler, crew), SizeIs(1));
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 2);
}

TEST_F(CameBack, ItIsOnRecordWhenTheGatewayIsStartedAnewAndTheControllerIsOutOfReach)
{
    everybody_leaves(true);
    yard().stores = false;
    older_table();
    site->run_for(30s);
    yard().dark = true;
    site.reset();
    site = std::make_unique<Site>(driver, directory.path());
    site->run_for(1min);
    EXPECT_THAT(residuals(), SizeIs(people));
}

TEST_F(CameBack, ATagThatDoesNotFitItsEntryIsAStrangers)
{
    everybody_leaves(true);
    for (auto& [key, entry] : older) entry["until"] = "4000000000"; // longer than we ever wrote
    older_table();
    site->run_for(1min);
    EXPECT_THAT(yard().table, SizeIs(people));
    EXPECT_TRUE(site->status().braked);
    EXPECT_EQ(site->status().foreign, people);
    EXPECT_EQ(site->told_of("gatehouse.removed_entries_came_back"), 0);
}

TEST_F(CameBack, AtFirstContactItIsAnEarlierGatewaysAndWaitsForTheWord)
{
    everybody_leaves(true);
    yard().table = older;
    site->exchange(); // as if this one had never seen it
    site->run_for(1min);
    EXPECT_THAT(yard().table, SizeIs(people));
    EXPECT_EQ(site->status().foreign, people);
    site->say(Foreign::keep);
    ASSERT_TRUE(site->settles());
    site->run_for(1h);
    EXPECT_FALSE(site->status().first_contact);
    EXPECT_THAT(yard().table, SizeIs(people)) << "what was kept is kept";
}

TEST(OurTag, IsKnownWhereTheDeviceShowsNoDoorsAndWritesOpenBoundsAsNumbers)
{
    devices::Capabilities capabilities;
    capabilities.validity = devices::Validity::seconds;
    capabilities.max_epoch = 2'000'000'000;
    reconcile::Desired desired;
    desired.key = "04a1b2c3";
    desired.doors = 0b101;
    auto entry = reconcile::to_entry(desired, capabilities);
    ASSERT_TRUE(reconcile::bears_our_tag(entry, 0b111, capabilities));
    entry.doors = 0, entry.from = 0, entry.until = 2'000'000'000;
    EXPECT_TRUE(reconcile::bears_our_tag(entry, 0b111, capabilities));
    EXPECT_FALSE(reconcile::bears_our_tag(entry, 0b011, capabilities)) << "of a device without the third door";
    entry.until = 1'900'000'000;
    EXPECT_FALSE(reconcile::bears_our_tag(entry, 0b111, capabilities));
    entry.tag.clear();
    EXPECT_FALSE(reconcile::bears_our_tag(entry, 0b111, capabilities));
}

} // namespace
} // namespace gatehouse::tests
