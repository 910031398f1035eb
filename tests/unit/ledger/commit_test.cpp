#include "ledger/history.hpp"
#include "unit/ledger/desk.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using base::Fault;
using testing::ElementsAre;

namespace {

/// A desk whose journal has room for the small site and little else.
store::Options little_room(const std::filesystem::path& directory)
{
    {
        Desk desk{directory};
        desk.apply(small_site());
        desk.commit_all();
    }
    const auto pages = std::filesystem::file_size(directory / "gatehouse.db") / 4096;
    return {.page_limit = static_cast<std::uint32_t>(pages) + 4};
}

} // namespace

TEST(GroupCommit, SendsTheFirstAtOnceAndAllThatCameMeanwhileAsTheNext)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    std::vector<std::size_t> batches;
    desk.ledger.on_durable(
        [&batches](std::span<const model::Change> changes, const ledger::TouchedDoors&) { batches.push_back(changes.size()); });
    desk.apply(small_site());
    for (std::uint64_t at = 0; at < 50; ++at) desk.apply({model::put(identity(100 + at, 0))});
    EXPECT_TRUE(desk.commit());
    EXPECT_EQ(desk.ledger.durable(), 1u);
    EXPECT_TRUE(desk.commit());
    EXPECT_EQ(desk.ledger.durable(), 51u);
    EXPECT_FALSE(desk.commit());
    EXPECT_THAT(batches, ElementsAre(1, 50));
}

TEST(Durability, IsWaitedForAndThenAnsweredAtOnce)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    const auto first = desk.start(desk.ledger.durable_at(desk.apply(small_site())));
    const auto second = desk.start(desk.ledger.durable_at(desk.apply({model::put(identity(100, 0))})));
    EXPECT_FALSE(first->has_value());
    desk.commit();
    ASSERT_TRUE(first->has_value());
    EXPECT_TRUE(**first);
    EXPECT_FALSE(second->has_value()) << "its own commit is still to come";
    desk.commit();
    ASSERT_TRUE(second->has_value());
    const auto late = desk.start(desk.ledger.durable_at(1));
    EXPECT_TRUE(late->has_value());
}

TEST(Durability, MayBeGivenUpByWhoeverWaits)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    const auto number = desk.apply(small_site());
    auto impatient = [](Desk& at, model::ChangeNumber wanted) -> asio::awaitable<base::Result<void>> {
        using namespace asio::experimental::awaitable_operators;
        auto durable = at.ledger.durable_at(wanted);
        auto budget = at.clock.wait_for(base::milliseconds{200});
        const auto outcome = co_await (std::move(durable) || std::move(budget));
        if (outcome.index() == 1) co_return base::fail(Fault::offline, "too late");
        co_return std::get<0>(outcome);
    };
    const auto answer = desk.start(impatient(desk, number));
    desk.clock.advance(base::milliseconds{200});
    desk.settle();
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->error().detail, "too late");
    desk.commit_all();
    EXPECT_EQ(desk.ledger.durable(), number);
}

TEST(Durability, CanStillBeWaitedForWhenTheLedgerEnds)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    const auto answer = desk.start(desk.ledger.durable_at(99));
    EXPECT_FALSE(answer->has_value());
} // the coroutine ends with its context, behind the ledger

TEST(Placements, AreInMemoryAtOnceAndAnsweredWhenTheyAreDurable)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    desk.commit_all();
    const auto put = desk.start(desk.ledger.record({.put = {placement(1), placement(2)}}));
    EXPECT_EQ(desk.directory.placements().size(), 2u);
    EXPECT_FALSE(put->has_value());
    desk.commit_all();
    EXPECT_TRUE(put->has_value());
    const auto erased = desk.start(desk.ledger.record({.erased = {{placement(1).device, placement(1).key}}}));
    desk.commit_all();
    EXPECT_TRUE(erased->has_value());
    EXPECT_EQ(contents(desk.store).placements, std::vector{placement(2)});
}

TEST(Placements, NeverHoldAChangeUp)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    ledger::PlacementBatch many;
    for (std::uint64_t at = 0; at < 2'000; ++at) many.put.push_back(placement(at));
    const auto recorded = desk.start(desk.ledger.record(std::move(many)));
    const auto changed = desk.start(desk.ledger.durable_at(desk.apply({model::put(identity(100, 0))})));
    desk.commit();
    desk.commit();
    EXPECT_TRUE(changed->has_value()) << "in the very next commit";
    EXPECT_FALSE(recorded->has_value());
    EXPECT_EQ(contents(desk.store).placements.size(), ledger::steps_beside_changes);
    desk.commit();
    EXPECT_FALSE(recorded->has_value());
    EXPECT_EQ(contents(desk.store).placements.size(), ledger::steps_beside_changes + ledger::steps_alone);
    EXPECT_EQ(desk.commit_all(), 1);
    EXPECT_TRUE(recorded->has_value());
    EXPECT_EQ(contents(desk.store).placements.size(), 2'000u);
}

TEST(Notes, GoToTheDiskWithoutANumberOfTheirOwn)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    desk.ledger.note({"gate", "gateway"}, event(1, "acs_entrance.access_denied"));
    EXPECT_EQ(desk.ledger.head(), 1u);
    desk.apply({model::put(identity(100, 0))}, {event(2)});
    desk.commit_all();
    const auto events = desk.store.history({}, 0, 10);
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ(events->at(0).type, "acs_entrance.access_denied");
    EXPECT_EQ(events->at(0).change, 1u);
    EXPECT_EQ(events->at(0).who, "gate");
    EXPECT_EQ(events->at(1).change, 2u);
}

TEST(Notes, BeyondTheirRoomAreCountedAndTheGapIsAnEvent)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    for (std::size_t at = 0; at < ledger::notes_waiting + 3; ++at) desk.ledger.note({"gate", "gateway"}, event(at, "noise"));
    desk.commit_all();
    const auto newest = desk.store.history({.newest_first = true}, 0, 2);
    ASSERT_EQ(newest->size(), 2u);
    EXPECT_EQ(newest->at(0).type, "gateway.events_lost");
    EXPECT_EQ(newest->at(0).body, R"({"count":3})");
    EXPECT_EQ(newest->at(0).number, ledger::notes_waiting + 1);
}

TEST(Pruning, RidesWithTheNextCommit)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site(), {event(1), event(2), event(3)});
    desk.commit_all();
    desk.ledger.prune({.keep_events = 1});
    EXPECT_EQ(desk.commit_all(), 1);
    EXPECT_EQ(desk.store.history({}, 0, 10)->size(), 1u);
}

TEST(AFailedCommit, IsAnErrorForAllThatWaitsAndTheEndOfWriting)
{
    const TempDirectory directory;
    const auto options = little_room(directory.path());
    {
        Desk desk{directory.path(), options};
        std::vector<Fault> failures;
        desk.ledger.on_failure([&failures](const base::Error& error) { failures.push_back(error.fault); });
        const auto large = desk.apply({model::put(identity(100, 0, std::string(100'000, 'x')))});
        const auto waits = desk.start(desk.ledger.durable_at(large));
        const auto behind = desk.start(desk.ledger.durable_at(desk.apply({model::put(identity(101, 0))})));
        const auto recorded = desk.start(desk.ledger.record({.put = {placement(1)}}));
        desk.commit_all();

        EXPECT_THAT(failures, ElementsAre(Fault::full));
        for (const auto& answer : {waits, behind, recorded}) {
            ASSERT_TRUE(answer->has_value());
            EXPECT_EQ((*answer)->error().code, "storage_failed");
        }
        EXPECT_EQ(desk.ledger.durable(), 1u);
        EXPECT_NE(desk.person(100), nullptr) << "nothing is undone in memory";
        const auto refused = desk.ledger.apply({.rows = {model::put(identity(102, 0))}});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "storage_failed");
        const auto after = desk.start(desk.ledger.durable_at(desk.ledger.head()));
        EXPECT_EQ((*after)->error().code, "storage_failed");
        EXPECT_TRUE(desk.start(desk.ledger.durable_at(1))->value()) << "what was durable stays so";
    }
    Desk desk{directory.path()};
    EXPECT_EQ(desk.ledger.head(), 1u);
    EXPECT_EQ(desk.person(100), nullptr);
    EXPECT_EQ(desk.person(101), nullptr);
}

TEST(Threads, LetManyWriteAtOnceWithFewCommits)
{
    constexpr int clients = 256, changes = 8;
    const TempDirectory directory;
    asio::io_context core;
    asio::thread_pool disk{1}, reader{1};
    base::SystemClock clock;
    base::SystemRandom random;
    model::Directory model;
    auto store = opened(directory.path());
    ledger::Ledger ledger{model, store, clock, core.get_executor(), disk.get_executor(), random};
    ledger::History history{store, reader.get_executor()};
    ASSERT_TRUE(ledger.load());
    ASSERT_TRUE(ledger.apply({.rows = small_site()}));
    int commits = 0, done = 0, early = 0;
    std::size_t seen = 0;
    ledger.on_durable([&commits](std::span<const model::Change>, const ledger::TouchedDoors&) { ++commits; });

    auto client = [&ledger, &done, &early](std::uint64_t number) -> asio::awaitable<void> {
        for (std::uint64_t at = 0; at < changes; ++at) {
            ledger::Draft draft{.rows = {model::put(identity(1000 + number * changes + at, 0))}, .events = {event(number)}};
            const auto change = ledger.apply(std::move(draft));
            if (!change) co_return;
            const auto durable = co_await ledger.durable_at(*change);
            if (!durable || ledger.durable() < *change) ++early;
            ++done;
        }
    };
    auto watcher = [&history, &seen]() -> asio::awaitable<void> {
        while (seen < clients * changes) {
            store::HistoryFilter all;
            const auto events = co_await history.events(std::move(all), seen, 500);
            if (!events) co_return;
            seen += events->size();
        }
    };
    const auto finished = [](const std::exception_ptr& thrown) { EXPECT_EQ(thrown, nullptr); };
    for (std::uint64_t number = 0; number < clients; ++number) asio::co_spawn(core, client(number), finished);
    asio::co_spawn(core, watcher(), finished);
    core.run();
    EXPECT_EQ(done, clients * changes);
    EXPECT_EQ(early, 0);
    EXPECT_EQ(seen, static_cast<std::size_t>(clients * changes));
    EXPECT_LT(commits, clients * changes / 8);
    EXPECT_EQ(identities(store).size(), static_cast<std::size_t>(clients * changes));
    EXPECT_EQ(store.verify_chain().value(), static_cast<std::uint64_t>(clients * changes));
}
