// Random changes to a small town: whatever is accepted or refused, rows, links and indexes say the same.

#include "town.hpp"

namespace gatehouse::model {

namespace {

using testing::IsEmpty;

constexpr int changes = 400;

class AnyTown : public testing::TestWithParam<std::uint64_t> {};

} // namespace

TEST_P(AnyTown, KeepsEveryIndexAndRefusesEveryOrphan)
{
    Town town{GetParam()};
    int accepted = 0;
    for (int at = 0; at < changes; ++at) {
        const auto mutation = town.next();
        const bool taken = town.apply(mutation);
        accepted += taken ? 1 : 0;
        ASSERT_THAT(differences(town.directory, town.books), IsEmpty()) << at << (taken ? " accepted" : " refused");
        ASSERT_THAT(orphans(town.books), IsEmpty()) << at;
    }
    EXPECT_GT(accepted, changes / 4) << "the changes are worth little when most are refused";
    EXPECT_LT(accepted, changes * 9 / 10);
}

TEST_P(AnyTown, IsAsBeforeWhenARefusedChangeIsUndone)
{
    Town town{GetParam()};
    for (int change = 0; change < changes / 10; ++change) {
        const auto before = town.books;
        std::vector<Mutation> undo;
        for (std::uint64_t rows = town.chance.pick(30); rows > 0; --rows) {
            const auto mutation = town.next();
            auto inverse = town.directory.apply(mutation);
            if (!inverse) continue;
            undo.push_back(*inverse);
            town.books.take(mutation);
        }
        if (town.chance.pick(2) == 0) continue; // half of them stay
        for (auto last = undo.rbegin(); last != undo.rend(); ++last) town.directory.revert(*last);
        town.books = before;
        ASSERT_THAT(differences(town.directory, before), IsEmpty()) << change;
    }
}

TEST_P(AnyTown, IsRestoredFromItsRowsInAnyOrder)
{
    Town town{GetParam()};
    for (int at = 0; at < changes; ++at) town.apply(town.next());
    auto rows = town.books.rows();
    for (int again = 0; again < 3; ++again) {
        for (auto at = rows.size() - 1; at > 0; --at) // shuffled, types in their order
            if (const auto other = town.chance.pick(at); rows[at].index() == rows[other].index()) std::swap(rows[at], rows[other]);
        Directory restored;
        for (const auto& row : rows) ASSERT_TRUE(restored.restore(row));
        restored.finish_restore();
        ASSERT_THAT(differences(restored, town.books), IsEmpty());
        const auto more = town.next();
        Books books = town.books;
        if (restored.apply(more)) books.take(more);
        EXPECT_THAT(differences(restored, books), IsEmpty()) << "it goes on as any directory";
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyTown, testing::Range<std::uint64_t>(1, 9));

} // namespace gatehouse::model
