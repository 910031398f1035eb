// Each row breaks the sample controller in one place and names the problem that has to be told, with its line and path.

#include "samples.hpp"
#include "sdk/profile/mqtt.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace gatehouse::profile {
namespace {

struct Row {
    const char* name;
    const char* from;    ///< this text of the sample ...
    const char* to;      ///< ... becomes this
    const char* problem; ///< with `LINE` for the line of the change
};

const Row rows[] = {
    {"RetainOnCommands", "retain: false", "retain: true",
     "topics.retain: a command must never be retained: it would run again at each reconnect"},
    {"WildcardToPublish", R"("${topic}/cmd")", R"("${topic}/+/cmd")", "topics.command: a topic must not hold a wildcard (+ or #)"},
    {"CardInTopic", R"("${topic}/cmd")", R"("${topic}/${key}")", "topics.command: `key` is a secret and must not stand in a topic"},
    {"BrokerTopic", R"("${topic}/send")", R"("$SYS/x")", "topics.reply: topics that start with `$` belong to the broker"},
    {"UnknownKeyDeepDown", "quiet_ms: 3000", "quiet_ms: 3000, loud_ms: 1", "ops.list.end.loud_ms: unknown key"},
    {"GivenTwice", "retain: false", "retain: false, retain: false", "topics.retain: given twice"},
    {"UnknownEncoder", "${key:hex_text}\", user", "${key:rot13}\", user", "ops.put.send.uid: there is no encoder `rot13`"},
    {"UnknownField", "user: \"${label}\"", "user: \"${surname}\"",
     "ops.put.send.user: there is no parameter `surname`, and no field of that name here"},
    {"FieldOfAnotherOperation", "send: {cmd: getuserlist,", "send: {cmd: \"${key}\",", "ops.list.send.cmd: there is no field `key` here"},
    {"NotAPointer", "pointer: /gh", "pointer: gh", "ops.list.map.tag.pointer: not a JSON pointer"},
    {"EnumToAWordThatIsNotOurs", "Admin: granted", "Admin: welcome", "events[0].kind.enum.Admin: must be one of granted"},
    {"EmptyWhen", "when: [{pointer: /src, equals: door}]", "when: []", "events[1].when: needs at least one condition"},
    {"MatcherThatMatchesEverything", "ack: {all: [{pointer: /type, equals: deletuid}, {pointer: /ip, equals: \"${ip}\"}]}", "ack: {}",
     "ops.erase.ack: needs `all` or `any`"},
    {"TableWithoutPut",
     "  put:\n    send: {cmd: adduser, doorip: \"${ip}\", uid: \"${key:hex_text}\", user: \"${label}\", acctype: 1,\n"
     "           validsince: \"${from:epoch_s}\", validuntil: \"${until:epoch_s}\", pincode: \"${pin|''}\", gh: \"${tag}\"}\n"
     "    ack: {all: [{pointer: /type, equals: adduser}, {pointer: /ip, equals: \"${ip}\"}]}\n",
     "", "caps.stores_credentials: `stores_credentials` needs the operation `put`"},
    {"NoTableButPut", "stores_credentials: true", "stores_credentials: false",
     "caps.stores_credentials: there are table operations, but `stores_credentials` is not true"},
    {"ReadbackWithoutList", "supports_readback: list_unbounded", "supports_readback: none",
     "caps.supports_readback: a list in `supports_readback` and the operation `list` go together"},
    {"ClockThatIsNotSaid", "clock: readable, ", "", "caps: `clock` in `caps` and the block `liveness.clock` go together"},
    {"ClockThatCountsSomethingElse", "pointer: /time, enc: epoch_s}}}", "pointer: /time, enc: int}}}",
     "liveness.clock.time: must be read as `epoch_s` or `epoch_ms`"},
    {"UnverifiedTable", "supports_readback: list_unbounded", "supports_readback: none",
     "caps.supports_readback: a table that cannot be read back needs `accept_unverified: true`"},
    {"InclusiveEndOfADate", "supports_validity: seconds", "supports_validity: date, end_inclusive: true",
     "caps.end_inclusive: is for devices that keep an end in seconds"},
    {"CodesThatCouldBeUids", "pin_length: {min: 1, max: 7}", "pin_length: {min: 1, max: 8}",
     "caps.pin_length: codes and uids are keys of one table: a code may have 7 digits at most, or it could be a uid"},
    {"ValidityByDate", "supports_validity: seconds", "supports_validity: date",
     "caps.supports_validity: validity by date is not served yet"},
    {"OneQuietRound", "absent_after: 2", "absent_after: 1", "ops.list: a list that ends by silence needs `absent_after: 2` or more"},
    {"ProofSoonerThanTheSilence", "readback_s: 7", "readback_s: 5", "limits.readback_s: shorter than the silent rounds of the list take"},
    {"AckThatProves", "ack_proves_storage: false", "ack_proves_storage: true",
     "caps.ack_proves_storage: an answer that may belong to another"},
    {"AckMissing", "ack: uncorrelated", "ack: none", "ops.put: `ack` here and `ack` in `caps` go together"},
    {"EntryWithoutEnd", "validuntil: \"${until:epoch_s}\", ", "", "caps.supports_validity: `put` sends no `${until}`"},
    {"EndNeverReadBack", "until: {pointer: /validuntil, as: int}, ", "", "ops.list: `map` has no `until`"},
    {"PulseWithoutUnlock", "unlock_pulse: device_fixed", "unlock_pulse: none",
     "caps.unlock_pulse: `unlock_pulse` and the operation `unlock`"},
    {"HostTimedWithoutFailsafe", "unlock_pulse: device_fixed", "unlock_pulse: host_timed",
     "caps.unlock_pulse: `host_timed` needs a `failsafe`"},
    {"UnlockThatNothingAnswers", ", ack: {all: [{pointer: /type, equals: access}, {pointer: /username, equals: MQTT}]}", "",
     "ops.unlock: needs `ack` or `confirm`, one of them"},
    {"EventsThatAreNotThere", "events: live", "events: none", "caps.events: `events` in `caps` and the block `events` go together"},
    {"ClockToldTooRarely", "every_s: 180", "every_s: 900",
     "liveness.clock: told with heartbeats more than 300 s apart, the clock counts as unknown in between"},
    {"HeartbeatUnsaid", "liveness: heartbeat}", "liveness: none}",
     "caps.liveness: `heartbeat` and the block `liveness.heartbeat` go together"},
    {"PinNotMarkedSecret", "tag: {pointer: /gh}", "pin: {pointer: /gh}", "ops.list.map.pin: a PIN must be marked `secret: true`"},
    {"ParallelCommands", "in_flight: 1", "in_flight: 4", "limits.in_flight: must be a whole number from 1 to 1"},
    {"DefaultOutOfBounds", "max: 1, default: 1", "max: 1, default: 3", "params.relays.default: must be a whole number from 1 to 1"},
    {"QosOutOfRange", "qos: 1", "qos: 3", "topics.qos: must be a whole number from 0 to 2"},
};

class Refusal : public testing::TestWithParam<Row> {};

TEST_P(Refusal, IsToldWithLineAndPath)
{
    std::string text = sample::controller;
    const auto at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string_view{GetParam().from}.size(), GetParam().to);

    const auto loaded = parse_mqtt(text, "file.yaml");
    EXPECT_FALSE(loaded.profile);
    std::vector<std::string> told;
    bool lines = true;
    for (const auto& problem : loaded.problems) {
        told.push_back(problem.path + ": " + problem.text);
        lines = lines && problem.line > 0;
    }
    EXPECT_THAT(told, testing::Contains(testing::StartsWith(GetParam().problem)));
    EXPECT_TRUE(lines);
}

INSTANTIATE_TEST_SUITE_P(Profile, Refusal, testing::ValuesIn(rows), [](const auto& param) { return std::string{param.param.name}; });

TEST(RefusalLine, IsTheLineOfTheMistakeAndNotOfItsBlock)
{
    std::string text = sample::controller;
    text.replace(text.find("quiet_ms: 3000"), 14, "quiet_ms: never");
    const auto loaded = parse_mqtt(text, "file.yaml");
    ASSERT_EQ(loaded.problems.size(), 1u);
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find("quiet_ms")), '\n');
    EXPECT_EQ(to_text(loaded.problems[0]),
              "file.yaml:" + std::to_string(line) + ": ops.list.end.quiet_ms: must be a whole number from 50 to 600000");
}

} // namespace
} // namespace gatehouse::profile
