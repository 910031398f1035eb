#include "unit/ledger/desk.hpp"

#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using base::Fault;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

ledger::Draft draft(std::vector<model::Mutation> rows)
{
    return {.actor = {"front desk", "api"}, .request = "r", .rows = std::move(rows)};
}

} // namespace

TEST(Applying, ChangesMemoryAtOnceAndTheDiskBehindIt)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    EXPECT_EQ(desk.apply({model::put(identity(100, 0))}), 2u);
    EXPECT_NE(desk.person(100), nullptr);
    EXPECT_EQ(desk.ledger.head(), 2u);
    EXPECT_EQ(desk.ledger.durable(), 0u);
    desk.commit_all();
    EXPECT_EQ(desk.ledger.durable(), 2u);
    EXPECT_EQ(identities(desk.store), std::vector{identity(100, 2)}) << "touched by the change that put it";
}

TEST(Applying, GivesTimeAndIdToTheChangeAndItsEvents)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    model::Event now{.workspace = id<model::WorkspaceId>(1), .type = "user_identity.created"};
    auto before = now;
    before.occurred_at = base::Instant{base::milliseconds{5}};
    desk.apply({model::put(identity(100, 0))}, {now, before});
    desk.commit_all();
    const auto events = desk.store.history({}, 0, 10);
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ(events->at(0).occurred_at, desk.clock.wall());
    EXPECT_EQ(events->at(0).who, "front desk");
    EXPECT_EQ(events->at(0).change, 2u);
    EXPECT_EQ(events->at(1).occurred_at, before.occurred_at);
    EXPECT_FALSE(events->at(0).id.nil());
    EXPECT_NE(events->at(0).id, events->at(1).id);
}

TEST(Applying, IsAllOrNothing)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    auto first = identity(100, 0), twin = identity(101, 0);
    first.email_address = twin.email_address = "ada@example.com";
    desk.apply({model::put(first)});
    desk.commit_all();

    auto renamed = first;
    renamed.full_name = "Ada Holm";
    const auto refused = desk.ledger.apply(draft({model::put(identity(102, 0)), model::put(renamed), model::erase(*desk.person(100)),
                                                  model::put(first), model::put(twin), model::put(identity(103, 0))}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "user_identity_email_or_phone_conflict");
    EXPECT_EQ(desk.person(101), nullptr);
    EXPECT_EQ(desk.person(102), nullptr);
    ASSERT_NE(desk.person(100), nullptr);
    first.touched = 2;
    EXPECT_EQ(*desk.person(100), first);
    EXPECT_EQ(desk.ledger.head(), 2u);
    EXPECT_EQ(desk.commit_all(), 0) << "nothing of it goes to the disk";
    EXPECT_EQ(desk.apply({model::put(identity(104, 0))}), 3u) << "a refused change takes no number";
}

TEST(Applying, RefusesMoreRowsThanAChangeMayHave)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    std::vector<model::Mutation> rows;
    for (std::uint64_t at = 0; at < model::rows_per_change; ++at) rows.push_back(model::put(identity(1000 + at, 0)));
    EXPECT_TRUE(desk.ledger.apply(draft(rows)));
    rows.push_back(model::put(identity(999, 0)));
    const auto refused = desk.ledger.apply(draft(rows));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "change_too_large");
    EXPECT_EQ(desk.person(999), nullptr);
}

TEST(Applying, TellsWhichDoorsAreTouchedBeforeTheDiskKnowsAndAgainBehindIt)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    desk.commit_all();
    std::vector<ledger::TouchedDoors> applied, durable;
    desk.ledger.on_applied([&applied](const model::Change&, const ledger::TouchedDoors& doors) { applied.push_back(doors); });
    desk.ledger.on_durable([&durable](std::span<const model::Change>, const ledger::TouchedDoors& doors) { durable.push_back(doors); });
    const auto one = id<model::DoorId>(first_door), two = id<model::DoorId>(second_door);

    desk.apply({model::put(membership())});
    ASSERT_EQ(applied.size(), 1u);
    EXPECT_THAT(applied[0].all, ElementsAre(one));
    EXPECT_THAT(applied[0].narrowed, IsEmpty());
    EXPECT_THAT(durable, IsEmpty());
    desk.apply({model::put(direct_grant(second_entrance))});
    desk.apply({model::erase(membership())});
    EXPECT_THAT(applied.back().narrowed, ElementsAre(one)) << "as it stood before the row went";
    desk.commit_all();
    ASSERT_EQ(durable.size(), 2u);
    EXPECT_THAT(durable[0].all, ElementsAre(one));
    EXPECT_THAT(durable[1].all, ElementsAre(one, two));
    EXPECT_THAT(durable[1].narrowed, ElementsAre(one));
}

TEST(Applying, SurvivesARestart)
{
    const TempDirectory directory;
    {
        Desk desk{directory.path()};
        desk.apply(small_site());
        desk.apply({model::put(membership()), model::put(identity(100, 0))});
        const auto recorded = desk.start(desk.ledger.record({.put = {placement(1)}, .cursors = {{"sweep", "4"}}}));
        desk.commit_all();
        EXPECT_TRUE(recorded->has_value() && **recorded);
    }
    Desk desk{directory.path()};
    EXPECT_EQ(desk.ledger.head(), 2u);
    EXPECT_EQ(desk.ledger.durable(), 2u);
    EXPECT_NE(desk.person(100), nullptr);
    EXPECT_EQ(desk.directory.workspace(id<model::WorkspaceId>(1))->groups.find(id<model::GroupId>(the_group))->members.size(), 1u);
    EXPECT_NE(desk.directory.placements().find(placement(1).device, placement(1).key), nullptr);
    EXPECT_EQ(desk.cursors, (std::vector<store::Cursor>{{"sweep", "4"}}));
    EXPECT_EQ(desk.apply({model::put(identity(101, 0))}), 3u);
    EXPECT_EQ(desk.commit_all(), 1);
}
