#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

// A controller with a keypad: its entries go by the code itself.

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view the_code = "4711", coded = "pin:4711";
const auto keypad_landlord = id<model::WorkspaceId>(1);

/// A code of the user, that nobody else has.
std::vector<model::Mutation> with_code(std::uint64_t number)
{
    auto code = card(number, number);
    code.method = model::AccessMethod::code;
    code.card_uid.reset();
    code.code = std::string{the_code};
    return {model::put(user(number)), model::put(code)};
}

model::DirectGrant keypad_grant(std::uint64_t number)
{
    auto grant = direct_grant(first_entrance);
    grant.user = id<model::UserId>(number);
    return grant;
}

/// Both doors take codes, and the controller opens them by one before the gateway ever saw it.
struct Keypad : testing::Test {
    Keypad()
    {
        yard().capabilities = a_controller();
        yard().capabilities["credential_kinds"] = {"card_uid_hex", "pin"};
        yard().capabilities["pin_length"] = {{"min", 4}, {"max", 6}};
        yard().table[std::string{coded}] = {{"key", the_code}, {"key_kind", "pin"}, {"doors", {0, 1}}, {"state", "active"}};
        site = std::make_unique<Site>(driver, directory.path());
        std::vector<model::Mutation> modes;
        for (const auto number : {first_entrance, second_entrance}) {
            auto entrance = site->desk.directory.workspace(keypad_landlord)->entrances.find(id<model::EntranceId>(number))->row;
            entrance.mode = "card_or_pin";
            modes.push_back(model::put(entrance));
        }
        site->apply(std::move(modes));
        site->run_for(10s);
    }
    ModelledDevice& yard() { return driver.device("yard"); }
    bool holds_code() { return yard().table.contains(std::string{coded}); }
    std::vector<reconcile::ResidualRow> residuals() const { return reconcile::residuals(site->reconciler, keypad_landlord); }

    TempDirectory directory;
    ModelledDriver driver;
    std::unique_ptr<Site> site;
};

TEST_F(Keypad, AnEntryOfNobodyUnderACodeIsResidualAccessOfWhoeverHasTheCode)
{
    ASSERT_EQ(site->status().foreign, 1U);
    EXPECT_THAT(residuals(), IsEmpty()) << "nobody has the code";
    site->apply(with_code(100)); // who may open nothing
    site->run_for(1s);
    ASSERT_THAT(residuals(), SizeIs(2)) << "one a door";
    for (const auto& row : residuals()) EXPECT_EQ(row.access.user, id<model::UserId>(100));
}

TEST_F(Keypad, WhatAnEntryOfNobodyUnderACodeOpensBeyondStaysOnTheListWhenItIsTakenOver)
{
    site->apply(with_code(100));
    site->run_for(1s);
    yard().away = true;
    site->apply({model::put(keypad_grant(100))});
    site->run_for(5s);
    ASSERT_NE(site->placed(coded), nullptr);
    EXPECT_EQ(site->placed(coded)->may_open(), 0b11U) << "what stands there has not been written over yet";
    EXPECT_EQ(site->placed(coded)->until, base::no_end);
    ASSERT_THAT(residuals(), SizeIs(1)) << "the second door, which nobody granted";
    EXPECT_EQ(residuals()[0].access.door, id<model::DoorId>(second_door));
    EXPECT_EQ(residuals()[0].access.user, id<model::UserId>(100));
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(yard().table.at(std::string{coded}).at("doors"), boost::json::array{0});
    EXPECT_THAT(residuals(), IsEmpty());
    site->apply({model::erase(keypad_grant(100))});
    EXPECT_TRUE(site->run_until([this] { return !holds_code(); }, 10s));
}

TEST_F(Keypad, ACodeThatCameBackWithAnOlderTableIsNobodyElsesUntilItIsProvenGone)
{
    site->say(reconcile::Foreign::remove);
    ASSERT_TRUE(site->settles());
    for (auto& row : with_code(100)) site->apply({row});
    site->apply({model::put(keypad_grant(100))});
    ASSERT_TRUE(site->settles());
    const auto older = yard().table;
    ASSERT_TRUE(holds_code());
    site->apply({model::erase(keypad_grant(100)), model::erase(card(100, 100))});
    ASSERT_TRUE(site->settles());
    ASSERT_FALSE(holds_code());
    yard().stores = false;
    yard().table = older;
    driver.restarts("yard", true);
    site->run_for(30s);
    ASSERT_THAT(residuals(), SizeIs(1));

    site->apply(with_code(101));
    site->apply({model::put(keypad_grant(101))});
    const auto& pins = site->desk.directory.door(id<model::DoorId>(first_door))->pins;
    site->run_for(1s);
    EXPECT_FALSE(pins.contains(the_code)) << "whoever knows it would come in as the next one";
    yard().stores = true;
    ASSERT_TRUE(site->run_until([&pins] { return pins.contains(the_code); }, 2min));
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(holds_code());
}

} // namespace
} // namespace gatehouse::tests
