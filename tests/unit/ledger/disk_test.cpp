#include "fixtures/small_disk.hpp"
#include "model/policy.hpp"
#include "unit/ledger/desk.hpp"

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <unistd.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using base::Fault;
using ledger::Mode;

namespace {

constexpr std::uint64_t disk_people = 400;
constexpr unsigned kilobytes = 40 * 1024;

/// The small site, and people each with a membership of its group.
std::vector<model::Mutation> crowd()
{
    auto rows = small_site();
    for (std::uint64_t at = 0; at < disk_people; ++at) {
        model::User user;
        user.id = id<model::UserId>(2'000 + at);
        user.workspace = id<model::WorkspaceId>(1);
        user.system = id<model::SystemId>(2);
        rows.push_back(model::put(user));
        rows.push_back(model::put(model::Membership{.user = user.id, .group = id<model::GroupId>(the_group), .workspace = user.workspace}));
    }
    return rows;
}

std::size_t members(const Desk& desk)
{
    return desk.directory.workspace(id<model::WorkspaceId>(1))->groups.find(id<model::GroupId>(the_group))->members.size();
}

/// Somebody else's file, which takes all the room there is.
void fill(const std::filesystem::path& directory)
{
    const int file = ::open((directory / "others").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    while (::write(file, block.data(), block.size()) > 0) continue;
    ::close(file);
}

class ADisk : public testing::Test {
protected:
    void SetUp() override
    {
        if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk takes root";
        Desk desk{disk.path()};
        desk.apply(crowd());
        desk.commit_all();
    }
    const SmallDisk disk{kilobytes};
};

} // namespace

TEST_F(ADisk, ThatIsFullTakesEveryRevokeAndKeepsIt)
{
    model::ChangeNumber last = 0;
    {
        Desk desk{disk.path()};
        ASSERT_EQ(desk.ledger.mode(), Mode::normal);
        fill(disk.path());
        std::size_t acknowledged = 0;
        for (std::uint64_t at = 0; at < disk_people; ++at) {
            const model::Membership row{
                .user = id<model::UserId>(2'000 + at), .group = id<model::GroupId>(the_group), .workspace = id<model::WorkspaceId>(1)};
            last = desk.apply({model::erase(row)}, {event(at, "gatehouse.acs_user.removed_from_access_group")});
            const auto done = desk.start(desk.ledger.durable_at(last));
            desk.commit_all();
            ASSERT_TRUE(done->has_value() && **done) << "revoke " << at;
            ++acknowledged;
        }
        EXPECT_EQ(acknowledged, disk_people);
        EXPECT_EQ(desk.ledger.mode(), Mode::low_space) << "the disk was full";
        const auto refused = desk.ledger.apply({.rows = {model::put(membership())}});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().fault, Fault::full);
    }
    Desk desk{disk.path()};
    EXPECT_EQ(members(desk), 0u);
    EXPECT_EQ(desk.ledger.durable(), last);
    EXPECT_EQ(desk.ledger.mode(), Mode::low_space) << "it still is";
    EXPECT_TRUE(desk.store.verify_chain());
    const model::User leaves{.id = id<model::UserId>(2'000), .workspace = id<model::WorkspaceId>(1)};
    desk.apply({model::erase(leaves)});
    desk.commit_all();
    EXPECT_FALSE(desk.ledger.failed());
}

TEST_F(ADisk, ThatHasRoomAgainIsUsedAsBefore)
{
    Desk desk{disk.path()};
    asio::co_spawn(desk.core, desk.ledger.watch(), asio::detached);
    fill(disk.path());
    for (std::uint64_t at = 0; desk.ledger.mode() == Mode::normal && at < disk_people; ++at) {
        desk.apply({model::put(identity(5'000 + at, 0, std::string(1'000, 'x')))});
        desk.commit_all();
    }
    ASSERT_EQ(desk.ledger.mode(), Mode::low_space);
    const auto look = [&desk] {
        desk.clock.advance(base::seconds{11});
        desk.settle();
        desk.commit_all();
    };
    look();
    EXPECT_EQ(desk.ledger.mode(), Mode::low_space);
    std::filesystem::remove(disk.path() / "others");
    look();
    EXPECT_EQ(desk.ledger.mode(), Mode::normal);
    EXPECT_TRUE(desk.store.has_reserve());
    EXPECT_EQ(std::filesystem::file_size(disk.path() / "reserve"), 8u * 1024 * 1024);
    desk.apply({model::put(membership())});
    desk.commit_all();
    EXPECT_FALSE(desk.ledger.failed());
}

TEST_F(ADisk, ThatTakesNoWritesAtAllIsReadAndNothingElse)
{
    {
        Desk desk{disk.path()}; // as after a crash: the log is there and holds the last revoke
        const model::Membership row{
            .user = id<model::UserId>(2'000), .group = id<model::GroupId>(the_group), .workspace = id<model::WorkspaceId>(1)};
        desk.apply({model::erase(row)});
        desk.commit_all();
        for (const auto* name : {"gatehouse.db", "gatehouse.db-wal", "gatehouse.db-shm"})
            std::filesystem::copy_file(disk.path() / name, disk.path() / (std::string{"left-"} + name));
    }
    for (const auto* name : {"gatehouse.db", "gatehouse.db-wal", "gatehouse.db-shm"})
        std::filesystem::rename(disk.path() / (std::string{"left-"} + name), disk.path() / name);
    ASSERT_TRUE(disk.make_read_only());
    Desk desk{disk.path()};
    EXPECT_EQ(desk.ledger.mode(), Mode::read_only);
    EXPECT_EQ(members(desk), disk_people - 1) << "what was committed last, not what stood before";
    const auto refused = desk.ledger.apply({.rows = {model::erase(membership())}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "storage_read_only");
    const auto recorded = desk.start(desk.ledger.record({.put = {placement(1)}}));
    ASSERT_TRUE(recorded->has_value());
    EXPECT_EQ((*recorded)->error().code, "storage_read_only") << "so nothing is put on a device";
    EXPECT_EQ(desk.directory.placements().size(), 0u);
    EXPECT_EQ(desk.commit_all(), 0);
    EXPECT_FALSE(desk.ledger.failed());
    EXPECT_TRUE(desk.store.history({}, 0, 1));
}

TEST_F(ADisk, ThatTakesNoWritesIsReadWhenItWasClosedWell)
{
    ASSERT_TRUE(disk.make_read_only());
    Desk desk{disk.path()};
    EXPECT_EQ(desk.ledger.mode(), Mode::read_only);
    EXPECT_EQ(members(desk), disk_people);
}
