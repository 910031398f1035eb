// Every shipped profile has a recorded conversation beside it, and the driver holds its side of it word for word.

#include "talk/replay.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <stdlib.h>

namespace gatehouse::mqtt {
namespace {

namespace fs = std::filesystem;

TEST(Replay, EveryShippedProfileHoldsItsRecordedConversation)
{
    int profiles = 0;
    for (const auto& file : fs::directory_iterator{SHIPPED_PROFILES "/mqtt"}) {
        if (file.path().extension() != ".yaml") continue;
        ++profiles;
        auto recording = file.path();
        EXPECT_THAT(replay(recording.replace_extension(".replay")), testing::IsEmpty());
    }
    EXPECT_GT(profiles, 0);
}

/// A recording that differs in one line is told by that line.
class Recording : public testing::Test {
public:
    Recording()
    {
        auto name = (fs::temp_directory_path() / "gatehouse-replay.XXXXXX").string();
        folder = ::mkdtemp(name.data());
        fs::copy_file(SHIPPED_PROFILES "/mqtt/esp-rfid-2.0.yaml", folder / "esp-rfid.yaml");
    }
    ~Recording() override { fs::remove_all(folder); }
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

protected:
    std::vector<std::string> replayed(const std::string& lines)
    {
        const auto file = folder / "some.replay";
        std::ofstream{file} << "profile esp-rfid/2.0\nparam topic harbour/yard\nparam ip 10.20.0.31\nparam hostname yard\n" << lines;
        return replay(file);
    }
    fs::path folder;
};

TEST_F(Recording, ThatHoldsIsSilent)
{
    EXPECT_THAT(replayed("? drop 04a1\n> {\"cmd\":\"deletuid\",\"doorip\":\"10.20.0.31\",\"uid\":\"04a1\"}\n. 15000\n= unknown timeout\n"),
                testing::IsEmpty());
}

TEST_F(Recording, OfMoreThanADayOfWaitingIsRefused)
{
    for (const auto* span : {". 999999999999999999\n", ". 0\n", ". soon\n", "pulse 9223372036854775807\n? strike\n"})
        EXPECT_THAT(replayed(span), testing::Contains(testing::HasSubstr("not a span of 1 ms to a day"))) << span;
}

TEST_F(Recording, ThatDiffersIsToldByItsLine)
{
    const auto found =
        replayed("? drop 04a1\n> {\"cmd\":\"deletuid\",\"doorip\":\"10.20.0.31\",\"uid\":\"04a2\"}\n. 15000\n= acknowledged\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_THAT(found[0], testing::HasSubstr("some.replay:6: it says "));
    EXPECT_THAT(found[1], testing::HasSubstr("some.replay:8: it ends with \"unknown timeout\" instead of: acknowledged"));
}

TEST_F(Recording, WhatNobodyRecordedIsToldAtItsEnd)
{
    const auto found = replayed("? drop 04a1\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0], testing::HasSubstr("nobody recorded that it says"));
}

TEST_F(Recording, OfAProfileThatIsNotThereIsNoConversation)
{
    std::ofstream{folder / "other.replay"} << "profile nobody/1.0\n? read\n";
    EXPECT_THAT(replay(folder / "other.replay"), testing::ElementsAre(testing::HasSubstr("nobody/1.0")));
}

} // namespace
} // namespace gatehouse::mqtt
