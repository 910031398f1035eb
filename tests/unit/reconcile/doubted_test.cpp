// Reads that show less than the device holds.

#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;

using DoubtedRead = Settled;

/// A list whose messages get lost on their way looks like one that has ended.
TEST_F(DoubtedRead, OneThatMissesWhatWasShownBeforeProvesNothingGone)
{
    granted();
    site->apply(newcomer(101));
    ASSERT_TRUE(site->settles());
    yard().stores = false;
    for (const auto& [key, entry] : yard().table) yard().hides.insert(key);
    revoke();
    site->run_for(5min);
    EXPECT_TRUE(yard().holds(the_card));
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_TRUE(site->placed()->leaving);
    EXPECT_THAT(reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)), testing::SizeIs(1));
    EXPECT_FALSE(site->status().settled);
    yard().stores = true;
    yard().hides.clear();
    ASSERT_TRUE(site->settles());
    EXPECT_FALSE(yard().holds(the_card));
    EXPECT_EQ(site->placed(), nullptr);
}

TEST_F(DoubtedRead, WhatLetsSomebodyInThoughItWasReadAsGoneIsResidualAgain)
{
    granted();
    const auto let_in = [this] {
        driver.says(R"({"type":"event","line":"broker","device":"yard","at":"1","kind":"granted","key_kind":"card_uid_hex","key":")" +
                    std::string{the_card} + "\"}");
    };
    const auto residuals = [this] { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)).size(); };
    yard().stores = false;
    revoke();
    site->run_for(1ms);
    yard().hides.insert(std::string{the_key});
    ASSERT_TRUE(site->run_until([this] { return site->placed() == nullptr; }, 1min));
    EXPECT_EQ(residuals(), 0U);
    let_in();
    site->run_for(1s);
    EXPECT_EQ(residuals(), 1U);
    EXPECT_EQ(site->told_of("gatehouse.opened_after_proof"), 1);
    site->run_for(50s);
    EXPECT_EQ(residuals(), 1U) << "a read that says so again is not believed";
    yard().stores = true;
    site->run_for(1s);
    let_in();
    site->run_for(5min);
    EXPECT_FALSE(yard().holds(the_card));
    EXPECT_EQ(residuals(), 0U);
    EXPECT_TRUE(site->status().settled);
}

} // namespace
} // namespace gatehouse::tests
