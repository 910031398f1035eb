#include "unit/store/journal.hpp"

#include <sys/resource.h>

#include <csignal>

using namespace gatehouse;
using namespace gatehouse::tests;
using base::Fault;

namespace {

store::Batch one(model::Change change)
{
    store::Batch batch;
    batch.changes.push_back(std::move(change));
    return batch;
}

/// While it lives no file of this process grows beyond `bytes`: writes fail as on a broken disk.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        previous_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, previous_);
    }

private:
    rlimit before_{};
    void (*previous_)(int) = SIG_DFL;
};

} // namespace

TEST(Commit, IsRefusedAndWritesNothingWhenTheJournalIsElsewhere)
{
    const TempDirectory directory;
    auto store = opened(directory.path());
    ASSERT_TRUE(store.commit(one(change(1, 10)), 0));
    for (const model::ChangeNumber wrong : {0u, 2u}) {
        const auto refused = store.commit(one(change(wrong + 1, 11)), wrong);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().fault, Fault::conflict);
    }
    EXPECT_EQ(identities(store).size(), 1u);
    EXPECT_TRUE(store.commit(one(change(2, 12)), 1)) << "a refusal leaves the store usable";
}

TEST(Commit, RefusesAGapInTheNumbers)
{
    const TempDirectory directory;
    auto store = opened(directory.path());
    auto batch = one(change(1, 10));
    batch.changes.push_back(change(3, 11));
    EXPECT_FALSE(store.commit(batch, 0));
    EXPECT_TRUE(identities(store).empty());
}

TEST(Commit, TakesEventsThatChangeNothingUnderTheNumberBeforeThem)
{
    const TempDirectory directory;
    auto store = opened(directory.path());
    auto batch = one(change(1, 10));
    batch.changes.push_back({.number = 1, .events = {event(50, "acs_entrance.access_denied")}});
    ASSERT_TRUE(store.commit(batch, 0));
    EXPECT_EQ(contents(store).loaded.head, 1u);
    const auto events = store.history({}, 0, 10);
    ASSERT_TRUE(events);
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ(events->back().change, 1u);
    EXPECT_EQ(events->back().type, "acs_entrance.access_denied");
}

TEST(Commit, KeepsPlacementsAndCursorsAcrossARestart)
{
    const TempDirectory directory;
    const auto first = sample<model::Placement>(1), second = sample<model::Placement>(2);
    {
        auto store = opened(directory.path());
        store::Batch batch;
        batch.placements = {first, second};
        batch.cursors = {{"webhook", "17"}, {"time_mark", "1800000000000"}};
        ASSERT_TRUE(store.commit(batch, 0));
        batch.placements = {store::PlacementKey{first.device, first.key}};
        batch.cursors = {{"webhook", "18"}, {"time_mark", ""}};
        ASSERT_TRUE(store.commit(batch, 0));
    }
    auto store = opened(directory.path());
    const auto found = contents(store);
    EXPECT_EQ(found.placements, std::vector{second});
    EXPECT_EQ(found.loaded.cursors, (std::vector<store::Cursor>{{"webhook", "18"}}));
}

TEST(Commit, ThatFindsNoRoomSaysFullAndWritesNothing)
{
    const TempDirectory directory;
    {
        const auto store = opened(directory.path());
    }
    const auto pages = std::filesystem::file_size(directory / "gatehouse.db") / 4096;
    auto store = opened(directory.path(), {.page_limit = static_cast<std::uint32_t>(pages) + 4});
    ASSERT_TRUE(store.commit(one(change(1, 10)), 0));
    const auto full = store.commit(one(change(2, 11, std::string(100'000, 'x'))), 1);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().fault, Fault::full);
    EXPECT_EQ(identities(store), std::vector{identity(10, 1)});
    EXPECT_EQ(contents(store).loaded.head, 1u);
    EXPECT_TRUE(store.commit(one(change(2, 12)), 1)) << "what fits still goes";
}

TEST(Commit, ThatMeetsABrokenDiskIsNotAcknowledgedAndNoLaterOneIs)
{
    const TempDirectory directory;
    {
        auto store = opened(directory.path());
        ASSERT_TRUE(store.commit(one(change(1, 10)), 0));
        {
            const FileSizeLimit limit{64 * 1024};
            const auto failed = store.commit(one(change(2, 11, std::string(100'000, 'x'))), 1);
            ASSERT_FALSE(failed);
            EXPECT_EQ(failed.error().fault, Fault::internal);
        }
        const auto after = store.commit(one(change(2, 12)), 1);
        ASSERT_FALSE(after) << "the disk works again, but what it holds is not known";
        EXPECT_EQ(after.error().code, "storage_failed");
    }
    auto store = opened(directory.path());
    EXPECT_EQ(identities(store), std::vector{identity(10, 1)});
    EXPECT_TRUE(store.commit(one(change(2, 12)), 1));
}

TEST(Commit, SurvivesTheEndOfTheProcessWithoutAnyClosing)
{
    const TempDirectory directory, copy;
    auto store = opened(directory.path());
    for (model::ChangeNumber number = 1; number <= 20; ++number) ASSERT_TRUE(store.commit(one(change(number, 100 + number)), number - 1));
    // What a killed process leaves: the files as they are now.
    for (const auto* name : {"gatehouse.db", "gatehouse.db-wal"}) std::filesystem::copy_file(directory / name, copy / name);
    auto after = opened(copy.path());
    EXPECT_EQ(identities(after), identities(store));
    EXPECT_EQ(contents(after).loaded.head, 20u);
    EXPECT_EQ(after.verify_chain().value(), 20u);
}

TEST(Commit, IsThereWhollyOrNotAtAllWhereverTheLogIsCut)
{
    const TempDirectory directory;
    auto store = opened(directory.path());
    for (model::ChangeNumber number = 1; number <= 3; ++number) ASSERT_TRUE(store.commit(one(change(number, 100 + number)), number - 1));
    const auto size = std::filesystem::file_size(directory / "gatehouse.db-wal");
    model::ChangeNumber most = 0;
    for (std::uintmax_t cut = 0; cut <= size; cut += 5000) { // a frame has 4120 bytes
        const TempDirectory copy;
        for (const auto* name : {"gatehouse.db", "gatehouse.db-wal"}) std::filesystem::copy_file(directory / name, copy / name);
        std::filesystem::resize_file(copy / "gatehouse.db-wal", cut);
        auto after = opened(copy.path());
        const auto found = contents(after);
        EXPECT_EQ(found.rows.size(), found.loaded.head);
        EXPECT_EQ(found.loaded.events.number, found.loaded.head);
        EXPECT_EQ(after.verify_chain().value(), found.loaded.head);
        EXPECT_GE(found.loaded.head, most) << "a longer log never holds less";
        most = found.loaded.head;
    }
    EXPECT_EQ(most, 2u) << "the last cut misses the end of the third commit";
}

TEST(Commit, WorksInMemoryToo)
{
    auto store = opened({}, {.in_memory = true});
    auto other = opened({}, {.in_memory = true});
    ASSERT_TRUE(store.commit(one(change(1, 10)), 0));
    EXPECT_EQ(identities(store).size(), 1u);
    EXPECT_EQ(store.history({}, 0, 10).value().size(), 1u);
    EXPECT_TRUE(identities(other).empty()) << "each has its own memory";
}
