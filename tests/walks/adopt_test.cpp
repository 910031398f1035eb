// What a controller holds that the gateway did not write, and a controller that was exchanged: at the operator's command line.

#include "site.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::HasSubstr;

/// Ada is proven at both doors; then the front unit is another one, which came with a card of its own.
class Adopt : public testing::Test {
protected:
    void SetUp() override
    {
        ada = site.grant("Ada", "04a1b2c3");
        ASSERT_TRUE(eventually(patience, [this] { return site.verified(ada) && site.settled(); }));
        site.front.put("0bad0bad");
        unconfirmed = site.daemon.command({"replace", "front-ctl", "--by", "Nils Berg"});
        ASSERT_EQ(unconfirmed.status, 3) << unconfirmed.complaint;
        ASSERT_EQ(foreign(), 0);
        replaced = site.daemon.command({"replace", "front-ctl", "--by", "Nils Berg", "--confirm", word_in(unconfirmed)});
        ASSERT_EQ(replaced.status, 0) << replaced.complaint;
        ASSERT_TRUE(eventually(patience, [this] { return site.verified(ada) && foreign() == 1; }));
    }
    std::int64_t foreign() { return site.controller("front-ctl").at("foreign_entries").as_int64(); }
    static std::string word_in(const Ended& ended)
    {
        const std::string before = "--confirm ";
        const auto at = ended.output.find(before);
        return at == std::string::npos ? std::string{} : ended.output.substr(at + before.size(), 12);
    }
    Ended say(const std::string& word)
    {
        auto listed = site.daemon.command({"adopt", "front-ctl"});
        const std::string before = "--confirm ";
        const auto at = listed.output.find(before);
        if (at == std::string::npos) return listed;
        return site.daemon.command({"adopt", "front-ctl", word, "--confirm", listed.output.substr(at + before.size(), 12)});
    }

    Site site;
    Holder ada;
    Ended unconfirmed, replaced;
};

TEST_F(Adopt, AnotherUnitIsAtFirstContactUntilWhatItHoldsIsRemovedByTheWordOfItsList)
{
    EXPECT_THAT(unconfirmed.output, HasSubstr("1 entry of ours on front-ctl would end"));
    EXPECT_THAT(replaced.output, HasSubstr("front-ctl is another unit now. 1 entry of ours on the old one ended"));
    EXPECT_TRUE(site.controller("front-ctl").at("first_contact").as_bool());
    const auto listed = site.daemon.command({"adopt", "front-ctl"});
    EXPECT_EQ(listed.status, 0);
    EXPECT_THAT(listed.output, HasSubstr("1 entry on front-ctl that Gatehouse did not write, 0 of people known here, as read at 20"));
    EXPECT_THAT(listed.output, HasSubstr("0bad0bad"));
    const auto unsaid = site.daemon.command({"adopt", "front-ctl", "remove"});
    EXPECT_EQ(unsaid.status, 3);
    EXPECT_THAT(unsaid.output, HasSubstr("gatehouse adopt front-ctl remove --confirm "));
    EXPECT_TRUE(site.front.holds("0bad0bad"));

    const auto said = say("remove");
    EXPECT_EQ(said.status, 0) << said.output << said.complaint;
    EXPECT_THAT(said.output, HasSubstr("1 entry is to be removed"));
    EXPECT_TRUE(eventually(patience, [this] { return !site.front.holds("0bad0bad") && site.settled(); }));
    EXPECT_EQ(foreign(), 0);
    EXPECT_TRUE(site.front.opens(ada.uid));
    site.daemon.stop();
    EXPECT_EQ(site.events("gatehouse.controller.adopted").size(), 1U);
    EXPECT_EQ(site.events("gatehouse.controller.replaced").size(), 1U);
}

TEST_F(Adopt, WhatIsKeptIsKeptAfterARestart)
{
    const auto said = say("keep");
    EXPECT_EQ(said.status, 0) << said.output << said.complaint;
    ASSERT_TRUE(eventually(patience, [this] { return site.settled(); }));
    site.daemon.stop();
    site.daemon.start();
    ASSERT_TRUE(eventually(patience, [this] { return site.settled() && foreign() == 1; }));
    EXPECT_TRUE(site.front.opens("0bad0bad"));
}

TEST_F(Adopt, AUnitThatNeverAnsweredIsNeitherHeardNorAdopted)
{
    site.front.silent(true);
    const auto word = word_in(site.daemon.command({"replace", "front-ctl", "--by", "Nils Berg"}));
    ASSERT_EQ(site.daemon.command({"replace", "front-ctl", "--by", "Nils Berg", "--confirm", word}).status, 0);
    EXPECT_TRUE(site.controller("front-ctl").at("last_heard_at").is_null());
    EXPECT_NE(site.controller("front-ctl").at("state"), "online");
    const auto listed = site.daemon.command({"adopt", "front-ctl"});
    EXPECT_EQ(listed.status, 1);
    EXPECT_THAT(listed.output, HasSubstr("was not read to its end yet"));
    const auto said = site.daemon.command({"adopt", "front-ctl", "remove"});
    EXPECT_EQ(said.status, 1);
    EXPECT_THAT(said.complaint, HasSubstr("nothing was adopted"));
    site.front.silent(false);
    EXPECT_TRUE(eventually(patience, [this] { return site.controller("front-ctl").at("state") == "online" && foreign() == 1; }));
}

TEST_F(Adopt, WhatIsNoWordIsSaidWithWhereToGetOne)
{
    const auto ended = site.daemon.command({"apply", "--confirm", "yes please"});
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.complaint, HasSubstr("\"yes please\" is no word of a plan: that has 12 characters"));
}

TEST_F(Adopt, WhatIsNoCommandIsNamedWithThoseThereAre)
{
    const auto ended = site.daemon.command({"nonsense"});
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.complaint, HasSubstr("\"nonsense\" is not known; there are plan, apply, retire, clock, adopt, replace."));
}

TEST_F(Adopt, WhatIsNoControllerIsSaid)
{
    EXPECT_THAT(site.daemon.command({"adopt", "side-ctl"}).complaint, HasSubstr("No such controller"));
    EXPECT_EQ(site.daemon.command({"replace", "front-ctl"}).status, 2) << "nobody attests it";
}

} // namespace
} // namespace gatehouse::walks
