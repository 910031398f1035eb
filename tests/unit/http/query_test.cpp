#include "unit/http/things.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view a = "0d2b1d3a-3a45-4d2f-9d4c-0f3a4be4a001";
constexpr std::string_view b = "0d2b1d3a-3a45-4d2f-9d4c-0f3a4be4a002";

class Query : public Things {
public:
    std::string read(const std::string& query) { return understood(ask_get("/things/check?" + query)); }
};

TEST_F(Query, ReadsScalarsByTheirKind)
{
    EXPECT_EQ(read("count=5&flag=false&ratio=0.5&name=true&_strict=true"), "count=5&flag=false&name=true&ratio=0.5");
    EXPECT_EQ(read("name=a%20b&mode=card"), "flag=true&mode=card&name=a%20b");
    EXPECT_EQ(read("name=a+b"), "flag=true&name=a%20b");
}

TEST_F(Query, TakesAnEmptyValueForNull)
{
    EXPECT_EQ(read("email_address="), "email_address=&flag=true");
    EXPECT_EQ(read("schedule="), "flag=true&schedule=");
    EXPECT_EQ(read("name="), "Expected string, received null for \"name\"");
}

TEST_F(Query, ReadsListsInAllTheirSpellings)
{
    const std::string both = "flag=true&ids=" + std::string{a} + "&ids=" + std::string{b};
    EXPECT_EQ(read("ids=" + std::string{a} + "&ids=" + std::string{b}), both);
    EXPECT_EQ(read("ids[]=" + std::string{a} + "&ids[]=" + std::string{b}), both);
    EXPECT_EQ(read("ids%5B%5D=" + std::string{a} + "&ids%5B%5D=" + std::string{b}), both);
    EXPECT_EQ(read("ids=" + std::string{a} + "," + std::string{b}), both);
    EXPECT_EQ(read("ids=" + std::string{a}), "flag=true&ids=" + std::string{a});
    EXPECT_EQ(read("ids="), "flag=true&ids=");
    EXPECT_EQ(read("words=one%2Ctwo"), "flag=true&words=one%2Ctwo") << "free text may hold a comma of its own";
}

TEST_F(Query, ReadsDottedKeysAsObjects)
{
    EXPECT_EQ(read("schedule.starts_at=2027-03-01T00%3A00%3A00.000Z&schedule.ends_at="),
              "flag=true&schedule.ends_at=&schedule.starts_at=2027-03-01T00%3A00%3A00.000Z");
    EXPECT_EQ(read("tags.room=101&tags.vip=true"), "flag=true&tags.room=101&tags.vip=true");
    EXPECT_EQ(read("schedule.ends_at=2027-03-01T00%3A00%3A00.000Z"), "schedule.starts_at is required");
}

TEST_F(Query, RefusesWhatItCannotRead)
{
    EXPECT_EQ(read("count=many"), "Expected integer, received string for \"count\"");
    EXPECT_EQ(read("flag=yes"), "Expected boolean, received string for \"flag\"");
    EXPECT_EQ(read("name=ab&name=cd"), "Expected string, received array for \"name\"");
    EXPECT_THAT(read("name=%zz"), HasSubstr("percent encoding"));
    for (const auto* wrong : {"%ff%fe", "%c3", "%ed%a0%80", "%c0%af", "%f4%90%80%80"})
        EXPECT_THAT(read(std::string{"name="} + wrong), HasSubstr("UTF-8")) << wrong;
    std::string flood = "a=1";
    for (int i = 0; i < 1100; ++i) flood += "&a=1";
    EXPECT_THAT(read(flood), HasSubstr("too many"));
}

TEST_F(Query, ServesDeleteFromItsQuery)
{
    EXPECT_EQ(understood(ask_get("/things/check?count=3", key, "DELETE")), "count=3&flag=true");
}

/// The same body under another verb.
std::string with_verb(std::string_view verb, std::string_view target, std::string_view body)
{
    auto request = post(target, body, Things::key);
    return request.replace(0, 4, verb);
}

TEST_F(Query, ReadsTheBodyForPatchAndForGetWithoutAQuery)
{
    const auto scenario = [](Query& self, std::string request, std::string& seen) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const auto answered = co_await wire.ask(request);
        seen = answered.body;
    };
    std::string seen;
    play(scenario(*this, with_verb("PATCH", "/things/check?count=9", R"({"count":4})"), seen));
    EXPECT_THAT(seen, HasSubstr("count=4"));
    play(scenario(*this, with_verb("GET", "/things/check", R"({"count":5})"), seen));
    EXPECT_THAT(seen, HasSubstr("count=5"));
    play(scenario(*this, with_verb("GET", "/things/check?count=6", R"({"count":5})"), seen));
    EXPECT_THAT(seen, HasSubstr("count=6"));
}

} // namespace
} // namespace gatehouse::tests
