// The evaluator against a slow one that looks through all rows.

#include "oracle.hpp"
#include "town.hpp"

#include <set>

namespace gatehouse::model {

namespace {

class OpensInAnyTown : public testing::TestWithParam<std::uint64_t> {
protected:
    OpensInAnyTown() { wander(); }
    void wander()
    {
        for (int at = 0; at < 200; ++at) town_.apply(town_.next());
    }
    Town town_{GetParam()};
};

} // namespace

TEST_P(OpensInAnyTown, AgreesWithALookThroughAllRows)
{
    int open = 0;
    for (int again = 0; again < 3; ++again, wander())
        town_.each_pair([this, &open](const Credential& card, const Door& door) {
            for (const auto at : moments()) {
                const auto told = town_.opens(card, door, at);
                const auto expected = opens(town_.books, card, door, at);
                const auto where = to_string(card.id) + " at " + to_string(door.id) + " " + base::to_iso(at);
                EXPECT_EQ(told.open, expected.open) << where;
                EXPECT_EQ(to_string(told.reason), to_string(expected.reason)) << where;
                EXPECT_EQ(told.interval, expected.interval) << where;
                EXPECT_EQ(told.number, expected.number) << where;
                EXPECT_EQ(told.leaseless, expected.leaseless) << where;
                EXPECT_EQ(told.entrance, expected.entrance) << where;
                open += told.open ? 1 : 0;
            }
        });
    EXPECT_GT(open, 10);
}

TEST_P(OpensInAnyTown, GrantsByRowsUpToItsNumberAlone)
{
    town_.each_pair([this](const Credential& card, const Door& door) {
        for (const auto at : moments()) {
            const auto told = town_.opens(card, door, at);
            if (!told.open) continue;
            EXPECT_TRUE(opens(town_.books.until(told.number), card, door, at).open) << "what is durable at this number grants it too";
        }
    });
}

TEST_P(OpensInAnyTown, FindsEveryCandidateOnce)
{
    for (const auto& [key, door] : town_.books.all<Door>()) {
        std::set<CredentialId> found;
        for (const auto& [workspace, credential] : candidates(town_.directory, *town_.directory.door(door.id))) {
            EXPECT_TRUE(found.insert(credential->row.id).second) << "twice";
            EXPECT_EQ(workspace->row.id, credential->row.workspace);
        }
        for (const auto& [card_key, card] : town_.books.all<Credential>())
            EXPECT_TRUE(found.contains(card.id) || !leads(town_.books, card, door)) << card_key;
    }
}

TEST_P(OpensInAnyTown, ReachesWhatItOpensAtSomeHour)
{
    town_.each_pair([this](const Credential& card, const Door& door) {
        const auto& workspace = *town_.directory.workspace(card.workspace);
        bool reaches = false;
        for (const auto* entrance : reachable(workspace, *workspace.credentials.find(card.id)))
            reaches = reaches || entrance->row.door == door.id;
        for (const auto at : moments()) {
            const auto told = town_.opens(card, door, at);
            EXPECT_TRUE(reaches || told.entrance.nil()) << to_string(card.id) << " at " << to_string(door.id);
        }
    });
}

TEST_P(OpensInAnyTown, OpensNothingByAnUntrustedClockThatWasClosedWhenItWasTrustedLastOrIsByTheTimeThatPassed)
{
    int open = 0, in_doubt = 0;
    for (int again = 0; again < 4; ++again, wander())
        town_.each_pair([this, &open, &in_doubt](const Credential& card, const Door& door) {
            const auto& workspace = *town_.directory.workspace(card.workspace);
            const auto& node = *workspace.credentials.find(card.id);
            for (const auto last : moments())
                for (const auto at : moments()) {
                    if (at < last) continue;
                    const auto told = model::opens(workspace, node, *town_.directory.door(door.id), {at, false, last, false});
                    const auto then = town_.opens(card, door, last), now = town_.opens(card, door, at);
                    const auto where = to_string(card.id) + " at " + to_string(door.id) + " " + base::to_iso(at);
                    EXPECT_TRUE(!told.open || (then.open && now.open)) << where;
                    EXPECT_TRUE(!told.open || told.interval->until <= now.interval->until) << where;
                    EXPECT_TRUE(told.open || told.reason != Reason::granted) << where;
                    open += told.open ? 1 : 0;
                    in_doubt += told.reason == Reason::time_untrusted ? 1 : 0;
                }
        });
    EXPECT_GT(open + in_doubt, 0);
}

TEST_P(OpensInAnyTown, DoesNotDependOnTheOrderOfRows)
{
    Directory other;
    auto rows = town_.books.rows();
    for (auto at = rows.size() - 1; at > 0; --at)
        if (const auto with = town_.chance.pick(at); rows[at].index() == rows[with].index()) std::swap(rows[at], rows[with]);
    for (const auto& row : rows) ASSERT_TRUE(other.restore(row));
    other.finish_restore();
    town_.each_pair([this, &other](const Credential& card, const Door& door) {
        const auto& workspace = *other.workspace(card.workspace);
        for (const auto at : moments()) {
            const auto here = town_.opens(card, door, at);
            const auto there = opens(workspace, *workspace.credentials.find(card.id), *other.door(door.id), {at});
            EXPECT_EQ(here.reason, there.reason);
            EXPECT_EQ(here.interval, there.interval);
            EXPECT_EQ(here.number, there.number);
            EXPECT_EQ(here.entrance, there.entrance);
            EXPECT_EQ(here.leaseless, there.leaseless);
        }
    });
}

INSTANTIATE_TEST_SUITE_P(Seeds, OpensInAnyTown, testing::Range<std::uint64_t>(1, 11));

} // namespace gatehouse::model
