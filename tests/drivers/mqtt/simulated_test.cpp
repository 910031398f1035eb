// The driver against the simulated controller, which is as ugly as the real one.

#include "drivers/sim-mqtt/program.hpp"
#include "fixtures/broker.hpp"
#include "site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using simulators::Control;
using simulators::Program;
using testing::HasSubstr;

constexpr const char* acknowledged = R"([{"verdict":"acknowledged"}])";

class Simulated : public testing::Test {
protected:
    Simulated() { controller.line(); }

    std::vector<std::string> arguments() const
    {
        return {"mqtt",       "--model", "esp-rfid",  "--broker", broker.url(), "--topic", "site/front",    "--ip", "192.168.4.11",
                "--hostname", "front",   "--control", socket,     "--boot-ms",  "1",       "--reconnect-s", "0.05"};
    }
    std::string told(const std::string& request) { return boost::json::serialize(Control{socket}.ask(request)); }
    void attach()
    {
        ASSERT_EQ(site.verdict(site.attach("front", "site/front", "192.168.4.11")), "acknowledged");
        ASSERT_TRUE(site.told("online", ""));
    }
    /// Whether the controller got to see, and threw away, a command while it was deaf.
    bool has_missed_a_command()
    {
        for (const auto until = sdk::now() + sdk::Milliseconds{10'000}; sdk::now() < until;)
            if (told(R"({"op":"dump"})").find(R"("requests_dropped":0)") == std::string::npos) return true;
        return false;
    }
    boost::json::object read() { return site.patient_answer(site.start_read("front")); }

    fixtures::Broker broker;
    std::string socket = (broker.folder() / "control").string();
    Program controller{arguments()};
    Site site{broker.url()};
};

TEST_F(Simulated, ACardThatWasWrittenOpensAndOneThatWasErasedDoesNot)
{
    attach();
    ASSERT_EQ(site.apply("front", site.put_text("04a1b2c3")), acknowledged);
    EXPECT_THAT(told(R"({"op":"present","uid":"04a1b2c3"})"), HasSubstr(R"("opened":true)"));
    EXPECT_TRUE(site.told("event", "front"));
    ASSERT_EQ(site.apply("front", site.drop_text("04a1b2c3")), acknowledged);
    EXPECT_THAT(told(R"({"op":"present","uid":"04a1b2c3"})"), HasSubstr(R"("opened":false)"));
}

TEST_F(Simulated, AnAcknowledgedWriteThatWasNotStoredIsNotInTheTable)
{
    attach();
    told(R"({"op":"fault","name":"write_fails","value":true})");
    EXPECT_EQ(site.apply("front", site.put_text("04a1b2c3")), acknowledged);
    const auto table = read();
    EXPECT_EQ(Site::text(table, "page"), R"("complete")");
    EXPECT_EQ(Site::text(table, "entries"), "[]");
}

TEST_F(Simulated, AListThatLosesEveryEntryIsNotReadAsAListThatLosesSome)
{
    attach();
    for (const char* uid : {"0411", "0422", "0433", "0444"}) ASSERT_EQ(site.apply("front", site.put_text(uid)), acknowledged);
    told(R"({"op":"fault","name":"list_drops","value":0.5})");
    const auto table = read();
    const bool all =
        Site::text(table, "entries").find("0411") != std::string::npos && Site::text(table, "entries").find("0444") != std::string::npos;
    EXPECT_TRUE(all || Site::text(table, "page") == R"("partial")") << boost::json::serialize(table);
}

TEST_F(Simulated, APowerCycleEndsTheOutstandingCommandAndTheNextOneWorks)
{
    attach();
    ASSERT_EQ(site.apply("front", site.put_text("04a1b2c3")), acknowledged);
    told(R"({"op":"silent","on":true})");
    const auto begun = sdk::now();
    const auto lost = site.start_apply("front", site.drop_text("04a1b2c3"), 20'000);
    ASSERT_TRUE(has_missed_a_command());
    told(R"({"op":"silent","on":false})");
    told(R"({"op":"power_cycle","table":"keep"})");
    EXPECT_THAT(Site::text(site.driver.answer(lost), "steps"), HasSubstr(R"("verdict":"unknown")"));
    EXPECT_TRUE(site.told("online", "front"));
    EXPECT_THAT(site.apply("front", site.drop_text("04a1b2c3")), testing::AnyOf(acknowledged, HasSubstr("late_ack")));
    EXPECT_THAT(told(R"({"op":"present","uid":"04a1b2c3"})"), HasSubstr(R"("opened":false)"));
    EXPECT_LT(sdk::now() - begun, sdk::Milliseconds{10'000});
}

TEST_F(Simulated, ACardDoesNotOpenInTheSecondItsEntryEnds)
{
    constexpr std::int64_t end = 4'000'000'000; // of the entry that is put
    attach();
    ASSERT_EQ(site.apply("front", site.put_text("04a1b2c3")), acknowledged);
    const auto time = Control{socket}.ask(R"({"op":"dump"})").at("time").as_int64();
    const auto clock = [this](std::int64_t skew) { told(R"({"op":"fault","name":"clock_skew_s","value":)" + std::to_string(skew) + "}"); };
    clock(end - 60 - time);
    EXPECT_THAT(told(R"({"op":"present","uid":"04a1b2c3"})"), HasSubstr(R"("opened":true)"));
    clock(end - time);
    EXPECT_THAT(told(R"({"op":"present","uid":"04a1b2c3"})"), HasSubstr(R"("opened":false)"));
    EXPECT_THAT(Site::text(read(), "entries"), HasSubstr(R"("until":"4000000000")"));
}

TEST_F(Simulated, TheClockOfAControllerThatBootsIsTold)
{
    attach();
    told(R"({"op":"fault","name":"clock_skew_s","value":7200})");
    told(R"({"op":"power_cycle","table":"keep"})");
    const auto shown = Control{socket}.ask(R"({"op":"dump"})").at("time").as_int64();
    EXPECT_TRUE(site.driver.find([shown](const boost::json::object& line) {
        const auto* time = line.if_contains("time");
        return line.at("type") == "clock" && time != nullptr && std::abs(std::stoll(time->as_string().c_str()) - shown) < 60;
    }));
}

TEST_F(Simulated, OpensTheDoorFromHere)
{
    attach();
    EXPECT_EQ(site.verdict(site.driver.ask("strike", Site::named("front") + R"(,"door":1,"pulse_ms":400)")), "acknowledged");
    EXPECT_THAT(told(R"({"op":"dump"})"), HasSubstr(R"("pulses":1)"));
}

} // namespace
} // namespace gatehouse::mqtt
