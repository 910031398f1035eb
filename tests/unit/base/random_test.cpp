#include "base/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace gatehouse::base {

namespace {

/// Gives the words it was made with, one a draw.
class Scripted final : public Random {
public:
    explicit Scripted(std::vector<std::uint64_t> words) : words_{std::move(words)} {}
    void fill(std::span<std::byte> into) override { std::memcpy(into.data(), &words_.at(at_++), into.size()); }
    std::size_t drawn() const { return at_; }

private:
    std::vector<std::uint64_t> words_;
    std::size_t at_ = 0;
};

} // namespace

TEST(Picking, StaysBelowTheBoundAndReachesEveryValue)
{
    SeededRandom random{7};
    for (const std::uint64_t below : {1U, 2U, 3U, 10U, 255U}) {
        std::set<std::uint64_t> seen;
        for (int at = 0; at < 20'000; ++at) seen.insert(random.pick(below));
        EXPECT_EQ(seen.size(), below);
        EXPECT_LT(*seen.rbegin(), below);
    }
}

TEST(Picking, IsUniform)
{
    SeededRandom random{7};
    std::array<int, 10> counts{};
    for (int at = 0; at < 100'000; ++at) ++counts.at(random.pick(counts.size()));
    for (const auto count : counts) EXPECT_NEAR(count, 10'000, 400) << "four standard deviations";
}

TEST(Picking, DrawsAgainRatherThanFavourSmallNumbers)
{
    constexpr std::uint64_t below = (std::uint64_t{1} << 63) + 1; // nearly half of all words lie in the last partial range
    Scripted random{{UINT64_MAX, below, below - 1}};
    EXPECT_EQ(random.pick(below), below - 1);
    EXPECT_EQ(random.drawn(), 3U);
}

TEST(Picking, TakesBoundsNearTheLargestNumber)
{
    Scripted random{{UINT64_MAX, UINT64_MAX - 1, 5}};
    EXPECT_EQ(random.pick(UINT64_MAX), UINT64_MAX - 1);
    EXPECT_EQ(random.pick(1), 0U);
}

TEST(SeededRandomness, IsTheSameForTheSameSeedOnly)
{
    const auto drawn = [](std::uint64_t seed) {
        SeededRandom random{seed};
        std::array<std::byte, 21> bytes{}; // not a whole number of words
        random.fill(bytes);
        return bytes;
    };
    EXPECT_EQ(drawn(1), drawn(1));
    EXPECT_NE(drawn(1), drawn(2));
}

TEST(Randomness, FillsEveryByteAndNoMore)
{
    SeededRandom seeded{3};
    SystemRandom system;
    for (Random* random : std::initializer_list<Random*>{&seeded, &system})
        for (std::size_t size = 0; size <= 33; ++size) {
            std::array<std::byte, 40> ever{};
            for (int round = 0; round < 40; ++round) {
                std::array<std::byte, 40> bytes{};
                random->fill(std::span{bytes}.first(size));
                for (std::size_t at = 0; at < bytes.size(); ++at) ever.at(at) |= bytes.at(at);
            }
            for (std::size_t at = 0; at < ever.size(); ++at) EXPECT_EQ(ever.at(at) != std::byte{0}, at < size) << size << " " << at;
        }
}

TEST(SystemRandomness, MayBeDrawnByManyThreadsAtOnce)
{
    SystemRandom random;
    std::array<std::uint64_t, 4> sums{};
    std::vector<std::thread> threads;
    for (auto& sum : sums)
        threads.emplace_back([&random, &sum] {
            for (int at = 0; at < 1000; ++at) sum += random.pick(1U << 30);
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(std::set<std::uint64_t>(sums.begin(), sums.end()).size(), sums.size());
}

} // namespace gatehouse::base
