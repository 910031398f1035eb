#include "fixtures/faulty_vfs.hpp"
#include "fixtures/instrumented.hpp"
#include "unit/store/journal.hpp"

#include <map>

using namespace gatehouse;
using namespace gatehouse::tests;

namespace {

constexpr std::uint64_t cuts = instrumented ? 150 : 1'000, commits = 320;
constexpr store::Options bare{.reserve = 0};

/// Spreads the cuts evenly over the operations of a script.
class Moments {
public:
    explicit Moments(std::uint64_t operations) : operations_{operations} {}
    bool now()
    {
        const auto before = seen_ * cuts / operations_;
        const bool due = ++seen_ * cuts / operations_ > before;
        taken_ += due ? 1 : 0;
        return due;
    }
    std::uint64_t taken() const { return taken_; }

private:
    std::uint64_t operations_, seen_ = 0, taken_ = 0;
};

/// What a cut left in a folder of its own.
template <class Check>
void for_each_cut(const FaultyVfs& vfs, const std::string& folder, base::Random& random, Check check)
{
    const auto pick = [&random](std::uint64_t below) { return random.pick(below); };
    for (const auto cut : {Cut::nothing, Cut::prefix, Cut::torn}) {
        const TempDirectory left;
        restore(after_cut(vfs, cut, pick), folder, left.path().string());
        check(left.path(), cut);
    }
}

store::Batch next(std::uint64_t number)
{
    store::Batch batch;
    batch.changes.push_back(change(number, 1'000 + number % 40, "Person " + std::to_string(number)));
    batch.placements = {sample<model::Placement>(static_cast<std::int64_t>(number))};
    return batch;
}

/// Commits until the script ends; `acknowledged` is what the caller knows at any moment.
void run_script(const std::filesystem::path& directory, std::uint64_t& acknowledged)
{
    auto store = opened(directory, bare);
    for (std::uint64_t number = 1; number <= commits; ++number) {
        ASSERT_TRUE(store.commit(next(number), number - 1));
        acknowledged = number;
    }
}

void expect_kept(const std::filesystem::path& left, std::uint64_t acknowledged)
{
    auto store = store::open(left, bare);
    ASSERT_TRUE(store) << store.error().detail;
    ASSERT_TRUE(store->writable());
    const auto found = contents(*store);
    EXPECT_GE(found.loaded.head, acknowledged) << "what was acknowledged is there";
    EXPECT_LE(found.loaded.head, acknowledged + 1) << "and at most what was under way";
    EXPECT_TRUE(found.damages.empty());
    EXPECT_EQ(found.placements.size(), found.loaded.head) << "whole, or not at all";
    EXPECT_EQ(store->verify_chain().value(), found.loaded.head);
}

/// An empty journal.
void begin_power(const std::filesystem::path& directory)
{
    opened(directory, bare);
}

enum class Log { synced, lazy };

/// Runs `script` on what `begin` leaves, with a cut at every moment; the operations it takes in all are counted first.
template <class Begin, class Script, class Check>
std::uint64_t with_cuts(Begin begin_power, Script script, Check check, Log log = Log::synced)
{
    std::uint64_t operations = 0;
    {
        const TempDirectory directory;
        begin_power(directory.path());
        FaultyVfs vfs;
        vfs.follow(directory.path().string());
        std::uint64_t acknowledged = 0;
        script(directory.path(), acknowledged);
        operations = vfs.operations();
    }
    const TempDirectory directory;
    begin_power(directory.path());
    std::uint64_t acknowledged = 0;
    bool looking = false;
    base::SeededRandom random{2'026};
    Moments moments{operations};
    FaultyVfs vfs;
    if (log == Log::lazy) vfs.sync_log_at_checkpoints_only();
    vfs.on_operation([&] {
        if (looking || !moments.now()) return;
        looking = true; // what the check opens is not followed
        for_each_cut(vfs, directory.path().string(), random, [&](const auto& left, Cut cut) {
            SCOPED_TRACE("after " + std::to_string(acknowledged) + " commits, cut " + std::to_string(static_cast<int>(cut)));
            check(left, acknowledged);
        });
        looking = false;
    });
    vfs.follow(directory.path().string());
    script(directory.path(), acknowledged);
    vfs.on_operation({});
    return moments.taken();
}

} // namespace

TEST(ANewDatabase, LeavesNothingBehindThatAPowerCutCouldRollBack)
{
    const TempDirectory directory;
    FaultyVfs vfs;
    vfs.follow(directory.path().string());
    {
        auto store = opened(directory.path(), bare);
        ASSERT_TRUE(store.commit(next(1), 0));
        for (const auto& step : vfs.unsynced()) EXPECT_FALSE(step.file.ends_with("gatehouse.db-journal")) << "its removal is not synced";
    }
}

TEST(APowerCut, LosesNothingThatWasAcknowledgedAndLeavesAWholeJournal)
{
    EXPECT_EQ(with_cuts(begin_power, run_script, expect_kept), cuts);
}

TEST(APowerCut, IsSeenToLoseWhatTheStoreAcknowledgedWithItsLogNotSynced)
{
    int lost = 0, could = 0;
    const auto count_lost = [&](const std::filesystem::path& left, std::uint64_t acknowledged) {
        if (acknowledged == 0) return;
        ++could;
        auto store = store::open(left, bare);
        lost += !store || contents(*store).loaded.head < acknowledged ? 1 : 0;
    };
    with_cuts(begin_power, run_script, count_lost, Log::lazy);
    EXPECT_GE(lost * 10, could * 9) << lost << " of " << could;
    EXPECT_GE(could * 10, static_cast<int>(cuts) * 25);
}

namespace {

void begin_plain(const std::filesystem::path& directory)
{
    auto connection = store::Connection::open((directory / "plain.db").string(), store::Connection::Mode::create);
    ASSERT_TRUE(connection && connection->execute("PRAGMA journal_mode=WAL; CREATE TABLE note (number INTEGER)"));
}

/// The same disk under a table of one row a commit, as SQLite alone keeps it.
template <const char* synchronous>
void run_plain(const std::filesystem::path& directory, std::uint64_t& acknowledged)
{
    auto connection = store::Connection::open((directory / "plain.db").string(), store::Connection::Mode::write);
    ASSERT_TRUE(connection && connection->execute("PRAGMA synchronous=" + std::string{synchronous}));
    for (std::uint64_t number = 1; number <= commits; ++number) {
        ASSERT_TRUE(connection->execute("INSERT INTO note VALUES (" + std::to_string(number) + ")"));
        acknowledged = number;
    }
}

constexpr char full[] = "FULL", normal[] = "NORMAL";

/// Cuts after which something acknowledged was gone, of those before which something had been acknowledged.
std::pair<int, int> lost(void (*script)(const std::filesystem::path&, std::uint64_t&))
{
    int gone = 0, could = 0;
    with_cuts(begin_plain, script, [&](const std::filesystem::path& left, std::uint64_t acknowledged) {
        if (acknowledged == 0) return;
        ++could;
        auto connection = store::Connection::open((left / "plain.db").string(), store::Connection::Mode::write);
        const auto count = connection ? connection->ask_number("SELECT count(*) FROM note") : base::Result<std::int64_t>{0};
        gone += !count || static_cast<std::uint64_t>(*count) < acknowledged ? 1 : 0;
    });
    return {gone, could};
}

} // namespace

TEST(APowerCut, IsSeenToLoseWhatWasNotSynced)
{
    const auto [gone, could] = lost(run_plain<normal>);
    EXPECT_GE(gone * 10, could * 9) << gone << " of " << could << ": the disk of these tests tells NORMAL from FULL";
    const auto [gone_when_full, could_then] = lost(run_plain<full>);
    EXPECT_EQ(gone_when_full, 0) << "of " << could_then;
}
