// What a driver may say at most, and what is made of numbers and words that make no sense.

#include "devices/news.hpp"
#include "unit/devices/two_drivers.hpp"

namespace gatehouse::tests {
namespace {

using base::Monotonic;
using devices::Link;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

devices::Message told(const std::string& type, const std::string& marker = {})
{
    return *devices::parse_message(R"({"type":")" + type + R"(","marker":")" + marker + "\"}");
}

TEST(AllowanceTest, SoManyAtOnceAndThenOneInEachWhile)
{
    devices::Allowance allowance{3, 500ms};
    const Monotonic begin{1h};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.take(begin));
    EXPECT_FALSE(allowance.take(begin + 499ms));
    EXPECT_TRUE(allowance.take(begin + 500ms));
    EXPECT_FALSE(allowance.take(begin + 501ms));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.take(begin + 1h));
    EXPECT_FALSE(allowance.take(begin + 1h)) << "no more is saved";
}

TEST(NewsTest, OfWhatComesTooOftenTheNewestOfEachKindIsToldLater)
{
    devices::News news;
    const Monotonic begin{1h};
    for (int i = 0; i < 16; ++i) EXPECT_TRUE(news.take(told("online"), begin));
    EXPECT_FALSE(news.take(told("online"), begin));
    EXPECT_FALSE(news.take(told("restarted", "1"), begin));
    EXPECT_FALSE(news.take(told("offline"), begin));
    EXPECT_FALSE(news.take(told("restarted", "2"), begin));
    EXPECT_THAT(news.due(begin), IsEmpty());
    EXPECT_FALSE(news.take(told("tamper"), begin + 500ms)) << "what waits comes first";

    std::vector<std::string> types;
    for (const auto& message : news.due(begin + 10s)) types.push_back(message.type + devices::text_of(message.body, "marker"));
    EXPECT_THAT(types, ElementsAre("offline", "restarted2", "tamper"));
    EXPECT_TRUE(news.take(told("online"), begin + 10s));
}

TEST(WireBoundsTest, CapabilitiesThatMakeNoSenseAreTheNearestThatDo)
{
    const auto found = devices::capabilities_from(
        *boost::json::parse(
             R"({"capabilities":{"slot_first":"9000000000000000000","capacity":"9000000000000000000","key_limit":-1,"key_bits":1000,
            "pin_length":{"min":"1000000000000","max":-5},"max_epoch":"-1"}})")
             .if_object());
    EXPECT_EQ(found.slot_first, 1'000'000);
    EXPECT_EQ(found.capacity, 1'000'000);
    EXPECT_EQ(found.key_limit, 0);
    EXPECT_EQ(found.key_bits, 64);
    EXPECT_EQ(found.pin_min, 16) << "a code of so many digits was asked for";
    EXPECT_EQ(found.pin_max, 0);
    EXPECT_EQ(found.max_epoch, 0);
}

TEST(WireBoundsTest, AKeyOrASlotThatIsNoneSpoilsItsPage)
{
    for (const auto* entry : {R"({"key":"04a1\nb2","key_kind":"card_uid_hex"})", R"({"key":"04 a1","key_kind":"card_uid_hex"})",
                              R"({"key":"0é","key_kind":"card_uid_hex"})", R"({"slot":-1})", R"({"slot":1000001})"}) {
        const auto page = boost::json::parse(R"({"entries":[)" + std::string{entry} + "]}");
        EXPECT_FALSE(devices::entries_from(page.as_object())) << entry;
    }
}

TEST(WireBoundsTest, WordsOfADriverAreOneLineOfText)
{
    const auto message = boost::json::parse(R"({"reason":"gone\"\n[error] forged\u0000\u001b[2J"})");
    EXPECT_EQ(devices::text_of(message.as_object(), "reason"), "gone\" [error] forged  [2J");
}

TEST(WireBoundsTest, AMessageOfTooManyPiecesIsNone)
{
    const auto many = [](int count, const std::string& piece) {
        std::string line = R"({"type":"event","x":[)";
        for (int i = 0; i < count; ++i) line += piece + ",";
        return line + "0]}";
    };
    EXPECT_TRUE(devices::parse_message(many(390, R"({"a":1})")));
    EXPECT_FALSE(devices::parse_message(many(410, R"({"a":1})")));
    EXPECT_TRUE(devices::parse_message(many(9'000, "0")));
    EXPECT_FALSE(devices::parse_message(many(11'000, "0")));
}

TEST_F(SupervisionTest, ADeviceThatFlapsIsToldOfNowAndThenAndAtLastAsItStands)
{
    start();
    heard.clear();
    for (int i = 0; i < 1'000; ++i) {
        driver.says(R"({"type":"online","line":"broker","device":"yard","at":"1","reason":"boot"})");
        driver.says(R"({"type":"offline","line":"broker","device":"yard","at":"1","reason":"silent"})");
    }
    driver.says(R"({"type":"online","line":"broker","device":"yard","at":"1","reason":"answer"})");
    EXPECT_LE(heard.size(), 20U);
    run_for(10s);
    EXPECT_LE(heard.size(), 30U);
    EXPECT_EQ(fleet.status(first_device)->link, Link::online);
    EXPECT_EQ(fleet.status(first_device)->reason, "answer");
}

TEST_F(SupervisionTest, ADriverThatTalksNonsenseInTheTurnInWhichItIsGreetedIsStartedAgain)
{
    driver.ignores = {"hello"};
    start();
    driver.ignores.clear();
    driver.says(R"({"type":"answer","id":"1","verdict":"acknowledged","version":1,"name":"mqtt","driver":"1"})");
    for (int i = 0; i < 40; ++i) driver.says("{");
    EXPECT_TRUE(run_until([this] { return attached(); })) << "it was taken for one that is up";
    EXPECT_EQ(processes(), 2U);
}

TEST_F(SupervisionTest, ADriverThatRefusesTheGreetingIsSaidToHaveDoneSo)
{
    driver.ignores = {"hello"};
    start();
    driver.says(R"({"type":"answer","id":"1","verdict":"refused","reason":"version","versions":[7]})");
    run_for(10ms);
    EXPECT_THAT(fleet.status(first_device)->fault, HasSubstr("no version of the protocol that this gateway does"));
}

TEST_F(SupervisionTest, ADriverThatDoesNotAnswerTheGreetingIsSaidNotTo)
{
    driver.ignores = {"hello"};
    start();
    run_for(4s);
    EXPECT_THAT(fleet.status(first_device)->fault, HasSubstr("did not answer the greeting"));
}

} // namespace
} // namespace gatehouse::tests
