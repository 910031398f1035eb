#include "lock.hpp"

using namespace gatehouse;
using namespace gatehouse::tests;
using base::milliseconds;
using model::AttemptStatus;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

boost::json::object verdict(std::string_view word)
{
    return {{"verdict", word}};
}

} // namespace

TEST_F(Lock, OpensWhenTheAttemptIsOnTheDiskAndNotBefore)
{
    const auto ended = unlock();
    EXPECT_THAT(driver_.strikes, IsEmpty()) << "no door opens on a record that a power cut could take back";
    EXPECT_EQ(attempt().status, AttemptStatus::pending);
    desk_.commit();
    ASSERT_THAT(driver_.strikes, SizeIs(1));
    EXPECT_EQ(driver_.strikes[0].at("door"), 0);
    EXPECT_FALSE(ended->has_value()) << "it waits for the controller's word";
    driver_.answer(verdict("acknowledged"));
    desk_.settle();
    EXPECT_FALSE(ended->has_value()) << "its end is not on the disk yet, and nobody is told what a power cut could take back";
    desk_.commit();
    ASSERT_TRUE(ended->has_value());
    ASSERT_TRUE(**ended);
    EXPECT_EQ((**ended)->status, AttemptStatus::success);
    EXPECT_EQ(attempt().status, AttemptStatus::success);
    EXPECT_THAT(events(), ElementsAre("action_attempt.unlock_door.requested", "action_attempt.unlock_door.succeeded"));
}

TEST_F(Lock, WaitsForTheDiskAtMostTwoHundredMilliseconds)
{
    const auto ended = unlock();
    pass(milliseconds{199});
    EXPECT_EQ(attempt().status, AttemptStatus::pending);
    pass(milliseconds{1});
    EXPECT_EQ(attempt().status, AttemptStatus::error);
    EXPECT_EQ(attempt().error_type, "storage_stalled");
    desk_.commit_all();
    EXPECT_THAT(driver_.strikes, IsEmpty()) << "nobody waits at a door that opens later";
    ASSERT_TRUE(ended->has_value());
    EXPECT_EQ((**ended)->error_type, "storage_stalled");
    EXPECT_THAT(events(), ElementsAre("action_attempt.unlock_door.requested", "action_attempt.unlock_door.failed"));
}

TEST_F(Lock, OpensWhenTheDiskIsJustInTime)
{
    unlock();
    pass(milliseconds{199});
    desk_.commit();
    EXPECT_THAT(driver_.strikes, SizeIs(1));
}

TEST_F(Lock, DecidesAgainWhenTheWaitIsOver)
{
    desk_.apply({model::put(model::WorkspaceRow{.id = id<model::WorkspaceId>(9), .key = "other"})});
    desk_.commit_all();
    const auto ended = unlock(second_door);
    auto passed_on = desk_.directory.door(id<model::DoorId>(second_door))->row;
    passed_on.owner = id<model::WorkspaceId>(9);
    desk_.apply({model::put(passed_on)});
    desk_.commit_all();
    EXPECT_THAT(driver_.strikes, IsEmpty()) << "the door went to another owner meanwhile";
    ASSERT_TRUE(ended->has_value());
    EXPECT_EQ((**ended)->error_type, "device_not_found");
}

TEST_F(Lock, NeverOpensAnotherWorkspacesDoor)
{
    desk_.apply({model::put(model::WorkspaceRow{.id = id<model::WorkspaceId>(9), .key = "other"})});
    for (const auto& ended : {unlock(first_door, 9), unlock(999)}) {
        desk_.commit_all();
        ASSERT_TRUE(ended->has_value());
        ASSERT_FALSE(**ended);
        EXPECT_EQ((*ended)->error().code, "device_not_found");
    }
    EXPECT_THAT(driver_.strikes, IsEmpty());
    EXPECT_THAT(events(), IsEmpty());
}

TEST_F(Lock, SendsNoSecondStrikeWhileOneIsOnItsWay)
{
    unlock();
    desk_.commit_all();
    ASSERT_THAT(driver_.strikes, SizeIs(1));
    const auto second = unlock();
    desk_.commit_all();
    EXPECT_THAT(driver_.strikes, SizeIs(1)) << "a controller that was dark would open the door twice";
    ASSERT_TRUE(second->has_value());
    EXPECT_EQ((**second)->error_type, "device_busy");
    driver_.answer(verdict("acknowledged"));
    desk_.settle();
    unlock();
    desk_.commit_all();
    EXPECT_THAT(driver_.strikes, SizeIs(2));
}

TEST_F(Lock, TellsTheControllerHowLongItMayTake)
{
    unlock();
    const auto begun = desk_.clock.now();
    desk_.commit();
    ASSERT_THAT(driver_.strikes, SizeIs(1));
    const auto& strike = driver_.strikes[0];
    const auto deadline = std::stoll(std::string{strike.at("deadline").as_string()});
    const auto expected = begun.time_since_epoch() + milliseconds{3'000}; // what the device needs, and two seconds
    EXPECT_EQ(deadline, std::chrono::floor<milliseconds>(expected).count());
    EXPECT_EQ(strike.at("pulse_ms"), 5'000);
}

TEST_F(Lock, OpensADoorForAsLongAsItIsConfiguredTo)
{
    auto door = desk_.directory.door(id<model::DoorId>(first_door))->row;
    door.wiring = R"({"lock":"fail_secure","unlock_for_s":9})";
    desk_.apply({model::put(door)});
    desk_.commit_all();
    unlock();
    desk_.commit();
    ASSERT_THAT(driver_.strikes, SizeIs(1));
    EXPECT_EQ(driver_.strikes[0].at("pulse_ms"), 9'000);
}

TEST_F(Lock, AnswersPendingToAnImpatientCallerAndCompletesBehindIt)
{
    const auto ended = unlock();
    desk_.commit();
    pass(milliseconds{2'500});
    ASSERT_TRUE(ended->has_value());
    EXPECT_EQ((**ended)->status, AttemptStatus::pending);
    driver_.answer(verdict("acknowledged"));
    desk_.settle();
    EXPECT_EQ(attempt().status, AttemptStatus::success);
}

TEST_F(Lock, SaysWhatTheControllerAnswered)
{
    const std::vector<std::pair<boost::json::object, std::string>> cases{
        {verdict("offline"), "device_offline"},
        {verdict("unknown"), "unlock_unconfirmed"},
        {{{"verdict", "busy"}, {"retry_after", 100}}, "device_busy"},
        {{{"verdict", "refused"}, {"reason", "door_jammed"}}, "unlock_refused"},
        {verdict("unsupported"), "unlock_refused"},
    };
    for (const auto& [answer, error] : cases) {
        const auto ended = unlock();
        desk_.commit_all();
        driver_.answer(answer);
        desk_.settle();
        desk_.commit_all();
        ASSERT_TRUE(ended->has_value()) << error;
        EXPECT_EQ((**ended)->status, AttemptStatus::error);
        EXPECT_EQ((**ended)->error_type, error);
    }
    EXPECT_THAT(events(), testing::Contains("action_attempt.unlock_door.failed").Times(5));
}

TEST_F(Lock, DoesNotKnowWhatADriverDidThatWentAway)
{
    const auto ended = unlock();
    desk_.commit();
    driver_.crash();
    desk_.settle();
    desk_.commit_all();
    ASSERT_TRUE(ended->has_value());
    EXPECT_EQ((**ended)->error_type, "unlock_unconfirmed") << "the door may have opened";
}

TEST_F(Lock, SaysOfflineWhenNoDriverServesTheDoor)
{
    driver_.starts = false;
    driver_.crash();
    desk_.settle();
    const auto ended = unlock();
    desk_.commit_all();
    ASSERT_TRUE(ended->has_value());
    EXPECT_EQ((**ended)->error_type, "device_offline");
    EXPECT_THAT(driver_.strikes, IsEmpty());
}

TEST_F(Lock, KeepsTheNewestTenThousandAttempts)
{
    const auto workspace = id<model::WorkspaceId>(1);
    std::vector<model::Mutation> rows;
    for (std::uint64_t at = 0; at < 10'000; ++at)
        rows.push_back(model::put(model::ActionAttempt{
            .id = id<model::AttemptId>(5'000 + at), .workspace = workspace, .created_at = base::Instant{milliseconds{at}}}));
    desk_.apply(std::move(rows));
    unlock();
    const auto& attempts = desk_.directory.workspace(workspace)->attempts;
    EXPECT_EQ(attempts.size(), 10'000U);
    EXPECT_EQ(attempts.find(id<model::AttemptId>(5'000)), nullptr) << "the oldest went";
    EXPECT_NE(attempts.find(id<model::AttemptId>(5'001)), nullptr);
    EXPECT_EQ(attempt().status, AttemptStatus::pending);
}
