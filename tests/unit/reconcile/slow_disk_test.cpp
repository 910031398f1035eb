// What is taken away does not wait for the gateway's disk, whatever the lane waits for.

#include "unit/reconcile/site.hpp"

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

/// Somebody's card stands on the controller; a grant for somebody else is durable, and the record of its entry waits for the disk.
struct SlowDisk : Settled {
    explicit SlowDisk(std::string_view validity = "seconds") : Settled{a_controller(validity)}
    {
        asio::co_spawn(site->desk.core, site->desk.ledger.watch(), asio::detached);
    }
    void a_put_waits()
    {
        site->disk_works = false;
        site->apply(newcomer(100));
        ASSERT_TRUE(site->desk.commit());
        site->run_for(10ms);
        ASSERT_NE(site->placed("card_uid_hex:" + uid_of(100)), nullptr);
        ASSERT_THAT(yard().diary, Not(Contains("put " + uid_of(100))));
    }
    void ends_in(base::milliseconds span)
    {
        auto card = site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
        card.ends_at = wall() + span;
        site->apply({model::put(card)});
        site->run_for(3s);
        ASSERT_TRUE(site->status().settled);
        yard().diary.clear();
    }
    std::string mode() const { return std::string{to_string(site->desk.ledger.mode())}; }
};

/// Its clock may be in doubt.
struct SlowDiskInDoubt : Settled {
    SlowDiskInDoubt() : Settled{a_controller(), true} {}
};

/// The gateway times every entry itself.
struct SlowDiskTimedHere : SlowDisk {
    SlowDiskTimedHere() : SlowDisk{"none"} {}
};

TEST_F(SlowDisk, ARevokeDoesNotWaitForTheRecordOfAnotherPut)
{
    granted();
    a_put_waits();
    revoke();
    heard("drop", 1, 100ms);
    EXPECT_THAT(yard().diary, Contains("drop 04a1b2c3"));
    EXPECT_THAT(yard().diary, Not(Contains("put " + uid_of(100)))) << "its record is not on the disk";
    site->disk_works = true;
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(uid_of(100)));
    EXPECT_FALSE(yard().holds(the_card));
}

TEST_F(SlowDisk, ARevokeDoesNotWaitForAGrantThatIsNotDurable)
{
    granted();
    site->disk_works = false;
    site->apply(newcomer(100));
    site->run_for(100ms);
    revoke();
    heard("drop", 1, 100ms);
    EXPECT_THAT(yard().diary, ElementsAre("drop 04a1b2c3"));
}

TEST_F(SlowDisk, WhatOnlyNarrowsRunsAheadOfTheDisk)
{
    granted(second_entrance);
    granted(first_entrance);
    site->disk_works = false;
    revoke(second_entrance);
    heard("put", 1, 100ms);
    site->run_for(100ms);
    EXPECT_EQ(yard().table.at(std::string{the_key}).at("doors"), boost::json::array{0});
    ASSERT_NE(site->placed(), nullptr);
    site->run_for(4s);
    EXPECT_EQ(site->placed()->may_open(), 1U);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
}

TEST_F(SlowDisk, WhatNarrowsHereAndWidensThereWaitsForItsRecord)
{
    granted(second_entrance);
    site->disk_works = false;
    site->apply({model::erase(direct_grant(second_entrance)), model::put(direct_grant(first_entrance))});
    ASSERT_TRUE(site->desk.commit());
    site->run_for(2s);
    EXPECT_THAT(yard().diary, Not(Contains("put 04a1b2c3")));
    site->disk_works = true;
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(yard().table.at(std::string{the_key}).at("doors"), boost::json::array{0});
}

TEST_F(SlowDiskInDoubt, WhatNarrowsHereAndLengthensThereTakesAwayAlone)
{
    auto card = site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
    card.starts_at = wall() + 10min; // which the controller honours
    card.ends_at = wall() + 30min;
    site->apply({model::put(card)});
    granted(second_entrance);
    granted(first_entrance);
    const auto end = card.ends_at;
    site->disk_works = false;
    card.ends_at = wall() + 8h;
    site->apply({model::put(card), model::erase(direct_grant(second_entrance))});
    ASSERT_TRUE(site->desk.commit());
    site->run_for(100ms);
    ASSERT_EQ(site->placed()->until, std::chrono::floor<base::seconds>(*card.ends_at)) << "its record waits for the disk";
    site->desk.clock.step_wall(-2h);
    site->disk_works = true;
    site->run_for(5s);
    const auto& row = yard().table.at(std::string{the_key});
    EXPECT_EQ(row.at("doors"), boost::json::array{0});
    EXPECT_EQ(base::Instant{base::seconds{std::stoll(std::string{row.at("until").as_string()})}}, std::chrono::floor<base::seconds>(*end));
}

TEST_F(SlowDiskTimedHere, AnEndThatComesWhileAPutWaitsForTheDiskIsARevokeInTime)
{
    granted();
    ends_in(6s);
    const auto begun = now();
    a_put_waits();
    EXPECT_TRUE(site->run_until([this] { return !yard().holds(the_card); }, 4s));
    EXPECT_LE(since(begun), 3s + 100ms);
    EXPECT_EQ(mode(), "normal");
}

TEST_F(SlowDiskTimedHere, AnEndThatComesWhileTheDiskHangsIsARevokeWithItsProof)
{
    granted();
    ends_in(30s);
    a_put_waits();
    site->run_for(10s);
    ASSERT_EQ(mode(), "stalled");
    EXPECT_EQ(site->status().trouble, "the gateway's disk does not answer");
    ASSERT_TRUE(site->run_until([this] { return !yard().holds(the_card); }, 21s));
    EXPECT_TRUE(site->run_until([this] { return site->placed() == nullptr; }, 5s)) << "a read has shown it";
    EXPECT_FALSE(yard().holds(uid_of(100)));
    site->disk_works = true;
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(uid_of(100))) << "what waited goes out when the disk is back";
}

TEST_F(SlowDisk, AStreamOfRevokesStarvesNoGrant)
{
    for (std::uint64_t number = 200; number < 230; ++number) site->apply(newcomer(number));
    ASSERT_TRUE(site->settles());
    a_put_waits();
    for (std::uint64_t number = 200; number < 230 && !yard().holds(uid_of(100)); ++number) {
        auto grant = direct_grant(first_entrance);
        grant.user = id<model::UserId>(number);
        site->apply({model::erase(grant)});
        site->run_for(50ms);
        site->desk.commit();
        site->run_for(50ms);
    }
    EXPECT_TRUE(yard().holds(uid_of(100)));
}

} // namespace
} // namespace gatehouse::tests
