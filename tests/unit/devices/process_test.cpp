#include "devices/fleet.hpp"
#include "devices/process.hpp"
#include "devices/process_channel.hpp"
#include "unit/ledger/desk.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <sys/stat.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using devices::Link;
using testing::Each;
using testing::ElementsAre;
using testing::Le;

/// Processes this one started, by what the system says.
std::vector<pid_t> children()
{
    std::vector<pid_t> found;
    for (const auto& task : fs::directory_iterator{"/proc/self/task"}) {
        std::ifstream list{task.path() / "children"};
        for (pid_t child = 0; list >> child;) found.push_back(child);
    }
    return found;
}

/// A driver's process by itself, written as a shell script.
class ProcessTest : public testing::Test {
protected:
    ProcessTest() { std::signal(SIGPIPE, SIG_IGN); }

    std::unique_ptr<devices::Channel> start(const std::string& script)
    {
        const auto program = directory / "program";
        std::ofstream{program} << "#!/bin/sh\n" << script;
        ::chmod(program.c_str(), 0700);
        devices::ChannelEvents events;
        events.line = [this](std::string_view line) { lines.emplace_back(line); };
        events.words = [this](std::string_view line) { words.emplace_back(line); };
        events.ended = [this](std::string reason) { ended = std::move(reason); };
        auto channel = devices::start_process(core.get_executor(), program.string(), std::move(events));
        EXPECT_TRUE(channel);
        return channel ? std::move(*channel) : nullptr;
    }
    bool run_until(const std::function<bool()>& reached)
    {
        const base::SystemClock clock;
        for (const auto end = clock.now() + 20s; !reached() && clock.now() < end;) {
            core.restart();
            core.run_one_for(20ms);
        }
        return reached();
    }

    TempDirectory directory;
    asio::io_context core;
    std::vector<std::string> lines, words;
    std::optional<std::string> ended;
};

TEST_F(ProcessTest, ItsLinesComeInOrderAndItsEndAfterThem)
{
    const auto channel = start("echo one\necho two\nexit 4\n");
    ASSERT_TRUE(run_until([this] { return ended.has_value(); }));
    EXPECT_THAT(lines, ElementsAre("one", "two"));
    EXPECT_EQ(*ended, "exit code 4");
}

TEST_F(ProcessTest, ItStartsWithAnEmptyEnvironmentAtTheRootWithoutOtherDescriptors)
{
    ::setenv("GATEHOUSE_TOKEN", "secret", 1);
    const auto channel = start("/usr/bin/env\npwd\n/bin/ls /proc/self/fd | /usr/bin/wc -l\n");
    ASSERT_TRUE(run_until([this] { return ended.has_value(); }));
    EXPECT_THAT(lines, testing::IsSupersetOf({"/"}));
    for (const auto& line : lines) EXPECT_EQ(line.find("GATEHOUSE"), std::string::npos) << line;
    EXPECT_EQ(lines.back(), "4") << "three and the one that ls reads";
}

TEST_F(ProcessTest, ALineOfMoreThan64KiBIsForgottenAndTheNextOneIsRead)
{
    const auto channel = start("/usr/bin/head -c 200000 /dev/zero | /usr/bin/tr '\\0' x\necho\necho after\n"
                               "/usr/bin/head -c 65535 /dev/zero | /usr/bin/tr '\\0' y\necho\n");
    ASSERT_TRUE(run_until([this] { return ended.has_value(); }));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "") << "told once, as a bad line";
    EXPECT_EQ(lines[1], "after");
    EXPECT_EQ(lines[2].size(), 65'535U);
}

TEST_F(ProcessTest, AtMost64LinesAreTakenInOneTurn)
{
    const auto channel = start("i=0\nwhile [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done\n");
    std::vector<std::size_t> turns;
    ASSERT_TRUE(run_until([this, &turns, last = std::size_t{0}]() mutable {
        turns.push_back(lines.size() - std::exchange(last, lines.size()));
        return ended.has_value();
    }));
    EXPECT_EQ(lines.size(), 2'000U);
    EXPECT_THAT(turns, Each(Le(64U)));
}

TEST_F(ProcessTest, WhatIsNotReadIsQueuedUpToOneMebibyte)
{
    const auto channel = start("exec /bin/sleep 100\n");
    std::size_t queued = 0;
    while (queued < 3'000'000 && channel->send(std::string(9'999, 'x'))) queued += 10'000;
    EXPECT_LE(queued, 1'048'576U);
    EXPECT_GE(queued, 1'030'000U);
}

TEST_F(ProcessTest, WritingToAProcessThatIsGoneHarmsNobody)
{
    const auto channel = start("exit 0\n");
    ASSERT_TRUE(run_until([this] { return ended.has_value(); }));
    for (int i = 0; i < 10; ++i) channel->send("hello");
    core.restart();
    core.run_for(50ms);
    EXPECT_EQ(*ended, "exit code 0");
}

TEST_F(ProcessTest, WhatItSaysForItsLogComesLineByLine)
{
    const auto channel = start("echo words >&2\necho line\n");
    ASSERT_TRUE(run_until([this] { return ended.has_value(); }));
    EXPECT_THAT(words, ElementsAre("words"));
    EXPECT_THAT(lines, ElementsAre("line"));
}

TEST_F(ProcessTest, WhileNobodyReadsWhatItSaysItWaits)
{
    const auto channel = start("i=0\nwhile [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done\n");
    ASSERT_TRUE(run_until([this] { return lines.size() > 10; }));
    channel->rest();
    const auto taken = lines.size();
    core.restart();
    core.run_for(200ms);
    EXPECT_EQ(lines.size(), taken);
    EXPECT_FALSE(ended);
    channel->read_on();
    ASSERT_TRUE(run_until([this] { return ended.has_value(); }));
    EXPECT_EQ(lines.size(), 20'000U);
}

TEST_F(ProcessTest, WhatItHasStartedEndsWithIt)
{
    const auto channel = start("/bin/sleep 100 &\nexit 3\n");
    ASSERT_TRUE(run_until([this] { return ended.has_value(); })) << "the other one held its output";
    EXPECT_EQ(*ended, "exit code 3");
}

TEST_F(ProcessTest, TheEndOfItsChannelIsItsEnd)
{
    auto channel = start("exec /bin/sleep 100\n");
    const auto before = children();
    ASSERT_FALSE(before.empty());
    channel.reset();
    core.restart();
    core.run(); // until nothing is left to wait for: the child was reaped without anybody blocking
    EXPECT_TRUE(children().empty());
}

/// The skeleton driver as it is, on the machine's clock. It takes its device on; nobody answers there.
class SkeletonTest : public testing::Test {
protected:
    SkeletonTest()
    {
        std::signal(SIGPIPE, SIG_IGN);
        auto rows = small_site();
        for (auto& mutation : rows) {
            if (auto* device = std::get_if<model::Device>(&mutation.row)) device->key = "yard";
            if (auto* line = std::get_if<model::Line>(&mutation.row))
                line->driver = "skeleton", line->endpoint = R"({"fields":{"tcp":"127.0.0.1:1"},"secrets":{}})";
        }
        for (const auto& row : rows) EXPECT_TRUE(directory.apply(row));
        fleet.refresh();
        EXPECT_TRUE(run_until([this] { return status().attached; }));
    }
    bool run_until(const std::function<bool()>& reached)
    {
        for (const auto end = clock.now() + 30s; !reached() && clock.now() < end;) {
            core.restart();
            core.run_one_for(20ms);
        }
        return reached();
    }
    const devices::DeviceStatus& status() const { return *fleet.status(id<model::DeviceId>(21)); }

    base::SystemClock clock;
    asio::io_context core;
    model::Directory directory;
    devices::ProcessLauncher launcher{core.get_executor(), DRIVERS, "/", [](std::string_view) { return std::string{}; }};
    devices::Fleet fleet{directory, clock, core.get_executor(), launcher};
};

TEST_F(SkeletonTest, AKilledDriverIsSeenAtOnceAndReplaced)
{
    const auto before = children();
    ASSERT_EQ(before.size(), 1U);
    const auto killed = clock.now();
    ::kill(before[0], SIGKILL);
    ASSERT_TRUE(run_until([this] { return !status().attached; }));
    EXPECT_LE(clock.now() - killed, 1s);
    EXPECT_EQ(status().link, Link::offline);
    EXPECT_THAT(status().fault, testing::HasSubstr("signal 9"));
    ASSERT_TRUE(run_until([this] { return status().attached; }));
    EXPECT_LE(clock.now() - killed, 3s);
    EXPECT_NE(children(), before);
}

TEST_F(SkeletonTest, AStoppedDriverIsFoundHungAndReplaced)
{
    const auto before = children();
    ASSERT_EQ(before.size(), 1U);
    const auto stopped = clock.now();
    ::kill(before[0], SIGSTOP);
    ASSERT_TRUE(run_until([this] { return !status().attached; }));
    EXPECT_LE(clock.now() - stopped, 7s);
    ASSERT_TRUE(run_until([this] { return status().attached; }));
    EXPECT_EQ(children().size(), 1U) << "the old one is gone for good";
    EXPECT_NE(children(), before);
}

} // namespace
} // namespace gatehouse::tests
