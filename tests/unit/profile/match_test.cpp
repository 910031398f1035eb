#include "sdk/profile/match.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace gatehouse::profile {
namespace {

const Fields fields{{"ip", std::string{"10.20.0.31"}}};

Template text(std::string_view source)
{
    return *Template::parse(source);
}

Condition equals(std::string_view pointer, std::string_view value)
{
    return {.kind = Condition::Kind::equals, .pointer = text(pointer), .value = text(value)};
}

bool holds(const Matcher& matcher, std::string_view json)
{
    const auto body = boost::json::parse({json.data(), json.size()});
    return matches(matcher, Message{&body, json}, fields);
}

TEST(Match, AllConditionsHaveToHold)
{
    const Matcher ack{.all = {equals("/type", "adduser"), equals("/ip", "${ip}")}};
    EXPECT_TRUE(holds(ack, R"({"type":"adduser","ip":"10.20.0.31","hostname":"yard"})"));
    EXPECT_FALSE(holds(ack, R"({"type":"adduser","ip":"10.20.0.32"})"));
    EXPECT_FALSE(holds(ack, R"({"type":"adduser"})"));
}

TEST(Match, ANumberAndItsTextAreTheSame)
{
    const Matcher one{.all = {equals("/acctype", "1")}};
    EXPECT_TRUE(holds(one, R"({"acctype":1})"));
    EXPECT_TRUE(holds(one, R"({"acctype":"1"})"));
    EXPECT_FALSE(holds(one, R"({"acctype":[1]})"));
}

TEST(Match, AnyOfSeveralShapesAndTheGuardOnTop)
{
    const Matcher entry{.any = {equals("/cmd", "adduser"), equals("/command", "userfile")},
                        .guard = {{.kind = Condition::Kind::equals_or_absent, .pointer = text("/doorip"), .value = text("${ip}")}}};
    EXPECT_TRUE(holds(entry, R"({"command":"userfile","uid":"1"})"));
    EXPECT_TRUE(holds(entry, R"({"cmd":"adduser","doorip":"10.20.0.31"})"));
    EXPECT_FALSE(holds(entry, R"({"cmd":"adduser","doorip":"10.20.0.99"})"));
    EXPECT_FALSE(holds(entry, R"({"type":"adduser"})"));
}

TEST(Match, MissingIsFulfilledOnlyWhereAllowed)
{
    Matcher sender{.all = {equals("/hostname", "yard")}};
    EXPECT_FALSE(holds(sender, "{}"));
    sender.allow_missing = true;
    EXPECT_TRUE(holds(sender, "{}"));
    EXPECT_FALSE(holds(sender, R"({"hostname":"gate"})"));
}

TEST(Match, ARuleWithoutConditionsMatchesNothing)
{
    EXPECT_FALSE(holds(Matcher{}, "{}"));
}

TEST(Match, TextThatIsNotJsonMatchesOnlyTextRules)
{
    const Condition up{.kind = Condition::Kind::text, .value = text("online")};
    EXPECT_TRUE(matches(up, Message{nullptr, "online"}, fields));
    EXPECT_FALSE(matches(equals("/state", "online"), Message{nullptr, "online"}, fields));
}

class Read : public testing::Test {
protected:
    Value value(std::string_view json)
    {
        const auto body = boost::json::parse({json.data(), json.size()});
        const auto read = extract(kind, Message{&body, json}, fields);
        return read ? *read : Value{"failed"};
    }
    Extraction kind{.pointer = text("/access"), .words = {{"Always", "granted"}, {"Denied", "denied_unknown"}}};
};

TEST_F(Read, TranslatesTheWordsItKnows)
{
    EXPECT_EQ(value(R"({"access":"Always"})"), Value{std::string{"granted"}});
}

TEST_F(Read, AnUnlistedWordIsUnknownAndNeverGranted)
{
    EXPECT_EQ(value(R"({"access":"Perhaps"})"), Value{std::string{"unknown"}});
    EXPECT_EQ(value(R"({"access":["Always","Disabled"]})"), Value{std::string{"unknown"}});
    EXPECT_EQ(value(R"({"access":{}})"), Value{std::string{"unknown"}});
}

TEST_F(Read, NothingThereIsNotGiven)
{
    EXPECT_EQ(value("{}"), Value{});
}

} // namespace
} // namespace gatehouse::profile
