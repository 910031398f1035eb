// What else a profile sends must not be what opens the door: each row lets a shipped profile say it in another place, or something near it.

#include "shipped.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

namespace gatehouse::profile {
namespace {

struct Sent {
    const char* name;
    const char* file;
    const char* from;    ///< this text ...
    const char* to;      ///< ... becomes this
    const char* problem; ///< null where there is nothing to refuse
};

constexpr const char* tasmota_relay = "tasmota-relay-strike.yaml";
constexpr const char* rfid_box = "esp-rfid-2.0.yaml";
constexpr const char* shelly_relay = "shelly-gen2-switch-strike.yaml";
constexpr const char* slot_lock = "zigbee2mqtt-pin-lock.yaml";

constexpr const char* power_asked = "ask: {publish: \"cmnd/${t}/PowerOnState\", text: \"\"}";
constexpr const char* power_set = "set: {publish: \"cmnd/${t}/PowerOnState\", text: \"0\"}";
constexpr const char* question = "state: {text: \"\"}";
constexpr const char* probing = "send: {cmd: deletuid, doorip: \"${ip}\", uid: \"fffffffffffffffffff\"}";
constexpr const char* status_asked = "method: Switch.GetStatus, params: {id: \"${id}\"}}}";
constexpr const char* unlocking = "send: {state: UNLOCK}";
constexpr const char* erasing = "send: {pin_code: {user: \"${slot:int}\", pin_code: null}}";

constexpr const char* state_opens = "ops.state: `state` is what opens the door";
constexpr const char* asked_opens = "setup: PowerOnState: `ask` is what opens the door";
constexpr const char* set_opens = "setup: PowerOnState: `set` is what opens the door";
constexpr const char* many_commands = "setup: PowerOnState: is a text of several commands";

const Sent sent[] = {
    {"StateOpens", tasmota_relay, question, "state: {text: \"ON\"}", state_opens},
    {"StateOpensInSmallLetters", tasmota_relay, question, "state: {text: \" on\"}", state_opens},
    {"StateOpensOnATopicOfItsOwn", tasmota_relay, question, "state: {publish: \"cmnd/${t}/power${relay}\", text: \"ON\"}", state_opens},
    {"StateOpensTheFirstRelay", tasmota_relay, question, "state: {publish: \"cmnd/${t}/POWER1\", text: \"ON\"}", state_opens},
    {"StateOpensTheOnlyRelay", tasmota_relay, question, "state: {publish: \"cmnd/${t}/POWER\", text: \"ON\"}", state_opens},
    {"StateOpensEveryRelay", tasmota_relay, question, "state: {publish: \"cmnd/tasmotas/POWER0\", text: \"ON\"}", state_opens},
    {"LockOpens", tasmota_relay, "lock: {text: \"OFF\"", "lock: {text: \"On\"", "ops.lock: `lock` is what opens the door"},
    {"QuestionOfASettingOpens", tasmota_relay, power_asked, "ask: {publish: \"cmnd/${t}/POWER${relay}\", text: \"ON\"}", asked_opens},
    {"SettingOpens", tasmota_relay, power_set, "set: {publish: \"cmnd/${t}/Power${relay}\", text: \"ON\"}", set_opens},
    {"SettingIsWrittenToTheDoorInOtherLetters", tasmota_relay, power_set, "set: {publish: \"cmnd/${t}/Power${relay}\", text: \"TOGGLE\"}",
     "setup: PowerOnState: is written where the door is commanded"},
    {"SettingMayOpenByAParameter", tasmota_relay, power_set, "set: {publish: \"cmnd/${t}/POWER${relay}\", text: \"${t}\"}", set_opens},
    {"StateOpensByANumber", tasmota_relay, question, "state: {text: \"1\"}", state_opens},
    {"StateOpensByTheOtherWay", tasmota_relay, question, "state: {text: Toggle}", state_opens},
    {"StateMayOpenByANumber", tasmota_relay, question, "state: {text: \"${relay}\"}", state_opens},
    {"StateShuts", tasmota_relay, question, "state: {text: \"0\"}", nullptr},
    {"SettingAmongSeveralCommands", tasmota_relay, power_set, "set: {publish: \"cmnd/${t}/Backlog\", text: \"PowerOnState 0; POWER1 ON\"}",
     many_commands},
    {"SettingAmongSeveralCommandsAtOnce", tasmota_relay, power_set, "set: {publish: \"cmnd/${t}/BACKLOG0\", text: \"PowerOnState 0\"}",
     many_commands},
    {"QuestionAmongSeveralCommands", tasmota_relay, power_asked, "ask: {publish: \"cmnd/${t}/backlog3\", text: \"POWER1 ON\"}",
     many_commands},
    {"StateAmongSeveralCommands", tasmota_relay, question, "state: {publish: \"cmnd/${t}/Backlog\", text: \"POWER1 ON\"}",
     "ops.state: is a text of several commands"},
    {"ATopicThatOnlyEndsLikeIt", tasmota_relay, power_set, "set: {publish: \"cmnd/${t}/NoBacklog\", text: \"0\"}", nullptr},
    {"StateThatAsksOnATopicOfItsOwn", tasmota_relay, question, "state: {publish: \"cmnd/${t}/Status\", text: \"11\"}", nullptr},
    {"ANumberIsNoWord", tasmota_relay, question, "state: {publish: \"cmnd/${t}/PowerOnState\", text: \"ON\"}", nullptr},
    {"ProbeOpens", rfid_box, probing, "send: {doorip: \"${ip}\", cmd: opendoor}", "ops.probe: `probe` is what opens the door"},
    {"ProbeOpensWithMoreBesideIt", rfid_box, probing, "send: {uid: \"0\", doorip: \"10.20.0.31\", cmd: OpenDoor}",
     "ops.probe: `probe` is what opens the door"},
    {"ProbeOpensAsText", rfid_box, probing, "text: '{\"cmd\": \"opendoor\", \"doorip\": \"${ip}\"}'",
     "ops.probe: `probe` is what opens the door"},
    {"ListOpens", rfid_box, "send: {cmd: getuserlist, doorip: \"${ip}\"}", "send: {cmd: opendoor, doorip: \"${ip}\"}",
     "ops.list: `list` is what opens the door"},
    {"PutMayOpen", rfid_box, "send: {cmd: adduser,", "send: {cmd: \"${label}\",", "ops.put: `put` is what opens the door"},
    {"StateSwitchesOn", shelly_relay, status_asked, "method: Switch.Set, params: {id: \"${id}\", on: true}}}", state_opens},
    {"StateSwitchesOneOn", shelly_relay, status_asked, "method: Switch.Set, params: {on: true, id: 0}}}", state_opens},
    {"StateSwitchesOff", shelly_relay, status_asked, "method: Switch.Set, params: {id: \"${id}\", on: false}}}", nullptr},
    {"SettingSwitchesOn", shelly_relay, "config: {auto_on: false}", "on: true", nullptr},
    {"EraseOpens", slot_lock, erasing, "send: {state: unlock, pin_code: {user: \"${slot:int}\", pin_code: null}}",
     "ops.erase: `erase` is what opens the door"},
    {"OneOpensOnTheTopicOfCommands", slot_lock, "send_to: query\n    send: {pin_code: {user: \"${slot:int}\"}}",
     "send: {state: UNLOCK, pin_code: {user: \"${slot:int}\"}}", "ops.one: `one` is what opens the door"},
    {"OneThatAsksElsewhere", slot_lock, "send_to: query\n    send: {pin_code: {user: \"${slot:int}\"}}",
     "send_to: query\n    send: {state: UNLOCK, pin_code: {user: \"${slot:int}\"}}", nullptr},
    {"UnlockOfAnythingIsAnything", slot_lock, unlocking, "send: {state: \"${name}\"}", "ops.lock: `lock` is what opens the door"},
    {"EraseWrites", slot_lock, erasing,
     "send: {pin_code: {user: \"${slot:int}\", user_type: unrestricted, user_enabled: true, pin_code: \"0000\"}}",
     "ops.erase: can be the same as `put`"},
    {"EraseWritesAndMore", slot_lock, erasing,
     "send: {pin_code: {user: \"${slot:int}\", user_type: unrestricted, user_enabled: true, pin_code: \"${key}\", why: gone}}",
     "ops.erase: can be the same as `put`"},
    {"EraseDisables", slot_lock, erasing,
     "send: {pin_code: {user: \"${slot:int}\", user_type: unrestricted, user_enabled: false, pin_code: \"0000\"}}", nullptr},
};

class OtherSending : public testing::TestWithParam<Sent> {};

TEST_P(OtherSending, IsNotWhatOpensTheDoor)
{
    const auto told = told_of_shipped(GetParam().file, GetParam().from, GetParam().to);
    if (GetParam().problem == nullptr)
        EXPECT_THAT(told, testing::IsEmpty()) << "that opens nothing";
    else
        EXPECT_THAT(told, testing::Contains(testing::StartsWith(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(Of, OtherSending, testing::ValuesIn(sent), [](const auto& param) { return std::string{param.param.name}; });

TEST(OtherSending, IsNoTextOfSeveralCommandsByADefaultEither)
{
    std::ifstream stream{SHIPPED_PROFILES "/mqtt/tasmota-relay-strike.yaml"};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    text.replace(text.find("params:\n"), 8, "params:\n  where: {type: topic, default: cmnd/gate/Backlog}\n");
    text.replace(text.find(power_set), std::string_view{power_set}.size(), "set: {publish: \"${where}\", text: \"PowerOnState 0\"}");
    const auto problems = parse_mqtt(text, "file.yaml").problems;
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].text, testing::StartsWith("PowerOnState: is a text of several commands"));
}

TEST(OtherSending, MayBeLongAndNeverThatOfTheDoor)
{
    std::ifstream stream{SHIPPED_PROFILES "/mqtt/tasmota-relay-strike.yaml"};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    text.replace(text.find("unlock:\n    text: \"ON\""), 22, "unlock:\n    text: \"" + std::string(4000, 'a') + "ON\"");
    text.replace(text.find(question), std::string_view{question}.size(), "state: {text: \"" + std::string(4000, 'b') + "ON\"}");
    EXPECT_THAT(parse_mqtt(text, "file.yaml").problems, testing::IsEmpty());
}

} // namespace
} // namespace gatehouse::profile
