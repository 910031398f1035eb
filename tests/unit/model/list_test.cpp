#include "model/list.hpp"
#include "model/text_index.hpp"

#include "base/random.hpp"
#include "model/text.hpp"

#include <gmock/gmock.h>

#include <set>
#include <vector>

namespace gatehouse::model {
namespace {

using testing::ElementsAreArray;

TEST(List, HoldsWhatAVectorHolds)
{
    base::SeededRandom random{7};
    List<std::uint64_t> list;
    std::vector<std::uint64_t> expected;
    for (int step = 0; step < 5'000; ++step) {
        const auto dice = random.pick(10);
        if (dice < 6 || expected.empty())
            list.push_back(static_cast<std::uint64_t>(step)), expected.push_back(static_cast<std::uint64_t>(step));
        else if (dice < 8) {
            const auto at = static_cast<std::ptrdiff_t>(random.pick(expected.size()));
            list.erase(list.begin() + at), expected.erase(expected.begin() + at);
        } else if (dice < 9)
            list.pop_back(), expected.pop_back();
        else {
            auto copy = list;
            list.shrink_to_fit();
            list = std::move(copy);
        }
        ASSERT_THAT(std::vector<std::uint64_t>(list.begin(), list.end()), ElementsAreArray(expected)) << step;
    }
}

TEST(Text, MissingAndEmptyAreNotTheSame)
{
    const Text missing, empty{""}, named{"Ada"};
    EXPECT_FALSE(missing == empty);
    EXPECT_FALSE(missing.has_value());
    EXPECT_TRUE(empty.has_value());
    EXPECT_EQ(missing.value_or("nobody"), "nobody");
    EXPECT_EQ(empty.value_or("nobody"), "");
    EXPECT_EQ(std::optional<std::string>{named}, "Ada");
    EXPECT_EQ(std::optional<std::string>{missing}, std::nullopt);
    EXPECT_TRUE(named == std::optional<std::string>{"Ada"});
    EXPECT_FALSE(missing == std::optional<std::string>{""});
}

TEST(Text, ACopyIsItsOwn)
{
    Text first{"Ada"};
    auto second = first;
    first = "Bo";
    EXPECT_EQ(second, "Ada");
    second = std::move(first);
    EXPECT_EQ(second, "Bo");
    EXPECT_FALSE(first.has_value()); // NOLINT(bugprone-use-after-move): a moved text is missing
}

struct Plain {
    int number = 0;
};

std::multiset<int> under(const TextIndex<Plain>& index, std::string_view text)
{
    std::multiset<int> found;
    index.each(text, [&found](const Plain& node) { found.insert(node.number); });
    return found;
}

TEST(TextIndex, KeepsTheOthersWhicheverOfSeveralIsTakenOut)
{
    const Plain nodes[] = {{0}, {1}, {2}};
    for (int first = 0; first < 3; ++first)
        for (int second = 0; second < 3; ++second) {
            if (first == second) continue;
            TextIndex<Plain> index;
            std::multiset<int> left{0, 1, 2};
            for (const auto& node : nodes) index.add("uid:04a1b2c3", node);
            index.add("uid:04a1b2c4", nodes[0]);
            for (const int gone : {first, second}) {
                index.take_out("uid:04a1b2c3", nodes[gone]);
                left.erase(gone);
                EXPECT_EQ(under(index, "uid:04a1b2c3"), left) << first << " then " << second;
                EXPECT_EQ(index.size(), left.size() + 1);
            }
            EXPECT_EQ(under(index, "uid:04a1b2c4"), std::multiset<int>{0});
            index.take_out("uid:04a1b2c3", nodes[*left.begin()]);
            EXPECT_TRUE(under(index, "uid:04a1b2c3").empty());
        }
}

} // namespace
} // namespace gatehouse::model
