#include "fixtures/faulty_vfs.hpp"
#include "fixtures/instrumented.hpp"
#include "unit/ledger/desk.hpp"

#include <spdlog/spdlog.h>

using namespace gatehouse;
using namespace gatehouse::tests;

namespace {

constexpr std::uint64_t changes = 200, together = 10;

/// 200 changes in groups of ten, as many commits as the disk takes. Answers the last that was acknowledged.
model::ChangeNumber script(const std::filesystem::path& directory)
{
    auto store = store::open(directory, {.reserve = 0});
    if (!store) return 0;
    base::ManualClock clock;
    asio::io_context core, disk;
    base::SeededRandom random{1};
    model::Directory model;
    ledger::Ledger ledger{model, *store, clock, core.get_executor(), disk.get_executor(), random};
    if (!ledger.load()) return 0;
    const auto run = [&core, &disk] {
        do {
            core.restart(), core.poll();
            disk.restart();
        } while (disk.poll() != 0);
    };
    for (std::uint64_t at = 0; at < changes; ++at) {
        ledger::Draft draft{.actor = {"desk", "api"}, .rows = {model::put(identity(1'000 + at, 0))}, .events = {event(at)}};
        if (!ledger.apply(std::move(draft))) break;
        ledger.note({.put = {placement(at)}});
        if ((at + 1) % together == 0) run();
    }
    run();
    return ledger.durable();
}

void begin(const std::filesystem::path& directory)
{
    Desk desk{directory, {.reserve = 0}};
    desk.apply(small_site());
    desk.commit_all();
}

/// The journal is whole: each change with its row and its event, none by halves.
void expect_whole(const std::filesystem::path& directory, model::ChangeNumber acknowledged)
{
    auto store = opened(directory, {.reserve = 0});
    ASSERT_TRUE(store.writable());
    const auto found = contents(store);
    const auto head = found.loaded.head;
    EXPECT_GE(head, acknowledged);
    EXPECT_TRUE(found.damages.empty());
    EXPECT_EQ(identities(store).size(), head - 1);
    for (const auto& row : identities(store)) EXPECT_LE(row.touched, head);
    EXPECT_LE(found.placements.size(), head - 1);
    EXPECT_EQ(store.verify_chain().value(), head - 1);
}

struct Quiet {
    Quiet() { spdlog::set_level(spdlog::level::off); }
    ~Quiet() { spdlog::set_level(spdlog::level::info); }
};

} // namespace

TEST(AFailingDisk, LosesNothingThatWasAcknowledgedAtWhateverOperationItFails)
{
    const Quiet quiet;
    const TempDirectory whole;
    begin(whole.path());
    const auto run = [&whole](std::uint64_t failing, std::uint64_t& operations) {
        const TempDirectory directory;
        std::filesystem::copy(whole.path(), directory.path(), std::filesystem::copy_options::recursive);
        model::ChangeNumber acknowledged = 0;
        bool failed = false;
        {
            FaultyVfs vfs;
            vfs.fail(failing);
            acknowledged = script(directory.path());
            operations = vfs.operations();
            failed = vfs.failed();
        }
        expect_whole(directory.path(), acknowledged);
        return std::pair{failed, acknowledged};
    };
    std::uint64_t operations = 0;
    ASSERT_EQ(run(0, operations).second, changes + 1) << "a disk that works takes them all";
    ASSERT_GT(operations, changes);
    model::ChangeNumber least = changes, most = 0;
    for (std::uint64_t failing = 1; failing <= operations; failing += instrumented && failing + 4 <= operations ? 4 : 1) {
        SCOPED_TRACE("operation " + std::to_string(failing) + " of " + std::to_string(operations));
        std::uint64_t did = 0;
        const auto [failed, acknowledged] = run(failing, did);
        ASSERT_TRUE(failed);
        if (testing::Test::HasFailure()) return;
        least = std::min(least, acknowledged);
        most = std::max(most, acknowledged);
    }
    EXPECT_LE(least, 1u) << "at the beginning nothing was taken";
    EXPECT_GE(most, changes) << "at the end all but one group was, or all";
}
