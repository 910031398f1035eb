#include "sdk/encode.hpp"
#include "sdk/json_text.hpp"
#include "sdk/line_splitter.hpp"
#include "sdk/run.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::sdk {
namespace {

namespace json = boost::json;
using testing::ElementsAre;

json::object read(const std::string& line)
{
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    return json::parse(line).as_object();
}

TEST(Answer, SaysOnlyWhatItsVerdictHas)
{
    EXPECT_EQ(read(encode_answer("1", Verdict::acknowledged())),
              (json::object{{"type", "answer"}, {"id", "1"}, {"verdict", "acknowledged"}}));
    EXPECT_EQ(read(encode_answer("2", Verdict::busy(Milliseconds{90'000}))),
              (json::object{{"type", "answer"}, {"id", "2"}, {"verdict", "busy"}, {"retry_after_ms", 60'000}}));
    EXPECT_EQ(read(encode_answer("3", Verdict::refused("read_only", "since boot"))),
              (json::object{{"type", "answer"}, {"id", "3"}, {"verdict", "refused"}, {"reason", "read_only"}, {"detail", "since boot"}}));
}

TEST(Answer, ToAnApplyHasOneVerdictAStepOrNone)
{
    Applied applied;
    applied.steps = {Verdict::acknowledged(), Verdict::late()};
    EXPECT_EQ(read(encode_answer("1", applied)).at("steps"),
              (json::array{{{"verdict", "acknowledged"}}, {{"verdict", "unknown"}, {"reason", "late"}}}));
    EXPECT_FALSE(read(encode_answer("1", Applied{Verdict::offline()})).contains("steps"));
}

TEST(Answer, ToAnApplySaysWhichStepsProvedThemselves)
{
    auto refused = Verdict::refused("read_only");
    refused.read_back = true;
    Applied applied;
    applied.steps = {Verdict::proven(), Verdict::acknowledged(), refused};
    EXPECT_EQ(read(encode_answer("1", applied)).at("steps"), (json::array{{{"verdict", "acknowledged"}, {"read_back", true}},
                                                                          {{"verdict", "acknowledged"}},
                                                                          {{"verdict", "refused"}, {"reason", "read_only"}}}));
    EXPECT_FALSE(read(encode_answer("1", Verdict::proven())).contains("read_back")) << "of steps alone";
}

TEST(Answer, ToAttachLeavesOutWhatADeviceCannotDo)
{
    Attached attached;
    attached.capabilities = {.stores_credentials = true,
                             .credential_kinds = {CredentialKind::pin},
                             .pin_length = {.min = 4, .max = 8},
                             .max_epoch = 4'294'967'295};
    EXPECT_EQ(read(encode_answer("1", attached)).at("capabilities"), (json::object{{"stores_credentials", true},
                                                                                   {"credential_kinds", {"pin"}},
                                                                                   {"pin_length", {{"min", 4}, {"max", 8}}},
                                                                                   {"max_epoch", "4294967295"}}));
}

TEST(Text, ThatIsNotUtf8OrTooLongIsMended)
{
    EXPECT_EQ(clean("Zoë\xff!", 20), "Zoë?!");
    EXPECT_EQ(clean("Zoë", 3), "Zo");
    EXPECT_EQ(clean("\xC0\x80\xED\xA0\x80", 20), "?????");
    EXPECT_EQ(clean("\xF0\x9F\x9A\xAA", 20), "\xF0\x9F\x9A\xAA");
}

Table long_table(std::size_t entries, std::size_t label)
{
    Table table;
    table.complete = true;
    for (std::size_t i = 0; i < entries; ++i) {
        Entry entry{.key = std::to_string(100'000 + i), .key_kind = KeyKind::card_number, .label = std::string(label, '\x01')};
        for (int door = 0; door <= highest_door; ++door) entry.doors.push_back(static_cast<std::uint8_t>(door));
        table.entries.push_back(entry);
    }
    return table;
}

TEST(Pages, CoverATableOnceWithinTheBoundOfALine)
{
    const auto table = long_table(1000, 63);
    std::size_t next = 0;
    std::vector<std::string> keys;
    for (int pages = 0; pages < 100; ++pages) {
        const auto line = encode_page("9", table, next, "5");
        ASSERT_LE(line.size(), LineSplitter::most_bytes);
        const auto page = read(line);
        for (const auto& entry : page.at("entries").as_array()) keys.emplace_back(entry.at("key").as_string());
        if (page.at("page") == "complete") break;
        EXPECT_EQ(page.at("page"), "more");
        EXPECT_EQ(page.at("cursor").as_string(), "5." + std::to_string(next));
    }
    ASSERT_EQ(keys.size(), 1000U);
    for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(keys[i], std::to_string(100'000 + i));
}

TEST(Pages, OfATableThatWasNotReadAtAllHoldNoEntries)
{
    std::size_t next = 0;
    const auto page = read(encode_page("9", Table{Verdict::offline()}, next, "9"));
    EXPECT_EQ(page.at("verdict"), "offline");
    EXPECT_FALSE(page.contains("entries"));
    EXPECT_FALSE(page.contains("page"));
}

TEST(Pages, WithAnEntryTheProtocolCannotCarryProveNoAbsence)
{
    for (const auto& entry : {Entry{.key = std::string(65, 'a')}, Entry{.key = "\xff"}, Entry{}, Entry{.key = "a", .until = -1},
                              Entry{.key = "a", .doors = {63}}}) {
        auto table = long_table(1, 0);
        table.entries.push_back(entry);
        fit(table);
        EXPECT_EQ(table.entries.size(), 1U);
        EXPECT_FALSE(table.complete);
        EXPECT_EQ(table.reason, "damaged");
    }
}

TEST(LineSplitter, CutsLinesWhereverTheReadsEnd)
{
    const std::string stream = "one\ntwo\n\nthree\n";
    for (std::size_t step = 1; step < stream.size(); ++step) {
        LineSplitter splitter;
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < stream.size(); at += step)
            splitter.feed(
                std::string_view{stream}.substr(at, step), [&lines](std::string_view line) { return lines.emplace_back(line), true; },
                [] { FAIL(); });
        EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
    }
}

TEST(LineSplitter, SkipsALineThatIsTooLongAndTellsItOnce)
{
    LineSplitter splitter;
    std::vector<std::size_t> lines;
    int told = 0;
    const auto feed = [&splitter, &lines, &told](const std::string& bytes) {
        splitter.feed(
            bytes, [&lines](std::string_view line) { return lines.push_back(line.size()), true; }, [&told] { ++told; });
    };
    feed(std::string(65'535, 'a') + "\n");
    feed(std::string(65'536, 'b') + "\n");
    for (int i = 0; i < 200; ++i) feed(std::string(50'000, 'c'));
    feed("\nafter\n");

    EXPECT_THAT(lines, ElementsAre(65'535U, 5U));
    EXPECT_EQ(told, 2);
}

} // namespace
} // namespace gatehouse::sdk
