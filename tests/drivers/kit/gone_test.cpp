#include "drivers/driver_process.hpp"
#include "drivers/kit/kit.hpp"

#include <algorithm>

namespace gatehouse::check {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

/// Drivers that end when nobody asked them to.
class GoneDrivers : public Kit {
protected:
    /// One line and the reason, whatever was to be checked.
    void ends_the_run(const KitRun& run, const std::string& how)
    {
        EXPECT_EQ(run.code, 1) << run.report;
        EXPECT_THAT(run.word, ElementsAre(Pair("start", "FAIL"))) << run.report;
        EXPECT_THAT(run.text.at("start"), AllOf(HasSubstr(how), Not(HasSubstr("deadline")))) << run.report;
        EXPECT_THAT(run.report, HasSubstr("nothing else was checked"));
    }
};

TEST_F(GoneDrivers, WithoutAModuleAreToldByTheirLastWords)
{
    const auto program = broken("lingers");
    fs::remove(folder / "gatehouse_driver.py");
    const auto run = run_kit(program, "plain");
    ends_the_run(run, "exit status 1");
    EXPECT_THAT(run.report, HasSubstr("| ModuleNotFoundError: No module named 'gatehouse_driver'"));
}

TEST_F(GoneDrivers, WithASlipOfThePenAreToldByTheirLastWords)
{
    const auto program = broken("lingers");
    std::ofstream{program, std::ios::app} << "def (:\n";
    const auto run = run_kit(program, "");
    ends_the_run(run, "exit status 1");
    EXPECT_THAT(run.report, HasSubstr("| SyntaxError: "));
}

TEST_F(GoneDrivers, AreToldByTheirSignal)
{
    ends_the_run(run_kit(script("read hello; kill -SEGV $$"), ""),
                 "it owes the answer to `hello`; the process ended with signal 11 (SIGSEGV)");
}

TEST_F(GoneDrivers, ThatEndAsIfAllWereWellAreTold)
{
    ends_the_run(run_kit(script("exit 0"), ""), "; the process ended with exit status 0");
}

TEST_F(GoneDrivers, ThatCannotBeStartedAreToldWhy)
{
    const auto program = script("exit 0");
    fs::permissions(program, fs::perms{0644});
    ends_the_run(run_kit(program, ""), "it cannot be started: Permission denied");
}

TEST_F(GoneDrivers, HaveLastWordsThatAreFewPrintableAndWithoutSecrets)
{
    const auto run =
        run_kit(script(R"(seq -f 'line %g' 1000 >&2; printf 'with \033[2J hunter2-of-the-line\n' >&2; head -c 5000 /dev/zero >&2; exit 7)"),
                "plain");
    ends_the_run(run, "exit status 7");
    EXPECT_THAT(run.report, AllOf(HasSubstr("| line 1000\n"), HasSubstr("| with ?[2J ***\n"), Not(HasSubstr("line 900\n"))));
    EXPECT_LT(run.report.size(), 1'500U) << run.report;
}

/// Once for all the checks that fail of it.
TEST_F(GoneDrivers, OfAnExceptionInAStepAreToldByItWithoutWaiting)
{
    const auto run = run_kit(broken("fails-within-a-step"), "plain", {"--check", "attach", "--check", "table", "--check", "idempotent"});
    EXPECT_EQ(run.code, 1) << run.report;
    EXPECT_EQ(run.word.at("attach"), "ok");
    for (const auto* check : {"table", "idempotent"})
        EXPECT_EQ(run.text.at(check), "it owes the answer to `apply`; the process ended with exit status 4") << run.report;
    const std::string reason = "ZeroDivisionError: a step into nothing";
    EXPECT_NE(run.report.find(reason), std::string::npos) << run.report;
    EXPECT_EQ(run.report.find(reason), run.report.rfind(reason)) << run.report;
}

TEST_F(GoneDrivers, OfAnExceptionBeforeALineAreToldByIt)
{
    const auto run = run_kit(broken("fails-over-a-question"), "plain", {"--check", "attach"});
    EXPECT_EQ(run.text.at("attach"), "it owes the answer to `open_line`; the process ended with exit status 4") << run.report;
    EXPECT_THAT(run.report, HasSubstr("| ZeroDivisionError: a question too many"));
}

TEST_F(GoneDrivers, OfTwoFailuresAtOnceLockTheirDoorsBeforeTheyGo)
{
    drivers::DriverProcess driver{broken("fails-twice")};
    driver.agree();
    driver.ask("open_line", R"(,"endpoint":{"tcp":"127.0.0.1:9"},"secrets":{})");
    driver.request("attach", R"(,"device":"one","params":{},"secrets":{},"doors":[],"inputs":[])");
    ASSERT_TRUE(driver.find([](const auto& line) { return line.contains("detail") && line.at("detail") == "locking"; }));
    driver.send(R"({"type":"open_line","id":"99","deadline":"9000000000000","line":"second","endpoint":{},"secrets":{}})");
    EXPECT_EQ(driver.exit_code(sdk::Milliseconds{5000}), 4);
    EXPECT_THAT(driver.log(), AllOf(HasSubstr("a line too many"), HasSubstr("locked line=bus")));
}

TEST_F(Kit, ACheckThatDoesNotExistIsNotPassed)
{
    const auto run = run_kit(SKELETONS "/gatehouse-driver-skeleton", "", {"--check", "nope"});
    EXPECT_EQ(run.code, 2) << run.report;
    EXPECT_THAT(run.report, HasSubstr("--check nope: there is no such check; there are start, manifest, "));
    EXPECT_EQ(run_kit(SKELETONS "/gatehouse-driver-skeleton", "", {"--check", "words"}).code, 2) << "nothing was said that it could judge";
}

TEST_F(Kit, AManifestWithAnotherNameIsToldWithBoth)
{
    broken("lingers"); // the SDK
    const auto program = (folder / "gatehouse-driver-mine").string();
    for (const auto* part : {"", ".json"}) fs::copy_file(SKELETONS "/gatehouse-driver-skeleton-py" + std::string{part}, program + part);
    const auto run = run_kit(program, "", {"--check", "manifest"});
    EXPECT_EQ(run.word.at("manifest"), "FAIL") << run.report;
    EXPECT_THAT(run.text.at("manifest"), AllOf(HasSubstr("\"skeleton-py\""), HasSubstr("\"gatehouse-driver-mine\"")));
}

} // namespace
} // namespace gatehouse::check
