#include "file.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

namespace gatehouse::settings {

namespace {

/// A directory of its own that goes with the test.
class SecretFile : public testing::Test {
public:
    ~SecretFile() override { std::filesystem::remove_all(directory_); }

protected:
    SecretFile()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "gatehouse-secret-XXXXXX").string();
        directory_ = mkdtemp(pattern.data());
    }

    std::filesystem::path write(const std::string& content, mode_t mode)
    {
        auto path = directory_ / "token";
        std::ofstream{path, std::ios::binary} << content;
        chmod(path.c_str(), mode);
        return path;
    }

    base::Result<Secret> resolved_file() const
    {
        return resolve({.kind = SecretRef::Kind::file, .name = (directory_ / "token").string(), .path = "lines.a.password", .mark = here_},
                       {});
    }
    base::Result<Secret> resolved_credential() const
    {
        return resolve({.kind = SecretRef::Kind::credential, .name = "token", .path = "lines.a.password", .mark = here_}, directory_);
    }
    std::string said(const std::string& what) const
    {
        return "site.yaml:7: lines.a.password: file " + (directory_ / "token").string() + " " + what;
    }

    std::filesystem::path directory_;
    Mark here_{.file = "site.yaml", .line = 7};
};

TEST_F(SecretFile, IsReadWithoutItsLineEnd)
{
    write("open sesame\n", 0600);
    const auto secret = resolved_file();
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->reveal(), "open sesame");
}

TEST_F(SecretFile, IsFoundAmongTheCredentialsOfTheService)
{
    write("open sesame", 0400);
    const auto secret = resolved_credential();
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->reveal(), "open sesame");
}

TEST_F(SecretFile, IsRefusedWhenGroupOrOthersMayReadIt)
{
    for (const mode_t mode : {0640U, 0604U, 0620U, 0666U}) {
        write("open sesame", mode);
        const auto secret = resolved_file();
        ASSERT_FALSE(secret);
        EXPECT_EQ(secret.error().detail, said("can be read or written by group or others; mode 0600 is right"));
        EXPECT_FALSE(resolved_credential());
    }
}

TEST_F(SecretFile, IsAcceptedWhenAnAccessListGivesItToOneUserOnly)
{
    const auto path = write("open sesame", 0600);
    // version 2; owner rw, user 4242 r, owning group -, mask r, others -: what systemd sets on a credential
    const std::array<unsigned char, 44> list{2,    0, 0, 0,                         //
                                             0x01, 0, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF, //
                                             0x02, 0, 4, 0, 0x92, 0x10, 0,    0,    //
                                             0x04, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, //
                                             0x10, 0, 4, 0, 0xFF, 0xFF, 0xFF, 0xFF, //
                                             0x20, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    if (setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0)
        GTEST_SKIP() << "this file system keeps no access lists";
    EXPECT_TRUE(resolved_credential());

    auto for_a_group = list;
    for_a_group[22] = 4; // the owning group reads as well
    ASSERT_EQ(setxattr(path.c_str(), "system.posix_acl_access", for_a_group.data(), for_a_group.size(), 0), 0);
    EXPECT_FALSE(resolved_credential());
}

TEST_F(SecretFile, IsRefusedWhenItBelongsToAnotherUser)
{
    const auto path = write("open sesame", 0600);
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_EQ(chown(path.c_str(), 4242, 4242), 0);
    const auto secret = resolved_file();
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().detail, said("belongs to another user"));
}

TEST_F(SecretFile, IsRefusedWhenEmptyMissingOrNoFile)
{
    EXPECT_EQ(resolved_file().error().detail, said("cannot be read: No such file or directory"));
    write("", 0600);
    EXPECT_EQ(resolved_file().error().detail, said("is empty"));
    write("\n", 0600);
    EXPECT_EQ(resolved_file().error().detail, said("is empty"));
    std::filesystem::remove(directory_ / "token");
    ASSERT_EQ(mkfifo((directory_ / "token").c_str(), 0600), 0);
    EXPECT_EQ(resolved_file().error().detail, said("is no regular file"));
}

TEST_F(SecretFile, IsRefusedAboveOneMebibyte)
{
    write(std::string(1024 * 1024, 'x'), 0600);
    EXPECT_TRUE(resolved_file());
    write(std::string(1024 * 1024 + 1, 'x'), 0600);
    EXPECT_EQ(resolved_file().error().detail, said("is larger than 1 MiB"));
}

TEST_F(SecretFile, NeedsTheDirectoryOfTheService)
{
    const auto secret = resolve({.name = "token", .path = "lines.a.password", .mark = here_}, {});
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().detail, "site.yaml:7: lines.a.password: credential token cannot be read: CREDENTIALS_DIRECTORY is not set");
}

TEST_F(SecretFile, ThatTheServiceWasNotHandedIsToldAsThat)
{
    const auto secret = resolve({.name = "other", .path = "lines.a.password", .mark = here_}, directory_);
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().detail, "site.yaml:7: lines.a.password: credential other was not handed over: systemd does that at a start, "
                                     "for each that LoadCredential= of the unit names");
}

TEST(Secrets, AreListedInTheOrderOfTheFile)
{
    const auto loaded = parse(right, "site.yaml");
    ASSERT_TRUE(loaded.settings);
    std::vector<std::string> paths;
    for (const SecretRef& ref : secrets(*loaded.settings)) paths.push_back(ref.path);
    EXPECT_THAT(paths, testing::ElementsAre("lines.broker.password", "lines.broker.ca", "devices.reader.key"));
}

} // namespace

} // namespace gatehouse::settings
