#include "model/interval.hpp"
#include "model/placements.hpp"
#include "model/table.hpp"

#include "books.hpp"

#include <gmock/gmock.h>

#include <set>

namespace gatehouse::model {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Interval span(int from, int until)
{
    return {Instant{base::seconds{from}}, Instant{base::seconds{until}}};
}

struct Node {
    Identity row;
};

Identity row(std::uint64_t number, int created)
{
    return {.id = id<IdentityId>(number), .created_at = Instant{base::seconds{created}}};
}

std::vector<IdentityId> walked(const Table<Node>& table, const Position* after = nullptr, std::size_t limit = 100)
{
    std::vector<IdentityId> ids;
    table.walk(after, [&ids, limit](const Node& node) {
        ids.push_back(node.row.id);
        return ids.size() < limit;
    });
    return ids;
}

Placement placement(std::uint64_t device, std::string key, std::uint64_t credential)
{
    return {.device = id<DeviceId>(device), .key = std::move(key), .holders = {{.credential = id<CredentialId>(credential)}}};
}

} // namespace

TEST(Intervals, JoinWhatOverlapsOrTouchesAndDropWhatIsEmpty)
{
    EXPECT_THAT(join({}), IsEmpty());
    EXPECT_THAT(join({span(5, 5), span(7, 6)}), IsEmpty());
    EXPECT_THAT(join({span(5, 7), span(1, 3), span(3, 4), span(6, 9)}), ElementsAre(span(1, 4), span(5, 9)));
    EXPECT_THAT(join({span(1, 9), span(2, 3)}), ElementsAre(span(1, 9)));
    EXPECT_THAT(join({Interval{}, span(2, 3)}), ElementsAre(Interval{}));
}

TEST(Intervals, AreHalfOpen)
{
    EXPECT_TRUE(span(1, 3).contains(span(1, 3).from));
    EXPECT_FALSE(span(1, 3).contains(span(1, 3).until));
    EXPECT_TRUE(intersect(span(1, 3), span(3, 5)).empty());
    EXPECT_EQ(intersect(span(1, 4), Interval{}), span(1, 4));
    EXPECT_EQ(intersect(span(1, 4), span(3, 9)), span(3, 4));
}

TEST(Tables, WalkInOrderOfCreationThenIdBehindAnyPlace)
{
    Table<Node> table;
    for (const auto& [number, created] : {std::pair{3U, 1}, {1U, 2}, {2U, 1}, {4U, 0}}) table.add({row(number, created)});
    EXPECT_THAT(walked(table), ElementsAre(id<IdentityId>(4), id<IdentityId>(2), id<IdentityId>(3), id<IdentityId>(1)));
    const Position second{row(2, 1).created_at, row(2, 1).id.value};
    EXPECT_THAT(walked(table, &second), ElementsAre(id<IdentityId>(3), id<IdentityId>(1)));
    table.erase(id<IdentityId>(2));
    EXPECT_THAT(walked(table, &second, 1), ElementsAre(id<IdentityId>(3))) << "the place outlives its row";
}

TEST(Tables, KeepTheirNodesWhereTheyAreAndUseTheRoomOfErasedOnes)
{
    Table<Node> table;
    auto* first = &table.add({row(1, 0)});
    for (std::uint64_t at = 2; at < 500; ++at) table.add({row(at, static_cast<int>(at))});
    EXPECT_EQ(table.find(id<IdentityId>(1)), first);
    table.erase(id<IdentityId>(2));
    table.erase(id<IdentityId>(2));
    EXPECT_EQ(table.find(id<IdentityId>(2)), nullptr);
    table.add({row(900, 3)});
    EXPECT_EQ(table.size(), 499U);
    EXPECT_EQ(walked(table, nullptr, 1000).size(), 499U);
}

TEST(Tables, GiveARowWithAnotherTimeOfCreationAnotherPlace)
{
    Table<Node> table;
    for (std::uint64_t at = 1; at <= 3; ++at) table.add({row(at, static_cast<int>(at))});
    const auto before = table.replace(*table.find(id<IdentityId>(1)), row(1, 9));
    EXPECT_EQ(before.created_at, row(1, 1).created_at);
    EXPECT_THAT(walked(table), ElementsAre(id<IdentityId>(2), id<IdentityId>(3), id<IdentityId>(1)));
    table.erase(id<IdentityId>(1));
    EXPECT_THAT(walked(table), ElementsAre(id<IdentityId>(2), id<IdentityId>(3)));
}

TEST(Placements, AreFoundByDeviceAndKeyAndByCredential)
{
    Placements placements;
    placements.put(placement(1, "a", 7)), placements.put(placement(1, "b", 7)), placements.put(placement(2, "a", 7));
    placements.put(placement(2, "c", 8));
    EXPECT_EQ(placements.size(), 4U);
    EXPECT_EQ(placements.of(id<DeviceId>(1)).size(), 2U);
    EXPECT_EQ(placements.of(id<CredentialId>(7)).size(), 3U);
    EXPECT_EQ(placements.find(id<DeviceId>(2), "b"), nullptr);
    EXPECT_EQ(placements.find(id<DeviceId>(9), "a"), nullptr);
    EXPECT_THAT(placements.of(id<DeviceId>(9)), IsEmpty());
}

TEST(Placements, FollowAnEntryThatPassesToAnotherCredential)
{
    Placements placements;
    placements.put(placement(1, "a", 7));
    auto changed = placement(1, "a", 8);
    changed.truth = Truth::verified;
    placements.put(changed);
    EXPECT_EQ(placements.size(), 1U);
    EXPECT_THAT(placements.of(id<CredentialId>(7)), IsEmpty());
    ASSERT_EQ(placements.of(id<CredentialId>(8)).size(), 1U);
    EXPECT_EQ(*placements.of(id<CredentialId>(8)).front(), changed);
}

TEST(Placements, AgreeWithTheirListAfterAnyChanges)
{
    base::SeededRandom random{5};
    Placements placements;
    std::map<std::pair<DeviceId, std::string>, Placement> expected;
    for (int at = 0; at < 5'000; ++at) {
        const auto changed = placement(random.pick(3), std::string(1, static_cast<char>('a' + random.pick(6))), random.pick(5));
        if (random.pick(3) == 0) {
            placements.erase(changed.device, changed.key);
            expected.erase({changed.device, changed.key});
        } else {
            placements.put(changed);
            expected[{changed.device, changed.key}] = changed;
        }
        ASSERT_EQ(placements.size(), expected.size());
        for (std::uint64_t credential = 0; credential < 5; ++credential) { // 0 is nobody's, which is not looked for
            std::set<std::pair<DeviceId, std::string>> found, wanted;
            for (const auto* one : placements.of(id<CredentialId>(credential))) found.insert({one->device, one->key});
            for (const auto& [key, one] : expected)
                if (credential != 0 && one.holders.front().credential == id<CredentialId>(credential)) wanted.insert(key);
            ASSERT_EQ(found, wanted);
        }
    }
}

} // namespace gatehouse::model
