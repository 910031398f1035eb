#include "base/zone.hpp"

#include <gmock/gmock.h>

#include <array>
#include <thread>

namespace gatehouse::base {

TEST(Zones, AreKnownByTheirIanaNames)
{
    for (const auto* name : {"UTC", "Europe/Copenhagen", "America/Argentina/Buenos_Aires", "Etc/GMT+1"})
        EXPECT_TRUE(find_zone(name)) << name;
}

TEST(Zones, ThatDoNotExistAreNotFound)
{
    for (const auto* name : {"", "Europe", "Europe/Copenhagn", "europe/copenhagen", "Mars/Olympus_Mons", "../localtime", "posixrules"}) {
        const auto found = find_zone(name);
        ASSERT_FALSE(found) << name;
        EXPECT_EQ(found.error().fault, Fault::not_found) << name;
    }
}

TEST(Zones, SayLocalTimeWithItsOffset)
{
    const auto copenhagen = *Zone::named("Europe/Copenhagen");
    EXPECT_EQ(to_local_iso(*from_iso("2027-03-01T23:30:00Z"), copenhagen), "2027-03-02T00:30:00+01:00");
    EXPECT_EQ(to_local_iso(*from_iso("2027-07-01T12:00:00Z"), copenhagen), "2027-07-01T14:00:00+02:00");
    EXPECT_EQ(to_local_iso(*from_iso("2027-07-01T12:00:00Z"), *Zone::named("America/St_Johns")), "2027-07-01T09:30:00-02:30");
    EXPECT_EQ(to_local_iso(*from_iso("2027-07-01T12:00:00Z"), Zone::utc()), "2027-07-01T12:00:00+00:00");
}

TEST(Zones, AreListedInOrder)
{
    const auto names = zone_names();
    EXPECT_GT(names.size(), 300U);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_THAT(names, testing::Contains("Europe/Copenhagen"));
}

TEST(Zones, MayBeAskedForByManyThreadsAtOnce)
{
    std::vector<std::thread> askers;
    std::array<bool, 4> found{};
    for (auto& answer : found) askers.emplace_back([&answer] { answer = find_zone("Asia/Tokyo").has_value(); });
    for (auto& asker : askers) asker.join();
    EXPECT_THAT(found, testing::Each(true));
}

} // namespace gatehouse::base
