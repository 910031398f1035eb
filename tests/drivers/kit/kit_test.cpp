#include "drivers/kit/kit.hpp"

namespace gatehouse::check {
namespace {

using testing::HasSubstr;

class Skeletons : public testing::TestWithParam<const char*> {};

TEST_P(Skeletons, PassEveryCheck)
{
    const auto run = run_kit(std::string{SKELETONS "/"} + GetParam(), "plain");
    EXPECT_EQ(run.code, 0) << run.report;
    EXPECT_GE(run.word.size(), 60U) << run.report;
}

INSTANTIATE_TEST_SUITE_P(Of, Skeletons, testing::Values("gatehouse-driver-skeleton", "gatehouse-driver-skeleton-py"),
                         [](const auto& one) { return one.index == 0 ? "Cpp" : "Python"; });

struct Fault {
    const char* name;
    const char* check;  ///< that has to find it
    const char* reason; ///< part of what it says
};

class BrokenDrivers : public Kit, public testing::WithParamInterface<Fault> {};

TEST_P(BrokenDrivers, FailForTheirOwnReason)
{
    const auto& fault = GetParam();
    const auto run = run_kit(broken(fault.name), "plain", {"--check", "attach", "--check", fault.check});
    EXPECT_EQ(run.code, 1) << run.report;
    const bool of_its_words = std::string{fault.check} == "attach"; // what it says is wrong, whatever it does
    const std::string found = of_its_words ? "words" : fault.check;
    EXPECT_EQ(run.word.at(found), "FAIL") << run.report;
    EXPECT_THAT(run.text.at(found), HasSubstr(fault.reason));
    for (const auto& [check, word] : run.word) EXPECT_EQ(word, check == found ? "FAIL" : "ok") << check << ": " << run.report;
}

INSTANTIATE_TEST_SUITE_P(Each, BrokenDrivers,
                         testing::Values(Fault{"takes-any-version", "version", "is not refused as `version`"},
                                         Fault{"answers-what-it-does-not-know", "unknown-messages", "is not answered `unsupported`"},
                                         Fault{"dies-of-rubbish", "malformed", "malformed"},
                                         Fault{"swallows-long-lines", "oversize", "oversize"},
                                         Fault{"takes-wrong-fields", "wrong-fields", "is not refused as `invalid`"},
                                         Fault{"comes-too-late", "late-strike", "is not `unknown`, `late`"},
                                         Fault{"comes-too-late", "late", "is not told as `unknown`, `late`"},
                                         Fault{"guesses-success", "lost-request", "was lost is told as acknowledged"},
                                         Fault{"guesses-success", "lost-reply", "was lost is told as acknowledged"},
                                         Fault{"guesses-that-drops-succeed", "lost-drop", "request was lost is told as acknowledged"},
                                         Fault{"guesses-that-drops-succeed", "lost-drop-reply", "was lost is told as acknowledged"},
                                         Fault{"guesses-that-strikes-succeed", "lost-strike", "was lost is told as acknowledged"},
                                         Fault{"takes-silence-for-empty", "lost-list", "reads as empty"},
                                         Fault{"believes-damaged-lists", "damaged-list", "with a row missing is told as `complete`"},
                                         Fault{"asserts-no-modes", "door-modes", "is open when `online` is told"},
                                         Fault{"hides-restarts", "restart", "no `restarted` tells so"},
                                         Fault{"never-says-offline", "offline-online", "no `offline` tells so"},
                                         Fault{"leaves-doors-open", "end-of-input", "is open behind the end of its input"},
                                         Fault{"leaves-doors-open", "sigterm", "is open behind SIGTERM"},
                                         Fault{"lingers", "end-of-input", "it still runs"},
                                         Fault{"tells-secrets", "secrets", "stands in its log"},
                                         Fault{"tells-secrets-of-a-line", "secret-answers", "`detail` of a verdict: refused"},
                                         Fault{"tells-secrets-of-a-device", "secret-answers", "`detail` of a verdict: refused"},
                                         Fault{"tells-codes-it-refuses", "secret-answers", "`detail` of a verdict: acknowledged"},
                                         Fault{"tells-codes-in-reasons", "secret-answers", "`detail` of a verdict: acknowledged"},
                                         Fault{"answers-twice", "attach", "a second answer to one request"},
                                         Fault{"writes-numbers-for-text", "attach", "`at` is not a decimal number as text"},
                                         Fault{"invents-words", "attach", "`state` is none of the words"},
                                         Fault{"reads-on", "yield", "a read that an `apply` ended is `complete`"},
                                         Fault{"serves-doors-last", "strike-first", "waits until the table is read"},
                                         Fault{"hoards", "flood", "nobody takes its answers"},
                                         Fault{"forgets-the-end", "table", "the end of an entry is not read back"},
                                         Fault{"shortens-keys", "too-long", "longer than `key_limit`"},
                                         Fault{"locks-during-a-fire", "leave", "was locked at the end of its input"},
                                         Fault{"ends-pulses-during-a-fire", "leave-pulse", "was ended at the end of its input"},
                                         Fault{"ends-pulses-during-a-fire", "attach-leave", "was ended at the end of its input"},
                                         Fault{"ends-pulses-at-attach", "attach-leave", "was ended at `attach`"},
                                         Fault{"leaves-no-door", "leave-pulse", "mode `leave` is told as unsupported"},
                                         Fault{"acknowledges-and-stores-nothing", "table", "is not in the table of the device"},
                                         Fault{"drops-times", "as-told", "and was to hold"},
                                         Fault{"writes-all-doors", "as-told", "the device holds `doors` 0,1,2,3 and was to hold 0"},
                                         Fault{"opens-two-doors", "strike", "opens another door as well"},
                                         Fault{"opens-twice-as-long", "pulse-length", "is not over after 2.2 s"},
                                         Fault{"drops-codes-behind-cards", "code-behind-card", "acknowledged and not in the device"},
                                         Fault{"keeps-codes-for-ever", "each-kind", "`drop` of a pin is still in the table"},
                                         Fault{"hides-what-others-wrote", "foreign", "somebody else wrote is not read back"},
                                         Fault{"proves-what-it-did-not-see", "false-proof", "did not store is `read_back`"},
                                         Fault{"proves-drops-it-did-not-see", "false-removal", "did not remove is `read_back`"},
                                         Fault{"forgets-what-it-dropped", "false-removal", "did not remove is missing in a table"},
                                         Fault{"goes-deaf-after-a-cut", "cut-line", "no write succeeds any more"}),
                         [](const auto& one) {
                             std::string name = std::string{one.param.name} + "_" + one.param.check;
                             for (auto& c : name)
                                 if (c == '-') c = '_';
                             return name;
                         });

TEST_F(Kit, ADriverThatProvesWhatWasRefusedIsTold)
{
    const auto program = broken("proves-refusals");
    EXPECT_EQ(run_kit(program, "plain", {"--check", "table"}).word.at("words"), "ok") << "to prove what was acknowledged is fine";
    const auto run = run_kit(program, "plain", {"--check", "too-long"});
    EXPECT_EQ(run.word.at("words"), "FAIL") << run.report;
    EXPECT_THAT(run.text.at("words"), HasSubstr("`read_back` beside a verdict that is not `acknowledged`"));
}

TEST_F(Kit, ADriverWhoseAnswerToAttachIsOutOfShapeIsToldAndNotTheBench)
{
    auto run = run_kit(broken("numbers-its-kinds"), "plain", {"--check", "each-kind"});
    EXPECT_EQ(run.code, 1) << run.report;
    EXPECT_THAT(run.text.at("each-kind"), HasSubstr("`credential_kinds` holds something that is no text"));
    run = run_kit(broken("tells-no-doors"), "plain", {"--check", "attach"});
    EXPECT_EQ(run.code, 1) << run.report;
    EXPECT_THAT(run.text.at("attach"), HasSubstr("has not a verdict for each door"));
}

TEST_F(Kit, WithoutABenchWhatNeedsADeviceIsNotCalledGood)
{
    const auto run = run_kit(SKELETONS "/gatehouse-driver-skeleton", "");
    EXPECT_EQ(run.code, 3) << run.report;
    EXPECT_EQ(run.word.at("malformed"), "ok");
    EXPECT_EQ(run.word.at("end-of-input"), "open");
}

TEST_F(Kit, AProgramThatIsNoneIsTold)
{
    const auto run = run_kit("/nowhere/gatehouse-driver-x", "");
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.report, HasSubstr("PROGRAM"));
}

TEST_F(Kit, ASettingWithoutAValueIsTold)
{
    const auto run = run_kit(SKELETONS "/gatehouse-driver-skeleton", "plain", {"--set", "port"});
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.report, HasSubstr("--set port: give NAME=VALUE"));
}

} // namespace
} // namespace gatehouse::check
