// The configuration file changes while the gateway runs.

#include "site.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

#include <fstream>

namespace gatehouse::walks {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view both = "staff: {entrances: {front: always, back: always}}";

class Reload : public testing::Test {
public:
    Reload() : ada{site.grant("Ada", "04a1b2c3")}
    {
        if (!eventually(patience, [this] { return site.verified(ada); })) throw std::runtime_error{"Ada is not verified"};
    }
    Ended apply(const std::string& word = {})
    {
        return word.empty() ? site.daemon.command({"apply"}) : site.daemon.command({"apply", "--confirm", word});
    }
    /// The word a plan asks for.
    std::string word_of(const Ended& ended)
    {
        const std::string before = "--confirm ";
        const auto at = ended.output.find(before);
        if (at == std::string::npos) throw std::runtime_error{"no word in " + ended.output + ended.complaint};
        return ended.output.substr(at + before.size(), 12);
    }
    std::string name_of(const std::string& device)
    {
        return text(site.ask("/devices/get", {{"device_id", device}}).at("device").as_object(), "display_name");
    }
    bool logged(std::string_view line) const { return site.daemon.log().find(line) != std::string::npos; }

    Site site;
    Holder ada;
};

TEST_F(Reload, ANewControllerWithADoorAndAnEntranceIsServedWithoutARestart)
{
    const Controller gate{site.broker.url(), "gate", "10.20.0.33", (site.folder.path() / "gate.sock").string(), 1};
    const auto driver = site.daemon.driver();
    site.edit(
        "doors:\n",
        "  gate-ctl: {line: broker, profile: esp-rfid/2.0, params: {topic: walk/gate, ip: 10.20.0.33, hostname: gate}, card_as: uid}\n"
        "doors:\n  gate: {owner: walk, strike: gate-ctl/1}\n");
    site.edit("        entrances:\n", "        entrances:\n          gate: {door: gate}\n");
    site.edit("back: always}}", "back: always, gate: always}}");
    const auto ended = apply();
    EXPECT_EQ(ended.status, 0) << ended.complaint;
    EXPECT_THAT(ended.output, HasSubstr("added       door      gate (walk)"));
    EXPECT_THAT(ended.output, HasSubstr("Gives access to:\n  walk          Ada"));
    site.name_doors();
    EXPECT_TRUE(eventually(patience, [&gate, this] { return gate.opens(ada.uid) && site.states(ada).at("gate") == "verified"; }));
    EXPECT_EQ(site.daemon.driver(), driver) << "the driver of the others went on";
    EXPECT_TRUE(site.front.opens(ada.uid) && site.back.opens(ada.uid));
}

TEST_F(Reload, WhatTakesAccessAwayIsRefusedWithoutTheWordOfItsPlanAndDoneWithIt)
{
    site.edit(both, "staff: {entrances: {front: always}}");
    const auto refused = apply();
    EXPECT_EQ(refused.status, 3);
    EXPECT_THAT(refused.output, HasSubstr("erased      path      staff/back (walk)\n"));
    EXPECT_THAT(refused.output,
                HasSubstr("Takes access away from:\n  walk          Ada                     back                all of it"));
    EXPECT_EQ(apply("000000000000").status, 3);
    site.daemon.hang_up();
    EXPECT_TRUE(eventually(patience, [this] { return logged("configuration_not_applied"); }));
    EXPECT_TRUE(site.back.holds(ada.uid));
    EXPECT_THAT(site.residuals(), IsEmpty());

    const auto planned = site.daemon.command({"plan"});
    EXPECT_EQ(planned.status, 3);
    EXPECT_EQ(word_of(planned), word_of(refused)) << "the same plan has the same word";
    const auto done = apply(word_of(planned));
    EXPECT_EQ(done.status, 0) << done.output << done.complaint;
    EXPECT_TRUE(eventually(2s * slack, [this] { return !site.back.opens(ada.uid); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.back.table().empty() && site.residuals().empty(); }));
    EXPECT_THAT(site.front.table(), ElementsAre(ada.uid));
    EXPECT_EQ(site.daemon.command({"plan"}).output, "Nothing differs from the configuration in use.\n");
}

TEST_F(Reload, ThePlanRemarksWhatADeviceCannotDo)
{
    site.edit("hostname: back}, card_as: uid}", "hostname: back}, card_as: uid, reserved_slots: [1]}");
    const auto planned = site.daemon.command({"plan"});
    EXPECT_EQ(planned.status, 0) << planned.complaint;
    EXPECT_THAT(planned.output, HasSubstr("gatehouse.yaml:10: devices.back-ctl.reserved_slots: it has no slots that could be reserved\n"));
}

TEST_F(Reload, HoursThatTakePartOfTheTimeSayFromWhenInTheZoneOfTheSite)
{
    site.edit("doors:\n", "hours: {mornings: {mon-sun: [\"00:00-12:00\"]}}\ndoors:\n");
    site.edit(both, "staff: {entrances: {front: always, back: mornings}}");
    const auto refused = apply();
    EXPECT_EQ(refused.status, 3) << refused.complaint;
    EXPECT_THAT(refused.output, HasSubstr("changed     path      staff/back (walk)\n                     hours: always → mornings\n"));
    EXPECT_THAT(refused.output, testing::ContainsRegex("back +in part, first from 20[0-9-]+ [0-9:]+ \\+0[12]:00 until 20[0-9-]+ "
                                                       "00:00 \\+0[12]:00\n"));
}

TEST_F(Reload, ACardFormThatAControllerCannotBeGivenTakesAccessAwayAndNeedsTheWord)
{
    site.edit("hostname: back}, card_as: uid", "hostname: back}, card_as: h10301");
    const auto refused = apply();
    EXPECT_EQ(refused.status, 3) << refused.output << refused.complaint;
    EXPECT_THAT(refused.output, HasSubstr("changed     device    back-ctl\n                     card_as: uid → h10301\n"));
    EXPECT_THAT(refused.output,
                HasSubstr("Takes access away from:\n  walk          Ada                     back                all of it"));
    EXPECT_TRUE(site.back.holds(ada.uid));
    EXPECT_EQ(apply(word_of(refused)).status, 0);
    EXPECT_TRUE(eventually(patience, [this] { return site.back.table().empty() && site.residuals().empty(); }));
    site.edit("hostname: back}, card_as: h10301", "hostname: back}, card_as: uid");
    EXPECT_THAT(apply().output, HasSubstr("Gives access to:\n  walk          Ada"));
}

TEST_F(Reload, AProfileWhoseDevicesHoldNothingOfTheKindTakesAccessAwayAndNeedsTheWord)
{
    site.profile("esp-rfid-2.0.yaml", "esp-codes-1.yaml",
                 {{"profile: esp-rfid/2.0", "profile: esp-codes/1"}, {"credential_kinds: [card_uid_hex, pin]", "credential_kinds: [pin]"}});
    site.edit("back-ctl:  {line: broker, profile: esp-rfid/2.0", "back-ctl:  {line: broker, profile: esp-codes/1");
    const auto refused = apply();
    EXPECT_EQ(refused.status, 3) << refused.output << refused.complaint;
    EXPECT_THAT(refused.output, HasSubstr("Ada                     back                all of it"));
    EXPECT_TRUE(site.back.holds(ada.uid));
}

TEST_F(Reload, AProfileEditedInPlaceIsInThePlanAndTakesAccessAwayWithTheWordAlone)
{
    const auto driver = site.daemon.driver();
    site.profile("esp-rfid-2.0.yaml", "esp-rfid-2.0.yaml", {{"credential_kinds: [card_uid_hex, pin]", "credential_kinds: [pin]"}});
    const auto refused = apply();
    EXPECT_EQ(refused.status, 3) << refused.output << refused.complaint;
    EXPECT_THAT(refused.output, testing::ContainsRegex("changed +device +back-ctl\n +profile: esp-rfid/2.0 .file [0-9a-f]+. → "
                                                       "esp-rfid/2.0 .file [0-9a-f]+.\n"));
    EXPECT_THAT(refused.output, HasSubstr("Ada                     back                all of it"));
    EXPECT_TRUE(site.back.holds(ada.uid));
    const auto done = apply(word_of(refused));
    EXPECT_EQ(done.status, 0) << done.output << done.complaint;
    EXPECT_THAT(site.daemon.command({"plan"}).output, AllOf(testing::StartsWith("Nothing differs from the configuration in use.\n"),
                                                            HasSubstr("devices.front-ctl.card_as: it takes no cards\n")));
    EXPECT_TRUE(eventually(patience, [this] { return site.back.table().empty() && site.front.table().empty(); }));
    EXPECT_EQ(site.daemon.driver(), driver) << "its driver reads the file again and goes on";
}

TEST_F(Reload, ASecretThatChangedIsInThePlanThoughTheFileIsTheSame)
{
    const auto secret = site.folder.path() / "password";
    const auto write = [&secret](std::string_view word) {
        std::ofstream{secret} << word;
        std::filesystem::permissions(secret, std::filesystem::perms{0600});
    };
    write("one");
    site.edit("{driver: mqtt, ", "{driver: mqtt, user: gate, password: {file: " + secret.string() + "}, ");
    ASSERT_EQ(apply().status, 0);
    const auto nothing = [this] { return site.daemon.command({"plan"}).output == "Nothing differs from the configuration in use.\n"; };
    EXPECT_TRUE(eventually(patience, nothing));

    write("another");
    constexpr std::string_view told = "changed     line      broker\n                     its secret is another: it is opened anew\n";
    EXPECT_EQ(site.daemon.command({"plan"}).output, told);
    EXPECT_EQ(apply().output, std::string{told} + "\nApplied.\n");
    EXPECT_TRUE(logged("secret_exchanged line=broker"));
    EXPECT_TRUE(eventually(patience, nothing)) << "it was sent";

    write("a third");
    site.edit("user: gate", "user: porch");
    EXPECT_THAT(site.daemon.command({"plan"}).output, AllOf(HasSubstr("porch"), HasSubstr("its secret is another: it is opened anew")));
}

TEST_F(Reload, AWordIsForThePlanItWasGivenWith)
{
    site.edit(both, "staff: {entrances: {front: always}}");
    const auto word = word_of(apply());
    const auto ben = site.grant("Ben", "04d4e5f6");
    ASSERT_TRUE(eventually(patience, [this, &ben] { return site.verified(ben); }));
    const auto outdated = apply(word);
    EXPECT_EQ(outdated.status, 3);
    EXPECT_THAT(outdated.output, HasSubstr("Ben"));
    EXPECT_NE(word_of(outdated), word);
    EXPECT_TRUE(site.back.opens(ada.uid) && site.back.opens(ben.uid));
}

TEST_F(Reload, ADoorThatMovesToAnotherControllerLeavesTheOldOneOnTheListUntilItIsProvenEmpty)
{
    const Controller gate{site.broker.url(), "gate", "10.20.0.33", (site.folder.path() / "gate.sock").string(), 1};
    site.edit("doors:\n", "  gate-ctl: {line: broker, profile: esp-rfid/2.0, params: {topic: walk/gate, ip: 10.20.0.33, hostname: gate}, "
                          "card_as: uid}\ndoors:\n");
    site.edit("strike: back-ctl/1", "strike: gate-ctl/1");
    site.back.silent(true);
    const auto ended = apply();
    EXPECT_EQ(ended.status, 0) << ended.output << ended.complaint;
    EXPECT_THAT(ended.output, HasSubstr("moved       door      back (walk)\n                     strike: back-ctl/1 → gate-ctl/1\n"));
    EXPECT_TRUE(eventually(patience, [&gate, this] { return gate.opens(ada.uid); }));
    ASSERT_EQ(site.residuals().size(), 1U);
    EXPECT_EQ(site.residuals().at(0).at("person"), "Ada");
    EXPECT_EQ(site.residuals().at(0).at("controller"), "back-ctl");
    EXPECT_TRUE(site.back.holds(ada.uid));
    site.back.silent(false);
    EXPECT_TRUE(eventually(patience, [this] { return site.back.table().empty() && site.residuals().empty(); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.verified(ada); }));
}

TEST_F(Reload, TwoControllersWhoseAddressesAreExchangedAreNotVerifiedBeforeEachWasReadAtItsOwn)
{
    site.front.silent(true), site.back.silent(true);
    site.edit("topic: walk/front, ip: 10.20.0.31, hostname: front", "A");
    site.edit("topic: walk/back, ip: 10.20.0.32, hostname: back", "topic: walk/front, ip: 10.20.0.31, hostname: front");
    site.edit("A", "topic: walk/back, ip: 10.20.0.32, hostname: back");
    const auto ended = apply();
    EXPECT_EQ(ended.status, 0) << ended.output << ended.complaint;
    EXPECT_THAT(ended.output, HasSubstr("params.topic: walk/back → walk/front\n"));
    EXPECT_THAT(ended.output, HasSubstr("if another unit is met there: gatehouse replace back-ctl\n"));
    const auto nothing_is_known = [this] {
        const std::map<std::string, std::string> unknown{{"front", "unknown"}, {"back", "unknown"}};
        const auto credential = site.ask("/acs/credentials/get", {{"acs_credential_id", ada.credential}}).at("acs_credential");
        return site.states(ada) == unknown && credential.at("is_latest_desired_state_synced_with_provider") != true &&
               !site.controller("front-ctl").at("settled").as_bool() && site.controller("back-ctl").at("read_at").is_null();
    };
    EXPECT_TRUE(nothing_is_known()) << "when the command returns";
    site.revoke(ada);
    EXPECT_EQ(site.residuals().size(), 2U);
    site.daemon.stop();
    site.daemon.start();
    EXPECT_TRUE(eventually(patience, [this] { return site.residuals().size() == 2; }));
    site.front.silent(false), site.back.silent(false);
    EXPECT_TRUE(eventually(patience, [this] { return site.settled() && site.residuals().empty(); }));
    EXPECT_FALSE(site.front.opens(ada.uid) || site.back.opens(ada.uid));
}

TEST_F(Reload, AnAddressThatChangedWhileTheGatewayWasDownWasNotReadEither)
{
    site.daemon.stop();
    site.back.silent(true);
    site.edit("topic: walk/back,", "topic: walk/rear,");
    site.daemon.start();
    EXPECT_TRUE(eventually(patience, [this] { return site.states(ada).at("front") == "verified"; }));
    EXPECT_EQ(site.states(ada).at("back"), "unknown");
    EXPECT_FALSE(site.controller("back-ctl").at("settled").as_bool());
}

TEST_F(Reload, ABrokenFileChangesNothingAndEveryProblemIsToldWithItsLine)
{
    site.edit("strike: back-ctl/1", "strike: bakc-ctl/1");
    site.edit("site: {key: walk,", "colour: blue\nsite: {key: walk,");
    site.edit(both, "staff: {entrances: {front: always}}");
    const auto ended = apply();
    EXPECT_EQ(ended.status, 78);
    EXPECT_THAT(ended.complaint, HasSubstr("gatehouse.yaml:2: colour: unknown key"));
    EXPECT_THAT(ended.complaint, HasSubstr("doors.back.strike: no device \"bakc-ctl\""));
    site.daemon.hang_up();
    EXPECT_TRUE(eventually(patience, [this] { return logged("gatehouse.yaml:2: colour: unknown key"); }));
    EXPECT_TRUE(site.verified(ada));
    EXPECT_TRUE(site.settled());
}

TEST_F(Reload, ADeviceItsDriverRefusesIsAProblemOfTheFile)
{
    site.edit("topic: walk/back, ", "");
    const auto ended = apply();
    EXPECT_EQ(ended.status, 78);
    EXPECT_THAT(ended.complaint, HasSubstr("devices.back-ctl"));
    EXPECT_TRUE(site.settled());
}

TEST_F(Reload, AChangedKeyKeepsIdsAccessAndEntries)
{
    const auto before = site.doors;
    site.edit("  back-ctl:  {line", "  rear-ctl:  {was: back-ctl, line");
    site.edit("  back:  {owner: walk, strike: back-ctl/1}", "  rear:  {was: back, owner: walk, strike: rear-ctl/1}");
    site.edit("          back:  {door: back}", "          rear:  {was: back, door: rear}");
    site.edit(both, "staff: {entrances: {front: always, rear: always}}");
    const auto ended = apply();
    EXPECT_EQ(ended.status, 0) << ended.output << ended.complaint;
    EXPECT_THAT(ended.output, HasSubstr("renamed     door      back → rear (walk)\n"));
    EXPECT_THAT(ended.output, Not(HasSubstr("access")));
    for (const auto& [id, name] : before) EXPECT_EQ(name_of(id), name == "back" ? "rear" : name);
    site.name_doors();
    const std::map<std::string, std::string> verified{{"front", "verified"}, {"rear", "verified"}};
    EXPECT_TRUE(eventually(patience, [&verified, this] { return site.settled() && site.states(ada) == verified; }));
    EXPECT_TRUE(site.controller("rear-ctl").at("settled").as_bool());
    EXPECT_TRUE(site.back.opens(ada.uid));
    EXPECT_EQ(site.daemon.command({"plan"}).status, 0) << "`was` stays in the file and is not followed twice";
}

TEST_F(Reload, ListenersThatChangeWaitForARestartAndSaySo)
{
    site.edit("[\"127.0.0.1:0\"]", "[\"127.0.0.1:0\", \"[::1]:0\"]");
    const auto ended = apply();
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.output, HasSubstr("gatehouse.yaml:3: http: takes effect when the gateway is started again"));
    EXPECT_THAT(apply().output, HasSubstr("takes effect when the gateway is started again")) << "as long as it is so";
    const auto broker = site.broker.url();
    site.edit("\"[::1]:0\"", "\"127.0.0.1" + broker.substr(broker.rfind(':')) + "\"");
    EXPECT_THAT(apply().output, HasSubstr("gatehouse.yaml:3: http.listen: that start would fail: cannot listen on 127.0.0.1 port "));
}

TEST_F(Reload, AStartWithAFileThatTakesAccessAwayRunsAsLastConfiguredUntilItIsConfirmed)
{
    site.daemon.stop();
    site.edit(both, "staff: {entrances: {front: always}}");
    site.daemon.start();
    EXPECT_TRUE(logged("configuration_waits losses=1"));
    EXPECT_TRUE(eventually(patience, [this] { return site.verified(ada); }));
    EXPECT_TRUE(site.back.opens(ada.uid));
    const auto done = apply(word_of(site.daemon.command({"plan"})));
    EXPECT_EQ(done.status, 0);
    EXPECT_TRUE(eventually(patience, [this] { return site.back.table().empty() && site.residuals().empty(); }));
}

TEST_F(Reload, AStartWithADamagedRowTakesTheFileAsItStandsAndSaysWhatThatTakes)
{
    site.daemon.stop();
    const auto file = (site.daemon.state() / "gatehouse.db").string();
    ASSERT_EQ(std::system(("sqlite3 '" + file + "' \"UPDATE door SET name = 'x' WHERE key = 'back'\"").c_str()), 0);
    site.edit(both, "staff: {entrances: {front: always}}");
    site.daemon.start();
    EXPECT_TRUE(logged("storage_row_damaged table=door"));
    EXPECT_TRUE(logged("configuration_takes losses=1"));
    EXPECT_TRUE(logged("configuration_would_take"));
    EXPECT_TRUE(eventually(patience, [this] { return site.back.table().empty() && site.residuals().empty(); }));
    EXPECT_TRUE(site.front.opens(ada.uid));
}

TEST_F(Reload, AStartWithACardFormThatAControllerCannotBeGivenWaitsForTheWordAsWell)
{
    site.daemon.stop();
    site.edit("hostname: back}, card_as: uid", "hostname: back}, card_as: h10301");
    site.daemon.start();
    EXPECT_TRUE(logged("configuration_waits losses=1"));
    EXPECT_TRUE(eventually(patience, [this] { return site.verified(ada); }));
    EXPECT_TRUE(site.back.opens(ada.uid));
}

TEST_F(Reload, NobodyButTheLocalOperatorMayAsk)
{
    EXPECT_EQ(site.client().post("/gatehouse/configuration/plan").status, 403U);
    EXPECT_EQ(site.client().post("/gatehouse/configuration/apply").status, 403U);
}

} // namespace
} // namespace gatehouse::walks
