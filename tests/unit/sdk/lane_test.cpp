#include "sdk/lane.hpp"
#include "sdk/outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <string>
#include <vector>

namespace gatehouse::sdk {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// What a line did, in order; whoever waits for a piece of it is told.
class Diary {
public:
    void note(std::string what)
    {
        const std::lock_guard lock{mutex_};
        notes_.push_back(std::move(what));
        changed_.notify_all();
    }
    bool wait_for(std::size_t count)
    {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 5s, [this, count] { return notes_.size() >= count; });
    }
    std::vector<std::string> notes()
    {
        const std::lock_guard lock{mutex_};
        return notes_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> notes_;
};

/// A bus whose first read lasts until somebody wants it to end.
class DiaryLine final : public Line {
public:
    DiaryLine(LineContext context, Diary& diary) : Line{std::move(context)}, diary_{diary} {}

    Verdict open(const Endpoint&, Deadline) override { return Verdict::acknowledged(); }
    Attached attach(const Attachment& attachment, Deadline) override
    {
        diary_.note("attach " + attachment.at.device);
        return {};
    }
    Table read_table(const Address& at, Turn& turn) override
    {
        diary_.note("read " + at.device);
        while (turn.wait(1h)) {
        }
        Table table;
        table.reason = turn.yield_requested() ? "yielded" : "late";
        diary_.note("read ended " + table.reason);
        return table;
    }
    Applied apply(const Address& at, std::span<const Step> steps, Turn&) override
    {
        diary_.note("apply " + at.device);
        if (gate.valid()) gate.wait();
        Applied applied;
        applied.steps.resize(steps.size());
        return applied;
    }
    Verdict strike(const Address& at, Milliseconds pulse, Deadline) override
    {
        diary_.note("strike " + at.device);
        relock_at(at, now() + pulse);
        return Verdict::acknowledged();
    }
    Verdict set_door(const Address& at, DoorMode mode, Deadline) override
    {
        diary_.note(std::string{to_word(mode)} + " " + at.device);
        return mode == DoorMode::locked && refuse_locks_-- > 0 ? Verdict::unknown() : Verdict::acknowledged();
    }
    Digest digest(const Address&, Deadline) override { throw std::runtime_error{"a library"}; }
    void lock_all_outputs(std::span<const Address> doors, Deadline) override
    {
        for (const auto& door : doors) diary_.note("lock " + door.device);
    }
    void close() override { diary_.note("close"); }

    int refuse_locks_ = 0;
    std::shared_future<void> gate; ///< an apply lasts until it opens

private:
    Diary& diary_;
};

template <class Answer>
std::pair<Reply<Answer>, std::future<Answer>> promised()
{
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    return {Reply<Answer>{[promise](Answer answer) { promise->set_value(std::move(answer)); }}, std::move(future)};
}

class LaneTest : public testing::Test {
protected:
    LineContext context() { return {.name = "bus", .profiles = {}, .report = Reporter{std::make_shared<Outbox>(), "bus"}}; }
    static Deadline soon() { return Deadline::in(5s); }
    static Step drop() { return {.op = Op::drop, .entry = {.key = "aa"}}; }
    std::future<Table> read(const std::string& device, Deadline deadline = soon())
    {
        auto [reply, answer] = promised<Table>();
        lane.read_table({device}, deadline, std::move(reply));
        return std::move(answer);
    }
    std::future<Applied> apply(const std::string& device, std::vector<Step> steps)
    {
        auto [reply, answer] = promised<Applied>();
        lane.apply({device}, std::move(steps), soon(), std::move(reply));
        return std::move(answer);
    }
    std::future<Verdict> strike(const std::string& device, Milliseconds pulse, Deadline deadline = soon())
    {
        auto [reply, answer] = promised<Verdict>();
        lane.strike({device}, pulse, deadline, std::move(reply));
        return std::move(answer);
    }
    std::future<Verdict> set_door(const std::string& device, DoorMode mode)
    {
        auto [reply, answer] = promised<Verdict>();
        lane.set_door({device}, mode, soon(), std::move(reply));
        return std::move(answer);
    }

    /// Keeps the line busy until the result is called, so that what is queued meanwhile runs back to back.
    std::function<void()> hold_the_bus()
    {
        auto gate = std::make_shared<std::promise<void>>();
        line->gate = gate->get_future();
        apply("bus", {drop()});
        EXPECT_TRUE(diary.wait_for(1));
        return [gate] { gate->set_value(); };
    }

    Diary diary;
    DiaryLine* line = new DiaryLine{context(), diary};
    Lane lane{std::unique_ptr<Line>{line}};
};

TEST_F(LaneTest, AStrikeRunsBetweenTheTelegramsOfARunningRead)
{
    auto table = read("slow");
    ASSERT_TRUE(diary.wait_for(1));

    EXPECT_TRUE(strike("door", 1h).get().ok());
    EXPECT_THAT(diary.notes(), ElementsAre("read slow", "strike door"));
    apply("slow", {drop()}).get();
}

TEST_F(LaneTest, AStrikeGoesBeforeTableWorkThatWaits)
{
    const auto open = hold_the_bus();
    auto put = apply("b", {drop()});
    auto struck = strike("c", 1h);
    open();
    put.get();
    struck.get();

    EXPECT_THAT(diary.notes(), ElementsAre("apply bus", "strike c", "apply b"));
}

TEST_F(LaneTest, AnApplyEndsTheRunningReadOfItsDeviceAsPartial)
{
    const Step put{.op = Op::put, .entry = {.key = "aa", .doors = {1}}};
    std::size_t notes = 0;
    for (const auto& step : {drop(), put}) {
        auto table = read("a");
        ASSERT_TRUE(diary.wait_for(notes + 1));
        EXPECT_TRUE(apply("a", {step}).get().verdict.ok());

        const auto seen = table.get();
        EXPECT_FALSE(seen.complete);
        EXPECT_EQ(seen.reason, "yielded");
        notes += 3;
    }
}

TEST_F(LaneTest, OfAnotherDeviceOnlyARevokeEndsARead)
{
    const Step put{.op = Op::put, .entry = {.key = "aa", .doors = {1}}};
    auto table = read("a", Deadline::in(50ms));
    ASSERT_TRUE(diary.wait_for(1));
    apply("b", {put}).get();
    EXPECT_EQ(table.get().reason, "late");

    auto cut_short = read("a");
    ASSERT_TRUE(diary.wait_for(4));
    EXPECT_TRUE(apply("b", {drop()}).get().verdict.ok());
    EXPECT_EQ(cut_short.get().reason, "yielded");
}

TEST_F(LaneTest, WhatWaitsIsAnsweredAtItsDeadlineWhileTheLineIsBusy)
{
    const auto open = hold_the_bus();
    auto waiting = strike("b", 1s, Deadline::in(30ms));
    auto patient = strike("c", 1h);
    ASSERT_EQ(waiting.wait_for(5s), std::future_status::ready);
    EXPECT_EQ(waiting.get(), Verdict::late());
    open();
    EXPECT_TRUE(patient.get().ok());
    EXPECT_THAT(diary.notes(), ElementsAre("apply bus", "strike c"));
}

TEST_F(LaneTest, AReadThatHadNotBegunIsAnsweredBeforeTheRevokeStarts)
{
    auto running = read("a", Deadline::in(50ms));
    auto waiting = read("b");
    ASSERT_TRUE(diary.wait_for(1));
    auto revoked = apply("b", {drop()});

    EXPECT_EQ(waiting.get().verdict, Verdict::unknown("yielded"));
    EXPECT_TRUE(revoked.get().verdict.ok());
}

TEST_F(LaneTest, NothingStartsAfterItsDeadline)
{
    auto running = read("a", Deadline::in(30ms));
    ASSERT_TRUE(diary.wait_for(1));
    auto late = read("b", Deadline::in(5ms));
    auto late_strike = strike("c", 1s, Deadline::in(-1ms));

    EXPECT_EQ(late.get().verdict, Verdict::late());
    EXPECT_EQ(late_strike.get(), Verdict::late());
    running.get();
    EXPECT_THAT(diary.notes(), ElementsAre("read a", "read ended late"));
}

TEST_F(LaneTest, APulseTimedHereIsLockedAgainAndAgainUntilThatIsAcknowledged)
{
    line->refuse_locks_ = 1;
    EXPECT_TRUE(strike("door", 1ms).get().ok());

    ASSERT_TRUE(diary.wait_for(3));
    EXPECT_THAT(diary.notes(), ElementsAre("strike door", "locked door", "locked door"));
}

TEST_F(LaneTest, APulseEndsAlsoDuringALongRead)
{
    auto table = read("slow");
    ASSERT_TRUE(diary.wait_for(1));
    strike("door", 1ms).get();

    ASSERT_TRUE(diary.wait_for(3));
    EXPECT_THAT(diary.notes(), ElementsAre("read slow", "strike door", "locked door"));
    apply("slow", {drop()}).get();
}

TEST_F(LaneTest, AHoldEndsARunningPulse)
{
    const auto open = hold_the_bus();
    auto struck = strike("door", 50ms);
    auto held = set_door("door", DoorMode::unlocked);
    auto other = strike("other", 60ms);
    open();

    ASSERT_TRUE(diary.wait_for(5));
    EXPECT_THAT(diary.notes(), ElementsAre("apply bus", "strike door", "unlocked door", "strike other", "locked other"));
}

TEST_F(LaneTest, ADoorLeftAloneIsNotLockedAfterAStrike)
{
    const auto open = hold_the_bus();
    auto struck = strike("door", 50ms);
    auto left = set_door("door", DoorMode::leave);
    auto again = strike("door", 1ms);
    auto other = strike("other", 60ms);
    open();

    ASSERT_TRUE(diary.wait_for(6));
    EXPECT_THAT(diary.notes(), ElementsAre("apply bus", "strike door", "leave door", "strike door", "strike other", "locked other"));
}

TEST_F(LaneTest, AnExceptionOfALibraryIsTheVerdictUnknown)
{
    auto [reply, answer] = promised<Digest>();
    lane.digest({"a"}, soon(), std::move(reply));
    EXPECT_EQ(answer.get().verdict, Verdict::unknown("driver_error"));
    EXPECT_TRUE(set_door("a", DoorMode::locked).get().ok());
}

TEST_F(LaneTest, CloseEndsAReadLocksTheDoorsAndAnswersWhatWaits)
{
    auto running = read("a");
    auto waiting = read("b");
    ASSERT_TRUE(diary.wait_for(1));
    auto [reply, answer] = promised<Verdict>();
    lane.close({{"a"}, {"b"}}, soon(), std::move(reply));

    EXPECT_TRUE(answer.get().ok());
    EXPECT_EQ(running.get().reason, "yielded");
    EXPECT_EQ(waiting.get().verdict, Verdict::refused("stopping"));
    EXPECT_THAT(diary.notes(), ElementsAre("read a", "read ended yielded", "lock a", "lock b", "close"));
    EXPECT_EQ(strike("a", 1s).get(), Verdict::refused("stopping"));
}

TEST_F(LaneTest, DetachForgetsThePulseItLocks)
{
    strike("a", 200ms).get();
    auto [reply, answer] = promised<Verdict>();
    lane.detach({"a"}, {{"a"}}, soon(), std::move(reply));
    answer.get();
    strike("other", 250ms).get();

    ASSERT_TRUE(diary.wait_for(4));
    EXPECT_THAT(diary.notes(), ElementsAre("strike a", "lock a", "strike other", "locked other"));
}

TEST(Reply, DroppedWithoutACallAnswersUnknown)
{
    auto [reply, answer] = promised<Verdict>();
    {
        const auto dropped = std::move(reply);
    }
    EXPECT_EQ(answer.get(), Verdict::unknown("unanswered"));
}

} // namespace
} // namespace gatehouse::sdk
