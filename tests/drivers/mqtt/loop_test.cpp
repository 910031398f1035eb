// The one thread of a line: what is urgent goes first, what the network brings is bounded, and each job is run at its own moment.

#include "loop.hpp"

#include <gmock/gmock.h>

#include <future>
#include <string>
#include <vector>

namespace gatehouse::mqtt {
namespace {

/// A loop that is kept busy by its first job until it is let go.
class BusyLoop : public testing::Test {
protected:
    BusyLoop()
    {
        loop.start([this](sdk::Time now) {
            ++ticks;
            return now + std::chrono::hours{1};
        });
        loop.post([this](sdk::Time) {
            begun.set_value();
            free.get_future().wait();
        });
        begun.get_future().wait();
    }
    void let_go()
    {
        free.set_value();
        loop.stop();
    }

    std::promise<void> begun, free;
    int ticks = 0;
    std::vector<std::string> done;
    Loop loop;
};

TEST_F(BusyLoop, DoesWhatIsUrgentFirst)
{
    loop.post([this](sdk::Time) { done.emplace_back("message"); });
    loop.post([this](sdk::Time) { done.emplace_back("message"); });
    loop.post_urgent([this](sdk::Time) { done.emplace_back("strike"); });
    let_go();
    EXPECT_THAT(done, testing::ElementsAre("strike", "message", "message"));
}

TEST_F(BusyLoop, TellsEachJobItsOwnMoment)
{
    sdk::Time first, second;
    loop.post([&first](sdk::Time now) {
        first = now;
        while (sdk::now() - now < sdk::Milliseconds{20}) {
        }
    });
    loop.post([&second](sdk::Time now) { second = now; });
    let_go();
    EXPECT_GE(second - first, sdk::Milliseconds{20});
}

TEST_F(BusyLoop, TakesNoMoreBytesThanItHasRoomFor)
{
    int taken = 0;
    while (loop.offer([](sdk::Time) {}, 64 * 1024)) ++taken;
    EXPECT_EQ(taken, 128) << "8 MiB";
    loop.post([this](sdk::Time) { done.emplace_back("posted"); });
    let_go();
    EXPECT_THAT(done, testing::ElementsAre("posted"));
}

TEST_F(BusyLoop, LooksAtWhatIsDueBetweenManyJobs)
{
    for (int i = 0; i < 1'000; ++i) loop.post([](sdk::Time) {});
    let_go();
    EXPECT_GE(ticks, 1'000 / 64);
}

} // namespace
} // namespace gatehouse::mqtt
