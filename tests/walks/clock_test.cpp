// The real daemon on a machine whose wall clock is wrong.

#include "site.hpp"
#include "spy.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class WrongClock : public testing::Test {
protected:
    void SetUp() override
    {
        site.daemon.stop();
        site.daemon.set_clock(0s);
        site.daemon.start();
        ada = site.grant("Ada", "04a1b2c3");
        ben = site.grant("Ben", "04d4e5f6");
        site.ask("/acs/users/update", {{"acs_user_id", ben.user},
                                       {"access_schedule", {{"starts_at", utc_in(30min)}, {"ends_at", utc_in(std::chrono::hours{24})}}}});
        const auto stands = [this](const Holder& holder) {
            const auto table = site.front.table();
            return std::find(table.begin(), table.end(), holder.uid) != table.end();
        };
        // Ben's entry goes there once the controller told its clock: a gateway that dies in the middle of that takes it out when it is
        // back.
        ASSERT_TRUE(eventually(patience, [&] { return site.verified(ada) && stands(ben) && site.settled(); }));
    }
    /// The answer of the evaluator at the front door, now.
    std::string why(const Holder& holder)
    {
        std::string front;
        for (const auto& [id, name] : site.doors)
            if (name == "front") front = id;
        const auto told = site.ask("/gatehouse/access/why", {{"device_id", front}, {"acs_credential_id", holder.credential}});
        return text(told.at("access").as_array().at(0).as_object(), "reason");
    }
    bool healthy()
    {
        const auto health = site.ask("/health");
        return health.at("status") == "ok" && health.at("clock").as_object().at("trusted") == true;
    }
    static std::chrono::seconds back_to_1970()
    {
        return -std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    }

    Site site;
    Holder ada, ben;
};

TEST_F(WrongClock, ABoxThatComesBackIn1970LeavesItsDoorsAsTheyAreAndSaysSo)
{
    const auto front = site.front.table();
    ASSERT_EQ(why(ben), "not_yet");
    site.ask("/user_identities/create", {{"full_name", "Cleo Brandt"}}); // answered when it is on the disk, and what was proven before it
    site.daemon.kill();
    Spy spy{site.broker.uri()}; // what a busy machine wrote once more before that is none of this
    site.daemon.set_clock(back_to_1970());
    site.daemon.start();
    EXPECT_FALSE(healthy());
    EXPECT_EQ(why(ada), "granted");
    EXPECT_EQ(why(ben), "time_untrusted");
    ASSERT_TRUE(eventually(patience, [this] { return site.settled(); }));
    EXPECT_THAT(writes(spy.commands()), IsEmpty());
    EXPECT_EQ(site.front.table(), front);

    const auto told = site.daemon.command({"clock"});
    EXPECT_EQ(told.status, 3);
    EXPECT_THAT(told.output, HasSubstr("not trusted (before_build_date)"));
    EXPECT_THAT(told.output, HasSubstr("1970-01-01T00:00"));
    EXPECT_EQ(site.daemon.command({"clock", "accept"}).status, 1) << "nobody can vouch for that";

    site.revoke(ada);
    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().empty() && site.settled(); })) << "a revoke needs no clock";
    EXPECT_THAT(site.front.table(), testing::Not(testing::Contains(ada.uid)));

    site.daemon.set_clock(40min); // Ben's time has come
    EXPECT_TRUE(eventually(patience, [this] { return healthy(); }));
    EXPECT_EQ(why(ben), "granted");
    EXPECT_TRUE(eventually(patience, [this] { return site.verified(ben); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.daemon.log().find("clock_trusted") != std::string::npos; }));
    site.daemon.stop();
    EXPECT_THAT(site.events("gateway.clock_untrusted"), SizeIs(1));
    EXPECT_THAT(site.events("gateway.clock_trusted"), SizeIs(1));
    EXPECT_THAT(site.events("gateway.clock_accepted"), IsEmpty()) << "that word was refused";
}

TEST_F(WrongClock, AJumpOfYearsOpensNothingUntilATimeServiceOrAnOperatorVouches)
{
    site.daemon.set_clock(std::chrono::hours{24 * 3650});
    EXPECT_FALSE(healthy());
    EXPECT_EQ(why(ben), "time_untrusted");
    EXPECT_EQ(why(ada), "granted");
    site.daemon.set_clock(31min);
    EXPECT_FALSE(healthy()) << "half an hour more than passed";
    EXPECT_EQ(why(ben), "time_untrusted");
    site.daemon.touch_sync_marker(31min);
    EXPECT_TRUE(eventually(patience, [this] { return healthy(); })) << "a time service has set it";
    EXPECT_EQ(why(ben), "granted");

    site.daemon.set_clock(90min);
    EXPECT_FALSE(healthy());
    const auto accepted = site.daemon.command({"clock", "accept"});
    EXPECT_EQ(accepted.status, 0) << accepted.complaint;
    EXPECT_THAT(accepted.output, HasSubstr("The clock is trusted"));
    EXPECT_TRUE(healthy());
    EXPECT_EQ(why(ben), "granted");
    site.daemon.stop();
    const auto trail = site.events("gateway.clock_accepted");
    ASSERT_THAT(trail, SizeIs(1));
}

} // namespace
} // namespace gatehouse::walks
