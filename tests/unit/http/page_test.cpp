#include "unit/http/things.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class Pages : public Things {
public:
    std::string cursor_of(const Told& told) const { return std::string{told.body.at_pointer("/pagination/next_page_cursor").as_string()}; }
    std::string rows_of(const Told& told) const { return json::serialize(told.body.at("things")); }
};

TEST_F(Pages, WalkTheWholeListOnce)
{
    const auto first = ask("/things/list", "{}");
    EXPECT_EQ(rows_of(first), "[0,1]");
    EXPECT_EQ(first.body.at_pointer("/pagination/has_next_page"), json::value(true));
    const auto second = ask("/things/list", R"({"page_cursor":")" + cursor_of(first) + "\"}");
    EXPECT_EQ(rows_of(second), "[2,3]");
    const auto third = ask_get("/things/list?page_cursor=" + cursor_of(second));
    EXPECT_EQ(rows_of(third), "[4]");
    EXPECT_EQ(json::serialize(third.body.at("pagination")), R"({"has_next_page":false,"next_page_cursor":null,"next_page_url":null})");
}

TEST_F(Pages, LinkToTheNextPageAbsolutelyAndWithoutSecrets)
{
    const auto first = ask("/things/list", R"({"search":"a b","pin":"1234"})");
    const std::string url{first.body.at_pointer("/pagination/next_page_url").as_string()};
    EXPECT_THAT(url, StartsWith("http://gate.example/things/list?limit=2&search=a%20b&page_cursor="));
    EXPECT_EQ(url.find("1234"), std::string::npos);
    const auto plain = ask("/things/list", R"({"search":"x"})");
    const std::string link{plain.body.at_pointer("/pagination/next_page_url").as_string()};
    EXPECT_EQ(rows_of(ask_get(link.substr(std::string_view{"http://gate.example"}.size()))), "[2,3]");
}

TEST_F(Pages, NeverEchoAHostThatIsNone)
{
    const auto told = tell("POST /things/list HTTP/1.1\r\nHost: evil/<b>?\r\nAuthorization: Bearer seam_good\r\n"
                           "Content-Length: 2\r\n\r\n{}");
    EXPECT_THAT(std::string{told.body.at_pointer("/pagination/next_page_url").as_string()}, StartsWith("http://localhost/things/list?"));
}

TEST_F(Pages, RefuseACursorUnderOtherParameters)
{
    const auto cursor = cursor_of(ask("/things/list", R"({"search":"x"})"));
    const auto told = ask("/things/list", R"({"search":"y","page_cursor":")" + cursor + "\"}");
    EXPECT_EQ(told.status, 400U);
    EXPECT_EQ(told.type(), "mismatched_page_parameters");
    EXPECT_EQ(ask("/things/list", R"({"search":"x","limit":3,"page_cursor":")" + cursor + "\"}").type(), "mismatched_page_parameters");
    EXPECT_EQ(ask("/things/list", R"({"search":"x","limit":2,"page_cursor":")" + cursor + "\"}").status, 200U)
        << "the default, spelled out";
}

TEST_F(Pages, RefuseACursorSomebodyElseMade)
{
    auto cursor = cursor_of(ask("/things/list", "{}"));
    for (const std::string& forged : {std::string{"x"}, std::string{"AAAA"}, std::string(40, 'A'), std::string{"!!!"}, cursor + "A",
                                      cursor.substr(1), "B" + cursor.substr(1)}) {
        const auto told = ask("/things/list", R"({"page_cursor":")" + forged + "\"}");
        EXPECT_EQ(told.status, 400U) << forged;
        EXPECT_THAT(told.errors_of("page_cursor"), ElementsAre("Invalid page cursor")) << forged;
    }
}

TEST_F(Pages, HoldTheLimitToItsRange)
{
    EXPECT_THAT(ask("/things/list", R"({"limit":0})").errors_of("limit"), ElementsAre("Must be at least 1"));
    EXPECT_EQ(ask("/things/list", R"({"limit":-5})").status, 400U);
    EXPECT_EQ(rows_of(ask("/things/list", R"({"limit":1000000})")), "[0,1,2,3,4]") << "a large limit is cut, not refused";
    EXPECT_EQ(rows_of(ask_get("/things/list?limit=1&page_cursor=")), "[0]");
}

} // namespace
} // namespace gatehouse::tests
