// Random changes to a house with keypads: a change looks at the codes it bears on alone, and that has to be enough.

#include "unit/ledger/desk.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

constexpr std::uint64_t people = 8, groups = 3, doors = 4, first_person = 100, first_group = 200, first_code = 300;

class AnyKeypads : public testing::TestWithParam<std::uint64_t> {
public:
    AnyKeypads() : chance_{GetParam()}
    {
        desk.apply(small_site());
        std::vector<model::Mutation> rows;
        for (std::uint64_t number = 2; number < doors; ++number) {
            model::Door door;
            door.id = id<model::DoorId>(first_door + number), door.key = "d" + std::to_string(number);
            door.owner = workspace, door.device = device, door.output = static_cast<std::int64_t>(number);
            rows.push_back(model::put(door));
            rows.push_back(model::put(entrance(number)));
        }
        for (std::uint64_t number = 0; number < groups; ++number) {
            model::Group group;
            group.id = id<model::GroupId>(first_group + number), group.workspace = workspace, group.system = system;
            group.key = "g" + std::to_string(number);
            rows.push_back(model::put(group));
        }
        for (std::uint64_t number = 0; number < people; ++number)
            rows.push_back(
                model::put(model::User{.id = id<model::UserId>(first_person + number), .workspace = workspace, .system = system}));
        desk.apply(std::move(rows));
    }

    std::uint64_t pick(std::uint64_t below) { return chance_.below(below); }
    model::UserId person() { return id<model::UserId>(first_person + pick(people)); }
    model::CredentialId code_id() { return id<model::CredentialId>(first_code + pick(people * 2)); }
    static model::Entrance entrance(std::uint64_t number)
    {
        model::Entrance row;
        row.id = id<model::EntranceId>(first_entrance + number), row.workspace = workspace, row.system = system;
        row.key = "e" + std::to_string(number), row.door = id<model::DoorId>(first_door + number);
        return row;
    }
    model::Credential code(const model::CredentialId& of)
    {
        model::Credential row;
        row.id = of, row.workspace = workspace, row.system = system, row.user = person();
        row.method = model::AccessMethod::code;
        row.code = std::to_string(4'711 + pick(4));
        row.created_at = base::Instant{base::milliseconds{static_cast<std::int64_t>(pick(1'000))}};
        return row;
    }
    /// A change that may be refused.
    void change()
    {
        const bool erase = pick(2) == 0;
        const auto either = [erase](auto row) { return erase ? model::erase(row) : model::put(row); };
        const auto way = id<model::EntranceId>(first_entrance + pick(doors));
        const auto group = id<model::GroupId>(first_group + pick(groups));
        std::vector<model::Mutation> rows;
        switch (pick(6)) {
        case 0:
            rows = {either(model::Membership{person(), group, workspace})};
            break;
        case 1:
            rows = {either(model::GroupEntrance{.group = group, .entrance = way, .workspace = workspace})};
            break;
        case 2:
            rows = {either(model::DirectGrant{.user = person(), .entrance = way, .workspace = workspace})};
            break;
        case 3: {
            auto row = entrance(pick(doors));
            static constexpr std::array modes{"card", "pin", "card_or_pin", "card_and_pin"};
            row.mode = modes.at(pick(modes.size()));
            rows = {model::put(row)};
            break;
        }
        default:
            rows = {either(code(code_id()))};
        }
        if (desk.ledger.apply({.actor = {"front desk", "api"}, .request = "r", .rows = std::move(rows)})) ++accepted;
    }
    /// What a lane does with a code: it writes it, over an earlier one maybe, reads it, or reads that it is gone.
    void write()
    {
        const auto which = code_id();
        const auto* node = desk.directory.workspace(workspace)->credentials.find(which);
        const auto key = "code:" + to_string(which);
        const auto* stands = desk.directory.placements().find(device, key);
        if (stands != nullptr && pick(2) == 0) {
            auto seen = *stands;
            seen.superseded = false, seen.truth = model::Truth::verified;
            if (pick(2) == 0)
                desk.ledger.note({.put = {seen}});
            else
                desk.ledger.note({.erased = {{device, key}}});
            return;
        }
        if (node == nullptr) return;
        model::Placement placed;
        placed.device = device, placed.key = key, placed.slot = 3;
        placed.value = model::code_value(key, *node->row.code);
        placed.truth = model::Truth::assumed;
        std::uint64_t bits = stands == nullptr ? 0 : stands->holders[0].doors;
        for (std::uint64_t number = 0; number < doors; ++number) {
            const auto& pins = desk.directory.door(id<model::DoorId>(first_door + number))->pins;
            const auto claim = pins.find(std::string{*node->row.code});
            if (claim != pins.end() && claim->second.credential == which) bits |= std::uint64_t{1} << number;
        }
        if (bits == 0) return;
        placed.doors = static_cast<std::int64_t>(bits);
        placed.holders = {{.workspace = workspace, .credential = which, .doors = bits}};
        placed.superseded = stands != nullptr && (stands->superseded || stands->value != placed.value);
        desk.ledger.note({.put = {placed}});
        ++written;
    }

    static inline const auto workspace = id<model::WorkspaceId>(1);
    static inline const auto system = id<model::SystemId>(2);
    static inline const auto device = id<model::DeviceId>(21);
    TempDirectory directory;
    Desk desk{directory.path()};
    int accepted = 0, written = 0;

private:
    struct Chance {
        explicit Chance(std::uint64_t seed) : state{seed * 0x9E3779B97F4A7C15U + 1} {}
        std::uint64_t below(std::uint64_t limit)
        {
            state ^= state << 13U, state ^= state >> 7U, state ^= state << 17U;
            return (state >> 11U) % limit;
        }
        std::uint64_t state;
    } chance_;
};

} // namespace

TEST_P(AnyKeypads, LeaveNoCodeUnclaimedThatALookAtAllOfThemWouldClaim)
{
    std::size_t claims = 0;
    for (int at = 0; at < 400; ++at) {
        if (pick(3) == 0)
            write();
        else
            change();
        const auto whole = model::plan_claims(desk.directory, model::every_code(desk.directory), desk.clock.wall());
        ASSERT_THAT(whole.rows, testing::IsEmpty()) << at;
        for (const auto& [key, door] : desk.directory.doors()) claims += door.pins.size();
        if (at % 50 == 0) desk.commit_all();
    }
    EXPECT_GT(accepted, 60);
    EXPECT_GT(written, 5);
    EXPECT_GT(claims, 100U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyKeypads, testing::Range(std::uint64_t{1}, std::uint64_t{21}));

} // namespace gatehouse::tests
