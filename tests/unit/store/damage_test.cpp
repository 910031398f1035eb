#include "store/migrate.hpp"
#include "store/tally.hpp"
#include "unit/store/journal.hpp"

#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

store::Batch two_people()
{
    store::Batch batch;
    batch.changes = {change(1, 10, "Ada Lind"), change(2, 11, "Bo Marsh")};
    batch.placements = {sample<model::Placement>(1), sample<model::Placement>(2)};
    batch.cursors = {{"contact:1", "known"}, {"contact:2", "known"}};
    return batch;
}

/// A state directory with two people, two placements and two marks in it.
struct Journal {
    Journal()
    {
        auto store = opened(directory.path());
        EXPECT_TRUE(store.commit(two_people(), 0));
    }
    void damage(const std::string& sql) const { tests::damage(directory / "gatehouse.db", sql); }
    const TempDirectory directory;
};

store::Batch mending()
{
    store::Batch batch;
    batch.mend = true;
    return batch;
}

base::Result<store::Loaded> load(store::Store& store)
{
    const store::Sink nowhere{.row = [](model::Row&&) {}, .placement = [](model::Placement&&) {}};
    return store.load(nowhere);
}

} // namespace

TEST(ADamagedRow, IsLeftOutAndNamedAndEverythingElseIsThere)
{
    for (const auto* sql : {"UPDATE identity SET full_name = 'Ada Lima' WHERE full_name = 'Ada Lind'",
                            "UPDATE identity SET workspace = zeroblob(15) WHERE full_name = 'Ada Lind'",
                            "UPDATE identity SET email_address = 'eve' WHERE full_name = 'Ada Lind'",
                            "UPDATE identity SET row_hash = row_hash + 1 WHERE full_name = 'Ada Lind'",
                            "UPDATE identity SET row_hash = NULL WHERE full_name = 'Ada Lind'"}) {
        SCOPED_TRACE(sql);
        const Journal journal;
        journal.damage(sql);
        auto store = opened(journal.directory.path());
        const auto found = contents(store);
        ASSERT_EQ(found.damages.size(), 1u);
        EXPECT_EQ(found.damages[0].table, "identity");
        EXPECT_EQ(found.damages[0].row, base::to_string(uuid(10)));
        EXPECT_EQ(found.rows, std::vector<model::Row>{identity(11, 2, "Bo Marsh")});
        EXPECT_EQ(found.placements.size(), 2u);
        EXPECT_EQ(found.loaded.cursors.size(), 2u);
    }
}

TEST(ADamagedRow, WithAnotherKeyIsNotTakenForAnothersRow)
{
    const Journal journal;
    journal.damage("UPDATE identity SET id = x'0000000000000000000000000000000c' WHERE full_name = 'Ada Lind'");
    auto store = opened(journal.directory.path());
    const auto found = contents(store);
    ASSERT_EQ(found.damages.size(), 1u);
    EXPECT_EQ(found.damages[0].row, base::to_string(uuid(12)));
    EXPECT_EQ(found.rows.size(), 1u);
}

TEST(ADamagedPlacement, TellsWhatTheDeviceMayHoldAsFarAsThatCanBeRead)
{
    const auto first = sample<model::Placement>(1);
    const std::string where = " WHERE device = x'" + base::to_hex(store::raw(first.device)) + "'";
    for (const auto& [set, named] :
         {std::pair{"key = 'pin:1234', doors = 7", true}, std::pair{"key = 'pin:12\xFF'", false}, std::pair{"doors = 7", false}}) {
        const Journal journal;
        journal.damage(std::string{"UPDATE placement SET "} + set + where);
        auto store = opened(journal.directory.path());
        const auto found = contents(store);
        ASSERT_EQ(found.damages.size(), 1u) << set;
        EXPECT_EQ(found.damages[0].row, to_string(first.device)) << "never the key, which may be somebody's PIN";
        ASSERT_EQ(found.damages[0].placement.has_value(), named) << set;
        if (named) {
            EXPECT_EQ(found.damages[0].placement->key, "pin:1234");
        }
        EXPECT_EQ(found.placements, std::vector{sample<model::Placement>(2)});
    }
}

TEST(ADamagedRow, LeavesTheFileWithTheBatchThatMends)
{
    const Journal journal;
    journal.damage("UPDATE identity SET full_name = 'Eve' WHERE full_name = 'Ada Lind'; UPDATE cursor SET value = 'known\n' "
                   "WHERE name = 'contact:1'; UPDATE placement SET doors = doors + 1 WHERE slot = (SELECT max(slot) FROM placement)");
    {
        auto store = opened(journal.directory.path());
        EXPECT_EQ(contents(store).damages.size(), 3u);
        store::Batch ordinary;
        ordinary.changes = {change(3, 12, "Cy Holm")};
        ASSERT_TRUE(store.commit(ordinary, 2));
    }
    {
        auto store = opened(journal.directory.path());
        EXPECT_EQ(contents(store).damages.size(), 3u) << "an ordinary batch does not make it forgotten";
        ASSERT_TRUE(store.commit(mending(), 3));
    }
    auto store = opened(journal.directory.path());
    const auto found = contents(store);
    EXPECT_THAT(found.damages, IsEmpty());
    EXPECT_EQ(found.rows.size(), 2u);
    EXPECT_EQ(found.placements.size(), 1u);
    EXPECT_EQ(found.loaded.cursors, (std::vector<store::Cursor>{{"contact:2", "known"}}));
}

TEST(ATable, FromWhichRowsWereLostOrToWhichRowsCameBackIsNotUsed)
{
    const Journal whole;
    auto hash = std::string{};
    {
        auto connection = store::Connection::open((whole.directory / "gatehouse.db").string(), store::Connection::Mode::read);
        ASSERT_TRUE(connection);
        hash = connection->ask("SELECT row_hash FROM identity WHERE full_name = 'Ada Lind'").value();
    }
    for (const auto* sql :
         {"DELETE FROM identity WHERE full_name = 'Ada Lind'", "DELETE FROM placement WHERE slot < 0",
          "DELETE FROM cursor WHERE name = 'contact:1'", "DELETE FROM change WHERE number = 2",
          "UPDATE event SET chain = zeroblob(32) WHERE number = 2", "UPDATE integrity SET body = zeroblob(40)", "DELETE FROM integrity"}) {
        const Journal journal;
        journal.damage(sql);
        auto store = store::open(journal.directory.path());
        const auto loaded = store ? load(*store) : base::Result<store::Loaded>{store.error()};
        ASSERT_FALSE(loaded) << sql;
        EXPECT_EQ(loaded.error().code, "database_damaged") << sql;
    }
    const Journal journal; // a row that was erased and stands in the file again, whole: no hash of its own tells that
    {
        auto store = opened(journal.directory.path());
        store::Batch gone;
        gone.changes = {{.number = 3, .rows = {model::erase(identity(10, 0))}}};
        ASSERT_TRUE(store.commit(gone, 2));
    }
    journal.damage("INSERT INTO identity(id, workspace, full_name, frozen, created_at, touched, row_hash) VALUES (x'" +
                   base::to_hex(store::raw(uuid(10))) + "', x'" + base::to_hex(store::raw(uuid(1))) +
                   "', 'Ada Lind', 0, 1800000000000, 1, " + hash + ")");
    auto store = opened(journal.directory.path());
    const auto loaded = load(store);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().detail, HasSubstr("table identity is not the one that was written"));
}

TEST(AFile, WithMoreDamageThanSingleSectorsIsNotUsed)
{
    const TempDirectory directory;
    {
        auto store = opened(directory.path());
        store::Batch many;
        many.changes = {{.number = 1}};
        for (std::uint64_t at = 0; at <= store::damage_at_most; ++at) many.changes[0].rows.push_back(model::put(identity(100 + at, 1)));
        ASSERT_TRUE(store.commit(many, 0));
    }
    damage(directory / "gatehouse.db", "UPDATE identity SET full_name = 'Eve'");
    auto store = opened(directory.path());
    const auto loaded = load(store);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, "database_damaged");
}

namespace {

/// A database of the schema before hashes, with a person in it.
std::filesystem::path before_hashes(const TempDirectory& directory)
{
    const auto file = directory / "gatehouse.db";
    auto connection = store::Connection::open(file.string(), store::Connection::Mode::create);
    EXPECT_TRUE(connection && store::migrate(*connection, 0, store::migrations().first(3)));
    EXPECT_TRUE(connection->execute("INSERT INTO workspace VALUES (zeroblob(16), 'harbour', 'Harbour', 0, 5, 1);"
                                    "INSERT INTO cursor VALUES ('sweep', '4');"
                                    "INSERT INTO change VALUES (7, 0, '', '', '', 3, x'')"));
    return file;
}

} // namespace

TEST(Migration, ToHashesTakesWhatIsThereForWhatWasWritten)
{
    const TempDirectory directory;
    before_hashes(directory);
    {
        auto store = opened(directory.path());
        const auto found = contents(store);
        EXPECT_THAT(found.damages, IsEmpty());
        ASSERT_EQ(found.rows.size(), 1u);
        EXPECT_EQ(std::get<model::WorkspaceRow>(found.rows[0]).key, "harbour");
        EXPECT_EQ(found.loaded.cursors, (std::vector<store::Cursor>{{"sweep", "4"}}));
        EXPECT_EQ(found.loaded.head, 7u);
    }
    damage(directory / "gatehouse.db", "UPDATE workspace SET name = 'Marina'");
    auto store = opened(directory.path());
    EXPECT_EQ(contents(store).damages.size(), 1u);
}

TEST(Migration, OfHashedRowsDoesNotBlessWhatWasDamagedBefore)
{
    const TempDirectory directory;
    const auto file = before_hashes(directory);
    std::vector<store::Migration> steps{store::migrations().begin(), store::migrations().end()};
    const auto version = steps.back().version;
    auto connection = store::Connection::open(file.string(), store::Connection::Mode::write);
    ASSERT_TRUE(connection && store::migrate(*connection, 3, steps));
    ASSERT_TRUE(connection->execute("INSERT INTO workspace(id, key, name, absent, created_at, touched, row_hash) SELECT x'01', key, name, "
                                    "absent, created_at, touched, 0 FROM workspace"));
    ASSERT_TRUE(store::hash_rows(*connection)) << "two sound rows";
    ASSERT_TRUE(connection->execute("UPDATE workspace SET name = 'Marina' WHERE id = x'01'"));
    steps.push_back({version + 1, "ALTER TABLE workspace ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';"});
    ASSERT_TRUE(store::migrate(*connection, version, steps));
    const std::string sound = "SELECT count(*) FROM workspace WHERE row_hash = "
                              "hash_of_row('workspace', id, key, name, absent, created_at, touched, was, first_key, colour)";
    EXPECT_EQ(connection->ask(sound).value(), "1");
    EXPECT_EQ(connection->ask("SELECT name FROM workspace WHERE row_hash IS NULL").value(), "Marina");

    ASSERT_TRUE(connection->execute("DELETE FROM workspace WHERE id <> x'01'"));
    steps.push_back({version + 2, "UPDATE cursor SET value = '5';"});
    const auto refused = store::migrate(*connection, version + 1, steps);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "database_damaged") << "a lost row is not counted away";
}
