// What a reader is told and what a table holds come from one policy, whatever the directory looks like and however it came to be.

#include "access/decide.hpp"
#include "reconcile/lower.hpp"
#include "unit/model/town.hpp"

namespace gatehouse::tests {
namespace {

using model::Town;

/// A table of uids that can express everything.
devices::Capabilities everything()
{
    devices::Capabilities device;
    device.stores_credentials = device.takes_uid = true;
    device.validity = devices::Validity::seconds;
    return device;
}

std::set<std::string> uids(const Town& town)
{
    std::set<std::string> found;
    for (const auto& [key, card] : town.books.all<model::Credential>())
        if (card.card_uid && card.method == model::AccessMethod::card) found.insert(std::string{*card.card_uid});
    return found;
}

bool held(const reconcile::Lowered& lowered, const std::string& uid, const model::DoorNode& door, base::Instant at)
{
    const auto entry = lowered.entries.find("card_uid_hex:" + uid);
    if (entry == lowered.entries.end()) return false;
    const bool opens = (entry->second.doors >> door.row.output & 1) != 0;
    return opens && entry->second.interval.contains(at);
}

/// The same rows in another order; parents stay before children.
struct Again {
    explicit Again(const Town& town, std::uint64_t seed)
    {
        base::SeededRandom random{seed};
        rows<0>(town, random);
        directory.finish_restore();
    }
    template <std::size_t at>
    void rows(const Town& town, base::SeededRandom& random)
    {
        if constexpr (at < std::variant_size_v<model::Row>) {
            using Row = std::variant_alternative_t<at, model::Row>;
            std::vector<Row> all;
            for (const auto& [key, row] : town.books.all<Row>()) all.push_back(row);
            for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.pick(i)]);
            for (const auto& row : all) EXPECT_TRUE(directory.restore(model::Row{row}));
            rows<at + 1>(town, random);
        }
    }
    model::Directory directory;
};

class AnyOrder : public testing::TestWithParam<std::uint64_t> {};

/// How often somebody is let in.
int compare(std::uint64_t seed)
{
    Town town{seed};
    for (int change = 0; change < 100; ++change) town.apply(town.next());
    int granted = 0;
    for (const auto& [id, device] : town.directory.devices())
        for (const auto at : model::moments()) {
            const auto lowered = reconcile::lower(town.directory, device, everything(), {}, {at, true});
            for (const auto& door_id : device.doors)
                for (const auto& uid : uids(town)) {
                    const auto& door = *town.directory.door(door_id);
                    const auto decision = access::decide(town.directory, door, {{"uid:" + uid}, {}}, {at, true});
                    EXPECT_EQ(decision.granted, held(lowered, uid, door, at)) << uid << " " << to_string(door_id) << " " << decision.reason;
                    granted += decision.granted ? 1 : 0;
                }
        }
    return granted;
}

TEST(Agreement, AReaderOpensToExactlyWhatATableHolds)
{
    int granted = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) granted += compare(seed);
    EXPECT_GT(granted, 1'000);
}

TEST_P(AnyOrder, NoAnswerDependsOnTheOrderOfRows)
{
    Town town{GetParam()};
    for (int change = 0; change < 100; ++change) town.apply(town.next());
    const Again again{town, GetParam()};
    for (const auto& [id, device] : town.directory.devices())
        for (const auto at : model::moments()) {
            const base::Now now{at, true};
            const auto before = reconcile::lower(town.directory, device, everything(), {}, now);
            const auto after = reconcile::lower(again.directory, *again.directory.device(id), everything(), {}, now);
            ASSERT_EQ(before.entries.size(), after.entries.size());
            EXPECT_EQ(before.next_edge, after.next_edge);
            for (const auto& [key, entry] : before.entries) {
                const auto& other = after.entries.at(key);
                EXPECT_EQ(entry.doors, other.doors);
                EXPECT_EQ(entry.interval, other.interval);
                EXPECT_EQ(entry.holders, other.holders) << key;
            }
            for (const auto& door : device.doors)
                for (const auto& uid : uids(town)) {
                    const access::Presented card{{"uid:" + uid}, {}};
                    const auto first = access::decide(town.directory, *town.directory.door(door), card, now);
                    const auto second = access::decide(again.directory, *again.directory.door(door), card, now);
                    EXPECT_EQ(first.reason, second.reason);
                    EXPECT_EQ(first.credential, second.credential);
                    EXPECT_EQ(first.number, second.number);
                }
        }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyOrder, testing::Range<std::uint64_t>(1, 13));

} // namespace
} // namespace gatehouse::tests
