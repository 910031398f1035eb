#include "sdk/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::sdk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Request good(std::string_view line)
{
    auto parsed = parse_request(line);
    const auto* bad = std::get_if<BadLine>(&parsed);
    EXPECT_EQ(bad, nullptr) << (bad ? bad->verdict.reason + ": " + bad->verdict.detail : "");
    return bad ? Request{} : std::get<Request>(std::move(parsed));
}

BadLine bad(std::string_view line)
{
    auto parsed = parse_request(line);
    EXPECT_TRUE(std::holds_alternative<BadLine>(parsed)) << line;
    return std::holds_alternative<BadLine>(parsed) ? std::get<BadLine>(parsed) : BadLine{};
}

TEST(Request, CarriesLineDeviceAndDeadline)
{
    const auto request =
        good(R"({"type":"strike","id":"30","deadline":"81230250","line":"net","device":"relays","door":2,"pulse_ms":5000})");

    EXPECT_EQ(request.id, "30");
    EXPECT_EQ(request.line, "net");
    EXPECT_EQ(request.device, "relays");
    EXPECT_EQ(request.deadline.at(), Time{Milliseconds{81'230'250}});
    const auto& strike = std::get<request::Strike>(request.body);
    EXPECT_EQ(strike.door, 2);
    EXPECT_EQ(strike.pulse, Milliseconds{5000});
}

TEST(Request, ReadsEveryFieldOfAnAttachment)
{
    const auto request = good(R"({"type":"attach","id":"3","deadline":"1","line":"l","device":"d","address":7,"profile":"a/b",
        "params":{"topic":"t","unit":3,"on":true,"formats":["h10301","uid"]},"secrets":{"key":"00ff"},
        "doors":[{"door":1,"mode":"leave"},{"door":2,"mode":"unlocked","contact":4,"pulse_ms":9000}],"inputs":[5,6],"later":{"x":1}})");

    const auto& attachment = std::get<request::Attach>(request.body).attachment;
    EXPECT_EQ(attachment.at, (Address{"d", 7, 0}));
    EXPECT_EQ(attachment.profile, "a/b");
    EXPECT_EQ(text_of(attachment.params, "topic"), "t");
    EXPECT_EQ(number_of(attachment.params, "unit"), 3);
    EXPECT_TRUE(flag_of(attachment.params, "on"));
    EXPECT_THAT(list_of(attachment.params, "formats"), ElementsAre("h10301", "uid"));
    EXPECT_EQ(attachment.secrets.at("key"), "00ff");
    ASSERT_EQ(attachment.doors.size(), 2U);
    EXPECT_EQ(attachment.doors[0].mode, DoorMode::leave);
    EXPECT_EQ(attachment.doors[1].contact, 4);
    EXPECT_EQ(attachment.doors[0].pulse, std::nullopt);
    EXPECT_EQ(attachment.doors[1].pulse, Milliseconds{9000});
    EXPECT_THAT(attachment.inputs, ElementsAre(5, 6));
}

TEST(Request, ReadsTheStepsOfAnApplyInOrder)
{
    const auto request = good(R"({"type":"apply","id":"4","deadline":"1","line":"l","device":"d","steps":[
        {"op":"drop","slot":9},
        {"op":"put","key":"4711","key_kind":"pin","slot":3,"doors":[1,2],"from":"10","until":"20","pin":"0012","label":"Dan","tag":"g1"}]})");

    const auto& steps = std::get<request::Apply>(request.body).steps;
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].op, Op::drop);
    EXPECT_EQ(steps[0].entry.slot, 9U);
    const auto& put = steps[1].entry;
    EXPECT_EQ(put.key, "4711");
    EXPECT_EQ(put.key_kind, KeyKind::pin);
    EXPECT_THAT(put.doors, ElementsAre(1, 2));
    EXPECT_EQ(put.from, 10);
    EXPECT_EQ(put.until, 20);
    EXPECT_EQ(put.pin, "0012");
    EXPECT_EQ(put.label, "Dan");
    EXPECT_EQ(put.tag, "g1");
}

TEST(Request, WithoutAnIdIsMalformed)
{
    for (const auto* line : {"", "junk", "[]", "7", R"({"type":"ping"})", R"({"type":"ping","id":5})", R"({"type":"ping","id":"x"})",
                             R"({"type":"ping","id":"01"})", R"({"id":""})", "{\"type\":\"ping\",\"id\":\"1\xff\"}"}) {
        const auto told = bad(line);
        EXPECT_EQ(told.id, "") << line;
        EXPECT_EQ(told.verdict.reason, "malformed") << line;
    }
}

TEST(Request, OfAnUnknownTypeIsUnsupported)
{
    EXPECT_EQ(bad(R"({"type":"frobnicate","id":"8"})").verdict, Verdict::unsupported());
    EXPECT_EQ(bad(R"({"type":"frobnicate","id":"8"})").id, "8");
    EXPECT_EQ(bad(R"({"type":"frobnicate"})").verdict, Verdict::unsupported());
}

struct WrongField {
    const char* line;
    const char* detail;
};

class RequestWithAWrongField : public testing::TestWithParam<WrongField> {};

TEST_P(RequestWithAWrongField, IsRefusedByName)
{
    const auto told = bad(GetParam().line);
    EXPECT_EQ(told.id, "5");
    EXPECT_EQ(told.verdict.kind, VerdictKind::refused);
    EXPECT_EQ(told.verdict.reason, "invalid");
    EXPECT_THAT(told.verdict.detail, HasSubstr(GetParam().detail));
}

#define ON_DEVICE(type) R"({"id":"5","deadline":"1","line":"l","device":"d","type":")" type "\""
INSTANTIATE_TEST_SUITE_P(
    All, RequestWithAWrongField,
    testing::Values(
        WrongField{R"({"id":"5"})", "type"}, WrongField{R"({"id":"5","type":"digest","line":"l","device":"d"})", "deadline"},
        WrongField{R"({"id":"5","type":"digest","line":"l","device":"d","deadline":1})", "deadline"},
        WrongField{R"({"id":"5","type":"digest","line":"l","device":"d","deadline":"-1"})", "deadline"},
        WrongField{R"({"id":"5","type":"digest","line":"l","device":"d","deadline":"99999999999999999999"})", "deadline"},
        WrongField{R"({"id":"5","type":"digest","line":"l","deadline":"1"})", "device"},
        WrongField{R"({"id":"5","type":"close_line","deadline":"1","line":7})", "line"},
        WrongField{R"({"id":"5","type":"hello","versions":[]})", "versions"},
        WrongField{R"({"id":"5","type":"hello","versions":["1"]})", "versions"},
        WrongField{R"({"id":"5","type":"open_line","deadline":"1","line":"l","endpoint":{"a":{}}})", "endpoint"},
        WrongField{R"({"id":"5","type":"open_line","deadline":"1","line":"l","secrets":{"a":1}})", "secrets"},
        WrongField{ON_DEVICE("attach") R"(,"address":256})", "address"},
        WrongField{ON_DEVICE("strike") R"(,"door":63,"pulse_ms":1})", "door"},
        WrongField{ON_DEVICE("attach") R"(,"doors":[{"door":1,"mode":"ajar"}]})", "doors.mode"},
        WrongField{ON_DEVICE("attach") R"(,"doors":[{"door":1,"mode":"locked","pulse_ms":600001}]})", "doors.pulse_ms"},
        WrongField{ON_DEVICE("attach") R"(,"doors":[7]})", "doors"}, WrongField{ON_DEVICE("attach") R"(,"inputs":[-1]})", "inputs"},
        WrongField{ON_DEVICE("strike") R"(,"door":1})", "pulse_ms"},
        WrongField{ON_DEVICE("strike") R"(,"door":1,"pulse_ms":600001})", "pulse_ms"},
        WrongField{ON_DEVICE("strike") R"(,"door":1.0,"pulse_ms":1})", "door"}, WrongField{ON_DEVICE("set_door") R"(,"door":1})", "mode"},
        WrongField{ON_DEVICE("feedback") R"(,"reader":0,"signal":"wink"})", "signal"},
        WrongField{ON_DEVICE("set_time") R"(,"time":5})", "time"}, WrongField{ON_DEVICE("apply") R"(,"steps":[]})", "steps"},
        WrongField{ON_DEVICE("apply") R"(,"steps":[{"op":"drop"}]})", "steps[0].key"},
        WrongField{ON_DEVICE("apply") R"(,"steps":[{"op":"drop","key":"AB","key_kind":"card_uid_hex"}]})", "steps[0].key"},
        WrongField{ON_DEVICE("apply") R"(,"steps":[{"op":"put","key":"12a","key_kind":"pin","doors":[1]}]})", "steps[0].key"},
        WrongField{ON_DEVICE("apply") R"(,"steps":[{"op":"put","key":"12","key_kind":"pin"}]})", "steps[0].doors"},
        WrongField{ON_DEVICE("apply") R"(,"steps":[{"op":"put","key":"1","key_kind":"pin","doors":[1],"until":9}]})", "until"}));

TEST(Request, NeverRepeatsAValueInWhatItSaysAboutIt)
{
    const auto told = bad(ON_DEVICE("apply") R"(,"steps":[{"op":"put","key":"4711x","key_kind":"pin","doors":[1]}]})");

    EXPECT_THAT(told.verdict.detail, Not(HasSubstr("4711")));
}

TEST(Request, BeyondItsBoundsIsRefused)
{
    std::string steps;
    for (int i = 0; i < 129; ++i) steps += std::string{i ? "," : ""} + R"({"op":"drop","slot":1})";
    EXPECT_EQ(bad(ON_DEVICE("apply") ",\"steps\":[" + steps + "]}").verdict.reason, "invalid");
    EXPECT_EQ(bad(ON_DEVICE("read_table") R"(,"cursor":")" + std::string(65, 'x') + "\"}").verdict.reason, "invalid");
    EXPECT_EQ(bad(std::string(5000, '[')).verdict.reason, "malformed");
}

TEST(Request, WithADeadlineOfCenturiesIsCutToWhatAWaitCanHold)
{
    const auto request = good(R"({"type":"shutdown","id":"1","deadline":"9223372036854775807"})");

    EXPECT_FALSE(request.deadline.passed());
    EXPECT_GT(std::chrono::nanoseconds{request.deadline.left()}.count(), 0);
}

} // namespace
} // namespace gatehouse::sdk
