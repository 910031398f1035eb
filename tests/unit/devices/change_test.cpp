// Lines and devices that change while their drivers run.

#include "unit/devices/two_drivers.hpp"

namespace gatehouse::tests {
namespace {

using devices::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Changes : public SupervisionTest {
public:
    Changes()
    {
        start();
        run_until([this] { return attached(other_device); });
        before = driver.sent.size();
    }
    model::Device yard() const { return directory.device(first_device)->row; }
    model::Line broker() const { return *directory.line(yard().line); }
    std::vector<std::string> asked() const { return asked_since(before); }

    devices::Exchanged exchanged()
    {
        devices::Exchanged found;
        auto keep = [&found](const std::exception_ptr&, devices::Exchanged told) { found = std::move(told); };
        asio::co_spawn(core, fleet.exchanged(), keep);
        settle();
        return found;
    }

    std::size_t before = 0;
};

TEST_F(Changes, ALabelIsNobodysBusiness)
{
    auto device = yard();
    device.name = "Yard";
    change(device);
    EXPECT_THAT(asked(), IsEmpty());
    EXPECT_TRUE(attached());
}

TEST_F(Changes, ADeviceWithOtherParametersIsLetGoAndTakenAnew)
{
    auto device = yard();
    device.address = R"({"params":{"topic":"other"},"secrets":{}})";
    change(device);
    EXPECT_THAT(asked(), ElementsAre("detach yard", "attach yard"));
    EXPECT_TRUE(attached());
}

TEST_F(Changes, NothingGoesToADeviceWhereItIsNoLongerMetAndNothingIsHeardOfItFromThere)
{
    auto device = yard();
    device.address = R"({"params":{"topic":"other"},"secrets":{}})";
    ASSERT_TRUE(directory.apply(model::put(device))); // and nobody has told the driver yet
    const auto outcome = strike();
    run_for(10ms);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->verdict, Verdict::offline);
    EXPECT_THAT(asked(), IsEmpty());
    fleet.never_heard(first_device);
    driver.shows_life("yard");
    EXPECT_NE(fleet.status(first_device)->link, devices::Link::online) << "the old one spoke";
    change(device);
    EXPECT_THAT(asked(), ElementsAre("detach yard", "attach yard"));
    EXPECT_EQ(fleet.status(first_device)->heard_at, std::nullopt);
    driver.shows_life("yard");
    EXPECT_EQ(fleet.status(first_device)->link, devices::Link::online);
}

TEST_F(Changes, OfManyDevicesOnALineEachIsTakenOnceAndLetGoWhenItGoes)
{
    constexpr std::uint64_t many = 400;
    for (std::uint64_t number = 0; number < many; ++number) {
        model::Device device;
        device.id = id<model::DeviceId>(1'000 + number), device.key = "p" + std::to_string(number), device.line = yard().line;
        EXPECT_TRUE(directory.apply(model::put(device)));
    }
    const auto served = [this] {
        std::uint64_t count = 0;
        for (std::uint64_t number = 0; number < many; ++number) {
            const auto* status = fleet.status(id<model::DeviceId>(1'000 + number));
            count += status != nullptr && status->attached ? 1 : 0;
        }
        return count;
    };
    fleet.refresh();
    EXPECT_TRUE(run_until([&served] { return served() == many; }));
    run_for(10s); // the pings look at all of them again
    EXPECT_THAT(asked(), SizeIs(many)) << "each was attached once, and nobody let go of";
    EXPECT_TRUE(attached());

    for (std::uint64_t number = 0; number < many; number += 2)
        EXPECT_TRUE(directory.apply(model::erase(directory.device(id<model::DeviceId>(1'000 + number))->row)));
    fleet.refresh();
    EXPECT_TRUE(run_until([this] { return asked().size() == many + many / 2; }));
    const auto told = asked();
    EXPECT_EQ(std::count_if(told.begin(), told.end(), [](const auto& what) { return what.starts_with("detach p"); }), many / 2);
    EXPECT_EQ(served(), many / 2);
}

TEST_F(Changes, ADeviceThatGetsADoorIsTakenAnewWithIt)
{
    auto door = directory.door(directory.device(first_device)->doors.front())->row;
    door.id = id<model::DoorId>(77), door.key = "third", door.output = 5;
    change(door);
    EXPECT_THAT(asked(), ElementsAre("detach yard", "attach yard"));
    EXPECT_EQ(driver.sent.back().at("doors").as_array().back().at("door"), 5);
}

TEST_F(Changes, ALineWithAnotherEndpointIsOpenedAnewAndItsDevicesWithIt)
{
    auto line = broker();
    line.endpoint = R"({"fields":{"url":"mqtt://elsewhere"},"secrets":{}})";
    change(line);
    EXPECT_THAT(asked(), ElementsAre("close_line " + line.key, "open_line " + line.key, "attach yard"));
    EXPECT_TRUE(attached());
    EXPECT_EQ(*strike(), std::nullopt);
    run_for(10ms);
    EXPECT_EQ(driver.sent.back().at("device"), "yard");
}

TEST_F(Changes, ADeviceUnderANewKeyIsLetGoByItsOld)
{
    auto device = yard();
    device.key = "court";
    change(device);
    EXPECT_THAT(asked(), ElementsAre("detach yard", "attach court"));
    driver.says(R"({"type":"offline","line":")" + broker().key + R"(","device":"court","reason":"gone"})");
    EXPECT_EQ(fleet.status(first_device)->reason, "gone");
}

TEST_F(Changes, TwoDevicesThatChangeKeysAreBothLetGoFirst)
{
    auto second = yard();
    second.id = id<model::DeviceId>(23), second.key = "court";
    change(second);
    ASSERT_TRUE(attached(second.id));
    before = driver.sent.size();
    auto first = yard();
    std::swap(first.key, second.key);
    ASSERT_TRUE(directory.apply(model::put(first)));
    change(second);
    EXPECT_THAT(asked(), ElementsAre("detach yard", "detach court", "attach court", "attach yard"));
    EXPECT_TRUE(attached() && attached(second.id));
}

TEST_F(Changes, ALineUnderANewKeyIsOpenedUnderIt)
{
    auto line = broker();
    const auto old = std::exchange(line.key, "mosquitto");
    change(line);
    EXPECT_THAT(asked(), ElementsAre("close_line " + old, "open_line mosquitto", "attach yard"));
}

TEST_F(Changes, ADeviceThatMovesToALineOfAnotherDriverIsLetGoHereAndTakenThere)
{
    auto device = yard();
    device.line = id<model::LineId>(19);
    change(device);
    EXPECT_THAT(asked(), ElementsAre("detach yard"));
    EXPECT_TRUE(attached()) << "by the other";
    const auto outcome = strike();
    run_for(10ms);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->verdict, Verdict::acknowledged);
    EXPECT_EQ(launcher.other.sent.back().at("type"), "strike");
}

TEST_F(Changes, ALineThatGetsAnotherDriverIsClosedHereAndOpenedThere)
{
    auto line = broker();
    line.driver = "osdp";
    change(line);
    EXPECT_THAT(asked(), ElementsAre("close_line " + line.key));
    EXPECT_TRUE(attached()) << "by the other";
}

TEST_F(Changes, ANewDeviceOnANewLineIsServed)
{
    const model::Line line{.id = id<model::LineId>(30), .key = "second", .driver = "mqtt"};
    model::Device device;
    device.id = id<model::DeviceId>(31), device.key = "gate", device.line = line.id;
    ASSERT_TRUE(directory.apply(model::put(line)));
    change(device);
    EXPECT_TRUE(attached(device.id));
    EXPECT_TRUE(attached());
}

TEST_F(Changes, WhatIsGoneFromTheDirectoryIsLetGoAndForgotten)
{
    const model::Line line{.id = id<model::LineId>(30), .key = "second", .driver = "mqtt"};
    model::Device device;
    device.id = id<model::DeviceId>(31), device.key = "gate", device.line = line.id;
    ASSERT_TRUE(directory.apply(model::put(line)));
    change(device);
    before = driver.sent.size();
    ASSERT_TRUE(directory.apply(model::erase(device)));
    ASSERT_TRUE(directory.apply(model::erase(line)));
    fleet.refresh();
    run_for(100ms);
    EXPECT_THAT(asked(), ElementsAre("close_line second"));
    EXPECT_EQ(fleet.status(device.id), nullptr);
    EXPECT_TRUE(attached());
}

TEST_F(Changes, ASecretThatWasExchangedIsSentAtTheNextReload)
{
    auto line = broker();
    line.endpoint = R"({"fields":{},"secrets":{"password":{"file":"/somewhere"}}})";
    change(line);
    before = driver.sent.size();
    fleet.refresh();
    run_for(100ms);
    EXPECT_THAT(asked(), IsEmpty()) << "it is the one that was sent";
    EXPECT_THAT(exchanged().lines, IsEmpty());
    driver.word = "another";
    EXPECT_THAT(exchanged().lines, ElementsAre(line.id)) << "whoever asks hears it before it is sent";
    EXPECT_THAT(exchanged().devices, IsEmpty());
    run_for(30s);
    EXPECT_THAT(asked(), IsEmpty()) << "files are looked at when somebody says so";
    before = driver.sent.size();
    fleet.refresh();
    run_for(100ms);
    EXPECT_THAT(asked(), ElementsAre("close_line " + line.key, "open_line " + line.key, "attach yard"));
    const auto opened = std::find_if(driver.sent.begin() + static_cast<std::ptrdiff_t>(before), driver.sent.end(),
                                     [](const boost::json::object& sent) { return sent.at("type") == "open_line"; });
    ASSERT_NE(opened, driver.sent.end());
    EXPECT_EQ(opened->at("secrets").at("password"), "another");
    EXPECT_THAT(exchanged().lines, IsEmpty());
}

TEST_F(Changes, ADeviceThatWasRefusedIsAskedAgainAtTheNextReload)
{
    driver.ignores = {"attach"};
    auto device = yard();
    device.profile = "new/1";
    change(device);
    driver.says(R"({"type":"answer","id":")" + last_id("attach") + R"(","verdict":"refused","reason":"no_such_profile"})");
    driver.ignores.clear();
    run_for(30s);
    EXPECT_FALSE(attached());
    fleet.refresh();
    run_for(100ms);
    EXPECT_TRUE(attached());
}

TEST_F(Changes, WhatWasUnderWayOnADeviceThatIsLetGoWasNotDone)
{
    driver.ignores = {"strike"};
    const auto outcome = strike(5s);
    driver.says(R"({"type":"answer","id":")" + last_id("strike") + R"(","verdict":"refused","reason":"not_attached"})");
    run_for(10ms);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->verdict, Verdict::offline);
}

TEST_F(Changes, TheFirstWordsOfALineAreHeardBeforeItsAnswer)
{
    driver.ignores = {"open_line"};
    auto line = broker();
    line.endpoint = R"({"fields":{"url":"mqtt://elsewhere"},"secrets":{}})";
    change(line);
    driver.says(R"({"type":"offline","line":")" + line.key + R"(","reason":"no route"})");
    EXPECT_EQ(fleet.status(first_device)->reason, "no route");
}

} // namespace
} // namespace gatehouse::tests
