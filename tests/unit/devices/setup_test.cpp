// Settings of devices that their profiles rely on.

#include "unit/devices/two_drivers.hpp"

namespace gatehouse::tests {
namespace {

using devices::SetupState;
using devices::SetupTold;
using testing::ElementsAre;
using testing::HasSubstr;

class SettingsTest : public SupervisionTest {
public:
    SettingsTest() { start(); }
    void says_settings(const std::string& state, const std::string& detail = "")
    {
        driver.says(R"({"type":"setup","line":"broker","device":"yard","at":"1","state":")" + state + R"(","detail":")" + detail + "\"}");
    }
    const devices::Setup& settings() const { return fleet.status(first_device)->setup; }
    void comes_online() { driver.shows_life("yard"); }
    bool unknown_for_long() const { return fleet.settings_unknown_since(first_device).has_value(); }
    /// What was news of those words.
    std::vector<SetupState> news() const
    {
        std::vector<SetupState> found;
        for (const auto& one : heard)
            if (const auto* told = std::get_if<SetupTold>(&one.what); told != nullptr && told->news) found.push_back(told->state);
        return found;
    }
    void attached_anew()
    {
        driver.crashes();
        ASSERT_TRUE(run_until([this] { return !attached(); }));
        ASSERT_TRUE(run_until([this] { return attached(); }));
    }
};

TEST_F(SettingsTest, ADeviceOfWhichNobodySpokeHasNone)
{
    comes_online();
    run_for(10min);
    EXPECT_EQ(settings().state(), SetupState::none);
    EXPECT_FALSE(unknown_for_long());
    attached_anew();
    EXPECT_EQ(settings().state(), SetupState::none);
}

TEST_F(SettingsTest, ThatTheyDifferIsNewsOnceAndThatTheyAreRightAgainIsToo)
{
    says_settings("verified");
    says_settings("differs", "PulseTime1 is 0 and not 50");
    EXPECT_EQ(settings().state(), SetupState::differs);
    EXPECT_EQ(settings().detail(), "PulseTime1 is 0 and not 50");
    const auto since = settings().since_wall();
    run_for(1min);
    says_settings("differs", "PulseTime2 is 0 and not 50");
    EXPECT_EQ(settings().detail(), "PulseTime2 is 0 and not 50");
    EXPECT_EQ(settings().since_wall(), since);
    says_settings("unknown");
    says_settings("differs");
    says_settings("verified");
    says_settings("verified");
    EXPECT_EQ(settings().detail(), "");
    EXPECT_THAT(news(), ElementsAre(SetupState::differs, SetupState::verified));
}

TEST_F(SettingsTest, WhatWasSaidStandsThroughAnOutageAndNotWithTheNextDriver)
{
    says_settings("differs", "PulseTime1 is 0");
    driver.says(R"({"type":"offline","line":"broker","device":"yard","at":"2","reason":"gone"})");
    comes_online();
    EXPECT_EQ(settings().state(), SetupState::differs);
    driver.crashes();
    ASSERT_TRUE(run_until([this] { return !attached(); }));
    EXPECT_EQ(settings().state(), SetupState::differs) << "nobody has said otherwise";
    ASSERT_TRUE(run_until([this] { return attached(); }));
    EXPECT_EQ(settings().state(), SetupState::unknown);
    EXPECT_EQ(settings().detail(), "");
    says_settings("verified");
    EXPECT_THAT(news(), ElementsAre(SetupState::differs, SetupState::verified)) << "it comes back behind the new driver too";
}

TEST_F(SettingsTest, AWordBeforeTheAnswerToAttachCounts)
{
    says_settings("verified");
    driver.ignores = {"attach"};
    driver.crashes();
    ASSERT_TRUE(run_until([this] { return processes() == 2 && asked("attach") == 1; }));
    says_settings("differs");
    driver.says(R"({"type":"answer","id":")" + last_id("attach") + R"(","verdict":"acknowledged","capabilities":{},"doors":[]})");
    run_for(10ms);
    ASSERT_TRUE(attached());
    EXPECT_EQ(settings().state(), SetupState::differs);
}

TEST_F(SettingsTest, WithAnotherProfileADeviceMayHaveNone)
{
    says_settings("verified");
    auto device = directory.device(first_device)->row;
    device.profile = "another/1";
    change(device);
    ASSERT_TRUE(attached());
    EXPECT_EQ(settings().state(), SetupState::none);
}

TEST_F(SettingsTest, NotToKnowThemIsToldAMinuteAfterTheDeviceIsThere)
{
    says_settings("verified");
    run_for(10min);
    attached_anew();
    run_for(2min);
    EXPECT_FALSE(unknown_for_long()) << "it is not there, and cannot be asked";
    comes_online();
    run_for(59s);
    EXPECT_FALSE(unknown_for_long());
    run_for(2s);
    EXPECT_TRUE(unknown_for_long());
    clock.step_wall(-1h);
    EXPECT_TRUE(unknown_for_long());
    says_settings("verified");
    EXPECT_FALSE(unknown_for_long());
    says_settings("unknown", "no answer");
    EXPECT_FALSE(unknown_for_long());
    run_for(61s);
    EXPECT_TRUE(unknown_for_long());
}

TEST_F(SettingsTest, ThatTheyCouldNotBeAskedForIsNoSignOfLife)
{
    says_settings("unknown", "no answer");
    EXPECT_EQ(fleet.status(first_device)->heard_at, std::nullopt);
    says_settings("verified");
    EXPECT_NE(fleet.status(first_device)->heard_at, std::nullopt);
}

TEST_F(SettingsTest, AreHeardOfThroughAFlood)
{
    for (int i = 0; i < 1'000; ++i) driver.says(R"({"type":"door","line":"broker","device":"yard","at":"1","door":1,"contact":"open"})");
    says_settings("differs");
    EXPECT_EQ(settings().state(), SetupState::differs);
}

TEST_F(SettingsTest, ADoorWhoseUnlockLastsLongerIsToldToItsDriver)
{
    const auto pulses = [this] {
        std::vector<std::int64_t> found;
        for (const auto& line : driver.sent)
            if (line.at("type") == "attach") found.push_back(line.at("doors").as_array().front().at("pulse_ms").as_int64());
        return found;
    };
    auto door = directory.door(directory.device(first_device)->doors.front())->row;
    door.wiring = R"({"lock":"fail_secure","unlock_for_s":9})";
    change(door);
    EXPECT_THAT(pulses(), ElementsAre(5'000, 9'000));
    EXPECT_TRUE(attached());
}

} // namespace
} // namespace gatehouse::tests
