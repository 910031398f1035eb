#include "http/api/throttle.hpp"

#include <gtest/gtest.h>

namespace gatehouse::tests {
namespace {

using base::Monotonic;
using base::seconds;

TEST(Throttle, CountsEachSourceForItself)
{
    http::api::Throttle throttle;
    for (int i = 0; i < 50; ++i) (void)throttle.bad_token("10.0.0.1", Monotonic{});
    EXPECT_TRUE(throttle.bad_token("10.0.0.1", Monotonic{}));
    EXPECT_FALSE(throttle.bad_token("10.0.0.2", Monotonic{}));
}

TEST(Throttle, KeepsItsMemoryBoundedUnderAFloodOfSources)
{
    http::api::Throttle throttle;
    const auto flood = [&throttle](std::string_view kind, int count, seconds at) {
        for (int i = 0; i < count; ++i) (void)throttle.bad_token(std::string{kind} + std::to_string(i), Monotonic{at});
    };
    flood("early ", 4090, seconds{0});
    for (int i = 0; i < 20; ++i) (void)throttle.bad_token("late", Monotonic{seconds{1}});
    flood("other ", 3000, seconds{2});
    EXPECT_LE(throttle.sources(), 4096U);
    EXPECT_TRUE(throttle.bad_token("late", Monotonic{seconds{2}})) << "older minutes are forgotten first";
}

} // namespace
} // namespace gatehouse::tests
