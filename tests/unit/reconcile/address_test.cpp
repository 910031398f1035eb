// A device that gets another address in the configuration: nobody has read it there, whatever was known of it where it was.

#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Truth;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view elsewhere = R"({"params":{"topic":"elsewhere"},"secrets":{}})";

model::Device with_address(const model::Directory& directory, std::string_view address)
{
    auto row = directory.device(the_device)->row;
    row.address = address;
    return row;
}

struct AnotherAddress : Settled {
    using Settled::Settled;
    /// As an apply of the configuration does it.
    void moves(std::string_view address = elsewhere)
    {
        site->apply({model::put(with_address(site->desk.directory, address))});
        site->desk.commit_all();
        site->fleet.refresh();
        site->reconciler.refresh(site->desk.cursors);
    }
    /// The change is on the disk when the gateway starts, and nobody served the device meanwhile.
    void moves_over_a_restart()
    {
        site.reset();
        {
            Desk desk{directory.path()};
            desk.apply({model::put(with_address(desk.directory, elsewhere))});
            desk.commit_all();
        }
        site = std::make_unique<Site>(driver, directory.path());
    }
    auto residuals() const { return reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)); }
    auto synced() const
    {
        const auto& workspace = *site->desk.directory.workspace(id<model::WorkspaceId>(1));
        return reconcile::truth_of(site->reconciler, workspace, *workspace.credentials.find(site->placed()->holders[0].credential)).synced;
    }
};

TEST_F(AnotherAddress, NothingIsVerifiedThatWasNotReadThere)
{
    granted();
    ASSERT_EQ(synced(), true);
    yard().dark = true;
    moves();
    const auto nothing_is_known = [this] {
        EXPECT_EQ(site->placed()->truth, Truth::unknown);
        EXPECT_THAT(site->placed()->reason, HasSubstr("has another address since "));
        EXPECT_FALSE(site->status().settled);
        EXPECT_EQ(site->status().read_at, std::nullopt);
        EXPECT_NE(synced(), true);
    };
    nothing_is_known();
    site->run_for(10min);
    nothing_is_known();
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 0) << "everybody who may open is allowed to";
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(site->placed()->truth, Truth::verified);
    EXPECT_THAT(site->placed()->reason, IsEmpty());
    EXPECT_EQ(synced(), true);
    EXPECT_EQ(yard().count("put"), 0) << "it is the same unit, and held what it should";
}

TEST_F(AnotherAddress, NothingIsVerifiedThereAfterARestartEither)
{
    granted();
    yard().dark = true;
    moves_over_a_restart();
    site->run_for(1min);
    EXPECT_EQ(site->placed()->truth, Truth::unknown);
    EXPECT_NE(synced(), true);
    site.reset(); // once more: the change is known by now, and the doubt is not forgotten
    site = std::make_unique<Site>(driver, directory.path());
    site->run_for(1min);
    EXPECT_EQ(site->placed()->truth, Truth::unknown);
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(synced(), true);
}

TEST_F(AnotherAddress, WhatIsTakenAwayMeanwhileIsResidualUntilTheTableThereIsReadToItsEnd)
{
    granted();
    yard().dark = true;
    moves();
    revoke();
    site->run_for(10min);
    ASSERT_THAT(residuals(), SizeIs(1));
    EXPECT_GE(site->told_of("gatehouse.residual_access"), 1);
    yard().stores = false; // acknowledges
    driver.shows_life("yard");
    site->run_for(10s);
    EXPECT_THAT(residuals(), SizeIs(1));
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residuals(), IsEmpty());
}

TEST_F(AnotherAddress, WhatTheUnitThereDoesNotHoldIsWritten)
{
    granted();
    yard().table.clear();
    moves();
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().holds(the_card));
    EXPECT_EQ(site->placed()->truth, Truth::verified);
}

TEST_F(AnotherAddress, AnAnswerOfTheOldOneProvesNothing)
{
    yard().latency = 300ms, yard().read = 300ms;
    site->apply({model::put(direct_grant(first_entrance))});
    heard("put");
    moves(); // while the write is under way
    const auto first_there = now();
    yard().diary.clear();
    while (site->placed()->truth != Truth::verified && since(first_there) < 1min) {
        if (yard().count("read") == 0) {
            EXPECT_NE(site->placed()->truth, Truth::assumed) << "by what the old one said";
        }
        site->run_for(50ms);
    }
    EXPECT_EQ(site->placed()->truth, Truth::verified);
    EXPECT_GE(yard().count("read"), 1);

    yard().diary.clear();
    driver.restarts("yard", true); // it reads
    heard("read");
    yard().away = true; // from now on: what runs is answered
    moves(R"({"params":{"topic":"a third place"},"secrets":{}})");
    site->run_for(1s);
    EXPECT_EQ(site->placed()->truth, Truth::unknown);
}

TEST_F(AnotherAddress, OtherSecretsSlotsAndLabelsAreNoOtherAddress)
{
    moves();
    ASSERT_TRUE(site->settles());
    granted();
    yard().dark = true;
    moves(R"({"params":{"topic":"elsewhere"},"secrets":{"key":{"file":"other"}},"reserved_slots":[1],"profile_digest":"aa"})");
    site->run_for(1s);
    EXPECT_EQ(site->placed()->truth, Truth::verified);
}

TEST_F(AnotherAddress, AnotherEndpointOfItsLineIsOneToo)
{
    granted();
    yard().dark = true;
    auto line = *site->desk.directory.line(site->desk.directory.device(the_device)->row.line);
    line.endpoint = R"({"fields":{"url":"mqtt://elsewhere"},"secrets":{}})";
    site->apply({model::put(line)});
    site->desk.commit_all();
    site->reconciler.refresh(site->desk.cursors);
    EXPECT_EQ(site->placed()->truth, Truth::unknown);
}

TEST_F(AnotherAddress, WhatIsNobodysThereWaitsForTheOperatorsWord)
{
    granted();
    moves();
    yard().table.clear();
    yard().hold("0badcafe");
    ASSERT_TRUE(site->run_until([this] { return yard().holds(the_card); }, 10s));
    site->run_for(30s);
    EXPECT_TRUE(yard().holds("0badcafe")) << "it may be a unit of somebody else";
    EXPECT_TRUE(site->status().first_contact);
}

struct UnreadableElsewhere : AnotherAddress {
    static boost::json::object unreadable()
    {
        auto capabilities = a_controller();
        capabilities["supports_readback"] = "none";
        return capabilities;
    }
    UnreadableElsewhere() : AnotherAddress{unreadable()} {}
};

TEST_F(UnreadableElsewhere, WhatCannotBeReadIsSaidAgainThere)
{
    site->apply({model::put(direct_grant(first_entrance))});
    ASSERT_TRUE(site->run_until([this] { return site->placed() != nullptr && site->placed()->truth == Truth::assumed; }));
    yard().table.clear();
    moves();
    EXPECT_NE(site->placed()->truth, Truth::assumed);
    ASSERT_TRUE(site->run_until([this] { return site->placed()->truth == Truth::assumed; }));
    EXPECT_TRUE(yard().holds(the_card));
}

} // namespace
} // namespace gatehouse::tests
