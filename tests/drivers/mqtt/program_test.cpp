// The driver as the daemon runs it, with a real broker and scripted controllers behind it.

#include "fake_controller.hpp"
#include "site.hpp"

#include "fixtures/broker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using fixtures::Broker;
using fixtures::FakeController;
using testing::HasSubstr;

constexpr const char* done_once = R"([{"verdict":"acknowledged"}])";

TEST(Program, StoresReadsBackErasesAndOpens)
{
    Broker broker;
    FakeController yard{broker.uri(), "harbour/yard", "10.20.0.31", "yard"};
    Site site{broker.url()};
    ASSERT_EQ(site.verdict(site.attach("yard", "harbour/yard", "10.20.0.31")), "acknowledged");
    ASSERT_TRUE(site.told("online", ""));

    EXPECT_EQ(site.apply("yard", site.put_text("04a1b2c3")), done_once);
    EXPECT_THAT(yard.records()["04a1b2c3"], HasSubstr(R"("validuntil":3999999999)"));
    EXPECT_TRUE(site.told("online", "yard"));

    const auto table = site.patient_answer(site.start_read("yard"));
    EXPECT_EQ(Site::text(table, "page"), R"("complete")");
    EXPECT_EQ(
        Site::text(table, "entries"),
        R"([{"key":"04a1b2c3","key_kind":"card_uid_hex","doors":[1],"from":"1772524800","until":"4000000000","label":"Dan","tag":"g:1","state":"active"}])");

    EXPECT_EQ(site.verdict(site.driver.ask("strike", Site::named("yard") + R"(,"door":1,"pulse_ms":5000)")), "acknowledged");
    EXPECT_EQ(yard.opened(), 1);
    EXPECT_EQ(site.apply("yard", site.drop_text("04a1b2c3")), done_once);
    EXPECT_TRUE(yard.records().empty());
    EXPECT_EQ(yard.unlock_qos(), 0);
    EXPECT_EQ(yard.table_qos(), 1);
    EXPECT_EQ(yard.retained(), 0);
}

TEST(Program, AnEmptyTableIsProvenEmpty)
{
    Broker broker;
    FakeController yard{broker.uri(), "harbour/yard", "10.20.0.31", "yard"};
    Site site{broker.url()};
    site.attach("yard", "harbour/yard", "10.20.0.31");
    ASSERT_TRUE(site.told("online", ""));
    const auto table = site.patient_answer(site.start_read("yard"));
    EXPECT_EQ(Site::text(table, "page"), R"("complete")");
    EXPECT_EQ(Site::text(table, "entries"), "[]");
}

TEST(Program, ABrokerStoppedMidWayNeverYieldsACompleteTable)
{
    Broker broker;
    FakeController yard{broker.uri(), "harbour/yard", "10.20.0.31", "yard"};
    Site site{broker.url()};
    site.attach("yard", "harbour/yard", "10.20.0.31");
    ASSERT_TRUE(site.told("online", ""));
    ASSERT_EQ(site.apply("yard", site.put_text("0411")), done_once);
    ASSERT_EQ(site.apply("yard", site.put_text("0422")), done_once);

    yard.stop_after_rows = 1;
    const auto id = site.start_read("yard");
    ASSERT_TRUE(yard.hears(3)); // the list command has arrived
    broker.stop();
    const auto table = site.patient_answer(id);
    EXPECT_NE(Site::text(table, "page"), R"("complete")");
    EXPECT_TRUE(site.told("offline", ""));
    EXPECT_THAT(Site::text(site.driver.ask("read_table", Site::named("yard")), "verdict"), R"("offline")");
}

TEST(Program, ComesBackWithItsBrokerAndHearsItsDevicesAgain)
{
    Broker broker;
    FakeController yard{broker.uri(), "harbour/yard", "10.20.0.31", "yard"};
    Site site{broker.url()};
    site.attach("yard", "harbour/yard", "10.20.0.31");
    ASSERT_TRUE(site.told("online", ""));
    broker.stop();
    ASSERT_TRUE(site.told("offline", ""));
    EXPECT_THAT(site.apply("yard", site.put_text("0411")), HasSubstr(R"("verdict":"offline")"));
    broker.start();
    int onlines = 0;
    ASSERT_TRUE(site.driver.find([&onlines](const boost::json::object& line) {
        onlines += line.at("type") == "online" && !line.contains("device");
        return onlines == 2;
    }));
    std::string answer;
    for (int i = 0; i < 20 && answer != done_once; ++i)
        answer = site.apply("yard", site.put_text("0411"), 500); // until the device is back too
    EXPECT_THAT(answer, testing::AnyOf(done_once, HasSubstr("late_ack")));
    EXPECT_TRUE(yard.records().contains("0411"));
}

TEST(Program, ADarkControllerDelaysNobodyElse)
{
    Broker broker;
    FakeController yard{broker.uri(), "harbour/yard", "10.20.0.31", "yard"};
    FakeController gate{broker.uri(), "harbour/gate", "10.20.0.32", "gate"};
    Site site{broker.url()};
    site.attach("yard", "harbour/yard", "10.20.0.31");
    site.attach("gate", "harbour/gate", "10.20.0.32");
    ASSERT_TRUE(site.told("online", ""));
    yard.dark = true;
    const auto dark = site.start_apply("yard", site.drop_text("0411"), 20'000);
    const auto begun = sdk::now();
    EXPECT_EQ(site.apply("gate", site.put_text("0411")), done_once);
    EXPECT_LT(sdk::now() - begun, sdk::Milliseconds{1000});

    yard.dark = false;
    yard.boot();
    EXPECT_THAT(Site::text(site.driver.answer(dark), "steps"), HasSubstr("sign_of_life"));
    EXPECT_TRUE(site.told("online", "yard"));
}

TEST(Program, RefusesTwoControllersOnOneTopic)
{
    Broker broker;
    Site site{broker.url()};
    EXPECT_EQ(site.verdict(site.attach("yard", "harbour/all", "10.20.0.31")), "acknowledged");
    const auto second = site.attach("gate", "harbour/all", "10.20.0.32");
    EXPECT_EQ(site.verdict(second), "refused");
    EXPECT_EQ(Site::text(second, "detail"),
              R"("topic: yard answers on harbour/all/send already, and their messages could not be told apart")");
    site.driver.ask("detach", Site::named("yard"));
    EXPECT_EQ(site.verdict(site.attach("gate", "harbour/all", "10.20.0.32")), "acknowledged");
}

TEST(Program, NamesWhatIsWrongWithADeviceOrALine)
{
    Broker broker;
    Site site{broker.url()};
    EXPECT_EQ(Site::text(site.attach("yard", "harbour/#", "10.20.0.31"), "detail"),
              R"x("params.topic: not a topic (no wildcard, no leading `$`, 1 to 200 bytes)")x");
    const auto unknown =
        site.driver.ask("attach", Site::named("x") + R"(,"profile":"nobody/1.0","params":{},"secrets":{},"doors":[],"inputs":[])");
    EXPECT_EQ(Site::text(unknown, "reason"), R"("no_such_profile")");

    EXPECT_EQ(Site::text(Site{"http://127.0.0.1"}.opened, "detail"), R"("url: must start with mqtt:// or mqtts://")");
    EXPECT_EQ(Site::text(Site{broker.url(), R"(,"colour":"red")"}.opened, "detail"),
              R"("colour: a line of this driver has no such field")");
    EXPECT_EQ(Site::text(Site{broker.url(), R"(,"password":"x")"}.opened, "detail"),
              R"x("password: must be a secret ({credential: NAME} or {file: PATH})")x");
}

TEST(Program, WhatTheBrokerKeptFromEarlierIsNoSignOfLife)
{
    Broker broker;
    FakeController yard{broker.uri(), "harbour/yard", "10.20.0.31", "yard"};
    yard.say(R"({"type":"heartbeat","uptime":"5","ip":"10.20.0.31","hostname":"yard"})", /*retained=*/true);
    Site site{broker.url()};
    site.attach("yard", "harbour/yard", "10.20.0.31");
    ASSERT_TRUE(site.told("online", ""));
    site.apply("yard", site.put_text("0411"));
    const auto first =
        site.driver.find([](const boost::json::object& line) { return line.at("type") == "online" && line.contains("device"); });
    ASSERT_TRUE(first);
    EXPECT_EQ(first->at("reason").as_string(), "answer");
}

TEST(Program, ChecksAProfileFromTheCommandLine)
{
    drivers::DriverProcess good{MQTT_DRIVER, {"--check-profile", SHIPPED_PROFILES "/mqtt/esp-rfid-2.0.yaml"}};
    EXPECT_EQ(good.text_output(), "");
    EXPECT_EQ(good.exit_code(sdk::Milliseconds{5000}), 0);
    drivers::DriverProcess bad{MQTT_DRIVER, {"--check-profile", "/nowhere.yaml"}};
    EXPECT_EQ(bad.text_output(), "/nowhere.yaml: cannot be read\n");
    EXPECT_EQ(bad.exit_code(sdk::Milliseconds{5000}), 1);
}

/// Takes connections and says nothing: whoever dials it waits.
class SilentPort {
public:
    SilentPort() : acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}} {}
    std::string url() const { return "mqtt://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
    void somebody_dials() { acceptor_.accept(guest_); }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::socket guest_{context_};
};

TEST(Program, ALineClosedWhileItDialsCostsNothingElse)
{
    SilentPort port;
    Site site{port.url()};
    port.somebody_dials();
    EXPECT_EQ(site.verdict(site.driver.ask("close_line")), "acknowledged");
    EXPECT_EQ(site.verdict(site.driver.ask("ping")), "acknowledged") << site.driver.log();
}

TEST(Program, EndsInOrderWhileItDials)
{
    SilentPort port;
    Site site{port.url()};
    port.somebody_dials();
    site.driver.close_input();
    EXPECT_EQ(site.driver.exit_code(sdk::Milliseconds{5000}), 0) << site.driver.log();
}

} // namespace
} // namespace gatehouse::mqtt
