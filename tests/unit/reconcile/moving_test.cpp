// Doors that move to another device, and devices that come and go, while their lanes run.

#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using testing::IsEmpty;

const auto court_device = id<model::DeviceId>(22);

struct Moving : Settled {
    Moving()
    {
        driver.device("court").capabilities = a_controller();
        granted();
    }
    ModelledDevice& court() { return driver.device("court"); }
    const model::Directory& directory_of_site() const { return site->desk.directory; }

    /// What a reload does: one change, then everybody looks again.
    void reload(std::vector<model::Mutation> rows, std::vector<model::DeviceId> left_behind = {})
    {
        site->apply(std::move(rows));
        site->fleet.refresh();
        site->reconciler.refresh({});
        site->reconciler.touch(std::span<const model::DeviceId>{left_behind}, true);
    }
    model::Device court_row() const
    {
        auto row = directory_of_site().device(the_device)->row;
        row.id = court_device, row.key = "court";
        return row;
    }
    model::Door first(const model::DeviceId& on) const
    {
        auto row = directory_of_site().door(id<model::DoorId>(first_door))->row;
        row.device = on;
        return row;
    }
    model::Door second(const model::DeviceId& on) const
    {
        auto row = directory_of_site().door(id<model::DoorId>(second_door))->row;
        row.device = on;
        return row;
    }
    void move_all()
    {
        reload({model::put(court_row()), model::put(first(court_device)), model::put(second(court_device))}, {the_device});
        EXPECT_TRUE(site->run_until([this] { return court().holds(the_card) && !yard().holds(the_card) && site->placed() == nullptr; }));
    }
};

TEST_F(Moving, ADoorThatMovesIsServedThereAndItsOldEntryIsOnRecordUntilAReadProvesItGone)
{
    yard().stores = false; // acknowledges, and keeps what it has
    reload({model::put(court_row()), model::put(first(court_device)), model::put(second(court_device))}, {the_device});
    site->desk.settle();
    EXPECT_TRUE(site->placed()->leaving) << "at once, whatever the devices do";
    ASSERT_TRUE(site->run_until([this] { return court().holds(the_card); }, base::seconds{5}));
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_TRUE(site->placed()->leaving);
    EXPECT_TRUE(yard().holds(the_card));
    yard().stores = true;
    EXPECT_TRUE(site->run_until([this] { return site->placed() == nullptr; }));
    EXPECT_FALSE(yard().holds(the_card));
}

TEST_F(Moving, TheLaneOfADeviceThatIsGoneEndsAndOneThatComesBackIsServedAnew)
{
    move_all();
    const auto row = directory_of_site().device(the_device)->row;
    reload({model::erase(row)});
    site->run_for(base::seconds{5});
    EXPECT_EQ(site->fleet.status(the_device), nullptr);
    const auto reads = yard().count("read");
    site->run_for(base::seconds{3600});
    EXPECT_EQ(yard().count("read"), reads) << "nobody looks at it any more";
    yard().hold("0badcafe");

    reload({model::put(row), model::put(first(the_device))}, {court_device});
    EXPECT_TRUE(site->run_until([this] { return yard().holds(the_card) && !court().holds(the_card); }));
    ASSERT_TRUE(site->run_until([this] { return site->status().settled; }));
    EXPECT_TRUE(site->status().first_contact) << "what is found there waits for the operator's word once more";
    EXPECT_TRUE(yard().holds("0badcafe"));
}

TEST_F(Moving, ADeviceThatGoesWhileItIsWrittenToLeavesNoRecord)
{
    move_all();
    court().latency = base::seconds{2};
    auto grant = newcomer(90);
    site->apply(std::move(grant));
    ASSERT_TRUE(site->run_until([this] { return court().count("put " + uid_of(90)) > 0; }));
    ledger::PlacementBatch attested;
    for (const auto& [key, placement] : directory_of_site().placements().of(court_device)) attested.erased.push_back({court_device, key});
    const auto court = directory_of_site().device(court_device)->row;
    reload({model::put(first(the_device)), model::put(second(the_device)), model::erase(court)});
    site->desk.ledger.note(std::move(attested));
    site->run_for(base::seconds{10});
    EXPECT_THAT(directory_of_site().placements().of(court_device), IsEmpty());
}

} // namespace
} // namespace gatehouse::tests
