// Tables that are read slot by slot: how many slots they may have, and what may count as a free one.

#include "sdk/profile/library.hpp"
#include "shipped.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace gatehouse::profile {
namespace {

struct Slots {
    const char* name;
    const char* from;    ///< this text of the shipped profile ...
    const char* to;      ///< ... becomes this
    const char* problem; ///< null where there is nothing to refuse
};

constexpr const char* count_of_slots = "  capacity: \"${slots}\"\n";
constexpr const char* first_of_slots = "  slot_first: \"${first}\"\n";
constexpr const char* slots_param = "slots: {type: int, min: 1, max: 1000, default: 249}";
constexpr const char* first_param = "first: {type: int, min: 0, max: 999, default: 1}";
constexpr const char* words_of_a_slot = "enum: {enabled: active, disabled: disabled, available: free}";

const Slots slots[] = {
    {"None", count_of_slots, "  capacity: 0\n", "caps.capacity: must be a number from 1 to 1000000"},
    {"AMillion", count_of_slots, "  capacity: 1000000\n", "caps.capacity: `slot_first` and `capacity` reach beyond slot 1000000"},
    {"MoreThanAMillion", count_of_slots, "  capacity: 1000001\n", "caps.capacity: must be a number from 1 to 1000000"},
    {"MoreThanANumberHolds", count_of_slots, "  capacity: 99999999999\n", "caps.capacity: must be 4294967295 at most"},
    {"ThatBeginAtTheEndOfNumbers", first_of_slots, "  slot_first: 4294967295\n", "caps.slot_first: must be a number from 0 to 1000000"},
    {"AParameterThatMayBeNought", slots_param, "slots: {type: int, min: 0, max: 1000, default: 249}",
     "caps.capacity: `min` of the parameter `slots` must be from 1 to 1000000"},
    {"AParameterWithoutMin", slots_param, "slots: {type: int, max: 1000, default: 249}",
     "caps.capacity: `min` of the parameter `slots` must be from 1 to 1000000"},
    {"AParameterWithoutMax", slots_param, "slots: {type: int, min: 1, default: 249}",
     "caps.capacity: `max` of the parameter `slots` must be from 1 to 1000000"},
    {"AParameterThatIsNoNumber", slots_param, "slots: {type: text, default: \"249\"}",
     "caps.capacity: the parameter `slots` must be an `int`"},
    {"AParameterThatIsMultiplied", count_of_slots, "  capacity: \"${slots:epoch_ms}\"\n", "caps.capacity: takes no encoder but `int`"},
    {"AParameterWithMoreBehindIt", count_of_slots, "  capacity: \"${slots}0}\"\n",
     "caps.capacity: must be a whole number or one `${param}`"},
    {"AFirstWithoutMin", first_param, "first: {type: int, max: 999, default: 1}",
     "caps.slot_first: `min` of the parameter `first` must be from 0 to 1000000"},
    {"AFirstWithoutMax", first_param, "first: {type: int, min: 0, default: 1}",
     "caps.slot_first: `max` of the parameter `first` must be from 0 to 1000000"},
    {"BothToTheirEnd", first_param, "first: {type: int, min: 0, max: 999002, default: 1}",
     "caps.capacity: `slot_first` and `capacity` reach beyond slot 1000000"},
    {"JustToTheEnd", first_param, "first: {type: int, min: 0, max: 999001, default: 1}", nullptr},
    {"WithoutAFirst", first_of_slots, "", nullptr},
    {"FreeByTwoWords", words_of_a_slot, "enum: {enabled: active, disabled: free, available: free}",
     "ops.one: `state` has more than one word for `free`"},
    {"ThatAreNeverFree", words_of_a_slot, "enum: {enabled: active, disabled: disabled}", nullptr},
};

class SlotTable : public testing::TestWithParam<Slots> {};

TEST_P(SlotTable, IsWithinItsBounds)
{
    const auto told = told_of_shipped("zigbee2mqtt-pin-lock.yaml", GetParam().from, GetParam().to);
    if (GetParam().problem == nullptr)
        EXPECT_THAT(told, testing::IsEmpty()) << "that does no harm";
    else
        EXPECT_THAT(told, testing::Contains(testing::StartsWith(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(Of, SlotTable, testing::ValuesIn(slots), [](const auto& param) { return std::string{param.param.name}; });

TEST(SlotTable, OfADeviceIsHeldAgainstTheSameBounds)
{
    const auto loaded = load_mqtt(SHIPPED_PROFILES "/mqtt/zigbee2mqtt-pin-lock.yaml");
    ASSERT_TRUE(loaded.profile);
    const auto with = [&loaded](Value count, Value first) {
        return beyond_its_slots(*loaded.profile, {{"slots", std::move(count)}, {"first", std::move(first)}});
    };
    EXPECT_EQ(with(std::int64_t{249}, std::int64_t{1}), "");
    EXPECT_EQ(with(std::int64_t{1'000'000}, std::int64_t{1}), "");
    EXPECT_EQ(with(std::int64_t{0}, std::int64_t{1}), "a table of 0 slots: it must have 1 to 1000000");
    EXPECT_EQ(with(std::int64_t{99'999'999'999}, std::int64_t{1}), "a table of 99999999999 slots: it must have 1 to 1000000");
    EXPECT_EQ(with(std::int64_t{5}, std::int64_t{4'294'967'295}), "slots from 4294967295 on: the last one may be 1000000");
    EXPECT_EQ(with(std::int64_t{-5}, std::int64_t{1}), "a table of -5 slots: it must have 1 to 1000000");
    EXPECT_EQ(with(std::string{"many"}, std::int64_t{1}), "`capacity` is no whole number");
}

TEST(SlotTable, OfAListMayBeOfAnyNumber)
{
    const auto loaded = load_mqtt(SHIPPED_PROFILES "/mqtt/esp-rfid-2.0.yaml");
    ASSERT_TRUE(loaded.profile);
    EXPECT_EQ(beyond_its_slots(*loaded.profile, {}), "");
}

TEST(Library, ReadsNoMoreOfAFileThanAProfileMayHave)
{
    const auto folder = std::filesystem::path{testing::TempDir()} / "gatehouse-large-profile";
    std::filesystem::create_directories(folder);
    {
        std::ofstream large{folder / "large.yaml"};
        large << "profile: large/one\n";
        for (int i = 0; i < 6000; ++i) large << "# " << std::string(60, '-') << "\n";
        large << "also: [late/one]\n";
    }
    MqttLibrary library{folder};
    const auto early = library.find("large/one"), late = library.find("late/one");
    ASSERT_FALSE(early || late);
    EXPECT_THAT(early.error().text, testing::EndsWith("large.yaml: larger than 256 KiB"));
    EXPECT_THAT(late.error().text, testing::StartsWith("no profile `late/one` in "));
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace gatehouse::profile
