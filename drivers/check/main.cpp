#include "check.hpp"
#include "report.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

namespace gatehouse::check {

namespace {

constexpr std::string_view last_check = "words";

std::vector<Check> every_check()
{
    std::vector<Check> all;
    for (const auto& group : {program_checks(), message_checks(), life_checks(), table_checks(), truth_checks(), doubt_checks(),
                              door_checks(), end_checks(), bound_checks(), secret_checks()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

[[noreturn]] void refuse(const std::string& check, const std::string& why)
{
    throw BadBench{"--check " + check + ": " + why};
}

/// Errors:  BadBench  one of the names is that of no check.
void find_each(const std::vector<std::string>& wanted, std::span<const Check> all)
{
    std::string names;
    for (const auto& check : all) names.append(names.empty() ? "" : ", ").append(check.name);
    for (const auto& name : wanted) {
        const auto is_it = [&name](const Check& check) { return check.name == name; };
        if (name == last_check) refuse(name, "it is made at the end of every run, of what was said during the others");
        if (std::none_of(all.begin(), all.end(), is_it)) refuse(name, "there is no such check; there are " + names);
    }
}

/// What was seen and, of a driver that is gone, how it ended.
void tell_failure(const Check& check, const Failure& failure, const Rig& rig, Report& report)
{
    const bool silent = dynamic_cast<const Silent*>(&failure) != nullptr;
    auto ending = rig.ending();
    if (ending == "exit status 0" && !silent) ending.clear(); // as it should be
    const auto told = ending.empty() ? std::string{} : "; the process ended with " + ending;
    report.failed(check.name, failure.what() + told, silent || !ending.empty() ? rig.last_words() : std::vector<std::string>{});
}

/// One check: false when it failed. What is wrong with the words of the driver goes to a check of its own, so that each failure has one
/// reason.
bool carry_out(const Check& check, Rig& rig, Report& report)
{
    try {
        check.run(rig);
        report.passed(check.name, check.demands);
    } catch (const Failure& failure) {
        tell_failure(check, failure, rig, report);
        return false;
    } catch (const NotChecked& why) {
        report.not_checked(check.name, why.what());
    } catch (const NotApplicable& why) {
        report.not_applicable(check.name, why.what());
    }
    return true;
}

int run(const std::string& program, Bench* bench, const std::vector<std::string>& wanted)
{
    Report report;
    const auto all = every_check();
    find_each(wanted, all);
    std::vector<std::string> wrong;
    unsigned number = 0;
    for (const auto& check : all) {
        ++number;
        const bool first = check.name == first_check;
        if (!first && !wanted.empty() && std::find(wanted.begin(), wanted.end(), check.name) == wanted.end()) continue;
        if (bench != nullptr && !check.alone) bench->heal();
        Rig rig{program, bench, number};
        const bool held = carry_out(check, rig, report);
        for (auto& one : rig.wrong()) wrong.push_back(std::string{check.name} + ": " + std::move(one));
        if (first && !held) {
            std::printf("nothing else was checked: a driver is of no use before it answers `hello`\n");
            return something_failed;
        }
    }
    if (bench != nullptr) bench->heal();
    if (!wrong.empty()) report.failed(last_check, wrong.front() + " (" + std::to_string(wrong.size()) + " in all)");
    if (wrong.empty()) report.passed(last_check, "says nothing that the protocol does not have");
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
    try {
        std::map<std::string, std::string> named;
        for (const auto& setting : settings) {
            const auto equals = setting.find('=');
            if (equals == 0 || equals == std::string::npos) throw BadBench{"--set " + setting + ": give NAME=VALUE"};
            named[setting.substr(0, equals)] = setting.substr(equals + 1);
        }
        if (program.empty() || !std::filesystem::is_regular_file(program)) throw BadBench{"PROGRAM: no such file"};
        std::optional<Bench> bench;
        if (!bench_file.empty()) bench.emplace(bench_file, named), bench->start();
        return run(std::filesystem::absolute(program).string(), bench ? &*bench : nullptr, wanted);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "gatehouse-driver-check: %s\n", error.what());
        return wrong_arguments;
    }
}
