#include "store/holders.hpp"
#include "store/migrate.hpp"
#include "store/schema.hpp"
#include "store/settings.hpp"
#include "unit/store/journal.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

using namespace gatehouse;
using namespace gatehouse::tests;
using base::Fault;
using testing::HasSubstr;

namespace {

std::string bytes_of(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream{file, std::ios::binary} << bytes;
}

mode_t mode_of(const std::filesystem::path& file)
{
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status.st_mode & 0777;
}

/// Opening fails with this fault and code, and the file stays as it was.
void expect_refused(const std::filesystem::path& directory, Fault fault, const std::string& code)
{
    const auto file = directory / "gatehouse.db";
    const auto before = bytes_of(file);
    const auto refused = store::open(directory);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, fault) << refused.error().detail;
    EXPECT_EQ(refused.error().code, code) << refused.error().detail;
    EXPECT_THAT(refused.error().detail, HasSubstr(file.string()));
    EXPECT_EQ(bytes_of(file), before);
}

} // namespace

TEST(OpeningAStore, MakesAPrivateDirectoryAndPrivateFiles)
{
    const TempDirectory directory;
    const auto state = directory / "state";
    const auto before = ::umask(0);
    auto store = opened(state);
    ::umask(before);
    store::Batch batch;
    batch.changes = {change(1, 10)};
    ASSERT_TRUE(store.commit(batch, 0));
    EXPECT_EQ(mode_of(state), 0700u);
    for (const auto* name : {"gatehouse.db", "gatehouse.db-wal", "gatehouse.db-shm", "lock"})
        EXPECT_EQ(mode_of(state / name), 0600u) << name;
}

TEST(OpeningAStore, TakesRightsAwayThatACopyGave)
{
    const TempDirectory directory;
    {
        const auto store = opened(directory.path());
    }
    std::filesystem::permissions(directory / "gatehouse.db", std::filesystem::perms{0644});
    const auto store = opened(directory.path());
    EXPECT_EQ(mode_of(directory / "gatehouse.db"), 0600u);
}

TEST(OpeningAStore, RefusesADirectoryThatOthersMayWrite)
{
    const TempDirectory directory;
    for (const unsigned mode : {0720u, 0702u}) {
        std::filesystem::permissions(directory.path(), std::filesystem::perms{mode});
        const auto refused = store::open(directory.path());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "state_exposed");
        EXPECT_FALSE(std::filesystem::exists(directory / "gatehouse.db"));
    }
    std::filesystem::permissions(directory.path(), std::filesystem::perms{0750});
    EXPECT_TRUE(store::open(directory.path()));
}

TEST(OpeningAStore, IsForOneProcessAtATime)
{
    const TempDirectory directory;
    {
        const auto first = opened(directory.path());
        const auto second = store::open(directory.path());
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, "state_locked");
        EXPECT_THAT(second.error().detail, HasSubstr("is in use by process " + std::to_string(::getpid())));
    }
    EXPECT_TRUE(store::open(directory.path())) << "free again";
}

TEST(OpeningAStore, RefusesANewerSchema)
{
    const TempDirectory directory;
    {
        const auto store = opened(directory.path());
    }
    damage(directory / "gatehouse.db", "PRAGMA user_version=9999");
    expect_refused(directory.path(), Fault::unsupported, "schema_newer");
}

TEST(OpeningAStore, RefusesADatabaseOfSomebodyElse)
{
    const TempDirectory directory;
    auto connection = store::Connection::open((directory / "gatehouse.db").string(), store::Connection::Mode::create);
    ASSERT_TRUE(connection && connection->execute("CREATE TABLE note (text TEXT)"));
    expect_refused(directory.path(), Fault::invalid, "database_foreign");
}

TEST(OpeningAStore, NeverReplacesAFileItCannotRead)
{
    const TempDirectory directory;
    write(directory / "gatehouse.db", std::string(8192, 'x'));
    expect_refused(directory.path(), Fault::internal, "database_unreadable");
    write(directory / "gatehouse.db", "");
    expect_refused(directory.path(), Fault::internal, "database_unreadable");
}

TEST(OpeningAStore, DoesNotBeginAnewBesideALogThatWasLeftAlone)
{
    const TempDirectory directory;
    write(directory / "gatehouse.db-wal", "frames");
    const auto refused = store::open(directory.path());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "database_unreadable");
    EXPECT_FALSE(std::filesystem::exists(directory / "gatehouse.db"));
}

TEST(OpeningAStore, BeginsAgainWhenTheFirstBeginningWasCutShort)
{
    const TempDirectory directory;
    write(directory / "gatehouse.db.new", std::string(5000, 'x'));
    write(directory / "gatehouse.db.new-journal", std::string(5000, 'x'));
    auto store = opened(directory.path());
    EXPECT_EQ(contents(store).loaded.head, 0u);
}

TEST(OpeningAStore, NoticesAMissingTableAtOnce)
{
    const TempDirectory directory;
    {
        const auto store = opened(directory.path());
    }
    damage(directory / "gatehouse.db", "DROP TABLE credential_entrance");
    const auto refused = store::open(directory.path());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail, HasSubstr("credential_entrance"));
}

TEST(Settings, AreReadBackAndAMissingOneIsAnError)
{
    auto connection = store::Connection::open("file:/settings-test?vfs=memdb", store::Connection::Mode::create);
    ASSERT_TRUE(connection);
    const auto configured = store::configure(*connection, store::Role::writer, false); // memory has no write-ahead log
    ASSERT_FALSE(configured);
    EXPECT_EQ(configured.error().detail, "journal_mode is memory and not wal");
}

TEST(Settings, MakeEveryCommitDurableOnAFile)
{
    const TempDirectory directory;
    const auto file = (directory / "any.db").string();
    auto writer = store::Connection::open(file, store::Connection::Mode::create);
    ASSERT_TRUE(writer && store::configure(*writer, store::Role::writer, false));
    for (const auto& [name, value] : {
             std::pair{"journal_mode", "wal"},
             std::pair{"synchronous", "2"},
             std::pair{"foreign_keys", "1"},
             std::pair{"trusted_schema", "0"},
             std::pair{"cell_size_check", "1"},
             std::pair{"busy_timeout", "2000"},
             std::pair{"wal_autocheckpoint", "1000"},
             std::pair{"journal_size_limit", "67108864"},
             std::pair{"mmap_size", "0"},
         })
        EXPECT_EQ(writer->ask("PRAGMA " + std::string{name}).value(), value) << name;
    EXPECT_FALSE(writer->execute("PRAGMA writable_schema=ON; UPDATE sqlite_master SET name = 'x'")) << "defensive";

    ASSERT_TRUE(writer->execute("CREATE TABLE note (text TEXT)"));
    auto reader = store::Connection::open(file, store::Connection::Mode::read);
    ASSERT_TRUE(reader && store::configure(*reader, store::Role::reader, false));
    EXPECT_EQ(reader->ask("PRAGMA wal_autocheckpoint").value(), "0");
    EXPECT_FALSE(reader->execute("INSERT INTO note VALUES ('x')"));
}

namespace {

constexpr store::Migration first{1, "CREATE TABLE note (text TEXT) STRICT; INSERT INTO note VALUES ('kept');"};
constexpr store::Migration second{2, "ALTER TABLE note ADD COLUMN author TEXT;"};
constexpr store::Migration broken{3, "UPDATE note SET text = 'lost'; DROP TABLE nowhere;"};

} // namespace

TEST(Migration, RunsTheStepsBehindTheVersionOfTheFile)
{
    const TempDirectory directory;
    auto connection = store::Connection::open((directory / "any.db").string(), store::Connection::Mode::create);
    ASSERT_TRUE(connection && store::migrate(*connection, 0, std::array{first}));
    ASSERT_TRUE(store::migrate(*connection, 1, std::array{first, second}));
    EXPECT_EQ(store::identify(*connection, std::array{first, second}).value(), 2);
    EXPECT_TRUE(connection->execute("INSERT INTO note VALUES ('new', 'ada')"));
}

TEST(Migration, ToHoldersKeepsWhoseAnEntryIs)
{
    const TempDirectory directory;
    auto connection = store::Connection::open((directory / "any.db").string(), store::Connection::Mode::create);
    ASSERT_TRUE(connection && store::migrate(*connection, 0, store::migrations().first(1)));
    const std::string row = "(x'01', 'card_uid_hex:04a1', x'000102030405060708090a0b0c0d0e0f', x'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff', ";
    ASSERT_TRUE(connection->execute("INSERT INTO placement VALUES" + row + "NULL, 'Ada \"Æ\"', NULL, 7, 5, 1, 2, 3, 0, '', 4, NULL, 6)"));
    ASSERT_TRUE(store::migrate(*connection, 1, store::migrations()));
    std::vector<model::Holder> holders;
    ASSERT_TRUE(store::read_holders(connection->ask("SELECT holders FROM placement").value(), holders));
    ASSERT_EQ(holders.size(), 1u);
    EXPECT_EQ(to_string(holders[0].workspace), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    EXPECT_EQ(to_string(holders[0].credential), "f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff");
    EXPECT_FALSE(holders[0].user);
    EXPECT_EQ(holders[0].label, "Ada \"Æ\"");
    EXPECT_EQ(holders[0].doors, 5u);
    EXPECT_FALSE(holders[0].identity) << "which older versions did not keep";
    EXPECT_EQ(connection->ask("SELECT fingerprint || ',' || truth || ',' || number FROM placement").value(), "7,3,6");
}

TEST(Migration, ThatFailsLeavesTheFileAtTheStepBefore)
{
    const TempDirectory directory;
    auto connection = store::Connection::open((directory / "any.db").string(), store::Connection::Mode::create);
    ASSERT_TRUE(connection && store::migrate(*connection, 0, std::array{first}));
    const auto failed = store::migrate(*connection, 1, std::array{first, second, broken});
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().detail, HasSubstr("schema step 3"));
    EXPECT_EQ(store::identify(*connection, std::array{first, second, broken}).value(), 2);
    EXPECT_EQ(connection->ask("SELECT text FROM note").value(), "kept");
}

TEST(Migration, IsPrecededByACopyThatOpensAndIsPrivate)
{
    const TempDirectory directory;
    auto connection = store::Connection::open((directory / "any.db").string(), store::Connection::Mode::create);
    ASSERT_TRUE(connection && store::migrate(*connection, 0, std::array{first}));
    write(directory / "before-schema-2.db", "an older copy");
    write(directory / "before-schema-2.db.part", "a copy that was cut short");
    const auto copied = store::back_up(*connection, directory / "before-schema-2.db");
    ASSERT_TRUE(copied) << copied.error().detail;
    EXPECT_EQ(mode_of(directory / "before-schema-2.db"), 0600u);
    auto copy = store::Connection::open((directory / "before-schema-2.db").string(), store::Connection::Mode::read);
    ASSERT_TRUE(copy);
    EXPECT_EQ(store::identify(*copy, std::array{first}).value(), 1);
    EXPECT_EQ(copy->ask("SELECT text FROM note").value(), "kept");
}
