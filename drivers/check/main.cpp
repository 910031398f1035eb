#include "check.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

namespace gatehouse::check {

namespace {

enum Status { all_good = 0, something_failed = 1, wrong_arguments = 2, not_all_checked = 3 };

struct Report {
    std::size_t passed = 0, failed = 0, unchecked = 0, beside = 0;

    void line(const char* word, std::string_view name, const std::string& text)
    {
        std::printf("%-5s %-18.*s %s\n", word, static_cast<int>(name.size()), name.data(), text.c_str());
        std::fflush(stdout);
    }
    int end() const
    {
        std::printf("%zu passed, %zu failed, %zu not checked, %zu not applicable\n", passed, failed, unchecked, beside);
        return failed > 0 ? something_failed : unchecked > 0 ? not_all_checked : all_good;
    }
};

std::vector<Check> every_check()
{
    std::vector<Check> all;
    for (const auto& group : {program_checks(), message_checks(), life_checks(), table_checks(), truth_checks(), doubt_checks(),
                              door_checks(), end_checks(), bound_checks()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

/// One check; what is wrong with the words of the driver goes to a check of its own, so that each failure has one reason.
void carry_out(const Check& check, Rig& rig, Report& report)
{
    try {
        check.run(rig);
        ++report.passed;
        report.line("ok", check.name, std::string{check.demands});
    } catch (const Failure& failure) {
        ++report.failed;
        report.line("FAIL", check.name, failure.what());
    } catch (const NotChecked& why) {
        ++report.unchecked;
        report.line("open", check.name, std::string{"not checked: "} + why.what());
    } catch (const NotApplicable& why) {
        ++report.beside;
        report.line("-", check.name, std::string{"not applicable: "} + why.what());
    }
}

int run(const std::string& program, Bench* bench, const std::vector<std::string>& wanted)
{
    Report report;
    std::vector<std::string> wrong;
    unsigned number = 0;
    for (const auto& check : every_check()) {
        ++number;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), check.name) == wanted.end()) continue;
        if (bench != nullptr && !check.alone) bench->heal();
        Rig rig{program, bench, number};
        carry_out(check, rig, report);
        for (auto& one : rig.wrong()) wrong.push_back(std::string{check.name} + ": " + std::move(one));
    }
    if (bench != nullptr) bench->heal();
    if (!wrong.empty()) ++report.failed, report.line("FAIL", "words", wrong.front() + " (" + std::to_string(wrong.size()) + " in all)");
    if (wrong.empty()) ++report.passed, report.line("ok", "words", "says nothing that the protocol does not have");
    return report.end();
}

} // namespace

} // namespace gatehouse::check

int main(int argc, char** argv)
{
    using namespace gatehouse::check;
    CLI::App app{
        "Proves a driver program against docs/driver-protocol.md: exit 0 all good, 1 something failed, 3 not all could be checked"};
    std::string program, bench_file;
    std::vector<std::string> settings, wanted;
    bool list = false;
    app.add_option("PROGRAM", program, "The driver, with its manifest beside it");
    app.add_option("--bench", bench_file, "What to try it on: docs/driver-guide.md")->check(CLI::ExistingFile);
    app.add_option("--set", settings, "NAME=VALUE for ${NAME} in the bench; may be repeated");
    app.add_option("--check", wanted, "Only this check; may be repeated");
    app.add_flag("--list", list, "Names every check and what it demands");
    CLI11_PARSE(app, argc, argv);
    if (list) {
        for (const auto& check : every_check())
            std::printf("%-18.*s %.*s\n", static_cast<int>(check.name.size()), check.name.data(), static_cast<int>(check.demands.size()),
                        check.demands.data());
        return 0;
    }
    std::map<std::string, std::string> named;
    for (const auto& setting : settings)
        named[setting.substr(0, setting.find('='))] = setting.substr(std::min(setting.size(), setting.find('=') + 1));
    try {
        if (program.empty() || !std::filesystem::is_regular_file(program)) throw BadBench{"PROGRAM: no such file"};
        std::optional<Bench> bench;
        if (!bench_file.empty()) bench.emplace(bench_file, named), bench->start();
        return run(std::filesystem::absolute(program).string(), bench ? &*bench : nullptr, wanted);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "gatehouse-driver-check: %s\n", error.what());
        return wrong_arguments;
    }
}
