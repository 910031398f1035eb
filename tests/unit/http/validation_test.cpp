#include "unit/http/things.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Validation : public Things {
public:
    /// The messages at `path` when /things/check gets `body`; the answer must be a whole invalid_input.
    std::vector<std::string> wrong(std::string_view body, std::string_view path)
    {
        const auto told = ask("/things/check", body);
        EXPECT_EQ(told.status, 400U) << body;
        EXPECT_EQ(told.type(), "invalid_input") << body;
        EXPECT_EQ(told.body.at("ok"), json::value(false));
        return told.errors_of(path);
    }
    std::string right(std::string_view body) { return understood(ask("/things/check", body)); }
};

constexpr std::string_view an_id = "0d2b1d3a-3a45-4d2f-9d4c-0f3a4be4a001";

TEST_F(Validation, NamesEachParameterThatIsOfTheWrongType)
{
    EXPECT_THAT(wrong(R"({"id":5})", "id"), ElementsAre("Expected string, received number"));
    EXPECT_THAT(wrong(R"({"name":true})", "name"), ElementsAre("Expected string, received boolean"));
    EXPECT_THAT(wrong(R"({"flag":"true"})", "flag"), ElementsAre("Expected boolean, received string"));
    EXPECT_THAT(wrong(R"({"count":"5"})", "count"), ElementsAre("Expected integer, received string"));
    EXPECT_THAT(wrong(R"({"ratio":[]})", "ratio"), ElementsAre("Expected number, received array"));
    EXPECT_THAT(wrong(R"({"ids":"x"})", "ids"), ElementsAre("Expected array, received string"));
    EXPECT_THAT(wrong(R"({"schedule":7})", "schedule"), ElementsAre("Expected object, received number"));
    EXPECT_THAT(wrong(R"({"tags":[1]})", "tags"), ElementsAre("Expected object, received array"));
    EXPECT_THAT(wrong(R"({"tags":{"a":1}})", "tags"), ElementsAre("Expected string or boolean, received number"));
}

TEST_F(Validation, NamesEachParameterWhoseValueIsWrong)
{
    EXPECT_THAT(wrong(R"({"id":"not-a-uuid"})", "id"), ElementsAre("Invalid uuid"));
    EXPECT_THAT(wrong(R"({"name":"a"})", "name"), ElementsAre("Text must contain at least 2 character(s)"));
    EXPECT_THAT(wrong(R"({"name":"abcdef"})", "name"), ElementsAre("Text must contain at most 5 character(s)"));
    EXPECT_THAT(wrong(R"({"name":"a\nb"})", "name"), ElementsAre("Control characters are not allowed"));
    EXPECT_THAT(wrong(R"({"code":"12a"})", "code"), ElementsAre(R"(Must match ^\d+$)"));
    EXPECT_THAT(wrong(R"({"ends_at":"tomorrow"})", "ends_at"), ElementsAre(StartsWith("Invalid datetime")));
    EXPECT_THAT(wrong(R"({"ends_at":"2027-01-01T00:00:00"})", "ends_at"), ElementsAre(StartsWith("Invalid datetime")));
    EXPECT_THAT(wrong(R"({"count":0})", "count"), ElementsAre("Must be at least 1"));
    EXPECT_THAT(wrong(R"({"count":11})", "count"), ElementsAre("Must be at most 10"));
    EXPECT_THAT(wrong(R"({"count":1.5})", "count"), ElementsAre("Expected integer, received a fraction"));
    EXPECT_THAT(wrong(R"({"ratio":2})", "ratio"), ElementsAre("Must be at most 1"));
    EXPECT_THAT(wrong(R"({"mode":"key"})", "mode"), ElementsAre("Must be one of card, code"));
    EXPECT_THAT(wrong(R"({"ids":["x"]})", "ids.0"), ElementsAre("Invalid uuid"));
    EXPECT_THAT(wrong(R"({"words":[""]})", "words.0"), ElementsAre("Text must contain at least 1 character(s)"));
    EXPECT_THAT(wrong(R"({"words":["a","b",3]})", "words.2"), ElementsAre("Expected string, received number"));
    EXPECT_THAT(wrong(R"({"schedule":{}})", "schedule.starts_at"), ElementsAre("Required"));
    EXPECT_THAT(wrong(R"({"schedule":{"starts_at":"x"}})", "schedule.starts_at"), SizeIs(1));
    EXPECT_THAT(wrong(R"({"tags":{"a":"","b":"","c":""}})", "tags"), ElementsAre("Must have at most 2 entries"));
}

TEST_F(Validation, KnowsAnEmailAddress)
{
    for (const std::string bad : {"ada", "ada@", "@example.org", "ada@example", "a da@example.org", "ada@exa mple.org", "ada@.org",
                                  "ada@example.", "a@b@c.org", "ada..b@example.org", "ada@-x.org"})
        EXPECT_THAT(wrong(R"({"email_address":")" + bad + "\"}", "email_address"), ElementsAre("Invalid email")) << bad;
    for (const std::string good : {"ada@example.org", "a.b+c@x.co", "ada@mail.example.org"})
        EXPECT_THAT(right(R"({"email_address":")" + good + "\"}"), StartsWith("email_address=")) << good;
}

TEST_F(Validation, TrimsAPhoneNumberAndWantsE164)
{
    for (const std::string bad : {"", "15550100", "+0123", "+1", "+1555010012345678", "+1 555", "+1555x"})
        EXPECT_THAT(wrong(R"({"phone_number":")" + bad + "\"}", "phone_number"), SizeIs(1)) << bad;
    EXPECT_EQ(right(R"({"phone_number":"  +15550100 "})"), "flag=true&phone_number=%2B15550100");
}

TEST_F(Validation, BringsTimesWithOffsetsToUtc)
{
    EXPECT_EQ(right(R"({"ends_at":"2027-03-01T12:00:00.5+02:00"})"), "ends_at=2027-03-01T10%3A00%3A00.500Z&flag=true");
    EXPECT_EQ(right(R"({"ends_at":"2027-03-01T12:00:00Z"})"), "ends_at=2027-03-01T12%3A00%3A00.000Z&flag=true");
}

TEST_F(Validation, TellsAbsentFromNullFromAValue)
{
    EXPECT_EQ(right("{}"), "flag=true");
    EXPECT_EQ(right(R"({"email_address":null})"), "email_address=&flag=true");
    EXPECT_THAT(wrong(R"({"name":null})", "name"), ElementsAre("Expected string, received null"));
    EXPECT_THAT(wrong(R"({"flag":null})", "flag"), ElementsAre("Expected boolean, received null"));
    EXPECT_EQ(right(R"({"schedule":null})"), "flag=true&schedule=");
    EXPECT_EQ(right(R"({"flag":false,"count":5.0,"ratio":1})"), "count=5&flag=false&ratio=1");
}

TEST_F(Validation, CountsCharactersNotBytes)
{
    EXPECT_EQ(right("{\"name\":\"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F\xE2\x82\xAC\"}"), "flag=true&name=%C3%A4%C3%B6%C3%BC%C3%9F%E2%82%AC");
}

TEST_F(Validation, CountsSeveralErrorsInItsMessage)
{
    const auto both = ask("/things/need", "{}");
    EXPECT_EQ(both.message(), "2 Input Errors: id is required, name is required");
    EXPECT_THAT(both.errors_of("id"), ElementsAre("Required"));
    EXPECT_THAT(both.errors_of("name"), ElementsAre("Required"));
    EXPECT_EQ(ask("/things/need", R"({"name":"x"})").message(), "id is required");
    EXPECT_EQ(ask("/things/need", R"({"name":"x","id":"y"})").message(), "Invalid uuid for \"id\"");
}

TEST_F(Validation, HoldsSelectorsToTheirRule)
{
    const auto none = ask("/things/get", "{}");
    EXPECT_EQ(none.message(), "Exactly one of id, name is required");
    EXPECT_THAT(none.errors_of("id"), SizeIs(1));
    EXPECT_THAT(none.errors_of("name"), SizeIs(1));
    const std::string both = R"({"name":"x","id":")" + std::string{an_id} + "\"}";
    EXPECT_EQ(ask("/things/get", both).status, 400U);
    EXPECT_EQ(ask("/things/get", R"({"name":"x","site":"s"})").message(), "site needs id");
    EXPECT_EQ(ask("/things/get", R"({"name":"x"})").status, 200U);
}

TEST_F(Validation, DropsUnknownParameters)
{
    EXPECT_EQ(right(R"({"new_in_sdk_3":{"x":[1]},"count":1})"), "count=1&flag=true");
}

TEST_F(Validation, RefusesAMisspeltParameterAndNamesTheOneThatWasMeant)
{
    const auto told = ask("/things/check", R"({"ends_att":"2027-03-01T12:00:00Z"})");
    EXPECT_EQ(told.status, 400U);
    EXPECT_EQ(told.type(), "invalid_input");
    EXPECT_EQ(told.message(), "Unknown parameter, did you mean ends_at? for \"ends_att\"");
    EXPECT_THAT(told.errors_of("ends_att"), ElementsAre("Unknown parameter, did you mean ends_at?"));
    for (const auto* slip : {"end_at", "endsAt", "Ends_At", "ends_ta", "edns_at"})
        EXPECT_THAT(wrong(R"({")" + std::string{slip} + R"(":null})", slip), ElementsAre("Unknown parameter, did you mean ends_at?"));
    EXPECT_THAT(wrong(R"({"schedule":{"starts_at":"2027-03-01T12:00:00Z","starts":1,"start_at":1}})", "schedule.start_at"),
                ElementsAre("Unknown parameter, did you mean starts_at?"));
    EXPECT_EQ(ask_get("/things/check?ends_att=2027-03-01T12:00:00Z&_strict=true").message(), told.message()) << "nor in a query";
}

TEST_F(Validation, RefusesATimeThatStandsInTheWrongPlace)
{
    EXPECT_THAT(wrong(R"({"starts_at":"2027-03-01T12:00:00Z"})", "starts_at"),
                ElementsAre("Unknown parameter, did you mean schedule.starts_at?"));
    EXPECT_THAT(wrong(R"({"access_times":{"ends_at":"2027-03-01T12:00:00Z"}})", "access_times"),
                ElementsAre("Unknown parameter, did you mean ends_at?"));
}

TEST_F(Validation, LetsNoTimeFallAwayInsideOfAnObject)
{
    const testing::Matcher<std::vector<std::string>> refused = ElementsAre("Unknown parameter, and no time is taken by that name here");
    const std::string schedule = R"({"schedule":{"starts_at":"2027-03-01T12:00:00Z",")";
    for (const auto* name : {"expires_at", "until", "validUntil", "valid_to", "end_time", "duration", "expiry", "expiration_date", "begin"})
        EXPECT_THAT(wrong(schedule + name + R"(":1}})", "schedule." + std::string{name}), refused);
    EXPECT_THAT(wrong(schedule + R"(x":"2027-03-01T12:00:00Z"}})", "schedule.x"), refused) << "whatever its name";
    EXPECT_EQ(ask("/things/check", schedule + R"(zone":"x","attendees":1,"weekend":1}})").status, 200U);
    for (const auto* name : {"expires_at", "until", "valid_until"})
        EXPECT_THAT(wrong(R"({")" + std::string{name} + R"(":"2027-03-01T12:00:00Z"})", name), refused) << "nor beside an end";
    EXPECT_EQ(ask("/things/list", R"({"until":1})").status, 200U) << "where nothing ends";
}

TEST_F(Validation, TellsWhichParametersItDropped)
{
    const auto ignored = [this](std::string_view body) { return ask("/things/check", body).headers["gatehouse-ignored-parameters"]; };
    EXPECT_EQ(ignored(R"({"new_in_sdk_3":1,"note":2,"count":1})"), "new_in_sdk_3, note");
    EXPECT_EQ(ignored(R"({"schedule":{"starts_at":"2027-03-01T12:00:00Z","zone":1}})"), "schedule.zone");
    EXPECT_EQ(ignored(R"({"count":1,"_strict":true})"), "");
    EXPECT_EQ(ignored(R"({"a\r\nb":1})"), "") << "it never becomes a header of its own, and is refused";
    EXPECT_EQ(ask_get("/things/check?new_in_sdk_3=1&count=1&_strict=true").headers["gatehouse-ignored-parameters"], "new_in_sdk_3");
    for (const std::string name : {"ends-at", "ends_at ", "ends.at", "_count"}) // dropped, it would be access without an end
        EXPECT_EQ(ask("/things/check", R"({")" + name + R"(":1})").status, 400U) << name;
    std::string many = R"({"count":1)";
    for (int i = 0; i < 17; ++i) many += R"(,"unknown_)" + std::string(static_cast<std::size_t>(i + 3), 'x') + R"(":1)";
    EXPECT_EQ(ask("/things/check", many + "}").message(), "Too many unknown parameters");
    many = R"({"count":1)";
    for (int i = 0; i < 17; ++i) many += R"(,"_)" + std::string(static_cast<std::size_t>(i + 9), 'x') + R"(":1)";
    EXPECT_EQ(ask("/things/check", many + "}").message(), "Too many unknown parameters") << "each costs as much";
}

TEST_F(Validation, NeverRepeatsWhatTheClientSent)
{
    const auto told = ask("/things/check", R"({"pin":"12ab34","tags":{"hidden-key":5}})");
    EXPECT_EQ(json::serialize(told.body).find("12ab34"), std::string::npos);
    EXPECT_EQ(json::serialize(told.body).find("hidden-key"), std::string::npos);
}

TEST_F(Validation, AnswersMalformedBodiesAsInvalidInput)
{
    const std::string deep = std::string(40, '[') + std::string(40, ']');
    for (const std::string& body : {std::string{"{"}, std::string{"[]"}, std::string{"5"}, std::string{"{\"a\":1}x"},
                                    std::string{"{\"name\":\"\xFF\"}"}, "{\"x\":" + deep + "}"}) {
        const auto told = ask("/things/check", body);
        EXPECT_EQ(told.status, 400U) << body;
        EXPECT_EQ(told.type(), "invalid_input") << body;
    }
    EXPECT_EQ(right(""), "flag=true");
    EXPECT_EQ(right(" \r\n"), "flag=true");
}

TEST_F(Validation, SaysAtWhichLineAndColumnABodyIsNoLongerJson)
{
    const std::string why = "Request body is not valid JSON at ";
    EXPECT_EQ(ask("/things/check", R"({"count":1,})").message(), why + "line 1, column 12");
    EXPECT_EQ(ask("/things/check", R"({"count":1} x)").message(), why + "line 1, column 13");
    EXPECT_EQ(ask("/things/check", R"({"count":)").message(), why + "line 1, column 10") << "its end, when it ends too early";
    EXPECT_EQ(ask("/things/check", "{\n  \"note\": \"r\u00f8d\",,\n}").message(), why + "line 2, column 17") << "of characters";
    const std::string filler = "{\n\"filler\":\"" + std::string(300'000, 'x');
    EXPECT_EQ(ask("/things/check", filler + "\",}").message(), why + "line 2, column 300013");
}

TEST_F(Validation, RefusesAKeyThatAnObjectHasTwiceAndSaysWhere)
{
    const auto told = ask("/things/check", "{\"count\":1,\n \"count\":2}");
    EXPECT_EQ(told.status, 400U);
    EXPECT_EQ(told.type(), "invalid_input");
    EXPECT_EQ(told.message(), "Request body has `count` twice in one object, again at line 2, column 8");
    EXPECT_EQ(ask("/things/check", R"({"tags":{"a":"x","\u0061":"y"}})").message(),
              "Request body has `a` twice in one object, again at line 1, column 25")
        << "however it is written, and at any depth";
    EXPECT_EQ(ask("/things/check", R"({"tags":{"a":"x"},"a":1})").message().find("twice"), std::string::npos) << "of two objects";
    const std::string once = "\"" + std::string(40'000, 'k') + "\":1";
    EXPECT_EQ(ask("/things/check", "{" + once + "," + once + "}").message(),
              "Request body has `" + std::string(64, 'k') + "` twice in one object, again at line 1, column 80008")
        << "a key that comes in parts";
}

TEST_F(Validation, ReadsAndWritesLargeBodies)
{
    std::string body = R"({"filler":")" + std::string(500'000, 'x') + R"(","words":["w0")";
    for (int i = 1; i < 1000; ++i) body += ",\"" + std::string(300, 'w') + "\"";
    const auto told = ask("/things/check", body + "]}");
    EXPECT_EQ(told.status, 200U);
    EXPECT_EQ(understood(told).size(), 999 * 307 + std::string_view{"flag=true&words=w0"}.size());
    EXPECT_THAT(wrong(body + ",\"x\"]}", "words"), ElementsAre("Array must contain at most 1000 element(s)"));
}

} // namespace
} // namespace gatehouse::tests
