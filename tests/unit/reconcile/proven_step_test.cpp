// Devices whose driver asks for each entry alone behind its write.

#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;
using testing::IsEmpty;
using testing::SizeIs;

/// A lock with slots 1 to 4 that is asked slot by slot, which takes minutes.
boost::json::object a_slow_lock(bool shows_codes)
{
    return {{"stores_credentials", true},
            {"credential_kinds", {"pin"}},
            {"pin_length", {{"min", 4}, {"max", 8}}},
            {"slot_based", true},
            {"slot_first", 1},
            {"capacity", 4},
            {"supports_validity", "none"},
            {"supports_readback", "one"},
            {"readback_shows_secret", shows_codes},
            {"readback_s", 180},
            {"op_timeout_ms", 1000}};
}

model::Credential code_of(std::uint64_t number, const std::string& digits)
{
    auto row = card(number, 60);
    row.method = model::AccessMethod::code;
    row.card_uid.reset();
    row.code = digits;
    return row;
}

struct ProvingLock : Settled {
    explicit ProvingLock(bool shows_codes = true) : Settled{a_slow_lock(shows_codes)}
    {
        yard().proves = true;
        yard().hides_codes = !shows_codes;
        auto entrance =
            site->desk.directory.workspace(id<model::WorkspaceId>(1))->entrances.find(id<model::EntranceId>(first_entrance))->row;
        entrance.mode = "pin";
        site->apply({model::put(entrance), model::put(direct_grant(first_entrance))});
        EXPECT_TRUE(site->settles());
        yard().read = 3min;
        yard().diary.clear();
    }
    const model::Placement* of(std::uint64_t number) { return site->placed("code:" + to_string(id<model::CredentialId>(number))); }
    std::string in(std::int64_t slot)
    {
        const auto at = yard().table.find("slot:" + std::to_string(slot));
        return at == yard().table.end() ? std::string{} : std::string{at->second.at("key").as_string()};
    }
    std::size_t residuals() const { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)).size(); }
    /// All is proven and in a moment, and nobody read the table.
    void proves_itself()
    {
        ASSERT_TRUE(site->settles(5s)) << site->status().trouble;
        EXPECT_EQ(yard().count("read"), 0);
        EXPECT_EQ(residuals(), 0U);
    }
};

TEST_F(ProvingLock, ACodeIsVerifiedByItsOwnStep)
{
    const auto number = site->apply({model::put(code_of(71, "4711"))});
    proves_itself();
    EXPECT_EQ(in(1), "4711");
    EXPECT_EQ(of(71)->truth, Truth::verified);
    EXPECT_EQ(of(71)->verified_at, of(71)->since);
    EXPECT_GE(site->status().number, number);
}

TEST_F(ProvingLock, ARevokedCodeIsProvenGoneByItsOwnStepAndItsSlotPassesOn)
{
    std::vector<model::Mutation> rows;
    for (const auto number : {71U, 72U, 73U, 74U}) rows.push_back(model::put(code_of(number, std::to_string(number * 100))));
    site->apply(std::move(rows));
    proves_itself();
    const auto slot = of(72)->slot;
    site->apply({model::put(code_of(75, "7500"))});
    proves_itself();
    ASSERT_EQ(of(75), nullptr) << "it waits for a slot";
    site->apply({model::erase(code_of(72, "7200"))});
    ASSERT_TRUE(site->run_until([this] { return of(75) != nullptr; }, 5s));
    proves_itself();
    EXPECT_EQ(of(72), nullptr);
    EXPECT_EQ(of(75)->slot, slot);
    EXPECT_EQ(in(*slot), "7500");
}

TEST_F(ProvingLock, AChangedCodeIsProvenWhereTheOldOneStood)
{
    site->apply({model::put(code_of(71, "4711"))});
    proves_itself();
    site->apply({model::put(code_of(71, "5511"))});
    EXPECT_EQ(residuals(), 1U);
    proves_itself();
    EXPECT_EQ(in(1), "5511");
    EXPECT_FALSE(of(71)->superseded);
}

TEST_F(ProvingLock, WhatIsAcknowledgedAndNoMoreWaitsForTheTable)
{
    yard().proves = false;
    site->apply({model::put(code_of(71, "4711"))});
    heard("read");
    EXPECT_EQ(of(71)->truth, Truth::assumed);
    ASSERT_TRUE(site->settles(10min));
    EXPECT_EQ(yard().count("read"), 1);
}

TEST_F(ProvingLock, AWriteThatDidNotHoldIsNotProven)
{
    site->apply({model::put(code_of(71, "4711"))});
    proves_itself();
    yard().stores = false;
    site->apply({model::put(code_of(71, "5511"))});
    heard("read");
    EXPECT_TRUE(of(71)->superseded);
    EXPECT_EQ(of(71)->truth, Truth::assumed);
    site->apply({model::erase(code_of(71, "5511"))});
    heard("drop");
    site->run_for(1s);
    ASSERT_NE(of(71), nullptr);
    EXPECT_TRUE(of(71)->leaving);
}

TEST_F(ProvingLock, ACodeThatIsRevokedWhileItIsWrittenGoes)
{
    yard().step = 500ms;
    yard().on_step = [this](const boost::json::object& step) {
        if (step.at("op") == "put") site->apply({model::erase(code_of(71, "4711"))});
    };
    site->apply({model::put(code_of(71, "4711"))});
    heard("put");
    site->run_for(600ms);
    EXPECT_EQ(of(71)->truth, Truth::pending) << "what stood there then says nothing of the removal that is under way";
    ASSERT_TRUE(site->run_until([this] { return of(71) == nullptr; }, 10s));
    proves_itself();
    EXPECT_THAT(yard().table, IsEmpty());
}

TEST_F(ProvingLock, WhatAReadShowedBeforeTheCodeWasProvenGoneIsNobodys)
{
    site->apply({model::put(code_of(71, "4711")), model::put(code_of(72, "4712"))});
    proves_itself();
    const bool first = of(71)->slot == 1;
    const auto shown = code_of(first ? 71 : 72, first ? "4711" : "4712"); // by half of the table, as it was before the drop
    driver.says(R"({"type":"event","line":"broker","device":"yard","at":"1","kind":"table_changed"})");
    heard("read");
    site->run_for(1s);
    site->apply({model::erase(shown)});
    ASSERT_TRUE(site->run_until([this, first] { return of(first ? 71 : 72) == nullptr; }, 5s)) << "a read of minutes is no reason to wait";
    ASSERT_TRUE(site->settles(10min));
    EXPECT_EQ(site->told_of("gatehouse.foreign_entries_found"), 0);
    EXPECT_EQ(yard().count("drop"), 1);
    EXPECT_THAT(yard().table, SizeIs(1));
}

TEST_F(ProvingLock, ItsTableIsReadNowAndThenAndAfterARestart)
{
    site->apply({model::put(code_of(71, "4711"))});
    proves_itself();
    yard().table.clear();
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return in(1) == "4711"; }, 10min));
    ASSERT_TRUE(site->settles());
    const auto reads = yard().count("read");
    site->run_for(20min);
    EXPECT_GT(yard().count("read"), reads);
}

TEST_F(ProvingLock, AStreamOfCodesNeverHasTheTableRead)
{
    for (int times = 0; times < 20; ++times) {
        site->apply({model::put(code_of(71, std::to_string(5'000 + times)))});
        site->run_for(1s);
    }
    proves_itself();
    EXPECT_EQ(in(1), "5019");
}

TEST_F(ProvingLock, IsNotReadWhenItIsBusyLongAfterItsLastProof)
{
    site->apply({model::put(code_of(71, "4711"))});
    proves_itself();
    site->run_for(10s);
    yard().busy = 1;
    site->apply({model::put(code_of(72, "4712"))});
    proves_itself();
    EXPECT_EQ(of(72)->truth, Truth::verified);
}

TEST_F(ProvingLock, WhichUnitProvedItNobodyKnowsWhenItWasExchanged)
{
    yard().step = 500ms;
    yard().on_step = [this](const boost::json::object&) { site->exchange(); };
    site->apply({model::put(code_of(71, "4711"))});
    heard("put");
    yard().on_step = {};
    site->run_for(1s);
    EXPECT_TRUE(of(71) == nullptr || of(71)->truth != Truth::verified);
    EXPECT_GE(yard().count("read"), 1) << "the new one is at first contact";
}

struct BlindProvingLock : ProvingLock {
    BlindProvingLock() : ProvingLock{false} {}
};

TEST_F(BlindProvingLock, AChangedCodeIsProvenGoneAndThenProvenAnew)
{
    site->apply({model::put(code_of(71, "4711"))});
    proves_itself();
    site->apply({model::put(code_of(71, "5511"))});
    proves_itself();
    EXPECT_EQ(in(1), "5511");
    EXPECT_EQ(of(71)->truth, Truth::verified);
    EXPECT_FALSE(of(71)->superseded);
    EXPECT_EQ(yard().count("drop"), 1);
}

TEST_F(BlindProvingLock, ACodeThatIsChangedWhileItIsWrittenIsNotTakenForTheNewOne)
{
    yard().step = 500ms;
    bool changed = false;
    yard().on_step = [this, &changed](const boost::json::object&) {
        if (!std::exchange(changed, true)) site->apply({model::put(code_of(71, "5511"))});
    };
    site->apply({model::put(code_of(71, "4711"))});
    heard("put");
    site->run_for(600ms);
    ASSERT_EQ(in(1), "4711");
    EXPECT_TRUE(of(71)->superseded);
    EXPECT_NE(of(71)->truth, Truth::verified);
    EXPECT_EQ(of(71)->reason, "") << "nobody told it to go before";
    EXPECT_EQ(residuals(), 1U);
    ASSERT_TRUE(site->settles(10min));
    EXPECT_EQ(in(1), "5511");
    EXPECT_EQ(residuals(), 0U);
}

/// A controller of cards that opens two doors.
struct ProvingController : Settled {
    ProvingController() { yard().proves = true; }
    void step_is_answered(std::string_view what)
    {
        heard(what);
        site->run_for(3ms); // its answer; a read takes longer
    }
};

TEST_F(ProvingController, ADoorThatWasTakenAwayIsProvenByTheTable)
{
    granted(second_entrance);
    granted(first_entrance);
    yard().read = 3s;
    revoke(second_entrance);
    step_is_answered("put");
    EXPECT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_EQ(site->placed()->may_open(), 0b11U);
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(yard().count("read"), 1);
    EXPECT_EQ(site->placed()->may_open(), 0b01U);
}

TEST_F(ProvingController, WhatLetsSomebodyInAfterAProofIsNotProvenGoneWithinTheMinute)
{
    granted();
    revoke();
    ASSERT_TRUE(site->settles());
    ASSERT_EQ(site->placed(), nullptr);
    driver.says(R"({"type":"event","line":"broker","device":"yard","at":"1","kind":"granted","key":")" + std::string{the_card} +
                R"(","key_kind":"card_uid_hex"})");
    site->run_for(30s);
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_TRUE(site->placed()->leaving);
    EXPECT_GE(yard().count("drop"), 2);
    EXPECT_LT(yard().count("drop"), 60) << "with a pause between";
    EXPECT_TRUE(site->run_until([this] { return site->placed() == nullptr; }, 2min));
}

struct UnreadableController : Settled {
    UnreadableController() : Settled{unreadable()} { yard().proves = true; }
    static boost::json::object unreadable()
    {
        auto capabilities = a_controller();
        capabilities["supports_readback"] = "none";
        return capabilities;
    }
};

TEST_F(UnreadableController, IsNotProvenByWordsWhereNothingCanBeRead)
{
    site->apply({model::put(direct_grant(first_entrance))});
    heard("put");
    site->run_for(1min);
    EXPECT_EQ(site->placed()->truth, Truth::assumed);
}

} // namespace
} // namespace gatehouse::tests
