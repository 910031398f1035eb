// A device that was exchanged for another unit. tests/unit/house has the rest.

#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

struct Exchanged : Settled {
    auto residuals() const { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)); }
    auto attested() const { return reconcile::attested(site->reconciler, id<model::WorkspaceId>(1)); }
};

TEST_F(Exchanged, WhatSomebodyAttestedOutlivesARestartAndSoDoesTheFirstContact)
{
    granted();
    yard().dark = true;
    revoke();
    site->run_for(1s);
    ASSERT_THAT(residuals(), SizeIs(1));
    const auto answered = site->exchange();
    ASSERT_TRUE(site->run_until([&answered] { return answered->has_value(); }, 1s));
    ASSERT_TRUE(**answered);
    EXPECT_THAT(residuals(), IsEmpty());
    site.reset();
    yard().table.clear();
    yard().hold("0badcafe");
    yard().dark = false;
    site = std::make_unique<Site>(driver, directory.path());
    ASSERT_TRUE(site->settles());
    site->run_for(1h);
    EXPECT_TRUE(site->status().first_contact);
    EXPECT_TRUE(yard().holds("0badcafe")) << "it waits for the operator's word";
    EXPECT_THAT(residuals(), IsEmpty());
    ASSERT_THAT(attested(), SizeIs(1));
    EXPECT_EQ(attested()[0].attested->by, "Nils Berg");
    EXPECT_EQ(attested()[0].access.user, id<model::UserId>(the_user));
}

TEST_F(Exchanged, NothingEndsWhenItIsNotWhatWasShown)
{
    granted();
    yard().dark = true;
    revoke();
    site->run_for(1s);
    const auto ended = [this](bool as_shown) { return site->exchange([as_shown](const auto&) { return as_shown; }); };
    const auto refused = ended(false);
    ASSERT_TRUE(site->run_until([&refused] { return refused->has_value(); }, 1s));
    ASSERT_FALSE(**refused);
    EXPECT_EQ((*refused)->error().code, "confirmation_outdated");
    EXPECT_THAT(residuals(), SizeIs(1));
    EXPECT_THAT(attested(), IsEmpty());
    const auto done = ended(true);
    ASSERT_TRUE(site->run_until([&done] { return done->has_value(); }, 1s));
    EXPECT_TRUE(**done);
    EXPECT_THAT(residuals(), IsEmpty());
}

TEST_F(Exchanged, WhatADeviceMayOpenIsTheSameInOneGoAndEntryByEntry)
{
    granted();
    for (std::uint64_t number = 80; number < 85; ++number) site->apply(newcomer(number));
    ASSERT_TRUE(site->settles());
    yard().hold(uid_of(80), {0, 1});
    site->reconciler.heard({the_device, site->desk.clock.now(), devices::Restarted{}});
    site->run_for(1s);
    yard().dark = true;
    for (std::uint64_t number = 81; number < 84; ++number) {
        auto row = user(number);
        row.suspended = true;
        site->apply({model::put(row)});
    }
    site->run_for(1s);
    const auto whole = reconcile::residuals_on(site->reconciler, the_device);
    ASSERT_GE(whole.size(), 3U);
    reconcile::ResidualsOn walk{site->reconciler, the_device};
    std::vector<reconcile::ResidualRow> slices;
    for (bool more = true; more;) {
        more = walk.step(1);
        for (auto& row : walk.take()) slices.push_back(std::move(row));
    }
    ASSERT_EQ(slices.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(slices[i].access.credential, whole[i].access.credential) << i;
}

TEST_F(Exchanged, WhatThePolicyGrantsIsWrittenToTheNewUnitAndIsNotVerifiedBefore)
{
    granted();
    const auto card = site->placed()->holders[0].credential;
    yard().dark = true;
    site->exchange();
    site->run_for(5s);
    const auto access = [this, &card] {
        const auto& workspace = *site->desk.directory.workspace(id<model::WorkspaceId>(1));
        return reconcile::access_of(site->reconciler, workspace, *workspace.credentials.find(card));
    };
    ASSERT_THAT(access(), SizeIs(1));
    EXPECT_NE(access()[0].state, model::Truth::verified);
    yard().table.clear();
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(access()[0].state, model::Truth::verified);
    EXPECT_FALSE(site->status().first_contact) << "a blank unit has nothing to ask about";
}

} // namespace
} // namespace gatehouse::tests
