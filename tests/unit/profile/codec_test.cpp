#include "sdk/profile/codec.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace gatehouse::profile {
namespace {

using boost::json::value;

value encoded(Encoder encoder, const Value& field)
{
    const auto result = encode(encoder, field);
    return result ? *result : value{result.error().text};
}

Value decoded(Encoder encoder, std::string_view json)
{
    const auto result = decode(encoder, boost::json::parse({json.data(), json.size()}));
    return result ? *result : Value{"failed: " + result.error().text};
}

TEST(Codec, CardUidTravelsAsTextAndKeepsEveryDigit)
{
    EXPECT_EQ(encoded(Encoder::hex_text, std::string{"04a1b2c3d4e5f6"}), value("04a1b2c3d4e5f6"));
    EXPECT_EQ(encoded(Encoder::hex_text, std::string{"0012"}), value("0012"));
    EXPECT_EQ(decoded(Encoder::hex_text, R"("0012")"), Value{std::string{"0012"}});
}

TEST(Codec, WhatIsNotHexadecimalIsNeverSentAsAUid)
{
    EXPECT_FALSE(encode(Encoder::hex_text, std::string{"04:a1"}));
    EXPECT_FALSE(encode(Encoder::hex_text, std::string{}));
    EXPECT_FALSE(encode(Encoder::hex_text, Value{}));
}

TEST(Codec, FailureNamesTheEncoderAndNotTheCard)
{
    const auto failed = encode(Encoder::hex_text, std::string{"secret-card"});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().text, "hex_text: not hexadecimal digits");
}

TEST(Codec, DecimalNumbersOfCardsStayText)
{
    EXPECT_EQ(encoded(Encoder::dec_text, std::string{"0007238961"}), value("0007238961"));
    EXPECT_FALSE(encode(Encoder::dec_text, std::string{"-1"}));
}

TEST(Codec, EpochSecondsAreNumbersAndMillisecondsAThousandfold)
{
    EXPECT_EQ(encoded(Encoder::epoch_s, std::int64_t{4294967295}), value(4294967295));
    EXPECT_EQ(encoded(Encoder::epoch_ms, std::int64_t{1772524800}), value(1772524800000));
    EXPECT_EQ(decoded(Encoder::epoch_ms, "1772524800000"), Value{std::int64_t{1772524800}});
    EXPECT_FALSE(encode(Encoder::epoch_s, std::int64_t{-1}));
}

TEST(Codec, NumbersThatAJsonPeerWouldRoundAreRefused)
{
    EXPECT_EQ(encoded(Encoder::integer, std::int64_t{9007199254740992}), value(9007199254740992));
    EXPECT_FALSE(encode(Encoder::integer, std::int64_t{9007199254740993}));
}

TEST(Codec, NumbersMayComeAsNumericText)
{
    EXPECT_EQ(decoded(Encoder::integer, R"("99")"), Value{std::int64_t{99}});
    EXPECT_EQ(decoded(Encoder::epoch_s, R"("1772524800")"), Value{std::int64_t{1772524800}});
    EXPECT_FALSE(decode(Encoder::integer, value("12 ")));
    EXPECT_FALSE(decode(Encoder::integer, value("0x10")));
    EXPECT_FALSE(decode(Encoder::integer, value(1.5)));
}

TEST(Codec, IdentifiersAboveTwoToTheFiftyThreeStayApart)
{
    const auto one = boost::json::parse("9007199254740993");
    const auto other = boost::json::parse("9007199254740992");
    EXPECT_EQ(scalar_text(one), "9007199254740993");
    EXPECT_NE(scalar_text(one), scalar_text(other));
    EXPECT_EQ(scalar_text(boost::json::parse("18446744073709551615")), "18446744073709551615");
}

TEST(Codec, ANumberWhoseDigitsAreLostEqualsNothing)
{
    EXPECT_EQ(scalar_text(boost::json::parse("18446744073709551617")), std::nullopt);
    EXPECT_EQ(scalar_text(boost::json::parse("1e300")), std::nullopt);
    EXPECT_EQ(scalar_text(boost::json::parse("[1]")), std::nullopt);
    EXPECT_EQ(scalar_text(boost::json::parse("null")), std::nullopt);
}

} // namespace
} // namespace gatehouse::profile
