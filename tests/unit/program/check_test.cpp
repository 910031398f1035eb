#include "place.hpp"

#include <algorithm>

using namespace gatehouse;
using namespace gatehouse::tests;
using base::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

constexpr auto refused = 78;

/// `gatehoused check`, with a real driver and a profile of which a piece is exchanged.
class Check : public Place {
protected:
    /// So that there is a state to hold the file against.
    void start_and_stop() const
    {
        shell(gatehoused("") +
              " 2>log & daemon=$!; timeout 30 sh -c 'until [ -e run/listening.json ]; do :; done'; kill $daemon; wait $daemon");
    }
};

/// Programs the check runs, as shell commands.
class Running : public testing::Test {
protected:
    static base::Result<Ended> sh(const std::string& script, milliseconds patience = base::seconds{20})
    {
        return run_program({"/bin/sh", "-c", script}, {}, patience);
    }
};

} // namespace

TEST_F(Check, FindsNothingWrongWithWhatIsShipped)
{
    const auto ended = check();
    EXPECT_EQ(ended.status, 0) << ended.output;
    EXPECT_EQ(ended.output, "site.yaml: no problems\n");
}

TEST_F(Check, NamesFileAndLineOfAMistakeInAProfile)
{
    edit("profiles/mqtt/esp-rfid-2.0.yaml", "type: ipv4", "type: ipv9");
    const auto ended = check();
    EXPECT_EQ(ended.status, refused);
    EXPECT_THAT(ended.output, StartsWith("profiles/mqtt/esp-rfid-2.0.yaml:10: "));
    EXPECT_THAT(ended.output, HasSubstr("params.ip.type: must be one of"));
}

TEST_F(Check, AsksAboutEachProfileOnceAndOnlyAboutThoseInUse)
{
    edit("site.yaml", "doors:\n",
         "  second: {line: broker, profile: esp-rfid/2.0, params: {topic: a, ip: 10.0.0.8, hostname: b}}\ndoors:\n");
    edit("profiles/mqtt/esp-rfid-2.0.yaml", "type: ipv4", "type: ipv9");
    write("profiles/mqtt/other.yaml", "profile: other/1\nnonsense: true\n");
    const auto ended = check();
    EXPECT_EQ(std::count(ended.output.begin(), ended.output.end(), '\n'), 1) << ended.output;
}

TEST_F(Check, NamesTheLineOfAProfileThatIsNotThere)
{
    edit("site.yaml", "profile: esp-rfid/2.0", "profile: esp-rfid/3.0");
    const auto ended = check();
    EXPECT_EQ(ended.status, refused);
    EXPECT_EQ(ended.output, "site.yaml:11: devices.ctl.profile: no profile \"esp-rfid/3.0\" in profiles/mqtt\n");
}

TEST_F(Check, NamesTheLineOfAProfileThatIsThereTwice)
{
    write("profiles/mqtt/copy.yaml", read("profiles/mqtt/esp-rfid-2.0.yaml"));
    EXPECT_EQ(check().output, "site.yaml:11: devices.ctl.profile: several profiles \"esp-rfid/2.0\" in profiles/mqtt\n");
}

TEST_F(Check, NamesTheLineOfADriverWhoseProgramIsNotThere)
{
    std::filesystem::remove(path_ / "drivers/gatehouse-driver-mqtt");
    const auto ended = check();
    EXPECT_EQ(ended.status, refused);
    EXPECT_EQ(ended.output, "site.yaml:5: drivers.mqtt: drivers/gatehouse-driver-mqtt does not exist\n");
}

TEST_F(Check, DoesNotRunAProgramThatOthersMayWrite)
{
    write("drivers/gatehouse-driver-mqtt", "#!/bin/sh\ntouch " + (path_ / "was-run").string() + "\n");
    std::filesystem::permissions(path_ / "drivers/gatehouse-driver-mqtt", std::filesystem::perms{0777});
    EXPECT_EQ(check().output, "site.yaml:5: drivers.mqtt: drivers/gatehouse-driver-mqtt may be written by others\n");
    EXPECT_FALSE(std::filesystem::exists(path_ / "was-run"));
}

TEST_F(Check, SaysWhenADriverDoesNotJudge)
{
    write("drivers/gatehouse-driver-mqtt", "#!/bin/sh\nexit 3\n");
    EXPECT_EQ(check().output, "site.yaml:11: devices.ctl.profile: drivers/gatehouse-driver-mqtt did not judge "
                              "profiles/mqtt/esp-rfid-2.0.yaml: exit status 3\n");
}

TEST_F(Check, NamesTheLineOfADriverWithoutAManifest)
{
    std::filesystem::remove(path_ / "drivers/gatehouse-driver-mqtt.json");
    EXPECT_EQ(check().output, "site.yaml:5: drivers.mqtt: drivers/gatehouse-driver-mqtt.json does not exist\n");
}

TEST_F(Check, NamesTheLineOfAParameterThatTheDriverDoesNotTake)
{
    edit("site.yaml", "ip: 10.0.0.9", "ip: 10.0.0.310, relays: 2");
    const auto ended = check();
    EXPECT_EQ(ended.status, refused);
    EXPECT_THAT(ended.output, HasSubstr("site.yaml:12: devices.ctl.params.ip: "));
    EXPECT_THAT(ended.output, HasSubstr("site.yaml:12: devices.ctl.params.relays: "));
    EXPECT_EQ(std::count(ended.output.begin(), ended.output.end(), '\n'), 2) << ended.output;
}

TEST_F(Check, NamesTheLineOfAParameterThatIsMissing)
{
    edit("site.yaml", "topic: pier/gate, ", "");
    EXPECT_EQ(check().output, "site.yaml:12: devices.ctl.params.topic: is missing\n");
}

TEST_F(Check, NamesTheLineOfADoorThatTheDeviceDoesNotHave)
{
    for (const std::string output : {"0", "2"}) {
        const auto before = read("site.yaml");
        edit("site.yaml", "strike: ctl/1", "strike: ctl/" + output);
        EXPECT_EQ(check().output, "site.yaml:14: doors.gate.strike: " + output + " is no output of the device: it has one, number 1\n");
        write("site.yaml", before);
    }
}

TEST_F(Check, NamesTheLineOfTheSecondDeviceOnATopic)
{
    edit("site.yaml", "doors:\n",
         "  second: {line: broker, profile: esp-rfid/2.0, params: {topic: pier/gate, ip: 10.0.0.8, hostname: b}}\ndoors:\n");
    EXPECT_EQ(check().output,
              "site.yaml:13: devices.second.params.topic: \"ctl\" answers on pier/gate/send already, and their messages could "
              "not be told apart\n");
}

TEST_F(Check, OfTwoDevicesOnATopicItNamesTheParameterThatTheProfileHas)
{
    edit("site.yaml", "doors:\n",
         "  dock: {line: broker, profile: tasmota/relay-strike, params: {t: pier/dock}}\n"
         "  shed: {line: broker, profile: tasmota/relay-strike, params: {t: pier/dock}}\ndoors:\n");
    EXPECT_EQ(check().output, "site.yaml:14: devices.shed.params.t: \"dock\" answers on stat/pier/dock/RESULT already, and their messages "
                              "could not be told apart\n");
}

TEST_F(Check, TheSiteThatTheDocumentationShowsHasNoProblems)
{
    std::ifstream stream{SHIPPED_PROFILES "/../../docs/protocols/mqtt.md"};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    const std::string_view fence = "```yaml\n";
    const auto from = text.find(fence), to = text.find("```\n", from + fence.size());
    ASSERT_NE(to, std::string::npos);
    write("site.yaml", text.substr(from + fence.size(), to - from - fence.size()));
    const auto ended = check();
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.output, "site.yaml: no problems\n");
    edit("site.yaml", "t: gate", "topic: gate");
    EXPECT_THAT(check().output, HasSubstr("devices.gate-relay.params.topic: ")) << "it is judged by its driver as well";
}

TEST_F(Check, SaysWhenADriverDoesNotJudgeTheDevices)
{
    write("drivers/gatehouse-driver-mqtt", "#!/bin/sh\n[ $1 = --check-profile ] || exit 4\n");
    EXPECT_EQ(check().output, "site.yaml:7: lines.broker: drivers/gatehouse-driver-mqtt did not judge the devices: exit status 4\n");
}

TEST_F(Check, WaitsForADriverThatHangsOnlyOnce)
{
    edit("site.yaml", "devices:\n",
         "  second: {driver: mqtt, url: \"mqtt://127.0.0.1:2\"}\n  third: {driver: mqtt, url: \"mqtt://127.0.0.1:3\"}\ndevices:\n");
    edit("site.yaml", "doors:\n",
         "  b: {line: second, profile: esp-rfid/2.0, params: {topic: b, ip: 10.0.0.8, hostname: b}}\n"
         "  c: {line: third, profile: esp-rfid/2.0, params: {topic: c, ip: 10.0.0.7, hostname: c}}\ndoors:\n");
    write("drivers/gatehouse-driver-mqtt", "#!/bin/sh\necho $1 >>asked\n[ $1 != --capabilities ] || exec sleep 60\n");
    const auto ended = check();
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.output, HasSubstr("gatehouse-driver-mqtt does not say what its devices can do: drivers/gatehouse-driver-mqtt did not "
                                        "answer in time\nsite.yaml: no problems\n"));
    const auto asked = read("asked");
    EXPECT_EQ(asked.find("--capabilities"), asked.rfind("--capabilities")) << asked;
    const std::string_view judged = "--check-devices\n";
    EXPECT_EQ(std::count(asked.begin(), asked.end(), '\n'), 5) << asked;
    EXPECT_GT(asked.rfind(judged), asked.find("--capabilities")) << "the devices of the other lines are judged all the same";
}

TEST_F(Check, SaysWhatADriverThatDoesNotJudgeComplainedOfLast)
{
    write("drivers/gatehouse-driver-mqtt", "#!/bin/sh\necho Traceback >&2; printf 'no \"module\"\\033[2J\\n' >&2; exit 1\n");
    EXPECT_EQ(check().output, "site.yaml:11: devices.ctl.profile: drivers/gatehouse-driver-mqtt did not judge "
                              "profiles/mqtt/esp-rfid-2.0.yaml: exit status 1, no 'module'?[2J\n");
}

TEST_F(Check, SaysInOneLineWhenADriverJudgesNoDevices)
{
    edit("site.yaml", "devices:\n", "  other: {driver: mqtt, url: \"mqtt://127.0.0.1:2\"}\ndevices:\n");
    edit("site.yaml", "doors:\n",
         "  second: {line: other, profile: esp-rfid/2.0, params: {topic: a, ip: 10.0.0.8, hostname: b}}\ndoors:\n");
    write("drivers/gatehouse-driver-mqtt", "#!/bin/sh\n[ $1 = --check-profile ] || { echo 'usage: me' >&2; exit 2; }\n");
    const auto ended = check();
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.output, "site.yaml:5: drivers.mqtt: gatehouse-driver-mqtt judges no devices before the start: what it does not take of "
                            "them shows when they are attached\nsite.yaml: no problems\n");
}

TEST_F(Check, ADriverInPythonJudgesItsDevicesToo)
{
    for (const auto* part :
         {"gatehouse-driver-skeleton-py", "gatehouse-driver-skeleton-py.json", "gatehouse_driver.py", "gatehouse_fields.py"})
        std::filesystem::copy_file(std::filesystem::path{SKELETONS} / part, path_ / "drivers" / part);
    edit("site.yaml", "mqtt: {}", "skeleton-py: {}");
    edit("site.yaml", "driver: mqtt, url: \"mqtt://127.0.0.1:1\"", "driver: skeleton-py, tcp: \"127.0.0.1:1\"");
    edit("site.yaml", "    profile: esp-rfid/2.0\n    params: {topic: pier/gate, ip: 10.0.0.9, hostname: gate}\n", "");
    EXPECT_EQ(check().output, "site.yaml: no problems\n");
    edit("site.yaml", "doors:\n", "  second: {line: broker}\ndoors:\n");
    const auto ended = check();
    EXPECT_EQ(ended.status, refused);
    EXPECT_EQ(ended.output, "site.yaml:11: devices.second: this driver serves one device a line\n");
}

TEST_F(Check, ADriverSaysWhatADeviceCanHoldWithoutTheDevice)
{
    const auto ended = shell(
        R"(echo '{"type":"attach","id":"7","deadline":"1","line":"line","device":"ctl","profile":"esp-rfid/2.0",)"
        R"("params":{"topic":"a","ip":"10.0.0.9","hostname":"b"},"doors":[]}' | drivers/gatehouse-driver-mqtt --capabilities profiles/mqtt)");
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.output, HasSubstr(R"("id":"7")"));
    EXPECT_THAT(ended.output, HasSubstr(R"("credential_kinds":["card_uid_hex","pin"])"));
}

TEST_F(Check, DoesNotAskDriversAboutAFileThatIsWrongItself)
{
    std::filesystem::remove(path_ / "drivers/gatehouse-driver-mqtt");
    edit("site.yaml", "Europe/Copenhagen", "Europe/Copenhagn");
    EXPECT_EQ(check().output, "site.yaml:2: site.time_zone: no time zone \"Europe/Copenhagn\", did you mean \"Europe/Copenhagen\"?\n");
}

TEST_F(Running, AProgramKeepsItsStatusAndWhatItWrote)
{
    const auto ended = sh("echo one; echo two; exit 7");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, 7);
    EXPECT_EQ(ended->output, "one\ntwo\n");
    EXPECT_EQ(sh("kill -9 $$")->status, 128 + 9);
}

TEST_F(Running, AProgramThatWritesTooMuchIsReadToItsEnd)
{
    const auto ended = sh("head -c 1000000 /dev/zero; exit 4");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, 4);
    EXPECT_EQ(ended->output.size(), 65'536U);
}

TEST_F(Running, WhatAProgramComplainsOfIsKeptApart)
{
    const auto ended = sh("echo one; echo two >&2; head -c 1000000 /dev/zero >&2; echo three");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->output, "one\nthree\n");
    EXPECT_THAT(ended->complaints, StartsWith("two\n"));
    EXPECT_EQ(ended->complaints.size(), 65'536U);
}

TEST_F(Running, AProgramThatDoesNotEndIsEnded)
{
    const auto ended = sh("exec sleep 600", milliseconds{50});
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().fault, base::Fault::transient);
}

TEST_F(Running, AProgramThatIsNotThereIsAnErrorAtOnce)
{
    EXPECT_FALSE(run_program({"/no/such/program"}, {}, base::seconds{1}));
}

TEST_F(Running, AProgramGetsNoEnvironmentAndNoInput)
{
    EXPECT_EQ(run_program({"/usr/bin/env"}, {}, base::seconds{20})->output, "");
    EXPECT_EQ(sh("cat")->output, "");
}

TEST_F(Check, NamesTheLineOfASecretThatCannotBeUsed)
{
    edit("site.yaml", "url: \"mqtt://127.0.0.1:1\"",
         "url: \"mqtt://127.0.0.1:1\", user: a, password: {file: " + path_.string() + "/password}");
    const std::string at = "site.yaml:7: lines.broker.password: ", file = "file password ";
    EXPECT_THAT(check().output, StartsWith(at + file + "cannot be read: "));
    write("password", "");
    std::filesystem::permissions(path_ / "password", std::filesystem::perms{0600});
    EXPECT_EQ(check().output, at + file + "is empty\n");
    write("password", "open sesame\n");
    EXPECT_EQ(check().status, 0);
    std::filesystem::permissions(path_ / "password", std::filesystem::perms{0640});
    EXPECT_EQ(check().output, at + file + "can be read or written by group or others; mode 0600 is right\n");
    const auto served = shell(gatehoused(""));
    EXPECT_EQ(served.status, refused) << "nor is it started with";
    EXPECT_THAT(served.output, HasSubstr(at));
    EXPECT_THAT(served.output, testing::Not(HasSubstr("sesame")));
    std::filesystem::permissions(path_ / "password", std::filesystem::perms{0600});
    write("password", std::string(41 * 1024, 'x'));
    EXPECT_THAT(check().output, StartsWith(at + "is too long: "));
}

TEST_F(Check, RefusesAKeyChangeThatAFirstStartCannotFollow)
{
    edit("site.yaml", "gate: {owner: pier,", "gate: {was: gat, owner: pier,");
    const auto problem = "site.yaml:14: doors.gate.was: no door \"gat\" is known; leave `was` out of what is new\n";
    EXPECT_EQ(check().output, problem);
    EXPECT_EQ(shell(gatehoused("--log-level error")).output, problem) << "as a start does";
}

TEST_F(Check, HoldsTheFileAgainstTheStateOfTheSiteThatItBelongsTo)
{
    const auto before = read("site.yaml");
    start_and_stop();
    edit("site.yaml", "gate: {owner: pier,", "main: {was: gate, owner: pier,");
    EXPECT_EQ(check().output, "site.yaml: no problems\n");
    write("site.yaml", before);
    edit("site.yaml", "gate: {owner: pier,", "main: {was: gaet, owner: pier,");
    EXPECT_EQ(check().output, "site.yaml:14: doors.main.was: no door \"gaet\" is known; leave `was` out of what is new\n");
    write("site.yaml", before);
    edit("site.yaml", "gate: {owner: pier,", "main: {owner: pier,");
    EXPECT_THAT(check().output, StartsWith("site.yaml:14: doors.main.strike: is the strike of door \"gate\", which this file leaves out"));
    write("state/gatehouse.db", "this is no database");
    const auto unread = check();
    EXPECT_EQ(unread.status, 0);
    EXPECT_THAT(unread.output, HasSubstr("the state could not be read, so what `was` names is not checked"));
}

TEST_F(Check, AStartNamesEveryLineThatTheStateDoesNotTakeAsCheckDoes)
{
    edit("site.yaml", "pier: {}\n",
         "pier:\n    systems:\n      shed:\n        entrances:\n          gate: {door: gate}\n"
         "        groups:\n          crew: {entrances: {gate: always}}\n      boats: {}\n");
    start_and_stop();
    edit(
        "site.yaml",
        "        entrances:\n          gate: {door: gate}\n        groups:\n          crew: {entrances: {gate: always}}\n      boats: {}\n",
        "      boats:\n        entrances:\n          gate: {door: gate}\n        groups:\n          crew: {entrances: {gate: always}}\n");
    const auto problems =
        "site.yaml:21: workspaces.pier.systems.boats.entrances.gate: the acs_entrance cannot change its system while paths or grants use "
        "it\n"
        "site.yaml:23: workspaces.pier.systems.boats.groups.crew: the acs_access_group cannot change its system while paths or grants use "
        "it\n";
    EXPECT_EQ(check().output, problems);
    const auto started = shell(gatehoused("--log-level error"));
    EXPECT_EQ(started.status, refused);
    EXPECT_EQ(started.output, problems);
}

TEST_F(Check, NamesTheControllersWhoseProfileWasEditedInPlace)
{
    start_and_stop();
    EXPECT_EQ(check().output, "site.yaml: no problems\n");
    write("profiles/mqtt/esp-rfid-2.0.yaml", read("profiles/mqtt/esp-rfid-2.0.yaml") + "# looked at\n");
    const auto ended = check();
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.output, "site.yaml:11: devices.ctl.profile: the file of esp-rfid/2.0 was edited since it was applied; "
                            "`gatehouse plan` says what comes of it\nsite.yaml: no problems\n");
}

TEST_F(Check, NamesTheLineOfACertificateThatCannotBeServedWith)
{
    for (const auto* name : {"chain", "key"}) {
        write(name, "-----BEGIN NOTHING-----\n");
        std::filesystem::permissions(path_ / name, std::filesystem::perms{0600});
    }
    edit("site.yaml", "[\"127.0.0.1:0\"]",
         "[\"127.0.0.1:0\"], tls: {certificate: {file: " + path_.string() + "/chain}, key: {file: " + path_.string() + "/key}}");
    const auto ended = check();
    EXPECT_EQ(ended.status, refused);
    EXPECT_THAT(ended.output, StartsWith("site.yaml:3: http.tls: TLS certificate is not usable"));
}

TEST_F(Check, ARuntimeFolderBelongsToOneGateway)
{
    const auto ended = shell("mkdir -p run && exec 9>run/lock && flock -n 9 && " + gatehoused(""));
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.output, HasSubstr("run is in use by "));
    EXPECT_FALSE(std::filesystem::exists(path_ / "run/gatehoused.sock"));
}
