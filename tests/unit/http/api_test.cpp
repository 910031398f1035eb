#include "unit/http/things.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using std::chrono::seconds;

class ApiTable : public Things {};

TEST_F(ApiTable, AnswersUnknownPathsAndWrongVerbsAsJson)
{
    const auto unknown = ask("/things/none", "{}");
    EXPECT_EQ(unknown.status, 404U);
    EXPECT_EQ(unknown.type(), "not_found");
    auto wrong = ask_get("/things/need");
    EXPECT_EQ(wrong.status, 405U);
    EXPECT_EQ(wrong.type(), "method_not_allowed");
    EXPECT_EQ(wrong.message(), "only POST accepted");
    EXPECT_EQ(wrong.headers["allow"], "POST");
    EXPECT_EQ(ask_get("/things/get?name=x", key, "DELETE").message(), "only POST and GET accepted");
}

TEST_F(ApiTable, ServesEachEndpointByPostAndByItsSemanticVerb)
{
    EXPECT_EQ(ask("/things/get", R"({"name":"x"})").body, ask_get("/things/get?name=x").body);
    EXPECT_EQ(ask_get("/things/get?name=x&_strict=true").status, 200U);
    EXPECT_EQ(json::serialize(ask_get("/things/get?name=x").body), R"({"thing":"ada","ok":true})");
}

TEST_F(ApiTable, TurnsFaultsIntoStatusAndType)
{
    const auto told = ask("/things/get", R"({"id":"0d2b1d3a-3a45-4d2f-9d4c-0f3a4be4a001"})");
    EXPECT_EQ(told.status, 404U);
    EXPECT_EQ(told.type(), "thing_not_found");
    EXPECT_EQ(told.message(), "No such thing");
}

TEST_F(ApiTable, NeverShowsTheDetailOfAnInternalFault)
{
    for (const auto path : {"/things/bug", "/things/broken"}) {
        const auto told = ask_get(path);
        EXPECT_EQ(told.status, 500U);
        EXPECT_EQ(told.type(), "internal_server_error");
        EXPECT_EQ(json::serialize(told.body).find("secret detail"), std::string::npos);
    }
}

TEST_F(ApiTable, AsksForABearerToken)
{
    for (const std::string_view header :
         {"", "Authorization: seam_good\r\n", "Authorization: Basic seam_good\r\n", "Authorization: Bearer\r\n",
          "Authorization: Bearer a b\r\n", "Authorization: Bearerseam_good\r\n"}) {
        const auto told = ask("/things/get", R"({"name":"x"})", header);
        EXPECT_EQ(told.status, 401U) << header;
        EXPECT_EQ(told.type(), "unauthorized") << header;
    }
    EXPECT_EQ(ask("/things/get", R"({"name":"x"})", "authorization: bearer seam_good\r\n").status, 200U);
    EXPECT_EQ(ask("/things/get", "not json", "Authorization: Bearer seam_bad\r\n").status, 401U)
        << "a stranger learns nothing about parameters";
}

TEST_F(ApiTable, ThrottlesBadTokensAndNeverTheGoodOne)
{
    constexpr std::string_view bad = "Authorization: Bearer seam_bad\r\n";
    for (int i = 0; i < 10; ++i) EXPECT_EQ(ask("/things/get", "{}", bad).status, 401U);
    auto slow = ask("/things/get", "{}", bad);
    EXPECT_EQ(slow.status, 429U);
    EXPECT_EQ(slow.type(), "rate_limit_exceeded");
    EXPECT_EQ(slow.headers["retry-after"], "60");
    EXPECT_EQ(ask("/things/get", R"({"name":"x"})").status, 200U);
    clock_.advance(seconds{59});
    EXPECT_EQ(ask("/things/get", "{}", bad).headers["retry-after"], "1");
    clock_.advance(seconds{1});
    EXPECT_EQ(ask("/things/get", "{}", bad).status, 401U);
}

TEST_F(ApiTable, ThrottlesAKeyThatIsRefusedAHundredTimesAnHour)
{
    const auto status = [this](std::string_view token) {
        return ask("/things/get", R"({"name":"x"})", "Authorization: Bearer " + std::string{token} + "\r\n").status;
    };
    for (int minute = 0; minute < 10; ++minute) {
        for (int i = 0; i < 10; ++i) EXPECT_EQ(status("seam_withdrawn"), 401U);
        clock_.advance(seconds{60});
    }
    auto slow = ask("/things/get", "{}", "Authorization: Bearer seam_withdrawn\r\n");
    EXPECT_EQ(slow.status, 429U);
    EXPECT_EQ(slow.type(), "rate_limit_exceeded");
    EXPECT_EQ(slow.headers["retry-after"], "3000");
    EXPECT_EQ(status("seam_mistyped"), 401U) << "another key has an hour of its own";
    EXPECT_EQ(status("seam_good"), 200U);
    clock_.advance(seconds{3000});
    EXPECT_EQ(status("seam_withdrawn"), 401U);
}

TEST_F(ApiTable, KeepsLocalEndpointsOffTcp)
{
    const auto told = ask("/things/admin", "{}");
    EXPECT_EQ(told.status, 403U);
    EXPECT_EQ(told.type(), "forbidden");
}

TEST_F(ApiTable, ServesAnyoneWithoutAToken)
{
    EXPECT_EQ(ask_get("/health", "").status, 200U);
}

TEST(ApiTableRules, RefusesATableThatIsWrong)
{
    const auto make = [](std::vector<api::BasicEndpoint<Context>> rows) {
        base::ManualClock clock;
        const auto open = [](const api::Visit&) -> base::Result<Context> { return Context{}; };
        api::Api<Context> made{clock, api::Settings{}, std::move(rows), {}, open};
    };
    const auto nothing = [](Context&, const api::Params&) -> asio::awaitable<api::Answer> { co_return api::ok(); };
    using api::Policy;
    EXPECT_THROW(make({{api::Route{Policy::anyone, "/a"}, nothing}, {api::Route{Policy::anyone, "/a"}, nothing}}), std::logic_error);
    EXPECT_THROW(make({{api::Route{Policy::anyone, "/a"}.exactly_one({"x", "y"}), nothing}}), std::logic_error);
    static_assert(!std::is_default_constructible_v<api::Route>, "a route without a policy does not compile");
}

TEST_F(ApiTable, DescribesItselfAsOpenApi)
{
    const auto told = ask_get("/openapi.json", "");
    ASSERT_EQ(told.status, 200U);
    const auto& document = told.body;
    EXPECT_EQ(document.at("openapi"), json::value("3.0.3"));
    const auto& get = document.at_pointer("/paths/~1things~1get/get").as_object();
    EXPECT_EQ(get.at("x-policy"), json::value("api_key"));
    EXPECT_EQ(get.at("parameters").as_array().size(), 3U);
    const auto& schema =
        document.at_pointer("/paths/~1things~1check/post/requestBody/content/application~1json/schema/properties").as_object();
    EXPECT_EQ(json::serialize(schema.at("count")), R"({"type":"integer","minimum":1,"maximum":10})");
    EXPECT_EQ(json::serialize(schema.at("email_address")), R"({"type":"string","format":"email","nullable":true})");
    EXPECT_EQ(json::serialize(schema.at("flag")), R"({"type":"boolean","default":true})");
    const auto& listed = document.at_pointer("/paths/~1things~1list/post/responses/200/content/application~1json/schema").as_object();
    EXPECT_EQ(json::serialize(listed.at("required")), R"(["things","pagination","ok"])");
    EXPECT_TRUE(document.at_pointer("/components/schemas").as_object().contains("thing"));
    EXPECT_TRUE(document.at_pointer("/paths").as_object().contains("/health"));
}

TEST_F(ApiTable, DescribesWhichParametersGoTogether)
{
    const auto document = ask_get("/openapi.json", "").body;
    const auto& all = document.at_pointer("/paths/~1things~1get/post/requestBody/content/application~1json/schema/allOf");
    EXPECT_EQ(json::serialize(all), R"([{"oneOf":[{"required":["id"]},{"required":["name"]}]},)"
                                    R"({"anyOf":[{"required":["id"]},{"not":{"required":["site"]}}]}])");
}

TEST_F(ApiTable, ServesItsDocumentByGetAndPostAlone)
{
    EXPECT_EQ(ask("/openapi.json", "{}", "").status, 200U);
    for (const auto verb : {"PUT", "DELETE", "PATCH"}) {
        auto wrong = ask_get("/openapi.json", "", verb);
        EXPECT_EQ(wrong.status, 405U) << verb;
        EXPECT_EQ(wrong.type(), "method_not_allowed") << verb;
        EXPECT_EQ(wrong.headers["allow"], "POST, GET") << verb;
    }
}

TEST(ApiErrors, InvalidInputAlwaysHasValidationErrors)
{
    const api::Answer plain{base::fail(base::Fault::invalid, "The door is shut")};
    EXPECT_EQ(json::serialize(plain.body.at("error").at("validation_errors")), R"({"_errors":["The door is shut"]})");
    const api::Answer named{api::misfit("site", "Belongs to somebody else")};
    EXPECT_EQ(named.status, 400U);
    EXPECT_EQ(named.body.at("error").at("type"), json::value("invalid_input"));
    EXPECT_EQ(json::serialize(named.body.at("error").at("validation_errors")),
              R"({"_errors":[],"site":{"_errors":["Belongs to somebody else"]}})");
}

} // namespace
} // namespace gatehouse::tests
