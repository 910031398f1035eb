// What a reader is told and what a table holds come from one policy, whatever the directory looks like and however it came to be.

#include "fixtures/instrumented.hpp"
#include "unit/house/tables.hpp"

#include <algorithm>

namespace gatehouse::tests {
namespace {

using model::Manner;
using model::Town;

/// What the rows say of the door, looked up anew: the mode of its owner's entrance, the lowest id of several.
std::string mode_of(const Town& town, const model::Door& door)
{
    const model::Entrance* first = nullptr;
    for (const auto& [key, entrance] : town.books.all<model::Entrance>())
        if (entrance.door == door.id && entrance.workspace == door.owner && (first == nullptr || entrance.id < first->id))
            first = &entrance;
    return first == nullptr ? "card" : first->mode;
}

bool opens_by_itself(const std::string& mode, const Tried& one)
{
    if (mode == "card_and_pin") return false;
    return mode == "card_or_pin" || mode == (one.kind == devices::KeyKind::pin ? "pin" : "card");
}

/// Whose the code is at the door by the rows; nil when it is nobody's, or its owner has another by now.
model::CredentialId owner_of(const Town& town, const model::Door& door, const std::string& code)
{
    const auto claims =
        town.books.where<model::PinClaim>([&door, &code](const auto& row) { return row.door == door.id && row.pin == code; });
    const auto* owner = claims.empty() ? nullptr : town.books.find<model::Credential>(claims.front().credential);
    return owner == nullptr || owner->code != code ? model::CredentialId{} : owner->id;
}

bool refused(const reconcile::Lowered& lowered, const model::CredentialId& credential, const model::DoorId& door)
{
    return std::any_of(lowered.refusals.begin(), lowered.refusals.end(),
                       [&credential, &door](const auto& refusal) { return refusal.credential == credential && refusal.door == door; });
}

/// Every table of a device beside what its readers say.
class Comparison {
public:
    using Count = std::map<std::string, int>;

    Comparison(const Town& town, const model::DeviceNode& device, Count& count)
        : town_{town}, device_{device}, all_{tried(town)}, days_{model::moments(town.manner)}, count_{count}
    {
        for (const auto at : days_)
            for (const auto& door : device.doors)
                for (const auto& one : all_) answers_[at][door].push_back(ask(door, one, at));
    }

    void with(const Table& table)
    {
        for (const auto at : days_) {
            const auto lowered = reconcile::lower(town_.directory, device_, table.capabilities, table.policy, {at, true});
            for (const auto then : days_) {
                if (then < at) continue;
                for (const auto& door : device_.doors) compare(table, lowered, door, then, then < lowered.next_edge || then == at);
            }
        }
    }

private:
    access::Decision ask(const model::DoorId& id, const Tried& one, base::Instant at)
    {
        const auto& door = *town_.directory.door(id);
        auto answer = access::decide(town_.directory, door, one.presented, {at, true});
        const auto mode = mode_of(town_, door.row);
        ++count_[std::string{answer.reason} + (one.kind == devices::KeyKind::pin ? " code" : " card")];
        EXPECT_TRUE(opens_by_itself(mode, one) || !answer.granted) << one.word << " at " << mode;
        if (one.kind == devices::KeyKind::pin && (mode == "pin" || mode == "card_or_pin")) {
            const auto owner = owner_of(town_, door.row, one.key);
            EXPECT_EQ(answer.reason == "unknown_code", owner.nil()) << one.word << " " << answer.reason;
            EXPECT_TRUE(answer.credential.nil() || answer.credential == owner) << one.word;
        }
        return answer;
    }

    /// `sure`: nothing has changed by time since the table was made, so that it holds whatever opens. It never holds more.
    void compare(const Table& table, const reconcile::Lowered& lowered, const model::DoorId& id, base::Instant at, bool sure)
    {
        const auto& door = *town_.directory.door(id);
        const auto& answers = answers_.at(at).at(id);
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const auto& one = all_[i];
            if (!table.holds_key(one)) continue;
            const auto& answer = answers[i];
            const auto* entry = held(lowered, one, door, at);
            const auto told = [&] { return table.name + ", " + one.word + " at " + to_string(id) + " " + mode_of(town_, door.row) + ": "; };
            if (entry != nullptr) {
                EXPECT_TRUE(answer.granted) << told() << "held, and the reader says " << answer.reason;
                EXPECT_TRUE(holds_for(*entry, answer.credential, door)) << told() << "of another";
            } else if (answer.granted && sure) {
                EXPECT_TRUE(refused(lowered, answer.credential, id)) << told() << "granted, and neither held nor refused";
            }
            ++count_[entry != nullptr ? "held in " + table.name : answer.granted && sure ? "refused by " + table.name : "shut"];
        }
    }

    static bool holds_for(const reconcile::Desired& entry, const model::CredentialId& credential, const model::DoorNode& door)
    {
        return std::any_of(entry.holders.begin(), entry.holders.end(), [&credential, &door](const model::Holder& holder) {
            return holder.credential == credential && (holder.doors >> door.row.output & 1) != 0;
        });
    }

    const Town& town_;
    const model::DeviceNode& device_;
    std::vector<Tried> all_;
    std::vector<base::Instant> days_;
    std::map<base::Instant, std::map<model::DoorId, std::vector<access::Decision>>> answers_;
    Count& count_;
};

TEST(Agreement, AReaderOpensToExactlyWhatATableHolds)
{
    Comparison::Count count;
    for (std::uint64_t seed = 1; seed <= (instrumented ? 25 : 100); ++seed) {
        Town town{seed, Manner::busy};
        live(town, 120);
        for (const auto& [id, device] : town.directory.devices()) {
            Comparison comparison{town, device, count};
            for (const auto& table : tables()) comparison.with(table);
        }
    }
    for (const auto& [what, times] : count) RecordProperty(what, times);
    for (const auto* what : {"granted card", "granted code", "outside_hours card", "outside_hours code", "pin_required card",
                             "card_required code", "unknown_code code", "pin_timeout card", "held in uids", "held in numbers",
                             "held in facility 1", "held in codes", "held in slots", "refused by facility 1", "refused by slots"})
        EXPECT_GT(count[what], instrumented ? 20 : 100) << what;
}

/// The same rows in another order; parents stay before children.
struct Again {
    explicit Again(const Town& town, std::uint64_t seed)
    {
        base::SeededRandom random{seed};
        rows<0>(town, random);
        directory.finish_restore();
        for (const auto& [device, entries] : town.directory.placements().all())
            for (const auto& [key, placement] : entries) directory.placements().put(placement);
    }
    template <std::size_t at>
    void rows(const Town& town, base::SeededRandom& random)
    {
        if constexpr (at < std::variant_size_v<model::Row>) {
            using Row = std::variant_alternative_t<at, model::Row>;
            std::vector<Row> all;
            for (const auto& [key, row] : town.books.all<Row>()) all.push_back(row);
            for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.pick(i)]);
            for (const auto& row : all) EXPECT_TRUE(directory.restore(model::Row{row}));
            rows<at + 1>(town, random);
        }
    }
    model::Directory directory;
};

class AnyOrder : public testing::TestWithParam<std::uint64_t> {
protected:
    AnyOrder() { live(town_, 120); }

    void same_tables(const Again& again, const model::DeviceNode& device, base::Now now) const
    {
        for (const auto& table : tables()) {
            const auto before = reconcile::lower(town_.directory, device, table.capabilities, table.policy, now);
            const auto after =
                reconcile::lower(again.directory, *again.directory.device(device.row.id), table.capabilities, table.policy, now);
            ASSERT_EQ(before.entries.size(), after.entries.size()) << table.name;
            EXPECT_EQ(before.next_edge, after.next_edge);
            EXPECT_EQ(refusals(before), refusals(after));
            for (const auto& [key, entry] : before.entries) {
                const auto& other = after.entries.at(key);
                EXPECT_EQ(entry.doors, other.doors);
                EXPECT_EQ(entry.interval, other.interval);
                EXPECT_EQ(entry.holders, other.holders) << key;
            }
        }
    }
    void same_answers(const Again& again, const model::DoorId& door, base::Now now) const
    {
        const auto& here = *town_.directory.door(door);
        const auto& there = *again.directory.door(door);
        EXPECT_EQ(here.mode, there.mode);
        for (auto one : tried(town_)) {
            if (here.mode == "card_and_pin" && one.kind != devices::KeyKind::pin) one.presented.code = model::codes().front();
            const auto first = access::decide(town_.directory, here, one.presented, now);
            const auto second = access::decide(again.directory, there, one.presented, now);
            EXPECT_EQ(first.reason, second.reason) << one.word;
            EXPECT_EQ(first.credential, second.credential) << one.word;
            EXPECT_EQ(first.number, second.number) << one.word;
        }
    }
    static std::multiset<std::string> refusals(const reconcile::Lowered& lowered)
    {
        std::multiset<std::string> found;
        for (const auto& one : lowered.refusals) found.insert(to_string(one.credential) + to_string(one.door) + one.reason);
        return found;
    }

    Town town_{GetParam(), Manner::busy};
};

TEST_P(AnyOrder, NoAnswerDependsOnTheOrderOfRows)
{
    const Again again{town_, GetParam()};
    for (const auto& [id, device] : town_.directory.devices())
        for (const auto at : model::moments(town_.manner))
            for (const auto& now : {base::Now{at, true}, base::Now{at, false, at - std::chrono::hours{5}, true}}) {
                same_tables(again, device, now);
                for (const auto& door : device.doors) same_answers(again, door, now);
            }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyOrder, testing::Range<std::uint64_t>(1, instrumented ? 7 : 25));

} // namespace
} // namespace gatehouse::tests
