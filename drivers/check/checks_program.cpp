#include "check.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <filesystem>
#include <fstream>

namespace gatehouse::check {

namespace {

constexpr Milliseconds a_moment{2'000}, a_start{5'000};

std::string all_output(Child& child)
{
    std::string text;
    while (const auto line = child.line(Deadline::in(a_start))) text += *line + "\n";
    return text;
}

void starts(Rig& rig)
{
    rig.greet();
}

void prints_its_manifest(Rig& rig)
{
    auto& child = rig.start({"--manifest"});
    boost::system::error_code ec;
    const auto printed = json::parse(all_output(child), ec);
    expect(!ec && printed.is_object(), "`--manifest` prints no JSON object");
    expect(child.exit_code(Deadline::in(a_moment)) == 0, "`--manifest` does not exit 0");
    std::ifstream file{rig.program() + ".json"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    expect(static_cast<bool>(file) && !text.empty(), "no manifest stands beside the program");
    const auto beside = json::parse(text, ec);
    expect(!ec && beside == printed, "the manifest beside the program is another than it prints");
    const auto program = std::filesystem::path{rig.program()}.filename().string();
    const auto name = text_in(printed.get_object(), "name");
    expect("gatehouse-driver-" + name == program,
           "`name` is \"" + name + "\", and the program is called \"" + program + "\" instead of \"gatehouse-driver-" + name + "\"");
    const auto* lines = printed.get_object().if_contains("lines_per_process");
    expect(lines != nullptr && lines->is_int64() && lines->get_int64() >= 1 && lines->get_int64() <= 256,
           "`lines_per_process` is not 1 to 256");
    const auto maturity = text_in(printed.get_object(), "maturity");
    expect(maturity == "experimental" || maturity == "beta" || maturity == "stable", "`maturity` is none of its words");
}

void knows_its_arguments(Rig& rig)
{
    expect(rig.start({"--frobnicate"}).exit_code(Deadline::in(a_start)) == 2,
           "an argument that does not exist does not end it with exit code 2");
}

void finds_fault_with_profiles(Rig& rig)
{
    auto& child = rig.start({"--check-profile", "/nowhere/at-all.yaml"});
    const auto line = child.line(Deadline::in(a_start)).value_or("");
    expect(line.starts_with("/nowhere/at-all.yaml:"), "`--check-profile` of a file that is not there prints no finding `FILE:LINE: text`");
    expect(child.exit_code(Deadline::in(a_moment)) == 1, "`--check-profile` with a finding does not exit 1");
}

void agrees_on_a_version(Rig& rig)
{
    rig.start();
    const auto first = rig.talk().ask("open_line", {{"endpoint", json::object{}}, {"secrets", json::object{}}});
    expect(text_in(first, "reason") == "no_hello", "a request before `hello` is not refused as `no_hello`");
    const auto agreed = rig.talk().ask("hello", {{"versions", json::array{1, 2, 99}}, {"daemon", "gatehouse-driver-check"}});
    expect(text_in(agreed, "verdict") == "acknowledged", "`hello` with versions it knows and others is not acknowledged");
    const auto* version = agreed.if_contains("version");
    expect(version != nullptr && *version == 1, "of the versions 1, 2 and 99 it does not take 1");
    const auto again = rig.talk().ask("hello", {{"versions", json::array{1}}});
    expect(text_in(again, "verdict") == "refused" && text_in(again, "reason") == "invalid", "a second `hello` is not refused as `invalid`");
}

void refuses_other_versions(Rig& rig)
{
    rig.start();
    const auto refused = rig.talk().ask("hello", {{"versions", json::array{99}}, {"daemon", "gatehouse-driver-check"}});
    expect(text_in(refused, "verdict") == "refused" && text_in(refused, "reason") == "version",
           "a version nobody has is not refused as `version`");
    const auto* own = refused.if_contains("versions");
    expect(own != nullptr && own->is_array() && !own->get_array().empty(), "the refusal does not tell its own `versions`");
    expect(rig.child().exit_code(Deadline::in(a_moment)) == 3, "without a common version it does not exit 3");
}

constexpr std::array program_list{
    Check{first_check, "starts, and takes `hello`", starts, true},
    Check{"manifest", "prints the manifest that stands beside it", prints_its_manifest, true},
    Check{"arguments", "exits 2 on wrong arguments", knows_its_arguments, true},
    Check{"profile-findings", "has a finding about a profile that is not there", finds_fault_with_profiles, true},
    Check{"hello", "takes the version it knows, once, and nothing before", agrees_on_a_version, true},
    Check{"version", "refuses versions it does not know and exits 3", refuses_other_versions, true},
};

} // namespace

std::span<const Check> program_checks()
{
    return program_list;
}

} // namespace gatehouse::check
