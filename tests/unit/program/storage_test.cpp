#include "place.hpp"

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

class Storage : public Place {
protected:
    /// Runs the gateway while `words` run in a shell; what they say comes back, and then how it ended. ASK is curl on its socket.
    std::string beside(const std::string& words) const
    {
        return shell("rm -f run/listening.json; " + gatehoused("") + R"( 2>log &
daemon=$!
timeout 30 sh -c "until [ -e run/listening.json ]; do kill -0 $daemon || exit; done"
ASK="curl -s --unix-socket run/gatehoused.sock -w \n%{http_code}\n"
)" + words + "\nkill $daemon; wait $daemon; echo ended $?")
            .output;
    }
};

} // namespace

TEST_F(Storage, ThatIsWellSaysSo)
{
    const auto said = beside("$ASK http://h/health");
    EXPECT_THAT(said, AllOf(HasSubstr(R"("status":"ok")"), HasSubstr(R"("mode":"normal")"), HasSubstr("\n200\n"), HasSubstr("ended 0")));
    EXPECT_EQ(std::filesystem::file_size(path_ / "state/reserve"), 8U * 1024 * 1024);
}

TEST_F(Storage, ThatCannotBeUsedIsLeftAsItIsAndEverybodyIsTold)
{
    beside("true");
    const auto whole = read("state/gatehouse.db");
    shell("sqlite3 state/gatehouse.db 'DELETE FROM door'");
    const auto lost = read("state/gatehouse.db");
    for (const auto& [name, damaged] : {std::pair{"database_unreadable", std::string(8192, 'x')}, std::pair{"schema_newer", whole},
                                        std::pair{"database_damaged", lost}}) {
        auto bytes = damaged;
        if (name == std::string{"schema_newer"}) bytes[62] = 'x'; // user_version in the header
        write("state/gatehouse.db", bytes);
        const auto said = beside("$ASK http://h/health; $ASK -X POST http://h/devices/unlock_door; $ASK http://h/openapi.json\n"
                                 "pgrep -P $daemon && echo driver");
        EXPECT_THAT(said, HasSubstr(std::string{R"("storage":{"mode":"sealed","reason":")"} + name)) << name;
        EXPECT_THAT(said, AllOf(HasSubstr(R"("type":"storage_sealed")"), Not(HasSubstr("\n200\n")), Not(HasSubstr("driver"))));
        EXPECT_THAT(said, HasSubstr("ended 0"));
        EXPECT_EQ(read("state/gatehouse.db"), bytes);
        EXPECT_THAT(read("log"), HasSubstr(std::string{"storage_sealed reason="} + name));
    }
}

TEST_F(Storage, WithADamagedRowGoesOnAndDeclaresItAgain)
{
    beside("true");
    shell("sqlite3 state/gatehouse.db 'UPDATE door SET output = 2'");
    const auto said = beside("$ASK http://h/health");
    EXPECT_THAT(said, AllOf(HasSubstr(R"("status":"degraded")"), HasSubstr(R"("damaged_rows":1)"), HasSubstr("ended 0")));
    EXPECT_THAT(read("log"), HasSubstr("storage_row_damaged table=door"));
    EXPECT_EQ(shell("sqlite3 state/gatehouse.db 'SELECT output FROM door'").output, "1\n");
    EXPECT_THAT(shell("sqlite3 state/gatehouse.db \"SELECT body FROM event WHERE type = 'gateway.storage_row_damaged'\"").output,
                StartsWith(R"({"table":"door","row":")"));
}

TEST_F(Storage, ThatTakesNoWritesIsReadAndEveryChangeRefused)
{
    beside("true");
    const auto mounted = shell("mount -t tmpfs -o mode=0700,size=24m tmpfs state && echo mounted").output; // over what was there
    if (!mounted.ends_with("mounted\n")) GTEST_SKIP() << "mounting takes root";
    beside("true");
    shell("mount -o remount,ro state");
    edit("site.yaml", "pier: {}\n", "pier: {}\n  quay: {}\n");
    const auto said = beside("$ASK http://h/health\n" + gatehoused("token create --name x --workspace pier"));
    shell("umount state");
    EXPECT_THAT(said, AllOf(HasSubstr(R"("mode":"read_only")"), HasSubstr("takes no writes"), HasSubstr("ended 0")));
    EXPECT_THAT(read("log"), HasSubstr("configuration_not_applied storage=read_only"));
}
