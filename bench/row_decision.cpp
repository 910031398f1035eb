#include "access/decide.hpp"
#include "base/hash.hpp"
#include "must.hpp"
#include "rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <unistd.h>

namespace gatehouse::bench {

namespace {

constexpr std::size_t doors = 1'000, doors_each = 5, cards_each = 2, groups = 1'000, asked = 200'000;
constexpr base::Instant now{base::milliseconds{1'804'000'000'000}};

std::string uid(std::size_t card)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "04%012zx", card);
    return text.data();
}

std::size_t door_of(std::size_t user, std::size_t n)
{
    return (user * 31 + n * 197) % doors;
}

/// What is presented where: half of it opens.
struct Question {
    std::string form;
    std::size_t door;
};

std::vector<Question> questions(std::size_t cards)
{
    base::SeededRandom random{cards};
    std::vector<Question> all;
    for (std::size_t i = 0; i < asked; ++i) {
        const auto card = static_cast<std::size_t>(random.pick(cards));
        const auto door = i % 2 == 0 ? door_of(card / cards_each, random.pick(doors_each)) : static_cast<std::size_t>(random.pick(doors));
        all.push_back({"uid:" + uid(card), door});
    }
    return all;
}

/// One hash index from card to credential, and flat lists of doors by user. Nothing else fits a decision into fewer steps.
class FlatDoors {
public:
    explicit FlatDoors(std::size_t cards)
    {
        std::size_t size = 16;
        while (size < cards * 2) size *= 2;
        slots_.resize(size);
        for (std::size_t card = 0; card < cards; ++card) {
            const auto key = base::xxhash("uid:" + uid(card));
            auto at = key & (size - 1);
            while (slots_[at].key != 0) at = (at + 1) & (size - 1);
            slots_[at] = {key, static_cast<std::uint32_t>(card / cards_each)};
        }
        for (std::size_t user = 0; user * cards_each < cards; ++user) {
            users_.push_back({base::no_start, base::no_end});
            for (std::size_t n = 0; n < doors_each; ++n) doors_.push_back(static_cast<std::uint32_t>(door_of(user, n)));
        }
    }
    bool opens(const Question& question) const
    {
        const auto key = base::xxhash(question.form);
        for (auto at = key & (slots_.size() - 1); slots_[at].key != 0; at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at].key != key) continue;
            const auto user = slots_[at].user;
            if (now < users_[user].from || users_[user].until <= now) return false;
            const auto* first = &doors_[user * doors_each];
            return std::find(first, first + doors_each, question.door) != first + doors_each;
        }
        return false;
    }
    double bytes() const
    {
        return static_cast<double>(slots_.size() * sizeof(Slot) + users_.size() * sizeof(model::Interval) + doors_.size() * 4);
    }

private:
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t user = 0;
    };
    std::vector<Slot> slots_;
    std::vector<model::Interval> users_;
    std::vector<std::uint32_t> doors_;
};

template <class IdType>
IdType numbered(std::uint8_t kind, std::size_t number)
{
    IdType id;
    id.value.data[0] = kind;
    std::uint64_t mixed = number * 0x9E3779B97F4A7C15ULL;
    std::memcpy(id.value.data + 8, &mixed, 8);
    const auto low = static_cast<std::uint32_t>(number);
    std::memcpy(id.value.data + 4, &low, 4);
    return id;
}

/// A door a group, five groups a user, as the daemon holds them.
void fill_with_cards(model::Directory& directory, std::size_t cards)
{
    const auto workspace = numbered<model::WorkspaceId>(1, 0);
    const auto system = numbered<model::SystemId>(2, 0);
    const auto put = [&directory](model::Row row) { must(directory.restore(std::move(row))); };
    put(model::WorkspaceRow{.id = workspace, .key = "bench", .name = "Bench"});
    put(model::Line{.id = numbered<model::LineId>(3, 0), .key = "line", .driver = "none"});
    model::Device device;
    device.id = numbered<model::DeviceId>(4, 0), device.key = "c", device.line = numbered<model::LineId>(3, 0);
    for (std::size_t i = 0; i < doors; ++i) { // one device has up to 63 outputs
        if (i % 50 == 0) {
            device.id = numbered<model::DeviceId>(4, i), device.key = "c" + std::to_string(i);
            put(device);
        }
        model::Door door;
        door.id = numbered<model::DoorId>(5, i), door.owner = workspace, door.device = device.id;
        door.key = "d" + std::to_string(i), door.output = static_cast<std::int64_t>(i % 50);
        put(door);
    }
    put(model::System{.id = system, .workspace = workspace, .key = "house", .name = "House"});
    for (std::size_t i = 0; i < groups; ++i) {
        model::Entrance entrance;
        entrance.id = numbered<model::EntranceId>(6, i), entrance.workspace = workspace, entrance.system = system;
        entrance.key = "e" + std::to_string(i), entrance.door = numbered<model::DoorId>(5, i);
        put(entrance);
        model::Group group;
        group.id = numbered<model::GroupId>(7, i), group.workspace = workspace, group.system = system;
        group.key = "g" + std::to_string(i);
        put(group);
        put(model::GroupEntrance{.group = group.id, .entrance = entrance.id, .workspace = workspace});
    }
    for (std::size_t user = 0; user * cards_each < cards; ++user) {
        model::User row;
        row.id = numbered<model::UserId>(8, user), row.workspace = workspace, row.system = system;
        put(row);
        for (std::size_t n = 0; n < doors_each; ++n)
            put(model::Membership{.user = row.id, .group = numbered<model::GroupId>(7, door_of(user, n)), .workspace = workspace});
        for (std::size_t n = 0; n < cards_each && user * cards_each + n < cards; ++n) {
            model::Credential card;
            card.id = numbered<model::CredentialId>(9, user * cards_each + n);
            card.workspace = workspace, card.system = system, card.user = row.id;
            card.card_uid = uid(user * cards_each + n);
            put(card);
        }
    }
    directory.finish_restore();
}

template <class Decide>
double nanoseconds_each(const std::vector<Question>& all, Decide decide)
{
    std::size_t granted = 0;
    const auto begun = Clock::now();
    for (const auto& question : all) granted += decide(question) ? 1 : 0;
    const auto took = Seconds{Clock::now() - begun}.count() * 1e9;
    if (granted < all.size() / 2) throw std::runtime_error{"the decisions are not what was asked for"};
    return took / static_cast<double>(all.size());
}

} // namespace

void measure_decisions(const Plan& plan, Table& table)
{
    pin_to(measured_core);
    double first_ratio = 0, last_ratio = 0;
    std::size_t largest = 0;
    for (const std::size_t cards : {1'000UL, 10'000UL, 100'000UL, 1'000'000UL}) {
        if (cards > plan.large * 10) continue;
        const auto all = questions(cards);
        const FlatDoors flat{cards};
        const auto before = resident_mb(::getpid());
        model::Directory directory;
        fill_with_cards(directory, cards);
        const auto bytes = (resident_mb(::getpid()) - before) * 1e6 / static_cast<double>(cards);
        std::vector<const model::DoorNode*> nodes;
        for (std::size_t i = 0; i < doors; ++i) nodes.push_back(directory.door(numbered<model::DoorId>(5, i)));
        std::vector<access::Presented> presented;
        for (const auto& question : all) presented.push_back({{question.form}, std::nullopt});
        std::vector<double> ours, floor;
        for (int run = 0; run < plan.runs; ++run) {
            floor.push_back(nanoseconds_each(all, [&flat](const Question& question) { return flat.opens(question); }));
            std::size_t at = 0;
            ours.push_back(nanoseconds_each(all, [&](const Question& question) {
                return access::decide(directory, *nodes[question.door], presented[at++], {now, true}).granted;
            }));
        }
        const auto ratio = median_ratio(ours, floor);
        const bool last = cards == 1'000'000;
        table.add({"10", "decision, " + number(static_cast<double>(cards)) + " credentials, 1000 doors", number(median(floor), "ns"),
                   number(median(ours), "ns"), number(ratio), last ? "≤ 4" : "", last ? verdict(ratio <= 4) : ""});
        if (first_ratio == 0) first_ratio = ratio;
        last_ratio = ratio, largest = cards;
        if (!last) continue;
        const auto least = flat.bytes() / static_cast<double>(cards);
        table.add({"10", "bytes a credential", number(least), number(bytes), number(bytes / least), "≤ 2", verdict(bytes <= 2 * least)});
    }
    const auto slope = std::log10(last_ratio / first_ratio) / std::log10(static_cast<double>(largest) / 1'000);
    table.add({"10", "slope (log-log) beyond the floor's", "", number(slope), "", "≤ 0.15", verdict(slope <= 0.15)});
    pin_to(load_core);
}

} // namespace gatehouse::bench
