#include "base/flat_map.hpp"
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace gatehouse::base {

TEST(Results, AreAValueOrAnErrorWithFaultDetailAndCode)
{
    const Result<int> good{3};
    ASSERT_TRUE(good);
    EXPECT_EQ(*good, 3);
    const Result<int> bad = fail(Fault::conflict, "taken by another", "card_number_in_use");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().fault, Fault::conflict);
    EXPECT_EQ(bad.error().detail, "taken by another");
    EXPECT_EQ(bad.error().code, "card_number_in_use");
}

TEST(Results, MayHoldNothingOrWhatCannotBeCopied)
{
    EXPECT_TRUE(Result<void>{});
    EXPECT_FALSE(Result<void>{fail(Fault::offline, "nobody answers")});
    Result<std::unique_ptr<int>> made{std::make_unique<int>(7)};
    const auto taken = std::move(*made);
    EXPECT_EQ(*taken, 7);
}

TEST(Results, ThatNobodyTestedSayWhatWentWrong)
{
    const Result<int> bad = fail(Fault::internal, "the disk is gone");
    try {
        EXPECT_EQ(bad.value(), 0);
        FAIL() << "it must throw";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "unchecked result: the disk is gone");
    }
}

TEST(FlatMaps, OfTextsAreAskedByViewWithoutACopy)
{
    TextMap<int> ages;
    for (int at = 0; at < 1000; ++at) ages["person " + std::to_string(at)] = at;
    const std::string_view name = "person 123 and more";
    ASSERT_NE(ages.find(name.substr(0, 10)), ages.end());
    EXPECT_EQ(ages.find(name.substr(0, 10))->second, 123);
    EXPECT_EQ(ages.find(std::string_view{"person"}), ages.end());
    ages.erase("person 123");
    EXPECT_EQ(ages.find(std::string_view{"person 123"}), ages.end());
    EXPECT_EQ(ages.size(), 999U);
}

} // namespace gatehouse::base
