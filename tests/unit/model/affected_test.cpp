// Which doors a change bears on, against every answer before and after it.

#include "model/affected.hpp"
#include "town.hpp"

#include <set>

namespace gatehouse::model {

namespace {

class AnyChange : public testing::TestWithParam<std::uint64_t> {};

/// What is said of one credential at one door at a few moments.
struct SaidRows {
    std::vector<Opening> at;
};

using Answers = std::map<std::pair<CredentialId, DoorId>, SaidRows>;

const std::vector<Instant>& asked()
{
    static const std::vector<Instant> some{moments().front(), edges().at(1), edges().at(3) + base::seconds{50}, moments().back()};
    return some;
}

Answers answers(const Town& town)
{
    Answers all;
    town.each_pair([&town, &all](const Credential& card, const Door& door) {
        auto& said = all[{card.id, door.id}];
        for (const auto at : asked()) said.at.push_back(town.opens(card, door, at));
    });
    return all;
}

/// Closed, for what is not there.
Opening opening_at(const Answers& answers, const std::pair<CredentialId, DoorId>& pair, std::size_t moment)
{
    const auto found = answers.find(pair);
    return found == answers.end() ? Opening{} : found->second.at.at(moment);
}

bool narrower(const Opening& before, const Opening& after)
{
    if (before.open && !after.open) return true;
    if (!before.interval) return false;
    return !after.interval || after.interval->until < before.interval->until || after.interval->from > before.interval->from;
}

bool same(const Opening& before, const Opening& after)
{
    return before.open == after.open && before.interval == after.interval && before.leaseless == after.leaseless;
}

struct Compared {
    std::set<DoorId> changed;
    bool narrowed = false;
};

Compared compare(const Answers& before, const Answers& after)
{
    Compared compared;
    std::set<std::pair<CredentialId, DoorId>> pairs;
    for (const auto& [pair, said] : before) pairs.insert(pair);
    for (const auto& [pair, said] : after) pairs.insert(pair);
    for (const auto& pair : pairs)
        for (std::size_t moment = 0; moment < asked().size(); ++moment) {
            const auto was = opening_at(before, pair, moment), is = opening_at(after, pair, moment);
            if (!same(was, is)) compared.changed.insert(pair.second);
            compared.narrowed = compared.narrowed || narrower(was, is);
        }
    return compared;
}

std::string name_of(const Mutation& mutation)
{
    return (mutation.erase ? "erase " : "put ") + std::string{std::visit([](const auto& row) { return row.table; }, mutation.row)};
}

} // namespace

TEST_P(AnyChange, NamesEveryDoorWhoseAnswersItChangesAndSaysWhenItMayNarrow)
{
    Town town{GetParam()};
    auto before = answers(town);
    int changed = 0, narrowed = 0;
    for (int step = 0; step < 600; ++step) {
        const auto mutation = town.next();
        std::vector<DoorId> named;
        affected_doors(town.directory, mutation, named);
        const bool may = may_narrow(town.directory, mutation);
        if (!town.apply(mutation)) continue;
        affected_doors(town.directory, mutation, named);
        auto after = answers(town);
        const auto compared = compare(before, after);
        for (const auto& door : compared.changed) EXPECT_THAT(named, testing::Contains(door)) << name_of(mutation);
        EXPECT_TRUE(may || !compared.narrowed) << name_of(mutation);
        changed += compared.changed.empty() ? 0 : 1;
        narrowed += compared.narrowed ? 1 : 0;
        before = std::move(after);
    }
    EXPECT_GT(changed, 3);
    EXPECT_GT(narrowed, 0);
}

TEST_P(AnyChange, NamesTheDoorOfAnErasedEntranceThatComesWithItsKeyAlone)
{
    const Town town{GetParam()};
    for (const auto& [key, entrance] : town.books.all<Entrance>()) {
        std::vector<DoorId> named;
        affected_doors(town.directory, erase(Entrance{.id = entrance.id, .workspace = entrance.workspace}), named);
        EXPECT_THAT(named, testing::ElementsAre(entrance.door));
    }
}

TEST(UntouchedDoors, AreNotNamed)
{
    Town town{1};
    const auto& attempt = Mutation{ActionAttempt{.id = id<AttemptId>(1), .workspace = id<WorkspaceId>(1)}};
    std::vector<DoorId> named;
    affected_doors(town.directory, attempt, named);
    EXPECT_THAT(named, testing::IsEmpty());
    const auto& [key, door] = *town.books.all<Door>().begin();
    affected_doors(town.directory, put(door), named);
    EXPECT_THAT(named, testing::Each(door.id));
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyChange, testing::Range<std::uint64_t>(1, 9));

} // namespace gatehouse::model
