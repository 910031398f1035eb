#include "devices/wire.hpp"

#include <gmock/gmock.h>

namespace gatehouse::devices {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using testing::ElementsAre;
using testing::SizeIs;

// The literal lines are those of docs/driver-protocol.md.

json::object body(std::string_view line)
{
    auto message = parse_message(line);
    EXPECT_TRUE(message) << line;
    return message ? message->body : json::object{};
}

TEST(WireTest, StepsAreWrittenAsTheProtocolShowsThem)
{
    Step drop{.drop = true, .entry = {.key = "04a1b2c3"}};
    Step put;
    put.entry.key = "0411223344";
    put.entry.doors = 0b10;
    put.entry.from = 1772524800;
    put.entry.until = 1772784000;
    put.entry.label = "Dan R.";
    put.entry.tag = "g:1f3a";
    EXPECT_EQ(json::value(steps_to_json({drop, put})), json::parse(R"([
 {"op":"drop","key":"04a1b2c3","key_kind":"card_uid_hex"},
 {"op":"put","key":"0411223344","key_kind":"card_uid_hex","doors":[1],"from":"1772524800","until":"1772784000","label":"Dan R.","tag":"g:1f3a"}])"));
}

TEST(WireTest, ADropBySlotAndAPutWithAPinCarryNothingElse)
{
    Step drop{.drop = true, .entry = {.slot = 4, .doors = 1}};
    Step put{.drop = false, .entry = {.key = "1234", .kind = KeyKind::pin, .doors = (Doors{1} << 62) | 1, .pin = "99"}};
    EXPECT_EQ(json::value(steps_to_json({drop, put})),
              json::parse(R"([{"op":"drop","slot":4},{"op":"put","key":"1234","key_kind":"pin","doors":[0,62],"pin":"99"}])"));
}

TEST(WireTest, AnAnswerToApplyTellsEachStep)
{
    const auto answer = to_answer(body(
        R"({"type":"answer","id":"20","verdict":"acknowledged","steps":[{"verdict":"acknowledged"},{"verdict":"unknown","reason":"timeout"}]})"));
    const auto outcomes = outcomes_from(answer, 3);
    ASSERT_THAT(outcomes, SizeIs(3));
    EXPECT_EQ(outcomes[0].verdict, Verdict::acknowledged);
    EXPECT_EQ(outcomes[1].verdict, Verdict::unknown);
    EXPECT_EQ(outcomes[1].reason, "timeout");
    EXPECT_EQ(outcomes[2].verdict, Verdict::unknown) << "a step nobody spoke of is not done";
}

TEST(WireTest, AStepThatWasReadBackSaysSoBesideItsAcknowledgementAlone)
{
    const auto answer = to_answer(body(R"({"type":"answer","id":"20","verdict":"acknowledged","read_back":true,"steps":[
 {"verdict":"acknowledged","read_back":true},{"verdict":"acknowledged"},{"verdict":"unknown","read_back":true},
 {"verdict":"acknowledged","read_back":"true"},{"verdict":"splendid","read_back":true}]})"));
    std::vector<bool> read_back;
    for (const auto& outcome : outcomes_from(answer, 6)) read_back.push_back(outcome.read_back);
    EXPECT_THAT(read_back, ElementsAre(true, false, false, false, false, false));
}

TEST(WireTest, AnyOtherVerdictHoldsForEveryStep)
{
    const auto busy = to_answer(body(R"({"type":"answer","id":"20","verdict":"busy","retry_after_ms":700})"));
    for (const auto& outcome : outcomes_from(busy, 2)) {
        EXPECT_EQ(outcome.verdict, Verdict::busy);
        EXPECT_EQ(outcome.retry_after, 700ms);
    }
    const auto odd = to_answer(body(R"({"type":"answer","id":"20","verdict":"splendid","retry_after_ms":90000000})"));
    EXPECT_EQ(odd.outcome.verdict, Verdict::unknown) << "a word it does not know says nothing";
    EXPECT_EQ(odd.outcome.retry_after, 60s);
}

TEST(WireTest, StepsOfAMessageTheDriverDidNotTakeWereNotRefusedByTheDevice)
{
    for (const auto* word : {"refused", "unsupported", "full"}) {
        const auto outcomes = outcomes_from(to_answer({{"verdict", word}, {"reason", "not_attached"}}), 2);
        ASSERT_THAT(outcomes, SizeIs(2));
        EXPECT_EQ(outcomes[1].verdict, Verdict::busy) << "it is tried again";
        EXPECT_EQ(outcomes[1].reason, "the driver did not take it: not_attached");
    }
}

TEST(WireTest, EachVerdictOfTheProtocolIsKnown)
{
    std::vector<Verdict> found;
    for (const auto* word : {"acknowledged", "refused", "full", "unsupported", "busy", "unknown", "offline"})
        found.push_back(to_answer({{"verdict", word}}).outcome.verdict);
    EXPECT_THAT(found, ElementsAre(Verdict::acknowledged, Verdict::refused, Verdict::full, Verdict::unsupported, Verdict::busy,
                                   Verdict::unknown, Verdict::offline));
}

TEST(WireTest, APageIsReadAsTheProtocolShowsIt)
{
    const auto page = body(R"({"type":"answer","id":"21","verdict":"acknowledged","page":"more","cursor":"21.128","rounds":2,"entries":[
 {"key":"0411223344","key_kind":"card_uid_hex","doors":[1],"from":"1772524800","until":"1772784000","tag":"g:1f3a","state":"active"}]})");
    const auto entries = entries_from(page);
    ASSERT_TRUE(entries);
    ASSERT_THAT(*entries, SizeIs(1));
    const auto& entry = entries->front();
    EXPECT_EQ(entry.key, "0411223344");
    EXPECT_EQ(entry.doors, 0b10U);
    EXPECT_EQ(entry.from, 1772524800);
    EXPECT_EQ(entry.until, 1772784000);
    EXPECT_EQ(entry.tag, "g:1f3a");
    EXPECT_EQ(entry.state, EntryState::active);
}

TEST(WireTest, AnEntryThatCannotBeReadSpoilsItsPage)
{
    for (const auto* entry : {R"({})", R"(7)", R"({"key":"aa"})", R"({"key":"aa","key_kind":"iris"})",
                              R"({"key":"aa","key_kind":"pin","doors":[63]})", R"({"key":"aa","key_kind":"pin","doors":["1"]})",
                              R"({"key":"aa","key_kind":"pin","until":"soon"})", R"({"key":"aa","key_kind":"pin","until":true})"})
        EXPECT_FALSE(entries_from(json::parse(R"({"entries":[)" + std::string{entry} + "]}").as_object())) << entry;
    EXPECT_FALSE(entries_from(json::parse(R"({"entries":{}})").as_object()));
    json::array many(129, json::parse(R"({"key":"aa","key_kind":"pin"})"));
    EXPECT_FALSE(entries_from({{"entries", many}}));
    many.pop_back();
    EXPECT_TRUE(entries_from({{"entries", many}}));
}

TEST(WireTest, AnEndBeyondAllTimeIsTheLastDayThereIs)
{
    const auto entries =
        entries_from(json::parse(R"({"entries":[{"key":"aa","key_kind":"pin","from":"-5","until":"9223372036854775807"}]})").as_object());
    ASSERT_TRUE(entries);
    EXPECT_EQ(entries->front().from, 0);
    EXPECT_EQ(entries->front().until, 253'402'300'799);
    const auto told = notification_from({"online", {}, json::parse(R"({"at":"9223372036854775807","reason":"boot"})").as_object()});
    ASSERT_TRUE(told);
    EXPECT_GT(told->at.time_since_epoch(), 0us);
}

TEST(WireTest, CapabilitiesAreReadAsTheProtocolShowsThemAndDefaultToNothing)
{
    const auto found = capabilities_from(body(
        R"({"type":"answer","id":"3","verdict":"acknowledged","capabilities":{"stores_credentials":true,"credential_kinds":["card_uid_hex","pin"],"key_limit":19},"doors":[{"door":1,"verdict":"acknowledged"}]})"));
    EXPECT_TRUE(found.stores_credentials && found.takes_uid && found.takes_pin);
    EXPECT_FALSE(found.takes_number || found.takes_card_and_pin || found.slot_based || found.digest);
    EXPECT_EQ(found.key_limit, 19);
    EXPECT_EQ(found.validity, Validity::none);
    EXPECT_EQ(found.readback, Readback::none);
    EXPECT_TRUE(found.any_door_subset);
    EXPECT_FALSE(capabilities_from({{"capabilities", "all"}}).stores_credentials);
}

TEST(WireTest, NotificationsAreReadAsTheProtocolShowsThem)
{
    const auto told = [](std::string_view line) {
        auto message = parse_message(line);
        return message ? notification_from(*message) : std::nullopt;
    };
    const auto online = told(R"({"type":"online","line":"broker","device":"yard-ctl","at":"81230001","reason":"heartbeat"})");
    EXPECT_EQ(std::get<Online>(online->what).reason, "heartbeat");
    EXPECT_EQ(online->at, base::Monotonic{81230001ms});
    const auto door = told(R"({"type":"door","line":"relay-net","device":"relays","at":"81230004","door":0,"contact":"open"})");
    EXPECT_EQ(std::get<DoorState>(door->what).contact, "open");
    EXPECT_TRUE(
        std::get<Tamper>(told(R"({"type":"tamper","line":"bus-a","device":"rd-lobby","at":"81230005","active":true})")->what).active);
    EXPECT_EQ(
        std::get<Restarted>(told(R"({"type":"restarted","line":"broker","device":"yard-ctl","at":"81230006","marker":"uptime:3"})")->what)
            .marker,
        "uptime:3");
    const auto event = told(
        R"({"type":"event","line":"broker","device":"yard-ctl","at":"81230007","kind":"granted","key":"04a1b2c3","key_kind":"card_uid_hex","door":1,"time":"1772524801"})");
    EXPECT_EQ(std::get<Record>(event->what).key, "04a1b2c3");
    EXPECT_EQ(std::get<Record>(event->what).time, 1772524801);
    const auto clock = told(R"({"type":"clock","line":"broker","device":"yard-ctl","at":"81230009","time":"1772524800"})");
    EXPECT_EQ(std::get<ClockTold>(clock->what).time, base::Instant{1772524800s});
    EXPECT_EQ(clock->at, base::Monotonic{81230009ms});
    EXPECT_FALSE(told(R"({"type":"clock","device":"yard-ctl","time":"9223372036854775807"})"));
    EXPECT_FALSE(told(R"({"type":"clock","device":"yard-ctl"})"));
    const auto setup = told(
        R"({"type":"setup","line":"broker","device":"yard-ctl","at":"81230011","state":"differs","detail":"PulseTime1 is 0 and not 50"})");
    EXPECT_EQ(std::get<SetupTold>(setup->what).state, SetupState::differs);
    EXPECT_EQ(std::get<SetupTold>(setup->what).detail, "PulseTime1 is 0 and not 50");
    EXPECT_FALSE(told(R"({"type":"setup","device":"yard-ctl","state":"none"})"));
    EXPECT_FALSE(told(R"({"type":"setup","device":"yard-ctl"})"));
    EXPECT_FALSE(told(R"({"type":"door","device":"relays","door":"left"})"));
    EXPECT_FALSE(told(R"({"type":"gossip","device":"relays"})"));
}

TEST(WireTest, WhatIsNoMessageIsRefused)
{
    for (const auto* line : {"", "{", "[]", "7", "{}", R"({"type":7})", R"({"type":"answer"})", R"({"type":"answer","id":7})",
                             R"({"type":"answer","id":"-1"})", R"({"type":"answer","id":"1 "})", R"({"type":"answer","id":""})",
                             R"({"type":"answer","id":"123456789012345678901"})", R"({"type":"x","a":[[[[[[[[[[1]]]]]]]]]]})"})
        EXPECT_FALSE(parse_message(line)) << line;
    EXPECT_EQ(parse_message(R"({"type":"answer","id":"41","verdict":"refused","reason":"not_attached"})")->id, 41U);
}

} // namespace
} // namespace gatehouse::devices
