#include "sim/run.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

// Random sites, people and faults, a seed each. `scripts/simulate --seed N --trace` shows one.

namespace gatehouse::sim {
namespace {

/// GATEHOUSE_SIM_SEEDS asks for another number.
std::uint64_t seeds()
{
    const char* told = std::getenv("GATEHOUSE_SIM_SEEDS");
    return told == nullptr ? SEEDS_IN_EVERY_RUN : std::strtoull(told, nullptr, 10);
}

struct Simulation : testing::TestWithParam<std::uint64_t> {
    Simulation() { spdlog::set_level(spdlog::level::off); }
};

constexpr std::uint64_t shards = 8;

TEST_P(Simulation, HoldsEveryInvariantAtEveryStepAndConvergesWhenAllIsMended)
{
    for (auto seed = GetParam(); seed <= seeds(); seed += shards) {
        const auto outcome = run(seed);
        EXPECT_EQ(outcome.violation, "") << "replay: scripts/simulate --seed " << seed << " --trace";
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Simulation, testing::Range<std::uint64_t>(1, shards + 1));

// 1960: called synced up to a change its lane had not been told of. 1063: a start that had passed was taken for one that stands on the
// controller, and the clock was set back. 2043: a revoke that failed beside a read which is never answered waited for the end of the read.
// 2695: what would not be narrowed was taken away and never put anew. 5987, 9990: the record of a code put over an entry of nobody did not
// say what that one may still open. 1289, 5005: a slot that was reserved while a read or a record was under way was emptied, or written.
TEST(SimulationRun, HoldsWhereItOnceDidNot)
{
    for (const std::uint64_t seed : {1063U, 1960U, 2043U, 2695U, 5987U, 9990U, 1289U, 5005U}) EXPECT_EQ(run(seed).violation, "") << seed;
}

TEST(SimulationRun, OfTheSameSeedIsTheSameToTheLastLineAndOfAnotherIsNot)
{
    for (const std::uint64_t seed : {1U, 8U, 94U}) {
        const auto once = run(seed), again = run(seed);
        EXPECT_EQ(once.hash, again.hash) << seed;
        EXPECT_EQ(once.lines, again.lines) << seed;
        EXPECT_GT(once.lines, 100U) << seed;
    }
    EXPECT_NE(run(1).hash, run(2).hash);
}

} // namespace
} // namespace gatehouse::sim
