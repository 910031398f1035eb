#include "store/sqlite.hpp"
#include "unit/store/journal.hpp"

#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Events 1 to 6: of workspaces 1 1 1 2 2 1, about objects 1 to 6.
store::Store six_events(const std::filesystem::path& directory)
{
    auto store = opened(directory);
    store::Batch batch;
    batch.changes = {change(1, 1), change(2, 2), change(3, 3), change(4, 4), change(5, 5), change(6, 6)};
    for (const auto at : {3u, 4u}) batch.changes[at].events[0].workspace = id<model::WorkspaceId>(2);
    batch.changes[1].events[0].type = batch.changes[5].events[0].type = "acs_user.deleted";
    EXPECT_TRUE(store.commit(batch, 0));
    return store;
}

std::vector<store::EventNumber> numbers(store::Store& store, const store::HistoryFilter& filter, store::EventNumber after = 0,
                                        std::size_t limit = 100)
{
    const auto events = store.history(filter, after, limit);
    if (!events) {
        ADD_FAILURE() << events.error().detail;
        return {};
    }
    std::vector<store::EventNumber> found;
    for (const auto& event : *events) found.push_back(event.number);
    return found;
}

std::string changes_on_disk(const std::filesystem::path& directory)
{
    auto reader = store::Connection::open(directory / "gatehouse.db", store::Connection::Mode::read);
    if (!reader) return "unreadable";
    const auto count = reader->ask("SELECT count(*) FROM change");
    return count ? *count : "unreadable";
}

} // namespace

TEST(History, TellsAnEventAsItHappened)
{
    const TempDirectory directory;
    auto store = six_events(directory.path());
    const auto events = store.history({}, 1, 1);
    ASSERT_TRUE(events);
    const auto expected = event(2);
    const auto& found = events->at(0);
    EXPECT_EQ(found.number, 2u);
    EXPECT_EQ(found.change, 2u);
    EXPECT_EQ(found.id, expected.id);
    EXPECT_EQ(found.workspace, expected.workspace);
    EXPECT_EQ(found.type, "acs_user.deleted");
    EXPECT_EQ(found.occurred_at, expected.occurred_at);
    EXPECT_EQ(found.who, "front desk");
    EXPECT_EQ(found.source, "api");
    EXPECT_EQ(found.body, R"({"user_identity_id":")" + base::to_string(uuid(2)) + R"(","count":3,"first":true})");
    EXPECT_EQ(found.refs, expected.refs);
}

TEST(History, FindsByWorkspaceTypeObjectAndTime)
{
    const TempDirectory directory;
    auto store = six_events(directory.path());
    const auto at = [](int ms) { return base::Instant{base::milliseconds{1'800'000'000'000 + ms}}; };
    EXPECT_THAT(numbers(store, {}), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(numbers(store, {.workspace = id<model::WorkspaceId>(2)}), ElementsAre(4, 5));
    EXPECT_THAT(numbers(store, {.types = {"acs_user.deleted"}}), ElementsAre(2, 6));
    EXPECT_THAT(numbers(store, {.types = {"acs_user.deleted", "user_identity.created"}}), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(numbers(store, {.object = uuid(3)}), ElementsAre(3));
    EXPECT_THAT(numbers(store, {.workspace = id<model::WorkspaceId>(1), .object = uuid(7), .types = {"acs_user.deleted"}}),
                ElementsAre(2, 6));
    EXPECT_THAT(numbers(store, {.since = at(2), .before = at(4)}), ElementsAre(2, 3));
    EXPECT_THAT(numbers(store, {.workspace = id<model::WorkspaceId>(1), .object = uuid(5)}), IsEmpty()) << "another tenant's event";
}

TEST(History, PagesByNumberBothWays)
{
    const TempDirectory directory;
    auto store = six_events(directory.path());
    const store::HistoryFilter about_all{.object = uuid(7)};
    EXPECT_THAT(numbers(store, about_all, 0, 4), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(numbers(store, about_all, 4, 4), ElementsAre(5, 6));
    EXPECT_THAT(numbers(store, about_all, 6, 4), IsEmpty());
    const store::HistoryFilter newest{.newest_first = true};
    EXPECT_THAT(numbers(store, newest, 0, 4), ElementsAre(6, 5, 4, 3));
    EXPECT_THAT(numbers(store, newest, 3, 4), ElementsAre(2, 1));
}

TEST(History, SeesACommitAsSoonAsItIsDone)
{
    const TempDirectory directory;
    auto store = six_events(directory.path());
    store::Batch batch;
    batch.changes = {change(7, 70)};
    ASSERT_TRUE(store.commit(batch, 6));
    EXPECT_THAT(numbers(store, {}, 6), ElementsAre(7));
}

TEST(EventChain, HoldsOverARestartAndOverPruning)
{
    const TempDirectory directory;
    {
        const auto store = six_events(directory.path());
    }
    auto store = opened(directory.path());
    store::Batch batch;
    batch.changes = {change(7, 70)};
    batch.pruning = store::Pruning{.before = event(4).occurred_at};
    ASSERT_TRUE(store.commit(batch, 6));
    EXPECT_EQ(store.verify_chain().value(), 4u);
    EXPECT_THAT(numbers(store, {}), ElementsAre(4, 5, 6, 7));
    EXPECT_THAT(numbers(store, {.object = uuid(7)}), ElementsAre(4, 5, 6, 7));
    EXPECT_EQ(contents(store).loaded.head, 7u);
}

TEST(EventChain, GoesOnAfterEverythingWasPruned)
{
    const TempDirectory directory;
    {
        auto store = six_events(directory.path());
    }
    auto store = opened(directory.path());
    store::Batch batch;
    batch.pruning = store::Pruning{.keep_events = 0};
    ASSERT_TRUE(store.commit(batch, 6));
    EXPECT_THAT(numbers(store, {}), IsEmpty());
    const auto loaded = contents(store).loaded;
    EXPECT_EQ(loaded.head, 6u);
    EXPECT_EQ(loaded.events.number, 6u);
    batch = {};
    batch.changes = {change(7, 70)};
    ASSERT_TRUE(store.commit(batch, 6));
    EXPECT_THAT(numbers(store, {}), ElementsAre(7));
    EXPECT_EQ(store.verify_chain().value(), 1u);
}

TEST(EventChain, PruningWithNothingTooOldForgetsNoChange)
{
    const TempDirectory directory;
    auto store = opened(directory.path());
    store::Batch batch;
    batch.changes = {change(1, 1), change(2, 2)};
    batch.changes[0].events.clear(); // as a key made on the command line
    batch.pruning = store::Pruning{};
    ASSERT_TRUE(store.commit(batch, 0));
    EXPECT_EQ(changes_on_disk(directory.path()), "2");
}
TEST(EventChain, PrunesNoMoreThanItWasAllowedInOneCommit)
{
    const TempDirectory directory;
    auto store = six_events(directory.path());
    store::Batch batch;
    batch.pruning = store::Pruning{.keep_events = 1, .at_most = 2};
    ASSERT_TRUE(store.commit(batch, 6));
    EXPECT_THAT(numbers(store, {}), ElementsAre(3, 4, 5, 6));
}

TEST(EventChain, ShowsEveryTampering)
{
    const TempDirectory whole;
    {
        const auto store = six_events(whole.path());
    }
    for (const std::string tampering : {
             "UPDATE event SET body = replace(body, '3', '4') WHERE number = 3",
             "UPDATE event SET type = 'acs_user.created' WHERE number = 2",
             "UPDATE event SET who = 'somebody else' WHERE number = 3",
             "UPDATE event SET occurred_at = occurred_at + 1 WHERE number = 3",
             "UPDATE event SET change = 1 WHERE number = 3",
             "UPDATE event SET workspace = zeroblob(16) WHERE number = 3",
             "UPDATE event SET refs = zeroblob(16) WHERE number = 3",
             "UPDATE event SET chain = zeroblob(32) WHERE number = 6",
             "DELETE FROM event WHERE number = 3",
             "DELETE FROM event WHERE number = 1",
             "UPDATE event SET number = 9 WHERE number = 6",
         }) {
        SCOPED_TRACE(tampering);
        const TempDirectory directory;
        std::filesystem::copy_file(whole / "gatehouse.db", directory / "gatehouse.db");
        damage(directory / "gatehouse.db", tampering);
        auto store = opened(directory.path());
        const auto verdict = store.verify_chain();
        ASSERT_FALSE(verdict);
        EXPECT_EQ(verdict.error().code, "chain_broken");
    }
}
