#include "drivers/kit/kit.hpp"

namespace gatehouse::check {
namespace {

using testing::HasSubstr;

const std::string skeleton = SKELETONS "/gatehouse-driver-skeleton";

struct Slip {
    const char* name;
    const char* piece; ///< of the bench `plain`
    const char* other; ///< what stands there instead
    const char* told;
};

class BenchFiles : public Kit, public testing::WithParamInterface<Slip> {};

TEST_P(BenchFiles, AreRefusedWithTheFieldThatIsWrong)
{
    const auto file = bench_with(GetParam().piece, GetParam().other);
    const auto run = run_kit(skeleton, file, {"--check", "arguments"});
    EXPECT_EQ(run.code, 2) << run.report;
    EXPECT_THAT(run.report, HasSubstr(file + GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BenchFiles,
    testing::Values(
        Slip{"NoJson", R"("doors": [0, 1],)", R"("doors": [0, 1)", ":7: not JSON"},
        Slip{"Unknown", R"("doors": [0, 1])", R"("dors": [0], "doors": [0, 1])", ": `dors` is not known; there are programs, files"},
        Slip{"Missing", R"("doors": [0, 1],)", "", ": `doors` is missing"},
        Slip{"NoDoors", R"("doors": [0, 1])", R"("doors": [])", ": `doors` is not a list of door numbers"},
        Slip{"DoorsAsText", R"("doors": [0, 1])", R"("doors": ["0"])", ": `doors` is not a list of door numbers"},
        Slip{"OneProgram", R"([["${sim}")", R"(["${sim}", ["${sim}")", ": `programs` is not a list of programs"},
        Slip{"Endpoint", R"({"endpoint": {"tcp": "127.0.0.1:${port}"})", R"({"endpoint": "127.0.0.1:${port}")",
             ": `line.endpoint` is not an object"},
        Slip{"OfTheLine", R"("line": {)", R"("line": {"tcp": "here", )", ": `line.tcp` is not known; there are endpoint, secrets"},
        Slip{"OfTheDevice", R"("device": {"params")", R"("device": {"parms")", ": `device.parms` is not known"},
        Slip{"Fault", R"("cut": [)", R"("cuts": [)", ": `faults.cuts` is not known"},
        Slip{"FaultWithoutList", R"("cut": [{"op": "fault", "name": "reset", "value": null}])", R"("cut": {"op": "fault"})",
             ": `faults.cut` is not a list of objects"},
        Slip{"ForeignKey", R"("foreign_key": "f00dface",)", "", ": `foreign_key` is missing"},
        Slip{"Truth", R"("open": "/open")", R"("opens": "/open")", ": `truth.opens` is not known"},
        Slip{"TruthWithoutKey", R"("key": "/key", )", "", ": `truth.entries` says nothing without `truth.key`"},
        Slip{"Pointer", R"("entries": "/entries")", R"("entries": "entries")", ": `truth.entries` is not a JSON pointer"},
        Slip{"Entry", R"("from": "/from")", R"("start": "/from")", ": `truth.entry.start` is not known"},
        Slip{"Times", R"("doors": [0, 1])", R"("times": {"lost_ms": "9"}, "doors": [0, 1])", ": `times.lost_ms` is not a whole number"},
        Slip{"Control", R"(  "control": "${dir}/control",)", "", ": `faults` says nothing without `control`"}),
    [](const auto& one) { return one.param.name; });

TEST_F(Kit, AFolderNeedNotBeNamedWithABench)
{
    bench_with("", "");
    const auto run = run_kit_in(folder.string(), skeleton, "bench.json", {"--check", "attach"});
    EXPECT_EQ(run.code, 0) << run.report;
}

TEST_F(Kit, TheBenchOfTheGuideTellsWhatADeviceHolds)
{
    std::ifstream guide{KIT_FIXTURES "/../../../docs/driver-guide.md"};
    const std::string text{std::istreambuf_iterator<char>{guide}, {}}, mark = "```json\n";
    const auto from = text.find(mark) + mark.size();
    std::ofstream{folder / "bench.json"} << text.substr(from, text.find("```", from) - from);
    const auto run = run_kit(skeleton, (folder / "bench.json").string(),
                             {"--check", "as-told", "--check", "code-behind-card", "--check", "foreign", "--check", "lost-reply"});
    EXPECT_EQ(run.code, 0) << run.report;
}

TEST_F(Kit, APointerOfABenchThatLeadsNowhereIsTold)
{
    const auto run = run_kit(skeleton, bench_with(R"("entries": "/entries")", R"("entries": "/rows")"), {"--check", "table"});
    EXPECT_EQ(run.code, 2) << run.report;
    EXPECT_THAT(run.report, HasSubstr("`truth.entries` (/rows) leads to nothing"));
}

/// What a bench does not tell is open, whatever the driver does: that is not the driver's word.
TEST_F(Kit, WhatABenchCannotShowIsOpen)
{
    const auto entry = R"("entry": {"doors": "/doors", "from": "/from", "until": "/until", "pin": "/pin"}, )";
    auto run = run_kit(skeleton, bench_with(entry, ""), {"--check", "as-told"});
    EXPECT_EQ(run.code, 3) << run.report;
    EXPECT_EQ(run.word.at("as-told"), "open") << run.report;
    EXPECT_THAT(run.text.at("as-told"), HasSubstr("`truth.entry`"));

    run = run_kit(broken("drops-codes-behind-cards"), bench_with(R"(, "pin": "/pin")", ""), {"--check", "code-behind-card"});
    EXPECT_EQ(run.word.at("code-behind-card"), "open") << run.report;

    const std::string entries = R"("entries": "/entries", "key": "/key", )";
    run = run_kit(skeleton, bench_with(entries + entry, ""), {"--check", "table", "--check", "too-long"});
    EXPECT_EQ(run.code, 3) << run.report;
    EXPECT_EQ(run.word.at("table"), "open") << run.report;
    EXPECT_EQ(run.word.at("too-long"), "open") << run.report;
}

} // namespace
} // namespace gatehouse::check
