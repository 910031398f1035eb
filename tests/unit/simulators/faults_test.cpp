#include "common/faulty_path.hpp"
#include "controller.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace gatehouse::simulators::mqtt {
namespace {

using namespace std::chrono_literals;
using common::Faults;
using common::FaultyPath;
using common::Message;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Message> numbered(int count)
{
    std::vector<Message> list;
    for (int i = 0; i < count; ++i) list.push_back({.topic = "t", .payload = std::to_string(1000 + i)});
    return list;
}

std::vector<std::string> payloads(const std::vector<common::Delivery>& deliveries)
{
    std::vector<std::string> list;
    for (const auto& delivery : deliveries) list.push_back(delivery.message.payload);
    return list;
}

TEST(FaultyPath, CarriesEverythingAtOnceAndInOrderWithoutFaults)
{
    const Faults faults;
    common::Counters counters;
    FaultyPath path{faults, counters, 1};
    EXPECT_EQ(path.arrivals(), 1U);
    const auto deliveries = path.depart(numbered(3), 5ms);
    EXPECT_THAT(payloads(deliveries), ElementsAre("1000", "1001", "1002"));
    EXPECT_TRUE(std::all_of(deliveries.begin(), deliveries.end(), [](const auto& delivery) { return delivery.at == 5ms; }));
}

TEST(FaultyPath, LosesDoublesAndDamagesTheShareItIsTold)
{
    Faults faults{.drop_request = 0.3, .drop_reply = 0.3, .duplicate = 0.2, .corrupt_reply = 0.05};
    common::Counters counters;
    FaultyPath path{faults, counters, 42};
    std::size_t arrived = 0;
    for (int i = 0; i < 1000; ++i) arrived += path.arrivals();
    const auto deliveries = path.depart(numbered(1000), 0ms);
    EXPECT_NEAR(static_cast<double>(counters.requests_dropped), 300, 60);
    EXPECT_NEAR(static_cast<double>(arrived), 840, 60);
    EXPECT_NEAR(static_cast<double>(counters.replies_dropped), 300, 60);
    EXPECT_NEAR(static_cast<double>(deliveries.size()), 840, 60);
    EXPECT_NEAR(static_cast<double>(counters.corrupted), 35, 20);
}

TEST(FaultyPath, KeepsTheOrderOfDelayedMessagesUnlessToldToReorder)
{
    Faults faults{.delay_min = 10ms, .delay_max = 500ms};
    common::Counters counters;
    FaultyPath path{faults, counters, 3};
    auto deliveries = path.depart(numbered(100), 0ms);
    const auto by_time = [](const auto& a, const auto& b) { return a.at < b.at; };
    EXPECT_TRUE(std::is_sorted(deliveries.begin(), deliveries.end(), by_time));
    EXPECT_GE(deliveries.front().at, 10ms);

    faults.reorder = 8;
    deliveries = path.depart(numbered(100), 0ms);
    EXPECT_FALSE(std::is_sorted(deliveries.begin(), deliveries.end(), by_time));
    auto texts = payloads(deliveries);
    EXPECT_FALSE(std::is_sorted(texts.begin(), texts.end()));
    std::sort(texts.begin(), texts.end());
    EXPECT_EQ(texts, payloads(FaultyPath{Faults{}, counters, 1}.depart(numbered(100), 0ms)));
}

TEST(FaultyPath, MakesTheSameChoicesFromTheSameSeed)
{
    const Faults faults{.drop_reply = 0.3, .duplicate = 0.2, .corrupt_reply = 0.05, .delay_max = 300ms, .reorder = 4};
    const auto run = [&faults](std::uint64_t seed) {
        common::Counters counters;
        FaultyPath path{faults, counters, seed};
        return payloads(path.depart(numbered(200), 0ms));
    };
    EXPECT_EQ(run(9), run(9));
    EXPECT_NE(run(9), run(10));
}

TEST(EspRfidFaults, ForgetTheShareOfWritesTheyAreToldWhileAcknowledgingAll)
{
    BenchController controller;
    controller.fault("ack_but_not_stored", "0.5");
    for (int i = 0; i < 100; ++i) EXPECT_THAT(controller.add("0000" + std::to_string(1000 + i)), SizeIs(1));
    EXPECT_NEAR(static_cast<double>(controller.stored().size()), 50, 20);
    EXPECT_EQ(controller.stored().size() + controller.board.counters.writes_lost, 100U);
}

TEST(EspRfidFaults, LeaveEntriesOutOfAListWithoutTouchingTheTable)
{
    BenchController controller;
    for (int i = 0; i < 100; ++i) controller.add("0000" + std::to_string(1000 + i));
    controller.fault("list_drops", "0.3");
    const auto listed = controller.list().size();
    EXPECT_LT(listed, 100U);
    EXPECT_EQ(listed + controller.board.counters.list_dropped, 100U);
    controller.fault("none", "null");
    EXPECT_THAT(controller.list(), SizeIs(100));
}

TEST(EspRfidFaults, SlowTheControllerDownToItsOperationsASecond)
{
    BenchController controller;
    controller.fault("ops_per_s", "2");
    EXPECT_THAT(controller.add("00000001"), IsEmpty());
    EXPECT_THAT(controller.add("00000002"), IsEmpty());
    EXPECT_THAT(controller.turn_after(499ms), IsEmpty());
    EXPECT_THAT(controller.turn_after(1ms), SizeIs(1));
    EXPECT_THAT(controller.turn_after(510ms), SizeIs(1));
    EXPECT_THAT(controller.add("00000003"), IsEmpty());
    EXPECT_THAT(controller.turn_after(500ms), SizeIs(1));
}

TEST(EspRfidFaults, AnswerLateWhileTheClockWasNeverSet)
{
    BenchController controller;
    controller.fault("clock_unset", "true");
    EXPECT_THAT(controller.add("00000001"), IsEmpty());
    EXPECT_THAT(controller.turn_after(10s), SizeIs(1));
}

} // namespace
} // namespace gatehouse::simulators::mqtt
