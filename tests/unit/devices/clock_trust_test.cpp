#include "devices/clock_trust.hpp"

#include <gtest/gtest.h>

namespace gatehouse::devices {
namespace {

using namespace std::chrono_literals;

const base::Instant noon{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1} + 12h};

/// Judged every second; the site's clock goes right.
struct TrustInAClock : testing::Test {
    void go(base::seconds span, bool heard = true)
    {
        for (; span > 0s; span -= 1s) {
            at += 1s;
            if (heard) trust.heard(at);
            trust.judge(at, {wall(), trusted});
        }
    }
    base::Instant wall() const { return noon + std::chrono::floor<base::milliseconds>(at.time_since_epoch()); }
    void tells(base::milliseconds ahead)
    {
        trust.heard(at);
        trust.told(wall() + ahead, at);
        trust.judge(at, {wall(), trusted});
    }

    ClockTrust trust;
    base::Monotonic at{};
    bool trusted = true;
};

TEST_F(TrustInAClock, IsNoneBeforeAnythingIsKnown)
{
    EXPECT_FALSE(trust.keeps_starts());
    EXPECT_FALSE(trust.keeps_ends(at));
    trust.attached(true);
    EXPECT_EQ(trust.clock(), DeviceClock::unknown);
    trust.attached(false);
    EXPECT_EQ(trust.clock(), DeviceClock::none);
    EXPECT_TRUE(trust.keeps_starts());
    trust.attached(true); // another profile
    EXPECT_FALSE(trust.keeps_starts());
}

TEST_F(TrustInAClock, RemembersStartsAndNoEnds)
{
    trust.remember(DeviceClock::right);
    trust.attached(true);
    EXPECT_EQ(trust.clock(), DeviceClock::unknown);
    EXPECT_TRUE(trust.keeps_starts());
    EXPECT_FALSE(trust.takes_starts()) << "it may have been set meanwhile";
    EXPECT_FALSE(trust.keeps_ends(at)) << "nobody knows when that was";
    go(10min);
    EXPECT_TRUE(trust.keeps_starts());
    go(2s);
    EXPECT_FALSE(trust.keeps_starts()) << "heard all the time, and nothing told";
}

TEST_F(TrustInAClock, IsInDoubtWhenTheDeviceBeganAnewUntilItTells)
{
    trust.attached(true);
    tells(0s);
    trust.doubt(at);
    EXPECT_EQ(trust.clock(), DeviceClock::right) << "it said so with the word that it is back";
    go(5s);
    trust.doubt(at);
    EXPECT_EQ(trust.clock(), DeviceClock::unknown);
    EXPECT_EQ(trust.remembered(), DeviceClock::right);
    EXPECT_TRUE(trust.keeps_starts());
    EXPECT_FALSE(trust.takes_starts());
    EXPECT_FALSE(trust.keeps_ends(at));
    tells(0s);
    EXPECT_TRUE(trust.takes_starts());
}

TEST_F(TrustInAClock, OutOfReachCountsForADay)
{
    trust.attached(true);
    tells(1s);
    go(24h, false);
    EXPECT_TRUE(trust.keeps_ends(at));
    go(1s, false);
    EXPECT_FALSE(trust.keeps_ends(at));
    EXPECT_EQ(trust.clock(), DeviceClock::right);
    trust.heard(at); // back, and what it shows now is not known
    go(1s, false);
    EXPECT_EQ(trust.clock(), DeviceClock::unknown);
}

TEST_F(TrustInAClock, SaysNothingAgainstAnotherWhileTheGatewaysOwnIsInDoubt)
{
    trust.attached(true);
    tells(0s);
    trusted = false;
    tells(2h);
    EXPECT_EQ(trust.clock(), DeviceClock::right);
    trusted = true;
    go(1s);
    EXPECT_EQ(trust.clock(), DeviceClock::off);
}

TEST_F(TrustInAClock, IsNotRightByWhatItToldWhileTheGatewaysOwnIsInDoubt)
{
    trust.remember(DeviceClock::right);
    trust.attached(true);
    trusted = false;
    tells(-500'000h); // both came up after a power cut
    EXPECT_EQ(trust.clock(), DeviceClock::unknown);
    EXPECT_TRUE(trust.keeps_starts());
    EXPECT_FALSE(trust.takes_starts());
    EXPECT_FALSE(trust.keeps_ends(at));
    trusted = true;
    go(1s);
    EXPECT_EQ(trust.clock(), DeviceClock::off);
}

TEST_F(TrustInAClock, ComesBackAtOnceTheFirstTimeAndAfterAMinuteThen)
{
    trust.attached(true);
    for (const auto ahead : {-2h, 0h}) tells(ahead);
    EXPECT_EQ(trust.clock(), DeviceClock::right);
    for (const auto ahead : {-2h, 0h}) tells(ahead);
    EXPECT_EQ(trust.clock(), DeviceClock::off);
    go(59s);
    EXPECT_EQ(trust.clock(), DeviceClock::off);
    go(1s);
    EXPECT_EQ(trust.clock(), DeviceClock::right);
}

TEST_F(TrustInAClock, IsLostWithTheUnit)
{
    trust.attached(true);
    for (const auto ahead : {2h, 0h, 2h}) tells(ahead);
    trust.forget();
    EXPECT_EQ(trust.clock(), DeviceClock::unknown);
    EXPECT_FALSE(trust.ahead(at, wall()));
    EXPECT_FALSE(trust.told_at());
    tells(0s);
    EXPECT_EQ(trust.clock(), DeviceClock::right);
}

} // namespace
} // namespace gatehouse::devices
