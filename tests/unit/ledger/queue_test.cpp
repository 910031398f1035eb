#include "ledger/queue.hpp"
#include "unit/ledger/desk.hpp"

#include <gtest/gtest.h>

// What waits for the disk.

namespace gatehouse::ledger {
namespace {

model::Placement entry(std::uint64_t number, std::string reason)
{
    model::Placement placement;
    placement.device = tests::id<model::DeviceId>(21);
    placement.key = "card_uid_hex:" + std::to_string(number);
    placement.reason = std::move(reason);
    return placement;
}

std::vector<std::string> reasons(const Parcel& parcel)
{
    std::vector<std::string> found;
    for (const auto& step : parcel.batch.placements) {
        const auto* placement = std::get_if<model::Placement>(&step);
        found.push_back(placement == nullptr ? "erased" : placement->reason);
    }
    return found;
}

using Texts = std::vector<std::string>;

TEST(QueueOfSteps, WhatIsSaidAgainOfAnEntryTakesThePlaceOfWhatWaits)
{
    Queue queue;
    EXPECT_EQ(queue.add({.put = {entry(1, "a"), entry(2, "b")}}, false), 2U);
    for (int again = 0; again < 1'000; ++again) EXPECT_EQ(queue.add({.put = {entry(1, "c" + std::to_string(again))}}, false), 2U);
    const auto parcel = queue.take();
    EXPECT_EQ(reasons(parcel), (Texts{"c999", "b"}));
    EXPECT_EQ(parcel.steps_upto, 2U);
    EXPECT_EQ(queue.add({.put = {entry(1, "d")}}, false), 3U) << "the other is on its way to the disk";
    EXPECT_EQ(reasons(queue.take()), Texts{"d"});
}

TEST(QueueOfSteps, NothingGoesBeforeWhatSomebodyWaitsForOrBeforeAnErasure)
{
    Queue queue;
    queue.add({.put = {entry(1, "a")}}, false);
    queue.add({.put = {entry(1, "b")}}, true);
    queue.add({.put = {entry(1, "c")}}, false);
    queue.add({.erased = {{tests::id<model::DeviceId>(21), "card_uid_hex:1"}}}, false);
    queue.add({.put = {entry(1, "d")}}, false);
    queue.add({.put = {entry(1, "e")}}, false);
    EXPECT_EQ(reasons(queue.take()), (Texts{"a", "b", "c", "erased", "e"}));
}

TEST(QueueOfSteps, ASlotPassesOnInOrder)
{
    Queue queue;
    auto first = entry(1, "a"), again = entry(1, "b");
    first.slot = 5, again.slot = 6;
    queue.add({.put = {first}}, false);
    queue.add({.put = {again}}, false);
    EXPECT_EQ(reasons(queue.take()), (Texts{"a", "b"}));
}

} // namespace
} // namespace gatehouse::ledger
