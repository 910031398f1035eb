#include "sdk/outbox.hpp"
#include "sdk/reporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gatehouse::sdk {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Everything the box writes once its writer runs.
std::string written(Outbox& outbox)
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    std::thread writer{[&outbox, in = ends[1]] {
        outbox.write_to(in);
        ::close(in);
    }};
    outbox.stop();
    std::string all;
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        all.append(buffer.data(), static_cast<std::size_t>(count));
    writer.join();
    ::close(ends[0]);
    return all;
}

std::size_t count_of(const std::string& text, const std::string& piece)
{
    std::size_t count = 0;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + piece.size())) ++count;
    return count;
}

TEST(Outbox, WritesInTheOrderOfPosting)
{
    Outbox outbox;
    outbox.answer("1\n");
    outbox.notify("door", "door/d/1", "2\n");
    outbox.answer("3\n");
    EXPECT_EQ(written(outbox), "1\n2\n3\n");
}

TEST(Outbox, KeepsTheOrderOfEachOfManyThreadsWhoeverWrites)
{
    constexpr int threads = 4, answers = 5'000;
    Outbox outbox;
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    std::thread writer{[&outbox, in = ends[1]] { outbox.write_to(in); }};
    std::vector<std::thread> posting;
    for (int thread = 0; thread < threads; ++thread)
        posting.emplace_back([&outbox, thread] {
            for (int i = 0; i < answers; ++i) outbox.answer(std::to_string(thread) + " " + std::to_string(i) + "\n");
        });
    std::array<int, threads> next{};
    auto* read = ::fdopen(ends[0], "r");
    for (int lines = 0, thread = 0, number = 0; lines < threads * answers; ++lines) {
        ASSERT_EQ(std::fscanf(read, "%d %d", &thread, &number), 2);
        ASSERT_EQ(number, next.at(static_cast<std::size_t>(thread))++);
    }
    for (auto& one : posting) one.join();
    outbox.stop();
    writer.join();
    std::fclose(read);
    ::close(ends[1]);
}

TEST(Outbox, KeepsEveryAnswerThroughAFloodAndDropsTheOldestReads)
{
    const auto outbox = std::make_shared<Outbox>();
    const Reporter report{outbox, "bus"};
    for (int i = 0; i < 5000; ++i) {
        report.presented("reader", {.kind = PresentedKind::card_number, .value = std::to_string(i)}, now());
        if (i % 10 == 0) outbox->answer("answer " + std::to_string(i) + "\n");
    }
    const auto all = written(*outbox);

    EXPECT_EQ(count_of(all, "answer "), 500U);
    EXPECT_EQ(count_of(all, "presented"), 1024U);
    EXPECT_THAT(all, HasSubstr("\"4999\""));
    EXPECT_THAT(all, Not(HasSubstr("\"3000\"")));
    EXPECT_EQ(outbox->dropped().at("presented"), 5000U - 1024U);
}

TEST(Outbox, LetsANewerDoorStateSupersedeTheOlderOneWhenThingsPileUp)
{
    const auto outbox = std::make_shared<Outbox>();
    const Reporter report{outbox, "bus"};
    for (int i = 0; i < 300; ++i) report.door("other", static_cast<std::uint8_t>(i % 256), {.contact = Contact::closed});
    for (int i = 0; i < 99; ++i) report.door("panel", 1, {.contact = Contact::open});
    report.door("panel", 1, {.contact = Contact::closed});
    const auto all = written(*outbox);

    EXPECT_EQ(count_of(all, "panel"), 1U);
    EXPECT_THAT(all.substr(all.find("panel")), HasSubstr("closed"));
    EXPECT_EQ(outbox->dropped().at("door"), 44U + 99U);
}

TEST(Outbox, KeepsFewErrorsOfAFloodOfBadLines)
{
    Outbox outbox;
    for (int i = 0; i < 1000; ++i) outbox.error("bad\n");
    outbox.answer("good\n");
    const auto all = written(outbox);

    EXPECT_EQ(count_of(all, "bad"), 64U);
    EXPECT_EQ(count_of(all, "good"), 1U);
}

TEST(Outbox, IsCrowdedOnceTheDaemonDoesNotTakeItsAnswers)
{
    Outbox outbox;
    for (int i = 0; i < 1023; ++i) outbox.answer("a\n");
    EXPECT_FALSE(outbox.crowded());
    outbox.answer("a\n");
    EXPECT_TRUE(outbox.crowded());
}

TEST(Outbox, EndsWhenTheOtherSideIsGone)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ::close(ends[0]);
    ASSERT_NE(std::signal(SIGPIPE, SIG_IGN), SIG_ERR);
    Outbox outbox;
    outbox.answer("to nobody\n");
    outbox.write_to(ends[1]);
    EXPECT_TRUE(outbox.closed());
    EXPECT_TRUE(outbox.drained(Deadline::in(Milliseconds{0})));
    ::close(ends[1]);
}

TEST(Reporter, TellsACardReadWithItsBits)
{
    const auto outbox = std::make_shared<Outbox>();
    Reporter{outbox, "bus-a"}.presented("rd", {.reader = 2, .kind = PresentedKind::card_bits, .value = "1dc6071", .bits = 26},
                                        Time{Milliseconds{77}});
    EXPECT_EQ(written(*outbox),
              R"({"type":"presented","line":"bus-a","device":"rd","at":"77","reader":2,"kind":"card_bits","value":"1dc6071","bits":26})"
              "\n");
}

TEST(Reporter, TellsWhatTheClockOfADeviceShowed)
{
    auto outbox = std::make_shared<Outbox>();
    Reporter{outbox, "broker"}.clock("yard-ctl", 1772524800, Time{Milliseconds{81'230'009}});
    EXPECT_EQ(written(*outbox), R"({"type":"clock","line":"broker","device":"yard-ctl","at":"81230009","time":"1772524800"})"
                                "\n");
}

TEST(Reporter, TellsWhetherTheSettingsOfADeviceAreRightAndOfTwoWordsTheLast)
{
    auto outbox = std::make_shared<Outbox>();
    const Reporter reporter{outbox, "broker"};
    reporter.setup("yard-ctl", SetupState::differs, "PulseTime1 is 0 and not 50");
    EXPECT_THAT(written(*outbox), testing::EndsWith(R"(,"state":"differs","detail":"PulseTime1 is 0 and not 50"})"
                                                    "\n"));
    for (int i = 0; i < 10'000; ++i) reporter.event("gate-ctl", {.kind = EventKind::granted}); // nobody takes what is said
    reporter.setup("yard-ctl", SetupState::unknown, "no answer");
    reporter.setup("yard-ctl", SetupState::verified);
    const auto told = written(*outbox);
    EXPECT_THAT(told, testing::HasSubstr(R"(,"state":"verified"})"));
    EXPECT_THAT(told, testing::Not(testing::HasSubstr("no answer")));
}

TEST(Reporter, LosesNoWordThatATableChangedInAStormOfOtherEvents)
{
    auto outbox = std::make_shared<Outbox>();
    const Reporter reporter{outbox, "broker"};
    reporter.event("yard-ctl", {.kind = EventKind::table_changed});
    for (int i = 0; i < 10'000; ++i) reporter.event("gate-ctl", {.kind = EventKind::granted});
    EXPECT_THAT(written(*outbox), testing::HasSubstr("table_changed"));
}

TEST(Reporter, TellsALineWithoutADevice)
{
    const auto outbox = std::make_shared<Outbox>();
    Reporter{outbox, "broker"}.line_offline("connection_lost");
    EXPECT_THAT(written(*outbox), StartsWith(R"({"type":"offline","line":"broker","at":)"));
}

} // namespace
} // namespace gatehouse::sdk
