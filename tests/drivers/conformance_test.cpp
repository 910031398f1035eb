#include "drivers/driver_process.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace gatehouse::drivers {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Conformance : public testing::Test {
protected:
    void attach(const std::string& params = "{}", const std::string& doors = R"([{"door":1,"mode":"locked"}])")
    {
        driver.agree();
        ASSERT_EQ(driver.ask("open_line", R"(,"endpoint":{},"secrets":{"password":"hunter2"})").at("verdict"), "acknowledged");
        const auto attached = driver.ask("attach", R"(,"device":"d","profile":"skeleton/memory","params":)" + params +
                                                       R"(,"secrets":{"key":"c0ffee"},"doors":)" + doors);
        ASSERT_EQ(attached.at("verdict"), "acknowledged");
    }
    static std::string put(const std::string& key)
    {
        return R"({"op":"put","key":")" + key + R"(","key_kind":"card_uid_hex","doors":[1],"until":"1900000000","tag":"g1"})";
    }
    static std::string steps(const std::string& list) { return R"(,"device":"d","steps":[)" + list + "]"; }
    static std::string strike(int milliseconds) { return R"(,"device":"d","door":1,"pulse_ms":)" + std::to_string(milliseconds); }
    std::optional<json::object> door(const char* lock)
    {
        return driver.find([lock](const json::object& line) { return line.at("type") == "door" && line.at("lock") == lock; });
    }
    std::string last_lock()
    {
        std::string lock;
        for (const auto& line : driver.lines())
            if (line.at("type") == "door") lock = line.at("lock").as_string();
        return lock;
    }

    DriverProcess driver{SKELETON_DRIVER};
};

TEST_F(Conformance, AgreesOnVersionOneOutOfSeveral)
{
    EXPECT_EQ(driver.ask("ping").at("reason"), "no_hello");
    const auto welcome = driver.ask("hello", R"(,"versions":[1,2])");
    EXPECT_EQ(welcome.at("verdict"), "acknowledged");
    EXPECT_EQ(welcome.at("version"), 1);
    EXPECT_EQ(driver.ask("ping").at("verdict"), "acknowledged");
}

TEST_F(Conformance, RefusesUnknownVersionsAndExitsWithThree)
{
    EXPECT_EQ(driver.ask("hello", R"(,"versions":[7])").at("reason"), "version");
    EXPECT_EQ(driver.exit_code(2s), 3);
}

TEST_F(Conformance, HoldsWhatItWasGivenAndNothingElse)
{
    attach(R"({"holds":["0badcafe"]})");
    const auto applied = driver.ask(
        "apply", steps(put("04a1b2c3") + "," + put("0411") + "," + R"({"op":"drop","key":"0badcafe","key_kind":"card_uid_hex"})"));
    EXPECT_EQ(applied.at("steps").as_array().size(), 3U);

    const auto page = driver.ask("read_table", R"(,"device":"d")");
    EXPECT_EQ(page.at("page"), "complete");
    ASSERT_EQ(page.at("entries").as_array().size(), 2U);
    EXPECT_EQ(page.at("entries").at(1),
              json::parse(R"({"key":"04a1b2c3","key_kind":"card_uid_hex","doors":[1],"until":"1900000000","tag":"g1","state":"active"})"));
}

TEST_F(Conformance, PutsAndDropsTwiceEndWhereOnceDoes)
{
    attach();
    const auto drop = R"({"op":"drop","key":"0411","key_kind":"card_uid_hex"})";
    for (const auto& step : {put("0411"), put("0411")})
        EXPECT_EQ(driver.ask("apply", steps(step)).at("steps").at(0).at("verdict"), "acknowledged");
    EXPECT_EQ(driver.ask("read_table", R"(,"device":"d")").at("entries").as_array().size(), 1U);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(driver.ask("apply", steps(drop)).at("steps").at(0).at("verdict"), "acknowledged");
    EXPECT_THAT(driver.ask("read_table", R"(,"device":"d")").at("entries").as_array(), IsEmpty());
}

TEST_F(Conformance, FullIsSaidAndNothingEvicted)
{
    attach(R"({"capacity":1})");
    const auto applied = driver.ask("apply", steps(put("aa") + "," + put("bb")));
    EXPECT_EQ(applied.at("steps").at(1).at("verdict"), "full");
    EXPECT_EQ(driver.ask("read_table", R"(,"device":"d")").at("entries").at(0).at("key"), "aa");
}

TEST_F(Conformance, PagesALongTable)
{
    attach();
    std::string list;
    for (int i = 0; i < 128; ++i) list += (i ? "," : "") + put("aa" + std::to_string(100 + i));
    driver.ask("apply", steps(list));
    driver.ask("apply", steps(put("bb")));
    const auto first = driver.ask("read_table", R"(,"device":"d")");
    EXPECT_EQ(first.at("page"), "more");
    const auto second = driver.ask("read_table", R"(,"device":"d","cursor":")" + std::string{first.at("cursor").as_string()} + "\"");
    EXPECT_EQ(second.at("page"), "complete");
    EXPECT_EQ(second.at("entries").at(0).at("key"), "bb");
}

TEST_F(Conformance, AStrikeOvertakesTheReadOfALongTable)
{
    attach(R"({"step_ms":300,"holds":["aa","bb","cc","dd"]})");
    const auto read = driver.request("read_table", R"(,"device":"d")");
    EXPECT_EQ(driver.ask("strike", strike(50)).at("verdict"), "acknowledged");
    EXPECT_TRUE(door("unlocked"));
    EXPECT_EQ(driver.answer(read).at("page"), "complete");
    EXPECT_EQ(last_lock(), "locked") << "the pulse ended while the table was read";
}

TEST_F(Conformance, ARevokeEndsTheReadOfItsDevice)
{
    attach(R"({"step_ms":300,"holds":["aa","bb","cc","dd"]})");
    const auto read = driver.request("read_table", R"(,"device":"d")");
    const auto revoke = driver.request("apply", steps(R"({"op":"drop","key":"aa","key_kind":"card_uid_hex"})"));

    const auto ended = driver.answer(read); // partial, or unknown when it had not begun
    EXPECT_EQ(ended.at("reason"), "yielded");
    EXPECT_FALSE(ended.contains("page") && ended.at("page") == "complete");
    EXPECT_EQ(driver.answer(revoke).at("steps").at(0).at("verdict"), "acknowledged");
}

TEST_F(Conformance, APutThatCannotWaitEndsTheReadOfItsDevice)
{
    attach(R"({"step_ms":300,"holds":["aa","bb","cc","dd"]})");
    const auto read = driver.request("read_table", R"(,"device":"d")");
    const auto narrowing = driver.request("apply", steps(put("aa")));

    const auto ended = driver.answer(read);
    EXPECT_EQ(ended.at("reason"), "yielded");
    EXPECT_FALSE(ended.contains("page") && ended.at("page") == "complete");
    EXPECT_EQ(driver.answer(narrowing).at("steps").at(0).at("verdict"), "acknowledged");
}

TEST_F(Conformance, AReadThatItsDeadlineEndsIsPartial)
{
    attach(R"({"step_ms":40,"holds":["aa","bb","cc","dd","ee","ff"]})");
    const auto page = driver.ask("read_table", R"(,"device":"d")", 100ms);
    EXPECT_EQ(page.at("page"), "partial");
    EXPECT_EQ(page.at("reason"), "late");
}

TEST_F(Conformance, StartsNothingAfterItsDeadline)
{
    attach();
    const auto late = driver.ask("strike", strike(50), -1ms);
    EXPECT_EQ(late.at("verdict"), "unknown");
    EXPECT_EQ(late.at("reason"), "late");
    const auto apply = driver.ask("apply", steps(put("aa")), -1ms);
    EXPECT_EQ(apply.at("reason"), "late");
    EXPECT_THAT(driver.ask("read_table", R"(,"device":"d")").at("entries").as_array(), IsEmpty());
    EXPECT_EQ(last_lock(), "locked");
}

TEST_F(Conformance, SurvivesMalformedOversizeAndUnknownLines)
{
    attach();
    const auto told = [this](const char* reason) {
        return driver.find([reason](const json::object& line) { return line.at("type") == "error" && line.at("reason") == reason; });
    };
    driver.send("{\"type\":");
    EXPECT_TRUE(told("malformed"));
    driver.send(std::string(10 * 1024 * 1024, 'x'));
    EXPECT_TRUE(told("oversize"));
    driver.send(R"({"type":"frobnicate"})");
    EXPECT_TRUE(told("unsupported"));
    EXPECT_EQ(driver.ask("frobnicate").at("verdict"), "unsupported");
    EXPECT_EQ(driver.ask("strike", R"(,"device":"d","door":"one","pulse_ms":1)").at("reason"), "invalid");
    EXPECT_EQ(driver.ask("ping", R"(,"later_field":[{}])").at("verdict"), "acknowledged");
}

TEST_F(Conformance, AssertsDoorModesAtAttachBeforeItIsOnline)
{
    attach("{}", R"([{"door":1,"mode":"locked"},{"door":2,"mode":"unlocked"},{"door":3,"mode":"leave"}])");
    std::vector<std::string> order;
    for (const auto& line : driver.lines()) {
        if (line.at("type") == "door")
            order.push_back(std::string{line.at("lock").as_string()} + std::to_string(line.at("door").as_int64()));
        if (line.at("type") == "online" && line.contains("device")) order.emplace_back("online");
    }
    EXPECT_THAT(order, testing::ElementsAre("locked1", "unlocked2", "online"));
}

TEST_F(Conformance, EndOfInputLocksItsDoorsAndExitsWithinTwoSeconds)
{
    attach(R"({"step_ms":60000,"holds":["aa"]})", R"([{"door":1,"mode":"unlocked"}])");
    driver.request("read_table", R"(,"device":"d")", 60s);
    driver.close_input();
    EXPECT_EQ(driver.exit_code(2s), 0);
    EXPECT_EQ(last_lock(), "locked");
}

TEST_F(Conformance, SigtermMeansTheSame)
{
    attach("{}", R"([{"door":1,"mode":"unlocked"}])");
    driver.signal(SIGTERM);
    EXPECT_EQ(driver.exit_code(2s), 0);
    EXPECT_EQ(last_lock(), "locked");
}

TEST_F(Conformance, ShutdownAnswersAndExits)
{
    attach("{}", R"([{"door":1,"mode":"unlocked"}])");
    EXPECT_EQ(driver.ask("shutdown").at("verdict"), "acknowledged");
    EXPECT_EQ(last_lock(), "locked");
    EXPECT_EQ(driver.exit_code(2s), 0);
}

TEST_F(Conformance, StopsReadingWhileItsAnswersAreNotTakenAndLosesNone)
{
    attach();
    const auto strike = [](std::size_t number) {
        const auto id = std::to_string(1'000'000 + number);
        return R"({"type":"strike","id":")" + id + R"(","deadline":"4000000000000","line":"bus","device":"d","door":1,"pulse_ms":1})" +
               "\n";
    };
    std::size_t sent = 0;
    std::size_t went = 0;
    while ((went = driver.send_unread(strike(sent))) == strike(sent).size()) ASSERT_LT(++sent, 20'000U) << "it reads on and on";

    driver.send(strike(sent).substr(went, strike(sent).size() - went - 1));
    EXPECT_TRUE(driver.answer(std::to_string(1'000'000 + sent)).contains("verdict"));
    const auto is_answer = [](const json::object& line) { return line.contains("id") && line.at("id").as_string().size() == 7; };
    EXPECT_EQ(static_cast<std::size_t>(std::count_if(driver.lines().begin(), driver.lines().end(), is_answer)), sent + 1);
}

TEST_F(Conformance, KeepsSecretsOutOfItsLog)
{
    attach();
    driver.ask("apply", steps(R"({"op":"put","key":"987654","key_kind":"pin","doors":[1],"pin":"135790"},)" + put("04a1b2c3")));
    driver.send(R"({"type":"apply","id":"900","key":"246802")");
    driver.ask("shutdown");
    driver.exit_code(2s);
    const auto log = driver.log();
    EXPECT_THAT(log, HasSubstr("driver_ended"));
    for (const auto* secret : {"hunter2", "c0ffee", "987654", "135790", "04a1b2c3", "246802"}) EXPECT_THAT(log, Not(HasSubstr(secret)));
}

TEST(CommandLine, PrintsTheManifestThatStandsBesideTheProgram)
{
    DriverProcess driver{SKELETON_DRIVER, {"--manifest"}};
    const auto printed = driver.text_output();
    EXPECT_EQ(driver.exit_code(2s), 0);
    std::ifstream file{std::string{SKELETON_DRIVER} + ".json"};
    const std::string beside{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(json::parse(printed), json::parse(beside));
}

TEST(CommandLine, ExitsWithTwoOnWrongArguments)
{
    DriverProcess driver{SKELETON_DRIVER, {"--frobnicate"}};
    EXPECT_EQ(driver.exit_code(2s), 2);
    EXPECT_THAT(driver.log(), HasSubstr("usage"));
}

TEST(CommandLine, HasAFindingForAnyProfileOfADriverWithoutProfiles)
{
    DriverProcess driver{SKELETON_DRIVER, {"--check-profile", "/nowhere.yaml"}};
    EXPECT_THAT(driver.text_output(), HasSubstr("/nowhere.yaml:1: "));
    EXPECT_EQ(driver.exit_code(2s), 1);
}

} // namespace
} // namespace gatehouse::drivers
