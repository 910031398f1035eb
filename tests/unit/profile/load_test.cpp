#include "samples.hpp"
#include "sdk/profile/mqtt.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace gatehouse::profile {
namespace {

using testing::ElementsAre;

std::vector<std::string> problems_of(const MqttLoaded& loaded)
{
    std::vector<std::string> texts;
    for (const auto& problem : loaded.problems) texts.push_back(to_text(problem));
    return texts;
}

MqttProfile controller()
{
    auto loaded = parse_mqtt(sample::controller, "sample.yaml");
    EXPECT_THAT(problems_of(loaded), ElementsAre());
    return loaded.profile.value_or(MqttProfile{});
}

Fields instance(const MqttProfile& profile)
{
    return bind(profile.params,
                {{"topic", std::string{"harbour/yard"}}, {"ip", std::string{"10.20.0.31"}}, {"hostname", std::string{"yard"}}})
        .fields;
}

TEST(Load, ReadsTheControllerWithEveryBlock)
{
    const auto profile = controller();
    EXPECT_EQ(profile.id, "esp-rfid/2.0");
    EXPECT_EQ(profile.limits.op_timeout_ms, 15000);
    EXPECT_EQ(profile.topics.qos, 1);
    ASSERT_TRUE(profile.list);
    EXPECT_EQ(profile.list->end.quiet.count(), 3000);
    EXPECT_EQ(profile.list->absent_after, 2);
    EXPECT_EQ(profile.events.size(), 2u);
    ASSERT_TRUE(profile.liveness.heartbeat);
    EXPECT_EQ(profile.liveness.heartbeat->every, std::chrono::seconds{180});
    EXPECT_TRUE(profile.liveness.restart);
    ASSERT_TRUE(profile.liveness.clock);
    EXPECT_EQ(profile.liveness.clock->time.decoder, Encoder::epoch_s);
}

TEST(Load, ReadsTheSlotLock)
{
    const auto loaded = parse_mqtt(sample::slot_lock, "lock.yaml");
    EXPECT_THAT(problems_of(loaded), ElementsAre());
    ASSERT_TRUE(loaded.profile);
    const auto params = bind(loaded.profile->params, {{"name", std::string{"suite"}}}).fields;
    EXPECT_EQ(capabilities(loaded.profile->caps, loaded.profile->limits, params).capacity, 250u);
}

TEST(Load, TheShippedControllerSaysTheSameAsTheReference)
{
    const auto shipped = load_mqtt(SHIPPED_PROFILES "/mqtt/esp-rfid-2.0.yaml");
    ASSERT_THAT(problems_of(shipped), ElementsAre());
    const auto reference = controller();
    const auto ours = instance(*shipped.profile);
    auto stated = capabilities(reference.caps, reference.limits, ours);
    stated.door_grouping = sdk::DoorGrouping::all; // the one thing the file adds: an entry opens the one relay
    EXPECT_EQ(capabilities(shipped.profile->caps, shipped.profile->limits, ours), stated);
}

TEST(Load, PutIsTheMessageTheDeviceExpects)
{
    const auto profile = controller();
    auto fields = instance(profile);
    fields["key"] = std::string{"04a1b2c3"};
    fields["label"] = std::string{"Dan R."};
    fields["from"] = std::int64_t{1772524800};
    fields["until"] = std::int64_t{4294967295};
    fields["tag"] = std::string{"g:1f3a"};
    EXPECT_EQ(*fill(profile.put->send, fields), R"({"cmd":"adduser","doorip":"10.20.0.31","uid":"04a1b2c3","user":"Dan R.","acctype":1,)"
                                                R"("validsince":1772524800,"validuntil":4294967295,"pincode":"","gh":"g:1f3a"})");
    EXPECT_EQ(*profile.topics.command.text(fields), "harbour/yard/cmd");
}

TEST(Load, ParametersAreCheckedPerDeviceAndAllProblemsTold)
{
    const auto profile = controller();
    const auto bound = bind(
        profile.params, {{"topic", std::string{"a/#"}}, {"ip", std::string{"10.20.0.031"}}, {"relays", std::int64_t{2}}, {"colour", true}});
    EXPECT_THAT(bound.problems, ElementsAre("params.hostname: is missing", "params.ip: not an IPv4 address such as 10.20.0.31",
                                            "params.relays: must be a whole number from 1 to 1",
                                            "params.topic: not a topic (no wildcard, no leading `$`, 1 to 200 bytes)",
                                            "params.colour: this profile has no such parameter"));
}

TEST(Load, DefaultsFillWhatADeviceLeavesOut)
{
    EXPECT_EQ(instance(controller()).at("relays"), Value{std::int64_t{1}});
}

TEST(Load, ReportsEveryProblemOfAFileInItsOrder)
{
    const auto loaded = parse_mqtt("profile: Bad Name\n"
                                   "driver: modbus\n"
                                   "colour: red\n"
                                   "caps: {stores_credentials: perhaps}\n"
                                   "topics:\n"
                                   "  command: \"a/+\"\n"
                                   "  reply: \"${nobody}/x\"\n"
                                   "  retain: true\n",
                                   "bad.yaml");
    EXPECT_FALSE(loaded.profile);
    EXPECT_THAT(problems_of(loaded),
                ElementsAre("bad.yaml:1: profile: must be an id such as vendor/model/1.0: a-z, 0-9, `-`, `.`, `_` and `/`",
                            "bad.yaml:2: driver: must be one of mqtt", "bad.yaml:3: colour: unknown key",
                            "bad.yaml:4: caps.stores_credentials: must be true or false",
                            "bad.yaml:6: topics.command: a topic must not hold a wildcard (+ or #)",
                            "bad.yaml:7: topics.reply: there is no parameter `nobody`, and no field of that name here",
                            "bad.yaml:8: topics.retain: a command must never be retained: it would run again at each reconnect"));
}

TEST(Load, NotYamlIsOneProblemWithItsLine)
{
    EXPECT_THAT(problems_of(parse_mqtt("profile: x\ncaps: {", "x.yaml")), ElementsAre(testing::StartsWith("x.yaml:2: not YAML: ")));
}

TEST(Load, AMissingFileIsAProblem)
{
    EXPECT_THAT(problems_of(load_mqtt("/nowhere/x.yaml")), ElementsAre("/nowhere/x.yaml: cannot be read"));
}

} // namespace
} // namespace gatehouse::profile
