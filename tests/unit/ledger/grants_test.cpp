#include "unit/ledger/desk.hpp"

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;

/// A grant with one card that a device holds.
struct AGrant : testing::Test {
    AGrant()
    {
        open();
        desk->apply(small_site());
        const auto workspace = id<model::WorkspaceId>(1);
        const model::AccessGrant grant{.id = id<model::AccessGrantId>(80), .workspace = workspace, .identity = person.id};
        const model::GrantMethod method{.id = id<model::MethodId>(81), .workspace = workspace, .grant = grant.id};
        desk->apply({model::put(person), model::put(grant), model::put(method),
                     model::put(model::MethodCredential{method.id, id<model::CredentialId>(70), workspace})});
        desk->ledger.note({.put = {placement(1)}});
    }
    void open()
    {
        desk.reset();
        desk = std::make_unique<Desk>(directory.path());
    }
    const model::Workspace& workspace() const { return *desk->directory.workspace(id<model::WorkspaceId>(1)); }
    void revoke()
    {
        auto row = workspace().grants.find(id<model::AccessGrantId>(80))->row;
        row.deleting = true;
        desk->apply({model::put(row), model::erase(workspace().credentials.find(id<model::CredentialId>(70))->row)});
        desk->commit_all();
    }

    const model::Identity person = [] {
        auto row = identity(100, 0);
        row.workspace = id<model::WorkspaceId>(1);
        return row;
    }();
    TempDirectory directory;
    std::unique_ptr<Desk> desk;
};

TEST_F(AGrant, EndsInTheCommitThatProvesItsCardGone)
{
    revoke();
    desk->ledger.note({.erased = {{placement(1).device, placement(1).key}}});
    EXPECT_EQ(workspace().grants.size(), 0u);
    EXPECT_TRUE(desk->commit());
    open(); // a power cut
    EXPECT_EQ(desk->directory.placements().size(), 0u);
    EXPECT_EQ(workspace().grants.size(), 0u) << "or it would be being deleted for ever";
}

TEST_F(AGrant, WhoseCardIsProvenGoneWhileTheDiskHangsEndsWhenItIsBack)
{
    revoke();
    asio::co_spawn(desk->core, desk->ledger.watch(), asio::detached);
    desk->settle();
    desk->ledger.note({.cursors = {{"anything", "at all"}}}); // for the disk to hang on
    desk->clock.advance(6s);
    desk->settle();
    ASSERT_EQ(desk->ledger.mode(), ledger::Mode::stalled);
    desk->ledger.note({.erased = {{placement(1).device, placement(1).key}}});
    EXPECT_EQ(workspace().grants.size(), 1u) << "no change is admitted";
    desk->commit_all();
    EXPECT_EQ(desk->ledger.mode(), ledger::Mode::normal);
    EXPECT_EQ(workspace().grants.size() + workspace().methods.size(), 0u) << "or it would be being deleted until the next start";
    open();
    EXPECT_EQ(workspace().grants.size(), 0u);
}

TEST_F(AGrant, ThatNothingHoldsAnyMoreEndsWithTheNextStart)
{
    revoke();
    desk.reset();
    { // the proof reached the disk, and what follows from it did not
        auto store = opened(directory.path());
        contents(store);
        store::Batch batch;
        batch.placements.emplace_back(store::PlacementKey{placement(1).device, placement(1).key});
        ASSERT_TRUE(store.commit(batch, contents(store).loaded.head));
    }
    open();
    EXPECT_EQ(workspace().grants.size(), 1u);
    desk->ledger.restore_rest();
    EXPECT_EQ(workspace().grants.size() + workspace().methods.size(), 0u);
    desk->commit_all();
    open();
    EXPECT_EQ(workspace().grants.size(), 0u);
}

TEST_F(AGrant, WhoseEndWasCutShortGoesOnWithTheNextStart)
{
    auto row = workspace().grants.find(id<model::AccessGrantId>(80))->row;
    row.deleting = true;
    desk->apply({model::put(row)}); // its first part: the card is still there
    desk->ledger.note({.erased = {{placement(1).device, placement(1).key}}});
    EXPECT_EQ(workspace().grants.size(), 1u) << "whoever ends it has more to do";
    desk->commit_all();
    open();
    desk->ledger.restore_rest();
    EXPECT_EQ(workspace().grants.size() + workspace().methods.size(), 0u);
    EXPECT_EQ(workspace().credentials.find(id<model::CredentialId>(70)), nullptr);
}

} // namespace
} // namespace gatehouse::tests
