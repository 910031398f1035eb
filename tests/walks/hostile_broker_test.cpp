// What a broker does to a site: it restarts, keeps what is stale, passes on what is too much, and lets others in under our name.

#include "site.hpp"
#include "spy.hpp"

#include <gmock/gmock.h>
#include <mqtt/async_client.h>

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace gatehouse::walks {
namespace {

using testing::Not;

/// Somebody who may write what he likes.
class Intruder {
public:
    explicit Intruder(const std::string& uri, const std::string& client_id = "intruder") : client_{uri, client_id}
    {
        const auto stubborn = mqtt::connect_options_builder().automatic_reconnect(1s, 1s).clean_session(true).finalize();
        client_.connect(stubborn)->wait();
    }
    ~Intruder()
    {
        try {
            client_.disconnect()->wait_for(1s);
        } catch (const mqtt::exception&) { // it was pushed off
        }
    }
    Intruder(const Intruder&) = delete;
    Intruder& operator=(const Intruder&) = delete;
    void says(const std::string& topic, const std::string& payload, bool retained = false, int qos = 1)
    {
        client_.publish(topic, payload, qos, retained)->wait();
    }

private:
    mqtt::async_client client_;
};

class HostileBroker : public testing::Test {
protected:
    bool proven(const std::vector<Holder>& holders)
    {
        std::vector<std::string> uids;
        for (const auto& holder : holders) uids.push_back(holder.uid);
        const auto all_verified = std::all_of(holders.begin(), holders.end(), [this](const Holder& one) { return site.verified(one); });
        return all_verified && site.settled() && site.residuals().empty() && site.front.table() == uids && site.back.table() == uids;
    }
    std::string reason() { return text(site.controller("front-ctl"), "reason"); }

    Site site;
};

TEST_F(HostileBroker, RestartedTwiceInTheMiddleOfManyWritesItCostsNothingButTime)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    ASSERT_TRUE(eventually(patience, [this, &ada] { return proven({ada}); }));
    for (auto* controller : {&site.front, &site.back}) controller->fault("ops_per_s", "50");
    std::vector<Holder> guests;
    for (int i = 0; i < 20; ++i) guests.push_back(site.grant("Guest " + std::to_string(i), "05" + std::to_string(100'000 + i)));
    ASSERT_TRUE(eventually(patience, [this] { return site.front.table().size() >= 5; }));
    site.broker.restart();
    site.revoke(ada);
    ASSERT_TRUE(eventually(patience, [this] { return site.controller("front-ctl").at("state") == "online"; }));
    site.broker.restart();
    EXPECT_TRUE(eventually(10s * slack, [this, &ada] { return !site.front.opens(ada.uid) && !site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this, &guests] { return proven(guests); }));
}

/// The broker gives it to the controller each time that one connects.
TEST_F(HostileBroker, ACommandItKeptForAControllerIsUndone)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    ASSERT_TRUE(eventually(patience, [this, &ada] { return proven({ada}); }));
    Intruder intruder{site.broker.uri()};
    intruder.says("walk/front/cmd",
                  R"({"cmd":"adduser","doorip":"10.20.0.31","uid":"0bad0bad","user":"Ghost","acctype":1,"validuntil":4294967295})", true);
    ASSERT_TRUE(eventually(patience, [this] { return site.front.opens("0bad0bad"); }));
    site.front.fault("reset", "null");
    EXPECT_TRUE(eventually(patience, [this, &ada] { return !site.front.opens("0bad0bad") && proven({ada}); }));
    EXPECT_GE(site.front.counted("connects"), 2U);

    intruder.says("walk/front/cmd", R"({"cmd":"deletuid","doorip":"10.20.0.31","uid":"04a1b2c3"})", true);
    ASSERT_TRUE(eventually(patience, [this, &ada] { return !site.front.opens(ada.uid); }));
    site.front.fault("reset", "null");
    EXPECT_TRUE(eventually(patience, [this, &ada] { return proven({ada}) && site.front.opens(ada.uid); }));
}

TEST_F(HostileBroker, AnswersItKeptAreNobodysWord)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    ASSERT_TRUE(eventually(patience, [this, &ada] { return proven({ada}); }));
    Intruder intruder{site.broker.uri()};
    Spy spy{site.broker.uri()};
    site.front.silent(true);
    intruder.says("walk/front/send", R"({"type":"heartbeat","time":1772524800,"uptime":"5","ip":"10.20.0.31","hostname":"front"})", true);
    intruder.says("walk/back/send",
                  R"({"cmd":"adduser","doorip":"10.20.0.32","uid":"0bad0bad","user":"Ghost","acctype":1,"validuntil":4294967295})", true);
    ::kill(site.daemon.driver(), SIGKILL); // the next one subscribes anew, and would be given what was kept
    site.revoke(ada);
    EXPECT_TRUE(eventually(patience, [this, &ada] { return !site.back.opens(ada.uid); }));
    EXPECT_TRUE(throughout(2s, [this] { return !site.residuals().empty() && site.controller("front-ctl").at("state") != "online"; }))
        << "the front is deaf, whatever was kept of its words";
    site.front.silent(false);
    EXPECT_TRUE(eventually(patience, [this] { return proven({}); }));
    for (const auto& command : spy.commands()) EXPECT_THAT(command, Not(testing::HasSubstr("0bad0bad"))) << "for a card that is nowhere";
}

TEST_F(HostileBroker, TenThousandMessagesAtOnceCostTimeAndNothingElse)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    ASSERT_TRUE(eventually(patience, [this, &ada] { return proven({ada}); }));
    const auto driver = site.daemon.driver();
    Intruder intruder{site.broker.uri()};
    const auto event =
        R"({"type":"access","uid":"0bad0bad","username":"Unknown","access":"Denied","isKnown":"false","time":1772524800,"hostname":"front"})";
    const std::string large(70'000, 'x');
    for (int i = 0; i < 10'000; ++i) intruder.says("walk/front/send", i % 1'000 == 500 ? large : event, false, 0);
    site.revoke(ada);
    const auto ben = site.grant("Ben", "04d4e5f6");
    EXPECT_TRUE(eventually(10s * slack, [this, &ada] { return !site.front.opens(ada.uid) && !site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(10s * slack, [this, &ben] { return site.front.opens(ben.uid) && site.back.opens(ben.uid); }));
    EXPECT_TRUE(eventually(patience, [this, &ben] { return proven({ben}); }));
    EXPECT_EQ(site.daemon.driver(), driver);
}

TEST_F(HostileBroker, AnotherClientUnderTheGatewaysIdIsNamedAndWhenItHasGoneAllIsWell)
{
    const auto ada = site.grant("Ada", "04a1b2c3");
    ASSERT_TRUE(eventually(patience, [this, &ada] { return proven({ada}); }));
    char host[256]{};
    ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
    {
        Intruder twin{site.broker.uri(), std::string{"gatehouse-"} + host + "-broker"};
        EXPECT_TRUE(eventually(patience, [this] { return reason() == "pushed_off" || reason() == "client_id_taken"; }));
        EXPECT_THAT(site.daemon.log(), testing::HasSubstr("another client comes with our client id"));
        site.revoke(ada);
    }
    EXPECT_TRUE(eventually(15s * slack, [this, &ada] { return !site.front.opens(ada.uid) && !site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return proven({}); }));
}

} // namespace
} // namespace gatehouse::walks
