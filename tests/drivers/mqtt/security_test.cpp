// The way to the broker: TLS with a checked name, passwords, and brokers that speak the older protocol only.

#include "fake_controller.hpp"
#include "old_broker.hpp"
#include "site.hpp"
#include "test_certificates.hpp"

#include "fixtures/broker.hpp"

#include <fstream>
#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using fixtures::Broker;
using testing::HasSubstr;
using testing::Not;

std::string json_text(const std::string& text)
{
    return boost::json::serialize(boost::json::value(text));
}

/// A TLS broker whose certificate says `name`, signed by the authority in `certificates`.
Broker tls_broker(const fixtures::TestCertificates& certificates)
{
    return Broker{
        {"cafile " + certificates.ca_file(), "certfile " + certificates.certificate_file(), "keyfile " + certificates.key_file()}};
}

std::string tls_url(const Broker& broker, const std::string& host)
{
    return "mqtts://" + host + ":" + std::to_string(broker.port());
}

TEST(Tls, ConnectsToTheBrokerItsAuthorityVouchesFor)
{
    const fixtures::TestCertificates certificates{"localhost"};
    const auto broker = tls_broker(certificates);
    Site site{tls_url(broker, "localhost"), "", R"({"ca":)" + json_text(certificates.ca_pem()) + "}"};
    EXPECT_TRUE(site.told("online", ""));
}

TEST(Tls, RefusesACertificateForAnotherName)
{
    const fixtures::TestCertificates certificates{"broker.elsewhere"};
    const auto broker = tls_broker(certificates);
    Site site{tls_url(broker, "localhost"), "", R"({"ca":)" + json_text(certificates.ca_pem()) + "}"};
    EXPECT_TRUE(site.told("offline", ""));
    EXPECT_FALSE(site.driver.find([](const boost::json::object& line) { return line.at("type").as_string() == "online"; }));
}

TEST(Tls, RefusesACertificateOfAnUnknownAuthority)
{
    const fixtures::TestCertificates certificates{"localhost"};
    const fixtures::TestCertificates other{"localhost"};
    const auto broker = tls_broker(certificates);
    Site site{tls_url(broker, "localhost"), "", R"({"ca":)" + json_text(other.ca_pem()) + "}"};
    EXPECT_TRUE(site.told("offline", "")) << site.driver.log();
    EXPECT_FALSE(site.driver.find([](const boost::json::object& line) { return line.at("type").as_string() == "online"; }));
}

TEST(Password, OpensTheBrokerAndIsNeverLogged)
{
    const fixtures::Folder folder;
    const auto users = folder.path() / "users";
    std::ofstream{users} << fixtures::mosquitto_user("gatehouse", "correct-horse");
    const Broker broker{{"allow_anonymous false", "password_file " + users.string()}};
    Site right{broker.url(), R"(,"user":"gatehouse")", R"({"password":"correct-horse"})"};
    EXPECT_TRUE(right.told("online", ""));
    Site wrong{broker.url(), R"(,"user":"gatehouse")", R"({"password":"battery-staple"})"};
    EXPECT_TRUE(wrong.told("offline", ""));
    EXPECT_THAT(right.driver.log() + wrong.driver.log(), testing::AllOf(Not(HasSubstr("correct-horse")), Not(HasSubstr("battery-staple"))));
}

TEST(OldBroker, IsSpokenToInItsOwnVersion)
{
    fixtures::OldBroker broker;
    Site site{broker.url()};
    EXPECT_TRUE(site.told("online", ""));
    EXPECT_THAT(broker.versions_tried(), testing::ElementsAre(5, 4));
}

} // namespace
} // namespace gatehouse::mqtt
