#include "ledger/mode.hpp"

#include "model/takes_away.hpp"
#include "unit/ledger/desk.hpp"

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using base::Fault;
using ledger::Mode;
using ledger::News;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

using namespace std::chrono_literals;

std::vector<std::string> modes_told(Desk& desk)
{
    std::vector<std::string> found;
    for (const auto& event : desk.store.history({.types = {"gateway.storage_mode_changed"}}, 0, 100).value()) found.push_back(event.body);
    return found;
}

model::User user(bool suspended)
{
    model::User row;
    row.id = id<model::UserId>(the_user);
    row.workspace = id<model::WorkspaceId>(1);
    row.system = id<model::SystemId>(2);
    row.suspended = suspended;
    return row;
}

model::Credential card()
{
    for (const auto& mutation : small_site())
        if (const auto* found = std::get_if<model::Credential>(&mutation.row)) return *found;
    throw std::logic_error{"no card"};
}

base::Instant day(int number)
{
    return base::Instant{base::milliseconds{1'800'000'000'000 + number * 86'400'000LL}};
}

void run_watch(Desk& desk)
{
    asio::co_spawn(desk.core, desk.ledger.watch(), asio::detached);
    desk.settle();
}

void pass(Desk& desk, base::seconds span)
{
    for (base::seconds gone{}; gone < span; gone += 1s) {
        desk.clock.advance(1s);
        desk.settle();
    }
}

std::string code_of(const base::Result<model::ChangeNumber>& refused)
{
    return refused ? "accepted" : refused.error().code;
}

} // namespace

TEST(StorageModes, AreTheWorstOfWhatIsKnown)
{
    ledger::Storage storage;
    EXPECT_EQ(storage.mode(), Mode::normal);
    storage = after(storage, News::reserve_given_up);
    EXPECT_EQ(storage.mode(), Mode::low_space);
    storage = after(storage, News::commit_late);
    EXPECT_EQ(storage.mode(), Mode::stalled);
    storage = after(storage, News::commit_returned);
    EXPECT_EQ(storage.mode(), Mode::low_space) << "what was so before is so again";
    storage = after(storage, News::reserve_made);
    EXPECT_EQ(storage.mode(), Mode::normal);
    storage = after(after(storage, News::commit_late), News::found_read_only);
    EXPECT_EQ(storage.mode(), Mode::read_only);
    storage = after(storage, News::found_sealed);
    EXPECT_EQ(storage.mode(), Mode::sealed);
    for (const auto news : {News::reserve_made, News::commit_returned}) EXPECT_EQ(after(storage, news).mode(), Mode::sealed);
}

TEST(StorageModes, AdmitWhatTheyCanKeep)
{
    EXPECT_TRUE(ledger::admits(Mode::normal, false));
    EXPECT_TRUE(ledger::admits(Mode::low_space, true));
    EXPECT_EQ(ledger::admits(Mode::low_space, false).error().fault, Fault::full) << "507";
    for (const auto mode : {Mode::stalled, Mode::read_only, Mode::sealed})
        for (const bool takes_away : {false, true}) {
            const auto refused = ledger::admits(mode, takes_away);
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().fault, Fault::transient) << "503";
            EXPECT_EQ(refused.error().code, "storage_" + std::string{to_string(mode)});
        }
}

TEST(TakingAway, IsWhatNoRowOfTheChangeCouldWiden)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    desk.apply({model::put(membership()), model::put(direct_grant(first_entrance))});
    const auto takes_away = [&desk](std::vector<model::Mutation> rows) { return model::only_takes_away(desk.directory, rows); };
    using model::erase;
    using model::put;

    EXPECT_TRUE(takes_away({erase(membership()), erase(direct_grant(first_entrance))}));
    EXPECT_TRUE(takes_away({erase(membership()), put(user(true))}));
    EXPECT_FALSE(takes_away({erase(membership()), put(direct_grant(second_entrance))})) << "one wider row is enough";
    EXPECT_FALSE(takes_away({put(identity(100, 0))}));
    auto renamed = user(false);
    renamed.full_name = "Ada";
    EXPECT_FALSE(takes_away({put(renamed)})) << "takes nothing from anybody";
    renamed.suspended = true;
    EXPECT_TRUE(takes_away({put(renamed)}));

    desk.apply({put(renamed)});
    EXPECT_FALSE(takes_away({put(user(false))})) << "suspended no more";
    auto bounded = user(true);
    bounded.starts_at = day(10), bounded.ends_at = day(20);
    EXPECT_TRUE(takes_away({put(bounded)}));
    desk.apply({put(bounded)});
    for (const auto& [starts, ends, narrower] :
         {std::tuple{11, 20, true}, std::tuple{10, 19, true}, std::tuple{9, 19, false}, std::tuple{11, 21, false}}) {
        bounded.starts_at = day(starts), bounded.ends_at = day(ends);
        EXPECT_EQ(takes_away({put(bounded)}), narrower) << starts << " to " << ends;
    }
    bounded.starts_at = day(10), bounded.ends_at.reset();
    EXPECT_FALSE(takes_away({put(bounded)})) << "without an end";
}

TEST(TakingAway, FromACredentialIsItsUserItsTimeOrItsList)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    const auto takes_away = [&desk](const model::Credential& row) { return model::only_takes_away(desk.directory, {model::put(row)}); };

    EXPECT_FALSE(takes_away(card())) << "as it is";
    auto stock = card();
    stock.user.reset();
    EXPECT_TRUE(takes_away(stock));
    auto emptied = card();
    emptied.list = model::ListState::emptied;
    EXPECT_TRUE(takes_away(emptied));
    auto listed = card();
    listed.list = model::ListState::listed;
    listed.ends_at = day(1);
    EXPECT_FALSE(takes_away(listed)) << "a list may open what the user's paths do not, until then";
    auto ended = card();
    ended.ends_at = day(1);
    EXPECT_TRUE(takes_away(ended));
    ended.card_uid = "04ffffff";
    EXPECT_FALSE(takes_away(ended)) << "another plastic";
    auto fresh = stock;
    fresh.id = id<model::CredentialId>(71);
    EXPECT_FALSE(takes_away(fresh));

    desk.apply({model::put(emptied)});
    EXPECT_FALSE(takes_away(card())) << "follows its user again";
    EXPECT_FALSE(takes_away(listed));
    desk.apply({model::put(stock)});
    EXPECT_FALSE(takes_away(card())) << "somebody's again";
}

TEST(AnAttempt, ThatBeganEndsOnRecordInAnyCaseButNoneBegins)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    desk.apply(small_site());
    model::ActionAttempt attempt{.id = id<model::AttemptId>(90), .workspace = id<model::WorkspaceId>(1), .type = "UNLOCK_DOOR"};
    EXPECT_FALSE(model::only_takes_away(desk.directory, {model::put(attempt)}));
    desk.apply({model::put(attempt)});
    attempt.status = model::AttemptStatus::success;
    EXPECT_TRUE(model::only_takes_away(desk.directory, {model::put(attempt)}));
}

TEST(ALateCommit, StopsChangesAndKeepsNobodyWaitingUntilItReturns)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    run_watch(desk);
    desk.apply(small_site());
    const auto waits = desk.start(desk.ledger.durable_at(1));
    pass(desk, 4s);
    EXPECT_EQ(desk.ledger.mode(), Mode::normal);
    EXPECT_FALSE(waits->has_value());
    pass(desk, 2s);
    EXPECT_EQ(desk.ledger.mode(), Mode::stalled);
    ASSERT_TRUE(waits->has_value());
    EXPECT_EQ((*waits)->error().code, "storage_stalled");
    EXPECT_EQ(code_of(desk.ledger.apply({.rows = {model::erase(card())}})), "storage_stalled") << "a revoke could not be kept either";
    EXPECT_NE(desk.directory.workspace(id<model::WorkspaceId>(1)), nullptr) << "decisions and reads go on";
    desk.ledger.note({"gate", "gateway"}, event(1, "acs_entrance.access_denied"));

    desk.commit();
    EXPECT_EQ(desk.ledger.mode(), Mode::normal);
    EXPECT_EQ(desk.ledger.durable(), 1u);
    desk.apply({model::put(identity(100, 0))});
    desk.commit_all();
    EXPECT_EQ(desk.ledger.durable(), 2u);
    EXPECT_THAT(modes_told(desk), ElementsAre(HasSubstr("\"mode\":\"stalled\""), HasSubstr("\"mode\":\"normal\"")));
    EXPECT_EQ(desk.store.history({.types = {"acs_entrance.access_denied"}}, 0, 9)->size(), 1u) << "what happened meanwhile is on record";
}

TEST(AnIdleDisk, IsNotLate)
{
    const TempDirectory directory;
    Desk desk{directory.path()};
    run_watch(desk);
    desk.apply(small_site());
    desk.commit_all();
    pass(desk, 60s);
    EXPECT_EQ(desk.ledger.mode(), Mode::normal);
}

TEST(AStoreWithoutItsReserve, BeginsShortOfSpaceAndIsWellWhenItCanBeMade)
{
    const TempDirectory directory;
    {
        Desk desk{directory.path()};
        desk.apply(small_site());
        desk.apply({model::put(membership())});
        desk.commit_all();
    }
    std::filesystem::remove(directory / "reserve");
    Desk desk{directory.path(), {.reserve = std::uint64_t{1} << 60}}; // no disk has that much
    EXPECT_EQ(desk.ledger.mode(), Mode::low_space);
    const auto refused = desk.ledger.apply({.rows = {model::put(identity(100, 0))}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::full);
    EXPECT_EQ(desk.person(100), nullptr);
    EXPECT_EQ(desk.apply({model::erase(membership())}), 3u);
    desk.ledger.note({.put = {placement(1)}});
    desk.ledger.note({"gate", "gateway"}, event(1, "acs_entrance.access_denied"));
    desk.commit_all();
    EXPECT_EQ(desk.ledger.durable(), 3u);
    EXPECT_EQ(contents(desk.store).placements.size(), 1u);
    EXPECT_THAT(modes_told(desk), ElementsAre(HasSubstr("low_space")));
}
