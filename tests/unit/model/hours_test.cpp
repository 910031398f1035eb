#include "model/hours.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>
#include <map>
#include <random>

using namespace gatehouse;
using model::WeeklyHours;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;

namespace {

using Week = WeeklyHours::Week;

base::Instant at(sys_days day, std::chrono::minutes minute = {})
{
    return base::Instant{day} + minute;
}

WeeklyHours hours(const Week& week, std::string_view zone, std::string_view closed_on = {})
{
    const auto read = WeeklyHours::read(model::week_text(week), closed_on, zone);
    EXPECT_TRUE(read) << (read ? "" : read.error().detail);
    return read ? *read : WeeklyHours{{}, {}, base::Zone::utc()};
}

Week every_day(std::chrono::minutes from, std::chrono::minutes until)
{
    Week week;
    for (auto& day : week) day.push_back({from, until});
    return week;
}

/// Says by the C library's own time zone code whether the hours are open: nothing is shared with what is tested but the zone files. A
/// span lasts from the first minute at which a clock on the wall shows its begin, or has passed it, to the first that shows its end.
class Oracle {
public:
    Oracle(Week week, std::string zone, std::string closed) : week_{std::move(week)}, closed_{std::move(closed)}
    {
        ::setenv("TZ", (":" + zone).c_str(), 1);
        ::tzset();
    }
    ~Oracle() { ::unsetenv("TZ"), ::tzset(); }
    Oracle(const Oracle&) = delete;
    Oracle& operator=(const Oracle&) = delete;

    bool open(base::Instant t) const
    {
        const auto today = std::chrono::floor<days>(shown(std::chrono::floor<std::chrono::minutes>(t)));
        for (auto day = today - days{1}; day <= today + days{1}; day += days{1}) {
            char name[16];
            const std::time_t second = std::chrono::floor<std::chrono::seconds>(day).time_since_epoch().count();
            std::tm date{};
            ::gmtime_r(&second, &date);
            std::strftime(name, sizeof name, "%Y-%m-%d", &date);
            if (closed_.find(name) != std::string::npos) continue;
            for (const auto& span : week_[static_cast<std::size_t>((date.tm_wday + 6) % 7)])
                if (first(day + span.from) <= t && t < first(day + span.until)) return true;
        }
        return false;
    }

private:
    using Minute = std::chrono::sys_time<std::chrono::minutes>;
    /// What the clock on the wall shows, as if it were UTC.
    static Minute shown(Minute t)
    {
        const std::time_t second = std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
        std::tm local{};
        ::localtime_r(&second, &local);
        return t + std::chrono::minutes{local.tm_gmtoff / 60};
    }
    base::Instant first(Minute wanted) const
    {
        const auto [known, is_new] = known_.try_emplace(wanted);
        if (!is_new) return base::Instant{known->second};
        const auto day_before = wanted - days{1};
        auto t = wanted - (shown(day_before) - day_before) - 3h;
        while (shown(t) < wanted) t += 1min;
        return base::Instant{known->second = t};
    }

    Week week_;
    std::string closed_;
    mutable std::map<Minute, Minute> known_;
};

/// Where the clocks change: by an hour, at midnight, by half an hour, against the sun, not at all.
class OfZone : public testing::TestWithParam<const char*> {};

/// Hours that begin and end at odd times, some over midnight, some days without any.
Week some_week(std::mt19937& random)
{
    Week week;
    for (auto& day : week) {
        int from = static_cast<int>(random() % 400);
        for (int spans = static_cast<int>(random() % 4); spans > 0 && from < 1'440; --spans) {
            const int until = random() % 5 == 0 ? 1'440 : std::min(1'440, from + 1 + static_cast<int>(random() % 500));
            day.push_back({std::chrono::minutes{random() % 6 == 0 && day.empty() ? 0 : from}, std::chrono::minutes{until}});
            from = until + 1 + static_cast<int>(random() % 300);
        }
    }
    return week;
}

} // namespace

TEST_P(OfZone, AreOpenFromWhenTheClockThereFirstShowsTheirBeginToWhenItFirstShowsTheirEnd)
{
    std::mt19937 random{1};
    for (int round = 0; round < 3; ++round) {
        const auto week = some_week(random);
        const std::string closed = "2027-03-14 2027-03-28 2027-04-04";
        const auto tested = hours(week, GetParam(), closed);
        const Oracle oracle{week, GetParam(), closed};
        for (const auto from : {sys_days{year{2027} / 3 / 8}, sys_days{year{2027} / 3 / 24}, sys_days{year{2027} / 8 / 30},
                                sys_days{year{2027} / 9 / 22}, sys_days{year{2027} / 10 / 28}})
            for (auto t = at(from); t < at(from + days{14}); t += 1min) {
                const bool whole = (t - at(from)) % 37min == 0min; // and else whether they are open, minute by minute in one of the weeks
                if (!whole && round > 0) continue;
                const auto span = tested.around(t);
                ASSERT_EQ(span.has_value(), oracle.open(t)) << base::to_iso(t);
                if (!whole) continue;
                if (span) {
                    ASSERT_TRUE(oracle.open(span->from) && oracle.open(span->until - 1ms)) << base::to_iso(t);
                    ASSERT_FALSE(oracle.open(span->from - 1ms) || oracle.open(span->until)) << base::to_iso(t);
                    continue;
                }
                if (random() % 8 != 0) continue;
                const auto next = tested.next_after(t);
                auto expected = std::chrono::ceil<std::chrono::minutes>(t);
                for (int minutes = 0; minutes < 20'000 && !oracle.open(expected); ++minutes) expected += 1min;
                if (!oracle.open(expected)) continue; // none within a fortnight
                ASSERT_EQ(next, base::Instant{expected}) << base::to_iso(t);
            }
    }
}

INSTANTIATE_TEST_SUITE_P(Hours, OfZone,
                         testing::Values("Europe/Copenhagen", "America/New_York", "America/Havana", "Australia/Lord_Howe",
                                         "America/Santiago", "Asia/Kathmandu"));

TEST(Hours, OnTheDayTheClocksGoForwardOpenByLocalTime)
{
    const auto bikes = hours(every_day(6h, 23h), "Europe/Copenhagen");
    const auto sunday = sys_days{year{2027} / 3 / 28};
    EXPECT_EQ(bikes.around(at(sunday, 12h)), (model::Interval{at(sunday, 4h), at(sunday, 21h)})) << "summer time";
    EXPECT_EQ(bikes.around(at(sunday - days{1}, 12h)), (model::Interval{at(sunday - days{1}, 5h), at(sunday - days{1}, 22h)}));
}

TEST(Hours, InTheNightTheClocksGoBackCloseWhenTheirEndIsFirstShownAndOpenNothingTwice)
{
    const auto sunday = sys_days{year{2027} / 10 / 31}; // 03:00 is 02:00 again, at 01:00 UTC
    const auto late = hours(every_day(0h, 2h + 30min), "Europe/Copenhagen");
    EXPECT_EQ(late.around(at(sunday)), (model::Interval{at(sunday, -2h), at(sunday, 30min)}));
    EXPECT_FALSE(late.around(at(sunday, 75min))) << "a quarter past two for the second time";
    const auto early = hours(every_day(2h + 30min, 4h), "Europe/Copenhagen");
    EXPECT_EQ(early.around(at(sunday, 75min)), (model::Interval{at(sunday, 30min), at(sunday, 3h)}));
}

TEST(Hours, OfEveryHourButHolidaysAnswerAtOnceHoweverFarThoseAre)
{
    const auto open = hours(every_day(0h, 24h), "Europe/Copenhagen", "2027-12-24 2027-12-25 2031-01-01");
    const auto midwinter = at(sys_days{year{2027} / 12 / 23}, 23h), after = at(sys_days{year{2027} / 12 / 25}, 23h);
    EXPECT_EQ(open.around(at(sys_days{year{2027} / 3 / 1})), (model::Interval{base::no_start, midwinter}));
    EXPECT_FALSE(open.around(midwinter));
    EXPECT_EQ(open.next_after(midwinter - days{100}), after) << "two days in a row";
    EXPECT_EQ(open.around(after), (model::Interval{after, at(sys_days{year{2030} / 12 / 31}, 23h)}));
    EXPECT_EQ(open.around(at(sys_days{year{2040} / 1 / 1}))->until, base::no_end);
    EXPECT_FALSE(open.next_after(at(sys_days{year{2040} / 1 / 1})));
}

TEST(Hours, AreJoinedOverMidnight)
{
    Week week;
    week[4] = {{18h, 24h}}; // Friday
    week[5] = {{0h, 6h}};
    const auto party = hours(week, "UTC");
    const auto friday = sys_days{year{2027} / 3 / 5};
    EXPECT_EQ(party.around(at(friday, 20h)), (model::Interval{at(friday, 18h), at(friday, 30h)}));
    EXPECT_EQ(party.around(at(friday, 25h)), party.around(at(friday, 20h)));
    EXPECT_EQ(party.next_after(at(friday, 20h)), at(friday, 7 * 24h + 18h)) << "Saturday goes on with Friday";
}

TEST(Hours, OfEveryHourAreAlwaysButOnHolidays)
{
    EXPECT_EQ(hours(every_day(0h, 24h), "Europe/Copenhagen").around(at(sys_days{year{2027} / 3 / 1})), model::Interval{});
    const auto closed = hours(every_day(0h, 24h), "UTC", "2027-03-25 2027-03-26");
    const auto span = closed.around(at(sys_days{year{2027} / 3 / 20}));
    ASSERT_TRUE(span);
    EXPECT_EQ(span->until, at(sys_days{year{2027} / 3 / 25}));
    EXPECT_EQ(closed.next_after(span->until), at(sys_days{year{2027} / 3 / 27}));
}

TEST(Hours, OfNoDayNeverOpen)
{
    const auto never = hours({}, "Europe/Copenhagen", "2099-01-01");
    EXPECT_FALSE(never.around(at(sys_days{year{2027} / 3 / 1})));
    EXPECT_FALSE(never.next_after(at(sys_days{year{2027} / 3 / 1})));
}

TEST(Hours, ColumnsThatSayNothingAreRefusedByName)
{
    EXPECT_EQ(WeeklyHours::read("480-1080;;;;;;", "", "Nowhere/Land").error().detail, "no such time zone");
    for (const auto* week : {"480;;;;;;", "1080-480;;;;;;", "480-1441;;;;;;", "x-y;;;;;;", ";;;;;;;1-2"})
        EXPECT_THAT(WeeklyHours::read(week, "", "UTC").error().detail, testing::StartsWith("week: ")) << week;
    EXPECT_EQ(WeeklyHours::read(";;;;;;", "2027-02-30", "UTC").error().detail, "closed_on: no date");
}
