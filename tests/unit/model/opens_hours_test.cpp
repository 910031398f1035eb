// Weekly hours in the evaluator: paths of groups that are closed now and then. Source: docs/access.md and the worked example site.

#include "house.hpp"
#include "model/affected.hpp"

#include <random>

namespace gatehouse::model {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;

constexpr sys_days monday{year{2027} / 3 / 1};

class OpensByHours : public House {
protected:
    OpensByHours()
    {
        put(weekly("office-hours", {{480, 1'080}}, 5, "2027-03-25 2027-03-26 2027-03-29"));
        put(weekly("not-at-night", {{360, 1'380}}, 7));
        put(group("day-staff", "house"));
        put(person("bo")), put(user("bo", "house", "bo")), put(card("bo's", "house", "bo", "0a0b0c0d"));
    }
    /// The same minutes of the first `open` days of the week.
    static Hours weekly(std::string key, std::vector<std::pair<int, int>> spans, std::size_t open, std::string closed_on = {})
    {
        WeeklyHours::Week week;
        for (std::size_t day = 0; day < open; ++day)
            for (const auto& [from, until] : spans) week[day].push_back({std::chrono::minutes{from}, std::chrono::minutes{until}});
        return {.key = std::move(key), .zone = "Europe/Copenhagen", .week = week_text(week), .closed_on = std::move(closed_on)};
    }
    GroupEntrance path_in(const std::string& group, const std::string& entrance, std::string hours) const
    {
        auto row = path(group, entrance);
        row.hours = std::move(hours);
        return row;
    }
    /// In the winter of the example site.
    static Instant local(std::chrono::minutes since_monday) { return Instant{monday} + since_monday - 1h; }
};

} // namespace

TEST_F(OpensByHours, OpensFromTheFirstInstantToTheLastAndSaysWhenItOpensNext)
{
    put(path_in("day-staff", "lobby", "office-hours")), put(member("bo", "day-staff"));
    EXPECT_EQ(reason("bo's", "lobby", local(8h) - 1s), Reason::outside_hours);
    EXPECT_EQ(reason("bo's", "lobby", local(8h)), Reason::granted);
    EXPECT_EQ(reason("bo's", "lobby", local(18h) - 1s), Reason::granted);
    EXPECT_EQ(reason("bo's", "lobby", local(18h)), Reason::outside_hours);
    EXPECT_EQ(opens("bo's", "lobby", local(12h)).interval, (Interval{local(8h), local(18h)}));
    EXPECT_EQ(opens("bo's", "lobby", local(4 * 24h + 19h)).interval, (Interval{local(7 * 24h + 8h), local(7 * 24h + 18h)}))
        << "Friday evening";
}

TEST_F(OpensByHours, IsClosedOnHolidays)
{
    put(path_in("day-staff", "lobby", "office-hours")), put(member("bo", "day-staff"));
    EXPECT_EQ(reason("bo's", "lobby", local(25 * 24h + 10h)), Reason::outside_hours) << "Friday the 26th";
    EXPECT_EQ(reason("bo's", "lobby", local(29 * 24h + 9h)), Reason::granted) << "Tuesday the 30th, in summer time";
}

TEST_F(OpensByHours, AnotherPathOpensWhenOneIsClosed)
{
    put(path_in("day-staff", "lobby", "office-hours")), put(member("bo", "day-staff")), put(member("bo", "residents"));
    EXPECT_EQ(reason("bo's", "lobby", local(6 * 24h + 23h + 30min)), Reason::granted) << "residents may always";
    EXPECT_EQ(opens("bo's", "lobby", local(12h)).interval, Interval{});
}

TEST_F(OpensByHours, HoursNobodyDefinedOpenNothing)
{
    put(path_in("day-staff", "lobby", "no-such-hours")), put(member("bo", "day-staff"));
    EXPECT_EQ(reason("bo's", "lobby", local(12h)), Reason::outside_hours);
    EXPECT_EQ(opens("bo's", "lobby", local(12h)).interval, std::nullopt);
}

TEST_F(OpensByHours, WindowAndHoursBothApply)
{
    auto crew = group("day-staff", "house");
    crew.starts_at = local(24h + 10h), crew.ends_at = local(2 * 24h + 9h);
    put(crew), put(path_in("day-staff", "lobby", "office-hours")), put(member("bo", "day-staff"));
    EXPECT_EQ(reason("bo's", "lobby", local(12h)), Reason::not_yet);
    EXPECT_EQ(opens("bo's", "lobby", local(12h)).interval, (Interval{local(24h + 10h), local(24h + 18h)}));
    EXPECT_EQ(reason("bo's", "lobby", local(24h + 20h)), Reason::outside_hours);
    EXPECT_EQ(opens("bo's", "lobby", local(24h + 20h)).interval, (Interval{local(2 * 24h + 8h), local(2 * 24h + 9h)}));
    EXPECT_EQ(reason("bo's", "lobby", local(2 * 24h + 10h)), Reason::expired);
    EXPECT_EQ(opens("bo's", "lobby", local(2 * 24h + 10h)).interval, std::nullopt);
}

TEST_F(OpensByHours, AChangeOfHoursCountsAmongTheRowsAndTouchesItsDoors)
{
    put(path_in("day-staff", "bikes", "not-at-night")), put(member("bo", "day-staff"));
    const auto changed = put(weekly("not-at-night", {{360, 1'200}}, 7));
    EXPECT_EQ(opens("bo's", "bikes", local(12h)).number, changed);
    EXPECT_EQ(reason("bo's", "bikes", local(21h)), Reason::outside_hours);
    const auto mutation = model::put(weekly("not-at-night", {{360, 1'380}}, 7));
    std::vector<DoorId> doors;
    affected_doors(directory_, mutation, doors);
    EXPECT_THAT(doors, testing::ElementsAre(of<DoorId>("bikes")));
    EXPECT_TRUE(may_narrow(directory_, mutation));
    EXPECT_EQ(refused(model::erase(weekly("not-at-night", {}, 0))), "hours_in_use");
}

TEST_F(OpensByHours, TheIntervalIsTheRunOfAllPathsTogether)
{
    std::mt19937 random{7};
    for (int round = 0; round < 40; ++round) {
        std::vector<std::string> groups;
        std::vector<std::pair<WeeklyHours, Interval>> ways;
        for (int at = 0; at < 3; ++at) {
            const auto name = "g" + std::to_string(round) + "-" + std::to_string(at);
            const int from = static_cast<int>(random() % 48) * 30,
                      until = std::min(1'440, from + 30 + static_cast<int>(random() % 40) * 30);
            const auto hours = weekly(name, {{from, until}}, 1 + random() % 7);
            auto row = group(name, "house");
            if (random() % 2 == 0) row.starts_at = local(std::chrono::minutes{random() % 300 * 30});
            if (random() % 2 == 0) row.ends_at = local(std::chrono::minutes{random() % 300 * 30});
            put(hours), put(row), put(path_in(name, "archive", name)), put(member("bo", name));
            groups.push_back(name);
            ways.push_back({*WeeklyHours::read(hours.week, "", hours.zone),
                            {row.starts_at.value_or(base::no_start), row.ends_at.value_or(base::no_end)}});
        }
        const auto open = [&ways](Instant t) {
            return std::any_of(ways.begin(), ways.end(), [t](const auto& way) { return way.second.contains(t) && way.first.around(t); });
        };
        const auto end = local(9 * 24h); // later ones differ from week to week no more
        for (auto t = local(0h); t < local(7 * 24h); t += 90min) {
            const auto told = opens("bo's", "archive", t);
            ASSERT_EQ(told.open, open(t)) << round << " " << base::to_iso(t);
            auto from = t;
            while (from < end && !open(from)) from += 30min;
            if (from >= end) continue;
            ASSERT_TRUE(told.interval) << round << " " << base::to_iso(t);
            ASSERT_TRUE(open(told.interval->from) && !open(told.interval->from - 1ms)) << round << " " << base::to_iso(t);
            ASSERT_TRUE(told.interval->contains(from)) << round << " " << base::to_iso(t);
            for (auto at = told.interval->from; at < told.interval->until; at += 30min) ASSERT_TRUE(open(at)) << round;
            ASSERT_FALSE(open(told.interval->until)) << round << " " << base::to_iso(t);
        }
        for (const auto& name : groups) erase(member("bo", name));
    }
}

} // namespace gatehouse::model
