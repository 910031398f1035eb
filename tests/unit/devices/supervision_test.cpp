#include "unit/devices/two_drivers.hpp"

namespace gatehouse::tests {
namespace {

using base::Monotonic;
using devices::Link;
using devices::Verdict;
using testing::ElementsAre;
using testing::Ge;
using testing::SizeIs;

TEST_F(SupervisionTest, ADriverIsGreetedGivenItsLinesAndItsDevicesInThatOrder)
{
    start();
    std::vector<std::string> types;
    for (const auto& line : driver.sent) types.emplace_back(line.at("type").as_string());
    types.resize(3);
    EXPECT_THAT(types, ElementsAre("hello", "open_line", "attach"));
    EXPECT_EQ(boost::json::serialize(driver.sent[0]),
              R"({"type":"hello","versions":[1],"daemon":"gatehoused","profiles":"/profiles","id":"1"})");
    EXPECT_EQ(driver.sent[2].at("doors"),
              boost::json::parse(R"([{"door":0,"mode":"locked","pulse_ms":5000},{"door":1,"mode":"locked","pulse_ms":5000}])"));
    EXPECT_TRUE(attached());
    EXPECT_TRUE(fleet.status(first_device)->capabilities.stores_credentials);
    EXPECT_TRUE(std::holds_alternative<devices::Attached>(heard.front().what));
}

TEST_F(SupervisionTest, ADriverOfAnotherVersionOrWithoutAGreetingServesNothingAndIsStartedAgain)
{
    driver.version = 2;
    start();
    EXPECT_FALSE(attached());
    EXPECT_EQ(asked("open_line"), 0);
    EXPECT_FALSE(fleet.status(first_device)->fault.empty());
    driver.version = 1;
    ASSERT_TRUE(run_until([this] { return attached(); }));
    driver.crashes();
    driver.ignores = {"hello"};
    run_for(20s);
    EXPECT_FALSE(attached());
    driver.ignores.clear();
    EXPECT_TRUE(run_until([this] { return attached(); }));
}

TEST_F(SupervisionTest, ADriverThatDoesNotAnswerAPingIsReplacedWithinSeconds)
{
    start();
    driver.ignores = {"ping"};
    const auto hung = clock.now();
    ASSERT_TRUE(run_until([this] { return processes() == 2; }));
    EXPECT_LE(clock.now() - hung, 6s);
    EXPECT_GE(clock.now() - hung, 3s);
    driver.ignores.clear();
    EXPECT_TRUE(run_until([this] { return attached(); }, 2s));
}

TEST_F(SupervisionTest, WhatCrashesAgainAndAgainIsStartedEverMoreSlowlyUpToACap)
{
    driver.starts = false;
    fleet.refresh();
    run_for(10min);
    const auto& times = driver.launched;
    ASSERT_THAT(times, SizeIs(Ge(12U)));
    EXPECT_EQ(times[1] - times[0], 200ms);
    EXPECT_EQ(times[2] - times[1], 400ms);
    for (std::size_t i = 2; i < times.size(); ++i) {
        EXPECT_GE(times[i] - times[i - 1], times[i - 1] - times[i - 2]);
        EXPECT_LE(times[i] - times[i - 1], 30s);
    }
}

TEST_F(SupervisionTest, ADriverThatWasWellForAMinuteIsStartedAgainAtOnce)
{
    driver.starts = false;
    fleet.refresh();
    run_for(1min);
    driver.starts = true;
    ASSERT_TRUE(run_until([this] { return attached(); }));
    run_for(59s);
    const auto soon = processes();
    driver.crashes();
    run_for(1s);
    EXPECT_EQ(processes(), soon) << "not yet a minute";
    ASSERT_TRUE(run_until([this] { return attached(); }));
    run_for(61s);
    const auto before = processes();
    driver.crashes();
    run_for(201ms);
    EXPECT_EQ(processes(), before + 1);
}

TEST_F(SupervisionTest, ACrashTakesItsDevicesOfflineAndTheNextProcessBringsThemBack)
{
    start();
    driver.crashes();
    run_for(10ms);
    EXPECT_FALSE(attached());
    EXPECT_EQ(fleet.status(first_device)->link, Link::offline);
    EXPECT_THAT(fleet.status(first_device)->fault, testing::HasSubstr("signal 11"));
    EXPECT_TRUE(std::holds_alternative<devices::Offline>(heard.back().what));
    EXPECT_TRUE(attached(other_device)) << "no other driver's devices";
    EXPECT_THAT(launcher.other.launched, SizeIs(1));
    run_for(1s);
    EXPECT_TRUE(attached());
    EXPECT_TRUE(std::holds_alternative<devices::Attached>(heard.back().what));
}

TEST_F(SupervisionTest, WhatACrashedDriverOwedIsUnknownAndWhatIsAskedWhileItIsGoneIsOffline)
{
    start();
    driver.ignores = {"strike"};
    const auto outcome = strike();
    run_for(10ms);
    EXPECT_FALSE(*outcome);
    driver.crashes();
    run_for(10ms);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->verdict, Verdict::unknown);
    const auto later = strike();
    ASSERT_TRUE(*later);
    EXPECT_EQ((*later)->verdict, Verdict::offline);
}

TEST_F(SupervisionTest, AnAnswerOwedASecondAfterItsDeadlineIsUnknownAndItsDriverIsReplaced)
{
    start();
    driver.ignores = {"strike"};
    const auto outcome = strike(500ms);
    run_for(1499ms);
    EXPECT_FALSE(*outcome);
    EXPECT_TRUE(attached());
    run_for(10ms);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->verdict, Verdict::unknown);
    EXPECT_FALSE(attached());
}

TEST_F(SupervisionTest, EachRequestCarriesItsDeadlineAsBudgetAndExpiry)
{
    start();
    strike(700ms);
    const auto at = std::chrono::floor<base::milliseconds>(clock.now().time_since_epoch()) + 700ms;
    EXPECT_EQ(driver.sent.back().at("deadline").as_string(), std::to_string(at.count()));
    EXPECT_EQ(driver.sent.back().at("pulse_ms"), 5000);
}

TEST_F(SupervisionTest, ADriverThatTakesNoMoreInputIsReplaced)
{
    start();
    driver.takes_input = false;
    const auto outcome = strike();
    run_for(1ms);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->verdict, Verdict::unknown);
    EXPECT_FALSE(attached());
    driver.takes_input = true;
    EXPECT_TRUE(run_until([this] { return attached(); }));
}

TEST_F(SupervisionTest, NonsenseIsSurvivedAndADriverThatKeepsTalkingItIsReplaced)
{
    start();
    const std::vector<std::string> nonsense{"{",
                                            "",
                                            R"({"type":7})",
                                            R"({"type":"answer","id":"999999","verdict":"acknowledged"})",
                                            R"({"type":"answer","id":1})",
                                            R"({"type":"online","line":"nowhere","device":"yard","at":"1"})",
                                            R"({"type":"online","line":"broker","device":"nobody","at":"1"})",
                                            R"({"type":"error","reason":"malformed"})"};
    for (int round = 0; round < 4; ++round)
        for (const auto& line : nonsense) driver.says(line);
    run_for(1s);
    EXPECT_TRUE(attached()) << "32 in ten seconds are bad luck";
    EXPECT_EQ(fleet.status(first_device)->link, Link::unknown);
    driver.says("{");
    run_for(1ms);
    EXPECT_FALSE(attached());
    EXPECT_TRUE(run_until([this] { return attached(); }));
}

TEST_F(SupervisionTest, OldNonsenseIsForgiven)
{
    start();
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 30; ++i) driver.says("{");
        run_for(11s);
    }
    EXPECT_TRUE(attached());
    EXPECT_EQ(processes(), 1U);
}

TEST_F(SupervisionTest, ASecondAnswerToOneRequestChangesNothing)
{
    start();
    driver.ignores = {"strike"};
    const auto outcome = strike();
    const auto id = last_id("strike");
    driver.says(R"({"type":"answer","id":")" + id + R"(","verdict":"refused","reason":"no"})");
    driver.says(R"({"type":"answer","id":")" + id + R"(","verdict":"acknowledged"})");
    run_for(1ms);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->verdict, Verdict::refused);
}

TEST_F(SupervisionTest, ALateWordOfAReplacedProcessIsNotTakenForTheNewOnes)
{
    start();
    driver.ignores = {"strike"};
    strike();
    const auto old = last_id("strike");
    driver.crashes();
    ASSERT_TRUE(run_until([this] { return processes() == 2 && attached(); }));
    const auto outcome = strike();
    EXPECT_NE(last_id("strike"), old);
    driver.says(R"({"type":"answer","id":")" + old + R"(","verdict":"acknowledged"})");
    run_for(1ms);
    EXPECT_FALSE(*outcome);
}

TEST_F(SupervisionTest, OfAFloodTwoHundredASecondAreTaken)
{
    start();
    heard.clear();
    run_for(2s);
    for (int i = 0; i < 1'000; ++i) driver.says(R"({"type":"door","line":"broker","device":"yard","at":"1","door":1,"contact":"open"})");
    EXPECT_THAT(heard.size(), 200);
    run_for(2s);
    driver.says(R"({"type":"door","line":"broker","device":"yard","at":"1","door":1,"contact":"closed"})");
    EXPECT_THAT(heard.size(), 201);
    EXPECT_TRUE(attached());
}

TEST_F(SupervisionTest, ARestartIsHeardThroughAFlood)
{
    start();
    for (int i = 0; i < 1'000; ++i) driver.says(R"({"type":"door","line":"broker","device":"yard","at":"1","door":1,"contact":"open"})");
    heard.clear();
    driver.says(R"({"type":"restarted","line":"broker","device":"yard","at":"1","marker":"2"})");
    ASSERT_THAT(heard.size(), 1);
    EXPECT_TRUE(std::holds_alternative<devices::Restarted>(heard.front().what));
}

TEST_F(SupervisionTest, ALineThatComesUpIsToldToItsDevices)
{
    start();
    heard.clear();
    driver.says(R"({"type":"online","line":"broker","at":"1"})");
    ASSERT_FALSE(heard.empty());
    EXPECT_TRUE(std::holds_alternative<devices::LineUp>(heard.front().what));
}

TEST_F(SupervisionTest, OnlineAndOfflineOfALineAndItsDevicesAreKept)
{
    start();
    driver.says(R"({"type":"online","line":"broker","device":"yard","at":"1","reason":"heartbeat"})");
    EXPECT_EQ(fleet.status(first_device)->link, Link::online);
    driver.says(R"({"type":"offline","line":"broker","at":"2","reason":"connection_lost"})");
    EXPECT_EQ(fleet.status(first_device)->link, Link::offline);
    EXPECT_EQ(fleet.status(first_device)->reason, "connection_lost");
    EXPECT_TRUE(attached()) << "offline is news, not a gate";
    EXPECT_EQ(fleet.status(other_device)->link, Link::unknown);
}

TEST_F(SupervisionTest, ADeviceThatGoesOnBeingHeardIsHeardAndThatIsNoNews)
{
    start();
    driver.says(R"({"type":"online","line":"broker","device":"yard","at":"1","reason":"heartbeat"})");
    const auto first = fleet.status(first_device)->heard_at;
    run_for(3min);
    heard.clear();
    driver.says(R"({"type":"alive","line":"broker","device":"yard","at":"2"})");
    EXPECT_EQ(*fleet.status(first_device)->heard_at - *first, 3min);
    EXPECT_EQ(fleet.status(first_device)->link, Link::online);
    EXPECT_TRUE(heard.empty());
}

TEST_F(SupervisionTest, ADeviceIsHeardWhenItAnsweredAndNotWhenItsDriverDid)
{
    start();
    const auto ask = [this] {
        asio::co_spawn(core, fleet.apply(first_device, {devices::Step{true, {.key = "04a1b2c3"}}}, 5s), asio::detached);
        run_for(10ms);
    };
    driver.ignores = {"apply"};
    ask();
    driver.says(R"({"type":"answer","id":")" + last_id("apply") +
                R"(","verdict":"acknowledged","steps":[{"verdict":"unknown","reason":"timeout"}]})");
    run_for(10ms);
    EXPECT_FALSE(fleet.status(first_device)->heard_at) << "the list was worked through, and nobody answered";
    ask();
    driver.says(R"({"type":"answer","id":")" + last_id("apply") + R"(","verdict":"acknowledged","steps":[{"verdict":"refused"}]})");
    run_for(10ms);
    EXPECT_TRUE(fleet.status(first_device)->heard_at);
}

TEST_F(SupervisionTest, AnAttachThatWasNotAnsweredIsTakenBackAndMadeAgain)
{
    driver.ignores = {"attach"};
    start();
    driver.says(R"({"type":"answer","id":")" + last_id("attach") + R"(","verdict":"unknown"})");
    run_for(2100ms);
    ASSERT_EQ(asked("attach"), 2);
    driver.says(R"({"type":"answer","id":")" + last_id("attach") + R"(","verdict":"refused","reason":"already_attached"})");
    driver.ignores.clear();
    ASSERT_TRUE(run_until([this] { return attached(); }, 5s));
    EXPECT_EQ(asked("detach"), 1);
}

TEST_F(SupervisionTest, ARefusedDeviceIsNotAskedAgainAndSaysWhy)
{
    driver.ignores = {"attach"};
    start();
    driver.says(R"({"type":"answer","id":")" + last_id("attach") + R"(","verdict":"refused","reason":"no_such_profile","detail":"x/1"})");
    run_for(20s);
    EXPECT_EQ(asked("attach"), 1);
    EXPECT_THAT(fleet.status(first_device)->fault, testing::HasSubstr("no_such_profile"));
}

TEST_F(SupervisionTest, ADeviceThatKeepsEndsByDateIsNotServedAndSaysWhy)
{
    driver.device("yard").capabilities = {{"stores_credentials", true}, {"supports_validity", "date"}};
    start();
    run_for(20s);
    EXPECT_FALSE(attached()) << "an entry to 17:00 would open to midnight, and stand as ended";
    EXPECT_THAT(fleet.status(first_device)->fault, testing::HasSubstr("validity by date is not served yet"));
    EXPECT_THAT(asked_since(1), ElementsAre("open_line broker", "attach yard", "detach yard")) << "and is not asked again";
    const auto came = [](const devices::Notification& told) { return std::holds_alternative<devices::Attached>(told.what); };
    EXPECT_TRUE(std::none_of(heard.begin(), heard.end(), [&came](const auto& told) { return told.device == first_device && came(told); }));

    driver.device("yard").capabilities = {{"stores_credentials", true}, {"supports_validity", "seconds"}};
    auto device = directory.device(first_device)->row;
    device.profile = "another/1";
    change(device);
    EXPECT_TRUE(attached()) << "another profile, another answer";
}

TEST_F(SupervisionTest, AMessageLongerThanADriverReadsIsRefusedAndItsDriverGoesOn)
{
    auto device = directory.device(first_device)->row;
    device.address = R"({"params":{"topic":")" + std::string(70'000, 'x') + R"("}})";
    ASSERT_TRUE(directory.apply(model::put(device)));
    start();
    run_for(30s);
    EXPECT_EQ(launcher.first.launched.size(), 1U) << "a new process could not read it either";
    EXPECT_FALSE(fleet.status(first_device)->attached);
    EXPECT_THAT(fleet.status(first_device)->fault, testing::HasSubstr("64 KiB"));
}

TEST_F(SupervisionTest, ShutDownIsAskedForAndEndsEveryDriver)
{
    start();
    asio::co_spawn(core, fleet.stop(2s), asio::detached);
    ASSERT_TRUE(run_until([this] { return !driver.running() && !launcher.other.running(); }, 1s));
    EXPECT_EQ(asked("shutdown"), 1);
    run_for(10s);
    EXPECT_EQ(processes(), 1U) << "nothing is started again";
}

} // namespace
} // namespace gatehouse::tests
