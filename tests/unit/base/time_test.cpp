#include "base/time.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace gatehouse::base {

namespace {

/// What a text means, in milliseconds since 1970; the numbers come from `date -u -d TEXT +%s`.
struct Meaning {
    std::string_view text;
    std::int64_t since_1970;
};

void PrintTo(const Meaning& meaning, std::ostream* out)
{
    *out << meaning.text;
}

struct Nonsense {
    std::string_view text;
    std::string_view said;
};

void PrintTo(const Nonsense& nonsense, std::ostream* out)
{
    *out << nonsense.text;
}

class IsoText : public testing::TestWithParam<Meaning> {};
class NoIsoText : public testing::TestWithParam<Nonsense> {};

} // namespace

TEST_P(IsoText, MeansThisInstant)
{
    const auto read = from_iso(GetParam().text);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->time_since_epoch().count(), GetParam().since_1970);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, IsoText,
    testing::Values(Meaning{"1970-01-01T00:00:00Z", 0}, Meaning{"2027-03-01T12:00:00Z", 1'803'902'400'000},
                    Meaning{"2027-03-01t12:00:00z", 1'803'902'400'000}, Meaning{"2027-03-01 12:00:00Z", 1'803'902'400'000},
                    Meaning{"2027-03-01", 1'803'859'200'000}, Meaning{"2027-03-01T12:00Z", 1'803'902'400'000},
                    Meaning{"2027-03-01T13:00:00+01:00", 1'803'902'400'000}, Meaning{"2027-03-01T13:00:00+0100", 1'803'902'400'000},
                    Meaning{"2027-03-01T13:00:00+01", 1'803'902'400'000}, Meaning{"2027-03-01T08:30:00-03:30", 1'803'902'400'000},
                    Meaning{"2027-03-02T02:00:00+14:00", 1'803'902'400'000}, Meaning{"2027-03-01T12:00:00-00:00", 1'803'902'400'000}));

INSTANTIATE_TEST_SUITE_P(Fractions, IsoText,
                         testing::Values(Meaning{"1970-01-01T00:00:00.5Z", 500}, Meaning{"1970-01-01T00:00:00.05Z", 50},
                                         Meaning{"1970-01-01T00:00:00.123Z", 123}, Meaning{"1970-01-01T00:00:00.1239Z", 123},
                                         Meaning{"1970-01-01T00:00:00.999999999Z", 999}, Meaning{"1969-12-31T23:59:59.999Z", -1}));

INSTANTIATE_TEST_SUITE_P(Calendar, IsoText,
                         testing::Values(Meaning{"2000-02-29", 951'782'400'000}, Meaning{"2028-02-29", 1'835'395'200'000},
                                         Meaning{"2016-12-31T23:59:60Z", 1'483'228'800'000}, // a leap second is the next day's first
                                         Meaning{"0000-01-01T00:00:00Z", -62'167'219'200'000},
                                         Meaning{"9999-12-31T23:59:59.999Z", 253'402'300'799'999}));

TEST_P(NoIsoText, IsRefusedWithTheReason)
{
    const auto read = from_iso(GetParam().text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().fault, Fault::invalid);
    EXPECT_EQ(read.error().detail, GetParam().said);
}

constexpr std::string_view no_text = "not an ISO 8601 date and time", no_date = "no such date", no_time = "no such time of day",
                           no_zone = "needs a time zone: Z or an offset", out_of_range = "no such date in UTC";

INSTANTIATE_TEST_SUITE_P(Forms, NoIsoText,
                         testing::Values(Nonsense{"", no_text}, Nonsense{"tomorrow", no_text}, Nonsense{"2027-3-1", no_text},
                                         Nonsense{"20270301", no_text}, Nonsense{"+2027-03-01", no_text}, Nonsense{"2027-03-01T", no_text},
                                         Nonsense{"2027-03-01T12", no_text}, Nonsense{"2027-03-01T12:00:0Z", no_text},
                                         Nonsense{"2027-03-01T12:00:00.Z", no_text}, Nonsense{"2027-03-01T12:00:00.1234567890Z", no_text},
                                         Nonsense{"2027-03-01T12:00:00,5Z", no_zone}, Nonsense{"2027-03-01T12:00:00Zulu", no_text},
                                         Nonsense{"2027-03-01Z", no_text}, Nonsense{" 2027-03-01", no_text},
                                         Nonsense{std::string_view{"2027-03-01\0", 11}, no_text},
                                         Nonsense{"2027-03-01T12:00.5Z", no_zone})); // half a minute, to some

INSTANTIATE_TEST_SUITE_P(Zones, NoIsoText,
                         testing::Values(Nonsense{"2027-03-01T12:00:00", no_zone}, Nonsense{"2027-03-01T12:00:00+", no_zone},
                                         Nonsense{"2027-03-01T12:00:00+1", no_zone}, Nonsense{"2027-03-01T12:00:00+01:", no_zone},
                                         Nonsense{"2027-03-01T12:00:00+15:00", no_zone}, Nonsense{"2027-03-01T12:00:00+01:60", no_zone},
                                         Nonsense{"2027-03-01T12:00:00+01:00:00", no_text}, Nonsense{"2027-03-01T12:00:00CET", no_zone}));

INSTANTIATE_TEST_SUITE_P(Calendar, NoIsoText,
                         testing::Values(Nonsense{"2027-02-29", no_date}, Nonsense{"1900-02-29", no_date}, Nonsense{"2027-04-31", no_date},
                                         Nonsense{"2027-00-10", no_date}, Nonsense{"2027-13-01", no_date}, Nonsense{"2027-01-00", no_date},
                                         Nonsense{"2027-03-01T24:00:00Z", no_time}, Nonsense{"2027-03-01T12:60:00Z", no_time},
                                         Nonsense{"2027-03-01T12:00:61Z", no_time}, Nonsense{"0000-01-01T00:00:00+14:00", out_of_range},
                                         Nonsense{"9999-12-31T23:59:59-01:00", out_of_range},
                                         Nonsense{"9999-12-31T23:59:60Z", out_of_range}));

TEST(IsoTexts, AreWrittenWithMillisecondsInUtc)
{
    EXPECT_EQ(to_iso(Instant{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso(Instant{milliseconds{-1}}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_iso(Instant{milliseconds{951'782'400'007}}), "2000-02-29T00:00:00.007Z");
}

TEST(IsoTexts, AreReadBackAsTheSameInstant)
{
    constexpr std::int64_t first = -62'167'219'200'000, last = 253'402'300'799'999, step = 9'973'123'457'919; // odd parts of a day
    for (auto at = first; at <= last; at += step) {
        const Instant instant{milliseconds{at}};
        const auto read = from_iso(to_iso(instant));
        ASSERT_TRUE(read) << to_iso(instant);
        EXPECT_EQ(*read, instant) << to_iso(instant);
    }
}

} // namespace gatehouse::base
