// The same for the shipped profiles of locks with slots and of strikes: each row breaks one of them in one place.

#include "sdk/profile/library.hpp"
#include "sdk/profile/mqtt.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

namespace gatehouse::profile {
namespace {

struct Broken {
    const char* name;
    const char* file;
    const char* from; ///< this text ...
    const char* to;   ///< ... becomes this
    const char* problem;
};

constexpr const char* lock = "zigbee2mqtt-pin-lock.yaml";
constexpr const char* relay = "tasmota-relay-strike.yaml";
constexpr const char* rpc = "shelly-gen2-switch-strike.yaml";

const Broken broken[] = {
    {"StaleSlots", lock, "    fresh: after_request ", "    # ",
     "ops.one: needs `fresh: after_request`: what was said before may be years old"},
    {"SlotsWithoutState", lock, "state: {pointer: \"/users/${slot}/status\"", "key: {pointer: \"/users/${slot}/status\"",
     "ops.one: `map` has no `state`"},
    {"SlotThatIsNotSent", lock, "send: {pin_code: {user: \"${slot:int}\", pin_code: null}}", "send: {pin_code: {user: 1, pin_code: null}}",
     "ops.erase: does not say which entry"},
    {"SlotThatIsNotAskedFor", lock, "send: {pin_code: {user: \"${slot:int}\"}}\n    takes_ms", "send: {pin_code: {user: 1}}\n    takes_ms",
     "ops.one: does not say which slot"},
    {"SlotsWithoutNumber", lock, "  capacity: \"${slots}\"\n", "", "caps: is needed to read every slot"},
    {"PutThatNothingVerifies", lock, "    verify: one\n  erase:", "  erase:", "ops.put: has neither `ack` nor `verify`"},
    {"CodeShownAsNoSecret", lock, "optional: true, secret: true", "optional: true", "ops.one.map.pin: a PIN must be marked `secret: true`"},
    {"CodeInATopic", lock, "query: \"${base}/${name}/get\"", "query: \"${base}/${pin}/get\"", "topics.query: `pin` is a secret"},
    {"NoQueryTopic", lock, "query: \"${base}/${name}/get\", ", "", "topics: an operation is sent to it, but it is missing"},
    {"HintsWithoutMeaning", lock, "means: erase_done", "means: done", "hints[2].means: must be one of put_done, erase_done"},
    {"ContactThatNobodyTells", lock, "  - {contact: {pointer: /door_state, enum: {open: open, closed: closed}}}\n", "",
     "caps.door_contact: `door_contact` and a `contact` in the block `door` go together"},
    {"StateInWordsOfTheDevice", lock, "enum: {locked: locked, unlocked: unlocked}", "enum: {locked: shut, unlocked: unlocked}",
     "door[0].lock.enum.locked: must be one of locked, unlocked, unknown"},
    {"StateWithoutWords", lock, "{pointer: /lock_state, enum: {locked: locked, unlocked: unlocked}}", "/lock_state",
     "door[0].lock: needs an `enum`"},
    {"DoorThatTellsNothing", lock, "  - {lock: {pointer: /lock_state, enum: {locked: locked, unlocked: unlocked}}}", "  - {topic: x}",
     "door[0]: needs `lock` or `contact`"},
    {"SecretShownPerhaps", lock, "readback_shows_secret: \"${expose_pin}\"", "readback_shows_secret: perhaps",
     "caps.readback_shows_secret: must be true, false or one `${param}`"},
    {"PulseThatNobodySets", relay, "set: {publish: \"cmnd/${t}/PulseTime${relay}\", text: \"${pulse_ms:pulse_time}\"}\n", "\n",
     "caps.unlock_pulse: `device_settable` needs a `setup` that sets `${pulse_ms}`"},
    {"SettingThatIsNotAskedFor", relay, "    ask: {publish: \"cmnd/${t}/PowerOnState\", text: \"\"}\n", "", "setup[1]: `ask` is missing"},
    {"AskedForEver", relay, "    within_ms: 2000\n\nops", "\nops", "setup[1]: `within_ms` is missing"},
    {"NothingToSay", relay, "state: {text: \"\"}", "state: {send_to: command}", "ops.state: needs `send` (a JSON object) or `text`"},
    {"BothWays", relay, "state: {text: \"\"}", "state: {text: \"\", send: {a: 1}}", "ops.state: needs `send` (a JSON object) or `text`"},
    {"WildcardToPublishASetting", relay, "publish: \"cmnd/${t}/PowerOnState\", text: \"\"", "publish: \"cmnd/+/PowerOnState\", text: \"\"",
     "setup[1].ask.publish: a topic must not hold a wildcard (+ or #)"},
    {"StateThatNothingReads", relay,
     "door:\n  - {lock: {pointer: \"/POWER${relay}\", enum: {\"ON\": unlocked, \"OFF\": locked}}}\n"
     "  - {lock: {pointer: /POWER, enum: {\"ON\": unlocked, \"OFF\": locked}}}\n",
     "", "ops.state: nothing in the block `door` reads its answer"},
    {"NumbersThatAreNotSent", rpc, "  unlock:\n    send: {id: \"${corr}\",", "  unlock:\n    send: {id: 1,",
     "ops.unlock: sends no `${corr}`, so its answer would not be known"},
    {"CorrelatedWithoutNumber", rpc, "correlate: {reply: /id, kind: counter}\n", "", "ops.unlock.send.id: there is no parameter `corr`"},
    {"NumberOfAnUncorrelated", rpc, "ack: correlated", "ack: uncorrelated", "caps.ack: `correlated` and the block `correlate` go together"},
    {"LengthReadFromADevice", rpc, "{pointer: /result/output, enum", "{pointer: /result/output, as: seconds, enum",
     "door[0].lock: lengths of time are not read from a device"},
    {"PulseThatIsNotSent", rpc, ", toggle_after: \"${pulse_ms:seconds}\"", "", "ops.unlock: `per_command`, but `unlock` sends neither"},
};

class Block : public testing::TestWithParam<Broken> {};

TEST_P(Block, IsToldWithLineAndPath)
{
    std::ifstream stream{std::string{SHIPPED_PROFILES "/mqtt/"} + GetParam().file};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    const auto at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string_view{GetParam().from}.size(), GetParam().to);

    const auto loaded = parse_mqtt(text, "file.yaml");
    EXPECT_FALSE(loaded.profile);
    std::vector<std::string> told;
    for (const auto& problem : loaded.problems) told.push_back(problem.path + ": " + problem.text);
    EXPECT_THAT(told, testing::Contains(testing::StartsWith(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(Of, Block, testing::ValuesIn(broken), [](const auto& param) { return std::string{param.param.name}; });

TEST(Library, KnowsAProfileByItsOtherIds)
{
    MqttLibrary library{SHIPPED_PROFILES "/mqtt"};
    const auto one = library.find("zigbee2mqtt/pin-lock"), other = library.find("zigbee2mqtt/pin-lock/yale-250");
    ASSERT_TRUE(one && other);
    EXPECT_EQ((*one)->id, (*other)->id);
    EXPECT_FALSE(library.find("zigbee2mqtt"));
}

TEST(Caps, AreFilledFromTheParametersOfTheDevice)
{
    const auto loaded = load_mqtt(SHIPPED_PROFILES "/mqtt/zigbee2mqtt-pin-lock.yaml");
    ASSERT_TRUE(loaded.profile);
    const auto bound = bind(loaded.profile->params, {{"name", std::string{"front"}},
                                                     {"slots", std::int64_t{20}},
                                                     {"first", std::int64_t{0}},
                                                     {"shortest", std::int64_t{6}},
                                                     {"longest", std::int64_t{6}},
                                                     {"expose_pin", true}});
    const auto caps = capabilities(loaded.profile->caps, loaded.profile->limits, bound.fields);
    EXPECT_EQ(caps.capacity, 20U);
    EXPECT_EQ(caps.slot_first, 0U);
    EXPECT_EQ(caps.pin_length.min, 6U);
    EXPECT_EQ(caps.pin_length.max, 6U);
    EXPECT_TRUE(caps.readback_shows_secret);
}

TEST(Lengths, AreNeverRounded)
{
    EXPECT_EQ(*encode(Encoder::tenths, std::int64_t{3'000}), boost::json::value(30));
    EXPECT_FALSE(encode(Encoder::tenths, std::int64_t{3'050}));
    EXPECT_EQ(*encode(Encoder::pulse_time, std::int64_t{100}), boost::json::value(1));
    EXPECT_EQ(*encode(Encoder::pulse_time, std::int64_t{11'100}), boost::json::value(111));
    EXPECT_FALSE(encode(Encoder::pulse_time, std::int64_t{11'500})) << "112 would be twelve seconds";
    EXPECT_EQ(*encode(Encoder::pulse_time, std::int64_t{12'000}), boost::json::value(112));
    EXPECT_EQ(*encode(Encoder::pulse_time, std::int64_t{30'000}), boost::json::value(130));
    EXPECT_EQ(*encode(Encoder::pulse_time, std::int64_t{64'800'000}), boost::json::value(64'900));
    EXPECT_FALSE(encode(Encoder::pulse_time, std::int64_t{0})) << "that is for ever";
    EXPECT_EQ(*encode(Encoder::seconds, std::int64_t{5'000}), boost::json::value(5));
    EXPECT_EQ(*encode(Encoder::seconds, std::int64_t{2'500}), boost::json::value(2.5));
    EXPECT_FALSE(encode(Encoder::seconds, std::string{"soon"}));
    EXPECT_FALSE(encode(Encoder::seconds, std::int64_t{-1}));
}

} // namespace
} // namespace gatehouse::profile
