#include "store/schema.hpp"

#include "store/row_hash.hpp"
#include "store/rows_blob.hpp"
#include "unit/store/journal.hpp"

#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::ElementsAreArray;

namespace {

struct Described {
    std::vector<store::Column> columns;
    std::vector<std::string> keys;
};

Described describe(store::Connection& connection, std::string_view table)
{
    auto statement = connection.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)");
    EXPECT_TRUE(statement);
    statement->text(table);
    Described found;
    while (*statement->step()) {
        auto columns = statement->row();
        std::string_view name, type;
        std::int64_t required = 0, key = 0;
        EXPECT_TRUE(columns.text(name) && columns.text(type) && columns.integer(required) && columns.integer(key));
        const std::string_view known = type == "BLOB" ? "BLOB" : type == "TEXT" ? "TEXT" : type == "INTEGER" ? "INTEGER" : "?";
        found.columns.push_back({std::string{name}, known, required == 0});
        if (key != 0) found.keys.emplace_back(name);
    }
    return found;
}

template <class Row>
void expect_same(store::Connection& connection)
{
    SCOPED_TRACE(Row::table);
    const auto expected = store::columns_of<Row>();
    auto found = describe(connection, Row::table);
    const store::Column hash{std::string{store::hash_column}, "INTEGER", true};
    EXPECT_EQ(std::erase(found.columns, hash), 1u);
    ASSERT_EQ(found.columns.size(), expected.size());
    for (std::size_t at = 0; at < expected.size(); ++at) {
        EXPECT_EQ(found.columns[at].name, expected[at].name);
        EXPECT_EQ(found.columns[at].type, expected[at].type) << expected[at].name;
        EXPECT_EQ(found.columns[at].nullable, expected[at].nullable) << expected[at].name;
    }
    std::vector<std::string> keys;
    for (std::size_t at = 0; at < Row::keys; ++at) keys.push_back(expected[at].name);
    EXPECT_THAT(found.keys, ElementsAreArray(keys));
}

template <std::size_t at = 0>
void expect_same_for_all(store::Connection& connection)
{
    if constexpr (at < std::variant_size_v<model::Row>) {
        expect_same<std::variant_alternative_t<at, model::Row>>(connection);
        expect_same_for_all<at + 1>(connection);
    }
}

template <std::size_t at = 0>
std::vector<model::Row> one_of_each(std::int64_t seed, bool full)
{
    if constexpr (at == std::variant_size_v<model::Row>)
        return {};
    else {
        auto rows = one_of_each<at + 1>(seed, full);
        rows.insert(rows.begin(), model::Row{sample<std::variant_alternative_t<at, model::Row>>(seed, full)});
        return rows;
    }
}

std::vector<model::Mutation> puts(const std::vector<model::Row>& rows)
{
    std::vector<model::Mutation> mutations;
    for (const auto& row : rows) mutations.push_back(model::put(row));
    return mutations;
}

} // namespace

TEST(Schema, HasAColumnForEveryFieldOfEveryRowAndNoOther)
{
    const TempDirectory directory;
    {
        const auto store = opened(directory.path());
    }
    auto connection = store::Connection::open((directory / "gatehouse.db").string(), store::Connection::Mode::read);
    ASSERT_TRUE(connection);
    expect_same_for_all(*connection);
    expect_same<model::Placement>(*connection);
    expect_same<store::Cursor>(*connection);
}

TEST(Schema, NumbersItsStepsFromOneWithoutAGap)
{
    int version = 0;
    for (const auto& step : store::migrations()) EXPECT_EQ(step.version, ++version);
}

TEST(Journal, GivesBackEveryKindOfRowAsItWasPutParentsFirst)
{
    const TempDirectory directory;
    const auto full = one_of_each(1, true);
    const auto bare = one_of_each(2, false);
    {
        auto store = opened(directory.path());
        store::Batch batch;
        batch.changes = {{.number = 1, .rows = puts(bare)}, {.number = 2, .rows = puts(full)}};
        ASSERT_TRUE(store.commit(batch, 0));
    }
    auto store = opened(directory.path());
    const auto found = contents(store);
    std::vector<model::Row> expected;
    for (std::size_t at = 0; at < full.size(); ++at) {
        expected.push_back(full[at]);
        expected.push_back(bare[at]);
    }
    EXPECT_EQ(found.rows, expected);
    EXPECT_EQ(found.loaded.head, 2u);
}

TEST(Journal, KeepsTheExtremesOfEveryNumber)
{
    const TempDirectory directory;
    model::Placement placement = sample<model::Placement>(1);
    placement.fingerprint = UINT64_MAX;
    placement.doors = INT64_MIN;
    placement.from = base::no_start;
    placement.until = base::no_end;
    {
        auto store = opened(directory.path());
        store::Batch batch;
        batch.placements = {placement};
        ASSERT_TRUE(store.commit(batch, 0));
    }
    auto store = opened(directory.path());
    EXPECT_EQ(contents(store).placements, std::vector{placement});
}

TEST(Journal, ForgetsARowThatWasErasedAndReplacesOneThatWasPutAgain)
{
    const TempDirectory directory;
    auto store = opened(directory.path());
    store::Batch batch;
    batch.changes = {
        change(1, 10, "Ada Lind"), change(2, 11, "Bo Marsh"), {.number = 3, .rows = {model::put(identity(10, 3, "Ada Holm"))}}};
    batch.changes.push_back({.number = 4, .rows = {model::erase(identity(11, 0))}});
    ASSERT_TRUE(store.commit(batch, 0));
    EXPECT_EQ(identities(store), std::vector{identity(10, 3, "Ada Holm")});
}

TEST(ChangeBlob, GivesBackThePutsAndOfAnErasedRowItsKeyAndWorkspace)
{
    auto mutations = puts(one_of_each(3, true));
    mutations.push_back(model::erase(identity(10, 5, "Ada Lind")));
    store::ByteWriter blob;
    store::write_rows(blob, mutations);
    const auto read = store::read_rows(blob.bytes());
    ASSERT_TRUE(read) << read.error().detail;
    ASSERT_EQ(read->size(), mutations.size());
    for (std::size_t at = 0; at + 1 < mutations.size(); ++at) EXPECT_EQ((*read)[at].row, mutations[at].row);
    model::Identity gone;
    gone.id = id<model::IdentityId>(10);
    gone.workspace = id<model::WorkspaceId>(1);
    EXPECT_TRUE(read->back().erase);
    EXPECT_EQ(read->back().row, model::Row{gone});
}

TEST(ChangeBlob, RefusesEveryCutAndNamesTheField)
{
    store::ByteWriter blob;
    store::write_rows(blob, {model::put(identity(10, 5))});
    for (std::size_t size = 1; size < blob.bytes().size(); ++size) EXPECT_FALSE(store::read_rows(blob.bytes().first(size))) << size;
    EXPECT_EQ(store::read_rows(blob.bytes().first(blob.bytes().size() - 1)).error().detail, "row 1: identity.frozen_at is damaged");
}
