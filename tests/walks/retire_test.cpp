// Something that the file leaves out, and its end.

#include "site.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Retire : public testing::Test {
public:
    Retire() : ada{site.grant("Ada", "04a1b2c3")}
    {
        if (!eventually(patience, [this] { return site.verified(ada); })) throw std::runtime_error{"Ada is not verified"};
    }
    /// Whose group still has it: what is absent opens as before, and Ada has a direct grant for it.
    void leave_out_back()
    {
        const auto entrances = site.ask("/acs/entrances/list");
        for (const auto& entrance : entrances.at("acs_entrances").as_array())
            if (entrance.at("display_name") == "back")
                site.ask("/acs/entrances/grant_access", {{"acs_user_id", ada.user}, {"acs_entrance_id", entrance.at("acs_entrance_id")}});
        site.edit("staff: {entrances: {front: always, back: always}}", "staff: {entrances: {front: always}}");
        site.edit("          back:  {door: back}\n", "");
        site.edit("  back:  {owner: walk, strike: back-ctl/1}\n", "");
        const auto at = site.configuration().find("  back-ctl:");
        site.edit(site.configuration().substr(at, site.configuration().find('\n', at) + 1 - at), "");
        const auto applied = site.daemon.command({"apply"});
        if (applied.status != 0) throw std::runtime_error{applied.output + applied.complaint};
    }
    Ended retire(std::vector<std::string> what)
    {
        what.insert(what.begin(), "retire");
        auto planned = site.daemon.command(what);
        const std::string before = "--confirm ";
        const auto at = planned.output.find(before);
        if (planned.status != 3 || at == std::string::npos) return planned;
        what.insert(what.end(), {"--confirm", planned.output.substr(at + before.size(), 12)});
        return site.daemon.command(what);
    }
    bool has_controller(const std::string& key)
    {
        const auto listed = site.ask("/gatehouse/controllers/list");
        for (const auto& one : listed.at("controllers").as_array())
            if (one.at("key") == key.c_str()) return true;
        return false;
    }

    Site site;
    Holder ada;
};

TEST_F(Retire, WhatIsLeftOutOpensAsBeforeUntilItIsRetiredAndWipedAndProvenEmpty)
{
    leave_out_back();
    EXPECT_TRUE(eventually(patience, [this] { return site.settled(); }));
    EXPECT_TRUE(site.back.opens(ada.uid)) << "absent is not ended";

    const auto planned = site.daemon.command({"retire", "device/back-ctl", "wipe"});
    EXPECT_EQ(planned.status, 3);
    EXPECT_THAT(planned.output, HasSubstr("Ada                     back                all of it"));
    EXPECT_THAT(planned.output, HasSubstr("erased      entrance  back (walk)\n"));
    EXPECT_THAT(planned.output, HasSubstr("erased      grants of entrances: 1\n"));
    EXPECT_THAT(planned.output, HasSubstr("gatehouse retire device/back-ctl wipe --confirm "));
    EXPECT_TRUE(site.back.opens(ada.uid)) << "a plan ends nothing";

    site.back.silent(true);
    const auto ended = retire({"device/back-ctl", "wipe"});
    EXPECT_EQ(ended.status, 0) << ended.output << ended.complaint;
    EXPECT_THAT(ended.output, HasSubstr("device back-ctl stays until a read proves that it holds nothing of ours"));
    ASSERT_EQ(site.residuals().size(), 1U);
    EXPECT_EQ(site.residuals().at(0).at("person"), "Ada");
    EXPECT_EQ(site.client().post("/devices/get", {{"name", "back"}}).status, 404U);

    const auto again = retire({"device/back-ctl", "wipe"});
    EXPECT_EQ(again.status, 0) << "said twice: " << again.output << again.complaint;
    EXPECT_THAT(again.output, HasSubstr("device back-ctl stays until a read proves that it holds nothing of ours"));

    site.back.silent(false);
    EXPECT_TRUE(eventually(patience, [this] { return site.back.table().empty() && site.residuals().empty(); }));
    EXPECT_EQ(retire({"device/back-ctl", "wipe"}).status, 0);
    EXPECT_FALSE(has_controller("back-ctl"));
    EXPECT_THAT(site.front.table(), ElementsAre(ada.uid));
    EXPECT_TRUE(site.settled());
}

TEST_F(Retire, ADeadControllerIsLeftAsItIsOnTheWordOfTheOperator)
{
    leave_out_back();
    site.back.silent(true);
    const auto ended = retire({"device/back-ctl", "leave"});
    EXPECT_EQ(ended.status, 0) << ended.output << ended.complaint;
    EXPECT_THAT(site.residuals(), IsEmpty());
    EXPECT_FALSE(has_controller("back-ctl"));
    EXPECT_TRUE(site.back.holds(ada.uid)) << "nobody touched it";
    EXPECT_THAT(site.daemon.log(), HasSubstr("residual_access_attested"));
    site.daemon.stop();
    EXPECT_EQ(site.events("gatehouse.residual_access_attested").size(), 1U);
    EXPECT_EQ(site.events("gatehouse.retired").size(), 1U);
    site.daemon.start();
    EXPECT_TRUE(eventually(patience, [this] { return site.settled(); }));
    EXPECT_FALSE(has_controller("back-ctl"));
}

TEST_F(Retire, WhatTheFileHasIsNotRetired)
{
    const auto ended = site.daemon.command({"retire", "door/back"});
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.complaint, HasSubstr("door \"back\" is in the configuration in use"));
    EXPECT_TRUE(site.verified(ada));
}

TEST_F(Retire, WhatComesBackIntoTheFileIsWhatItWas)
{
    const auto before = site.configuration();
    const auto doors = site.doors;
    leave_out_back();
    site.edit(site.configuration(), before);
    EXPECT_EQ(site.daemon.command({"apply"}).status, 0);
    site.name_doors();
    EXPECT_EQ(site.doors, doors);
    EXPECT_TRUE(eventually(patience, [this] { return site.verified(ada); }));
}

} // namespace
} // namespace gatehouse::walks
