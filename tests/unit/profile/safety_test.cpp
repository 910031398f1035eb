// Profiles whose blocks fit each other and that would all the same believe anything, open too wide or for ever, or tell a secret. Each row
// breaks a shipped one in one place.

#include "sdk/profile/mqtt.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

namespace gatehouse::profile {
namespace {

struct Dangerous {
    const char* name;
    const char* file;
    const char* from;    ///< this text ...
    const char* to;      ///< ... becomes this
    const char* problem; ///< null where there is nothing to refuse
};

constexpr const char* esp_rfid = "esp-rfid-2.0.yaml";
constexpr const char* pin_lock = "zigbee2mqtt-pin-lock.yaml";
constexpr const char* tasmota = "tasmota-relay-strike.yaml";

constexpr const char* confirmed =
    "confirm: {any: [{pointer: \"/POWER${relay}\", equals: \"ON\"}, {pointer: /POWER, equals: \"ON\"}], within_ms: "
    "2000}   # with one relay it has no number\n  lock: {text: \"OFF\", confirm: {any: [{pointer: "
    "\"/POWER${relay}\", equals: \"OFF\"}, {pointer: /POWER, equals: \"OFF\"}], within_ms: 2000}}";

const Dangerous dangerous[] = {
    {"FourDoorsByOneCommand", tasmota, "  doors: 1\n", "  doors: 4\n", "caps.doors: must be 1"},
    {"DoorsWithoutNumber", tasmota, "  doors: 1\n", "", "caps: must be 1"},
    {"EntriesOfSomeDoors", esp_rfid, "  door_grouping: all\n", "  door_grouping: any\n", "caps.door_grouping: must be `all`"},
    {"OpensBeforeItsTime", esp_rfid, "validsince: \"${from:epoch_s}\"", "validsince: 0", "ops.put: sends no `${from}`"},
    {"LocksByOpening", tasmota, "lock: {text: \"OFF\"", "lock: {text: \"ON\"", "ops.lock: `lock` is what opens the door"},
    {"PulseThatIsSetAndNotLookedFor", tasmota, "equals: \"${pulse_ms:pulse_time}\"", "equals: \"0\"",
     "setup: PulseTime: sets `${pulse_ms}` and expects something else"},
    {"SettingThatOpens", tasmota, "set: {publish: \"cmnd/${t}/PowerOnState\", text: \"0\"}",
     "set: {publish: \"cmnd/${t}/POWER${relay}\", text: \"0\"}", "setup: PowerOnState: is written where the door is commanded"},
    {"HearsItself", esp_rfid, "reply: \"${topic}/send\"", "reply: \"${topic}/cmd\"", "topics.reply: is the topic of our own commands"},
    {"HearsItsSettings", tasmota, "reply: \"stat/${t}/RESULT\"", "reply: \"cmnd/${t}/PowerOnState\"",
     "topics.reply: something is published on it"},
    {"AckOfAnything", esp_rfid, "ack: {all: [{pointer: /type, equals: adduser}, {pointer: /ip, equals: \"${ip}\"}]}",
     "ack: {all: [{pointer: /nowhere, present: false}]}", "ops.put: has no condition that needs something to be there"},
    {"AckOfWhatIsMissing", esp_rfid, "ack: {all: [{pointer: /type, equals: adduser}, {pointer: /ip, equals: \"${ip}\"}]}",
     "ack: {all: [{pointer: /type, equals: adduser}], any_of_missing: allow}",
     "ops.put: has no condition that needs something to be there"},
    {"ConfirmedByAnything", tasmota, "{pointer: /POWER, equals: \"ON\"}], within_ms",
     "{pointer: /POWER, equals_or_absent: \"ON\"}], within_ms", "ops.unlock: has no condition that needs something to be there"},
    {"LockedPassesForOpened", tasmota, "equals: \"OFF\"}, {pointer: /POWER, equals: \"OFF\"}], within_ms: 2000}}",
     "equals: \"ON\"}, {pointer: /POWER, equals: \"ON\"}], within_ms: 2000}}", "ops.unlock: takes what confirms `lock` for its own"},
    {"LockAnsweredLikeUnlock", tasmota, confirmed,
     "ack: {all: [{pointer: /DONE, present: true}]}\n  lock: {text: \"OFF\", ack: {all: [{pointer: /DONE, present: true}, {pointer: "
     "/POWER, equals: \"OFF\"}]}}",
     "ops.unlock: takes what answers `lock` for its own"},
    {"LockAnsweredOtherwise", tasmota, confirmed,
     "ack: {all: [{pointer: /POWER, equals: \"ON\"}]}\n  lock: {text: \"OFF\", ack: {all: [{pointer: /POWER, equals: \"OFF\"}]}}", nullptr},
    {"EndOfAnything", esp_rfid, "end: {quiet_ms: 3000}", "end: {end_marker: {any: [{pointer: /x, present: false}]}}",
     "ops.list: has no condition that needs something to be there"},
    {"SlotOfAnother", pin_lock, "state: {pointer: \"/users/${slot}/status\"", "state: {pointer: /status",
     "ops.one: `state` does not name `${slot}`"},
    {"ParameterInTheWayOfAField", tasmota, "  relay: {type: int", "  key: {type: topic, default: x}\n  relay: {type: int",
     "params.key: is the name of a field"},
    {"ASecretThatNothingShows", tasmota, "params:\n", "params:\n  code: {type: text, secret: true, default: x}\n", nullptr},
    {"AnyTextInATopic", tasmota, "  t: {type: topic}", "  t: {type: text}",
     "topics.command: `t` is any text and must not stand in a topic"},
    {"Aliases", tasmota, "version: 1", "version: &one 1\nevidence_of: *one", ": an alias (`*`): write it out"},
    {"SeveralDocuments", tasmota, "profile: tasmota", "profile: x/y\n---\nprofile: tasmota", ": several documents"},
};

std::vector<std::string> problems_of(const Dangerous& row)
{
    std::ifstream stream{std::string{SHIPPED_PROFILES "/mqtt/"} + row.file};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    const auto at = text.find(row.from);
    if (at == std::string::npos) return {"the row does not fit its file any more"};
    text.replace(at, std::string_view{row.from}.size(), row.to);
    std::vector<std::string> told;
    for (const auto& problem : parse_mqtt(text, "file.yaml").problems) told.push_back(problem.path + ": " + problem.text);
    return told;
}

class Danger : public testing::TestWithParam<Dangerous> {};

TEST_P(Danger, IsRefused)
{
    if (GetParam().problem == nullptr)
        EXPECT_THAT(problems_of(GetParam()), testing::IsEmpty()) << "that does no harm";
    else
        EXPECT_THAT(problems_of(GetParam()), testing::Contains(testing::StartsWith(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(Of, Danger, testing::ValuesIn(dangerous), [](const auto& param) { return std::string{param.param.name}; });

TEST(Safety, ASettingThatIsComparedWithASecretIsRefused)
{
    std::ifstream stream{SHIPPED_PROFILES "/mqtt/tasmota-relay-strike.yaml"};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    text.replace(text.find("params:\n"), 8, "params:\n  code: {type: text, secret: true, default: x}\n");
    const std::string expected = "expect: {pointer: /PowerOnState, equals: \"0\"}";
    text.replace(text.find(expected), expected.size(), "expect: {pointer: /PowerOnState, equals: \"${code}\"}");
    std::vector<std::string> told;
    for (const auto& problem : parse_mqtt(text, "file.yaml").problems) told.push_back(problem.path + ": " + problem.text);
    EXPECT_THAT(told, testing::ElementsAre("setup[1].expect.equals: `code` is a secret and must not stand where others read it"));
}

TEST(Topics, HoldOnlyWhatABrokerTakes)
{
    for (const auto* bad :
         {"", "a+b", "a/#", "$SYS/x", "a\x01", "a\x7f", "a\xc2\x85z", "a\xef\xbf\xbe", "a\xed\xa0\x80", "a\xff", "a\xc0\xaf", "a\xe2\x82"})
        EXPECT_FALSE(is_publish_topic(bad)) << bad;
    for (const auto* good : {"a", "site/front", "T\xc3\xbcr", "\xf0\x9f\x9a\xaa/1"}) EXPECT_TRUE(is_publish_topic(good)) << good;
}

} // namespace
} // namespace gatehouse::profile
