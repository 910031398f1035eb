// What is wrong between the driver and its broker: the line's reason names it, and a sentence in the log says what to do.

#include "fake_controller.hpp"
#include "site.hpp"
#include "test_certificates.hpp"

#include "fixtures/broker.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <gmock/gmock.h>
#include <thread>

namespace gatehouse::mqtt {
namespace {

using fixtures::Broker;
using fixtures::FakeController;
using testing::HasSubstr;
using testing::Not;

constexpr const char* anybody = "lets anybody in without a password";

std::string ca_secret(const fixtures::TestCertificates& certificates)
{
    return boost::json::serialize(boost::json::object{{"ca", certificates.ca_pem()}});
}

std::vector<std::string> tls_lines(const fixtures::TestCertificates& certificates)
{
    return {"cafile " + certificates.ca_file(), "certfile " + certificates.certificate_file(), "keyfile " + certificates.key_file()};
}

bool line_is(Site& site, const std::string& type, const std::string& reason)
{
    return site.driver
        .find([&type, &reason](const boost::json::object& line) {
            return line.at("type") == type.c_str() && !line.contains("device") && line.at("reason") == reason.c_str();
        })
        .has_value();
}

bool has_said(Site& site, const std::string& text)
{
    return site.driver
        .find([&text](const boost::json::object& line) {
            return line.at("type") == "log" && std::string{line.at("text").as_string()}.find(text) != std::string::npos;
        })
        .has_value();
}

std::size_t count_of(const Site& site, const std::string& type)
{
    const auto& lines = site.driver.lines();
    return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&type](const boost::json::object& line) {
        return line.at("type") == type.c_str() && (type == "log" || !line.contains("device"));
    }));
}

std::string said_by(const Site& site)
{
    std::string all;
    for (const auto& line : site.driver.lines()) all += boost::json::serialize(line) + "\n";
    return all;
}

std::string user_file(const std::filesystem::path& folder)
{
    const auto users = folder / "users";
    std::ofstream{users} << fixtures::mosquitto_user("gatehouse", "correct-horse");
    return users.string();
}

TEST(BrokerStatus, NamesACertificateForAnotherName)
{
    const fixtures::TestCertificates certificates{"broker.elsewhere"};
    const Broker broker{tls_lines(certificates)};
    Site site{"mqtts://localhost:" + std::to_string(broker.port()), "", ca_secret(certificates)};
    EXPECT_TRUE(line_is(site, "offline", "tls_name")) << site.driver.log();
    EXPECT_TRUE(has_said(site, "the broker's certificate is for another name than the one in localhost:"));
    EXPECT_EQ(count_of(site, "online"), 0U);
}

TEST(BrokerStatus, NamesAnAuthorityThatDoesNotVouch)
{
    const fixtures::TestCertificates certificates{"localhost"}, others{"localhost"};
    const Broker broker{tls_lines(certificates)};
    const auto url = "mqtts://localhost:" + std::to_string(broker.port());
    Site site{url, "", ca_secret(others)};
    EXPECT_TRUE(line_is(site, "offline", "tls_authority")) << site.driver.log();
    EXPECT_TRUE(has_said(site, "the authority in `ca` does not vouch"));
    Site without{url};
    EXPECT_TRUE(line_is(without, "offline", "tls_authority"));
    EXPECT_TRUE(has_said(without, "name the site's own as `ca`"));
    Site nonsense{url, "", R"({"ca":"not a certificate"})"};
    EXPECT_TRUE(line_is(nonsense, "offline", "tls_ca"));
    EXPECT_EQ(count_of(site, "online") + count_of(without, "online") + count_of(nonsense, "online"), 0U);
}

TEST(BrokerStatus, NamesThePortThatIsTheOther)
{
    const fixtures::TestCertificates certificates{"localhost"};
    const Broker encrypted{tls_lines(certificates)}, plain;
    Site tls_to_plain{"mqtts://localhost:" + std::to_string(plain.port()), "", ca_secret(certificates)};
    EXPECT_TRUE(line_is(tls_to_plain, "offline", "tls_refused"));
    Site plain_to_tls{encrypted.url()};
    EXPECT_TRUE(line_is(plain_to_tls, "offline", "hung_up"));
    EXPECT_TRUE(has_said(plain_to_tls, "one without TLS?"));
    Site nobody{"mqtt://127.0.0.1:" + std::to_string(fixtures::free_port())};
    EXPECT_TRUE(line_is(nobody, "offline", "unreachable"));
    EXPECT_TRUE(has_said(nobody, "nobody answers at 127.0.0.1:"));
}

TEST(BrokerStatus, NamesAWrongPasswordAndAMissingOne)
{
    const fixtures::Folder folder;
    Broker broker{{"allow_anonymous false", "password_file " + user_file(folder.path())}};
    Site wrong{broker.url(), R"(,"user":"gatehouse")", R"({"password":"battery-staple"})"};
    EXPECT_TRUE(line_is(wrong, "offline", "bad_credentials"));
    EXPECT_TRUE(has_said(wrong, R"(does not take the user "gatehouse" with this password)"));
    Site none{broker.url()};
    EXPECT_TRUE(line_is(none, "offline", "credentials_wanted"));
    EXPECT_TRUE(has_said(none, "wants a user and a password"));

    std::ofstream{folder.path() / "users"} << fixtures::mosquitto_user("gatehouse", "battery-staple");
    broker.restart();
    EXPECT_TRUE(line_is(wrong, "online", "connected")) << "once it is right";
}

TEST(BrokerStatus, AMessageTheBrokerFindsTooLargeIsNamed)
{
    const Broker broker{{"max_packet_size 150"}};
    FakeController yard{broker.uri(), "h/y", "10.20.0.31", "yard"};
    Site site{broker.url()};
    site.attach("yard", "h/y", "10.20.0.31");
    ASSERT_TRUE(site.told("online", ""));
    EXPECT_THAT(site.apply("yard", site.put_text("04a1b2c3")), Not(HasSubstr(R"([{"verdict":"acknowledged"}])")));
    EXPECT_TRUE(line_is(site, "offline", "message_too_large")) << site.driver.log();
    EXPECT_TRUE(has_said(site, "max_packet_size is too small"));
    EXPECT_TRUE(yard.records().empty());
}

/// Somebody who comes with the driver's own client id, and again at once when he is pushed off. Without a library: they take their time.
class Twin {
public:
    Twin(std::uint16_t port, std::string client_id) : port_{port}, client_id_{std::move(client_id)}
    {
        comes_back_ = std::thread{[this] {
            while (!gone_) come();
        }};
    }
    ~Twin()
    {
        gone_ = true;
        comes_back_.join();
    }
    Twin(const Twin&) = delete;
    Twin& operator=(const Twin&) = delete;

private:
    /// From one connect to its end.
    void come()
    {
        boost::asio::io_context context;
        boost::asio::ip::tcp::socket socket{context};
        boost::system::error_code failed;
        socket.connect({boost::asio::ip::address_v4::loopback(), port_}, failed);
        const timeval a_while{.tv_sec = 0, .tv_usec = 100'000};
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &a_while, sizeof a_while);
        auto connect =
            std::string{"\x10\0\0\4MQTT\4\2\0\x3c\0", 13} + static_cast<char>(client_id_.size()) + client_id_; // MQTT 3.1.1, clean
        connect[1] = static_cast<char>(connect.size() - 2);
        ::send(socket.native_handle(), connect.data(), connect.size(), MSG_NOSIGNAL);
        char byte = 0;
        for (ssize_t got = 1; got != 0 && !gone_;) got = ::recv(socket.native_handle(), &byte, 1, 0);
    }

    std::uint16_t port_;
    std::string client_id_;
    std::atomic<bool> gone_ = false;
    std::thread comes_back_;
};

TEST(BrokerStatus, ASecondClientWithOurIdIsNamedAndNotFoughtWithForEver)
{
    const Broker broker;
    FakeController yard{broker.uri(), "harbour/yard", "10.20.0.31", "yard"};
    Site site{broker.url(), R"(,"client_id":"gateway")"};
    site.attach("yard", "harbour/yard", "10.20.0.31");
    ASSERT_TRUE(site.told("online", ""));
    const auto begun = sdk::now();
    {
        const Twin twin{broker.port(), "gateway"};
        for (int looks = 0; looks < 4 && !line_is(site, "offline", "pushed_off"); ++looks) {
        }
        EXPECT_TRUE(line_is(site, "offline", "pushed_off")) << said_by(site);
        EXPECT_TRUE(has_said(site, "maybe another client comes with our client id gateway"));
        const auto long_after = [begun](const auto&) { return sdk::now() - begun > sdk::Milliseconds{10'000}; };
        while (!site.driver.find(long_after)) { // a look ends after five seconds
        }
    }
    EXPECT_LE(count_of(site, "online"), 7U) << "after 0.2, 0.4, 0.8, 1.6 and 3.2 s, and what the library takes";
    std::string answer;
    const auto stored = [&site, &answer] {
        return (answer = site.apply("yard", site.put_text("0411"), 500)) == R"([{"verdict":"acknowledged"}])";
    };
    for (int i = 0; i < 6 && !stored(); ++i)
        (void)site.driver.find([n = count_of(site, "online"), &site](const auto&) { return count_of(site, "online") > n; });
    EXPECT_TRUE(yard.records().contains("0411")) << "nobody takes it any more: " << answer;
}

TEST(OpenDoor, ABrokerThatLetsAnybodyInIsToldOfOnceThoughWeHaveAPassword)
{
    const fixtures::Folder folder;
    const Broker broker{{"allow_anonymous true", "password_file " + user_file(folder.path())}};
    Site site{broker.url(), R"(,"user":"gatehouse")", R"({"password":"correct-horse"})"};
    ASSERT_TRUE(line_is(site, "online", "connected"));
    EXPECT_TRUE(has_said(site, anybody));
    site.driver.ask("close_line");
    const auto before = count_of(site, "log");
    site.driver.ask("open_line",
                    R"(,"endpoint":{"url":")" + broker.url() + R"(","user":"gatehouse"},"secrets":{"password":"correct-horse"})");
    for (std::size_t onlines = 0; onlines < 2;)
        ASSERT_TRUE(site.driver.find([&site, &onlines](const auto&) { return (onlines = count_of(site, "online")) >= 2; }));
    const auto again = site.driver.find([&site, before](const auto&) { return count_of(site, "log") > before; });
    EXPECT_FALSE(again) << "not again within the hour: " << boost::json::serialize(*again);
}

TEST(OpenDoor, ABrokerThatTurnsAStrangerAwayIsNotToldOf)
{
    const fixtures::Folder folder;
    const Broker broker{{"allow_anonymous false", "password_file " + user_file(folder.path())}};
    Site site{broker.url(), R"(,"user":"gatehouse")", R"({"password":"correct-horse"})"};
    ASSERT_TRUE(line_is(site, "online", "connected"));
    site.attach("yard", "harbour/yard", "10.20.0.31");
    site.apply("yard", site.put_text("0411"), 500);
    site.driver.close_input();
    EXPECT_EQ(site.driver.exit_code(sdk::Milliseconds{5000}), 0);
    EXPECT_THAT(site.driver.log(), HasSubstr("visitor_turned_away"));
    EXPECT_EQ(count_of(site, "log"), 0U);
}

TEST(OpenDoor, ALineWithoutAUserIsWarnedOf)
{
    const Broker broker;
    Site site{broker.url()};
    EXPECT_TRUE(has_said(site, anybody));
}

} // namespace
} // namespace gatehouse::mqtt
