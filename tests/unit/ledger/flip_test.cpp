#include "model/policy.hpp"
#include "unit/ledger/desk.hpp"

#include <gmock/gmock.h>
#include <spdlog/spdlog.h>

#include <fstream>

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::AnyOf;
using testing::Ge;

namespace {

constexpr std::uint64_t flipped_people = 60;
constexpr int flips = 600;
const store::Options bare{.reserve = 0};

/// The tables a directory lives in, each with several rows, and some of them over several pages.
std::vector<model::Mutation> town()
{
    auto rows = small_site();
    const auto workspace = id<model::WorkspaceId>(1);
    rows.push_back(model::put(model::Hours{.key = "office", .zone = "Europe/Lisbon", .week = "480-1080;;;;;;", .closed_on = ""}));
    rows.push_back(model::put(model::DoorShare{.door = id<model::DoorId>(first_door), .workspace = workspace}));
    rows.push_back(model::put(model::Token{
        .id = id<model::TokenId>(80), .workspace = workspace, .name = "desk", .digest = base::sha256("key"), .created_at = {}}));
    for (std::uint64_t at = 0; at < flipped_people; ++at) {
        auto person = identity(1'000 + at, 0, "Person " + std::to_string(at));
        person.email_address = "p" + std::to_string(at) + "@example.com";
        model::User user{.id = id<model::UserId>(2'000 + at), .workspace = workspace, .system = id<model::SystemId>(2)};
        user.identity = person.id;
        user.suspended = at % 7 == 0;
        if (at % 5 == 0) user.ends_at = base::Instant{base::milliseconds{1'900'000'000'000}};
        model::Credential card{.id = id<model::CredentialId>(3'000 + at), .workspace = workspace, .system = user.system, .user = user.id};
        card.card_uid = "04a1b2" + base::to_hex(store::raw(uuid(at))).substr(28);
        card.list = at % 3 == 0 ? model::ListState::listed : model::ListState::follows_user;
        for (auto row : std::vector<model::Row>{person, user, card}) rows.push_back(model::put(std::move(row)));
        if (at % 2 == 0)
            rows.push_back(model::put(model::Membership{.user = user.id, .group = id<model::GroupId>(the_group), .workspace = workspace}));
        if (at % 4 == 0)
            rows.push_back(model::put(
                model::DirectGrant{.user = user.id, .entrance = id<model::EntranceId>(second_entrance), .workspace = workspace}));
        if (at % 6 == 0)
            rows.push_back(model::put(model::CredentialEntrance{
                .credential = card.id, .entrance = id<model::EntranceId>(first_entrance), .workspace = workspace}));
        if (at % 9 == 0)
            rows.push_back(
                model::put(model::DeviceGrant{.identity = person.id, .door = id<model::DoorId>(second_door), .workspace = workspace}));
    }
    return rows;
}

/// A file with the town, its placements and marks, and a past: rows that were revoked, whose bytes still lie about in it.
std::string town_file()
{
    const TempDirectory directory;
    {
        Desk desk{directory.path(), bare};
        desk.apply(town());
        ledger::PlacementBatch placed{.cursors = {{"contact:1", "known"}, {"contact:2", "known\npin:1"}}};
        for (std::uint64_t at = 0; at < flipped_people; ++at) placed.put.push_back(placement(at));
        desk.ledger.note(std::move(placed));
        desk.apply({model::put(membership()), model::put(direct_grant(first_entrance))}, {event(1), event(2)});
        desk.apply({model::erase(membership()), model::erase(direct_grant(first_entrance))}, {event(3)});
        desk.commit_all();
    }
    std::ifstream in{directory / "gatehouse.db", std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream{file, std::ios::binary} << bytes;
}

using Openings = std::map<std::pair<model::CredentialId, model::DoorId>, model::Opening>;

Openings openings(const model::Directory& directory, base::Instant now)
{
    Openings found;
    for (const auto& [id, workspace] : directory.workspaces())
        workspace->credentials.walk(nullptr, [&](const model::CredentialNode& credential) {
            for (const auto& [door, node] : directory.doors())
                found[{credential.row.id, door}] = model::opens(*workspace, credential, node, {now, true});
            return true;
        });
    return found;
}

/// Whoever gets in by the damaged file got in by the whole one, for as long at least.
void expect_no_wider(const Openings& damaged, const Openings& whole)
{
    for (const auto& [at, opening] : damaged) {
        if (!opening.open) continue;
        const auto before = whole.find(at);
        ASSERT_TRUE(before != whole.end() && before->second.open) << to_string(at.first) << " at " << to_string(at.second);
        EXPECT_LE(before->second.interval->from, opening.interval->from);
        EXPECT_GE(before->second.interval->until, opening.interval->until);
    }
}

/// What became of a file with one altered byte.
enum class Fate { unchanged, found, sealed, broken_chain };

struct Judge {
    std::string whole = town_file();
    Contents contents_before;
    Openings openings_before;
    std::uint64_t events = 0;
    const base::Instant now{base::milliseconds{1'800'000'000'000}};

    Judge()
    {
        const TempDirectory directory;
        write(directory / "gatehouse.db", whole);
        Desk desk{directory.path(), bare};
        contents_before = contents(desk.store);
        openings_before = openings(desk.directory, now);
        events = desk.store.verify_chain().value();
    }

    Fate judge(const std::string& bytes, const std::filesystem::path& directory) const
    {
        write(directory / "gatehouse.db", bytes);
        auto store = store::open(directory, bare);
        if (!store) return refused(store.error());
        Contents found;
        const store::Sink sink{
            .row = [&found](model::Row&& row) { found.rows.push_back(std::move(row)); },
            .placement = [&found](model::Placement&& one) { found.placements.push_back(std::move(one)); },
            .damaged = [&found](store::Damage&& damage) { found.damages.push_back(std::move(damage)); },
        };
        const auto loaded = store->load(sink);
        if (!loaded) return refused(loaded.error());
        if (!found.damages.empty()) return Fate::found;
        EXPECT_EQ(found.rows, contents_before.rows);
        EXPECT_EQ(found.placements, contents_before.placements);
        EXPECT_EQ(loaded->cursors, contents_before.loaded.cursors);
        EXPECT_EQ(loaded->head, contents_before.loaded.head);
        EXPECT_EQ(loaded->events, contents_before.loaded.events);
        const auto chain = store->verify_chain();
        return chain && *chain == events ? Fate::unchanged : Fate::broken_chain;
    }

    static Fate refused(const base::Error& error)
    {
        EXPECT_THAT(error.code, AnyOf("database_damaged", "database_unreadable", "database_foreign", "schema_newer")) << error.detail;
        return Fate::sealed;
    }

    /// The ledger goes on with what is sound, and what it keeps is no wider.
    void expect_goes_on(const std::filesystem::path& directory) const
    {
        Desk desk{directory, bare};
        EXPECT_GT(desk.ledger.damaged_rows(), 0u);
        desk.ledger.restore_rest();
        expect_no_wider(openings(desk.directory, now), openings_before);
        const auto damages = contents(desk.store).damages;
        const bool placement_damaged =
            std::any_of(damages.begin(), damages.end(), [](const auto& damage) { return damage.table == "placement"; });
        for (const auto& [device, entries] : desk.directory.placements().all())
            if (!placement_damaged) {
                EXPECT_EQ(entries.size(), contents_before.placements.size());
            }
        desk.commit_all();
        EXPECT_FALSE(desk.ledger.failed());
        Contents after = contents(desk.store);
        EXPECT_TRUE(after.damages.empty()) << "mended";
        EXPECT_EQ(desk.store.history({.types = {"gateway.storage_row_damaged"}}, 0, 10).value().size(), damages.size());
    }
};

/// Hundreds of alarms are expected.
struct Quiet {
    Quiet() { spdlog::set_level(spdlog::level::off); }
    ~Quiet() { spdlog::set_level(spdlog::level::info); }
};

bool has_payload(std::string_view bytes, std::size_t at)
{
    return bytes[at] != 0;
}

} // namespace

TEST(AFlippedByte, IsFoundOrChangesNothingAndNeverOpensADoor)
{
    const Judge judge;
    const Quiet quiet;
    base::SeededRandom random{20'261'121};
    std::map<Fate, int> fates;
    for (int flip = 0; flip < flips; ++flip) {
        auto bytes = judge.whole;
        auto at = random.pick(bytes.size());
        while (flip % 8 != 0 && !has_payload(bytes, at)) at = random.pick(bytes.size()); // one in eight anywhere at all
        if (flip % 8 < 3) at = at / 4096 * 4096 + random.pick(64); // heads of pages: how many cells there are, and where
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random.pick(255)));
        SCOPED_TRACE("flip " + std::to_string(flip) + " at byte " + std::to_string(at));
        const TempDirectory directory;
        const auto fate = judge.judge(bytes, directory.path());
        ++fates[fate];
        if (fate == Fate::found) judge.expect_goes_on(directory.path());
        if (testing::Test::HasFailure()) return;
    }
    EXPECT_THAT(fates[Fate::found], Ge(flips / 8)) << "the flips do reach rows";
    EXPECT_THAT(fates[Fate::sealed], Ge(flips / 20)) << "and pages";
}
