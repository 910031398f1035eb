#include "clock.hpp"
#include "controllers.hpp"
#include "show.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace {

using namespace gatehouse::cli;
namespace json = boost::json;

/// What the operator asks for, beside the command itself.
struct Wishes {
    std::string socket = "/run/gatehouse/gatehoused.sock", confirm;
    std::string thing, entries, workspace; ///< of retire
    std::string controller, word, by;      ///< of adopt and replace
};

/// What stands for a plan or a list: 12 characters. Anything else never came from one.
std::string no_word(const std::string& given)
{
    const bool digits = given.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (given.size() == 12 && digits) return {};
    return "\"" + given +
           "\" is no word of a plan: that has 12 characters of 0-9 and a-f, such as 5c1f0b7a92de. The same command without "
           "--confirm shows what would be done, changes nothing, and ends with its word";
}

CLI::Option* add_word(CLI::App& command, Wishes& wishes, const std::string& about)
{
    return command.add_option("--confirm", wishes.confirm, about)->type_name("WORD")->check(CLI::Validator{no_word, ""});
}

void add_confirm(CLI::App& command, Wishes& wishes)
{
    command.fallthrough();
    add_word(command, wishes, "the word of a plan that takes access away");
}

int run(const std::string& path, json::object body, const std::string& again, const Wishes& wishes)
{
    if (!wishes.confirm.empty()) body["confirm"] = wishes.confirm;
    return show(ask(wishes.socket, path, body), again, std::cout, std::cerr);
}

/// The command as it was given, for whoever is to give it once more.
std::string retire_again(const Wishes& wishes)
{
    auto command = "gatehouse retire " + wishes.thing;
    if (!wishes.entries.empty()) command += " " + wishes.entries;
    if (!wishes.workspace.empty()) command += " --workspace " + wishes.workspace;
    return command;
}

int retire(const Wishes& wishes)
{
    const auto slash = wishes.thing.find('/');
    if (slash == std::string::npos) {
        std::cerr << "gatehouse: say what as KIND/KEY, for instance door/bikes\n";
        return exit_usage;
    }
    json::object body{{"kind", wishes.thing.substr(0, slash)}, {"key", wishes.thing.substr(slash + 1)}};
    if (!wishes.entries.empty()) body["own_entries"] = wishes.entries;
    if (!wishes.workspace.empty()) body["workspace"] = wishes.workspace;
    return run("/gatehouse/configuration/retire", std::move(body), retire_again(wishes), wishes);
}

void add_retire(CLI::App& command, Wishes& wishes)
{
    add_confirm(command, wishes);
    command.add_option("thing", wishes.thing, "KIND/KEY: system, entrance, group, door, device, line or hours")->required();
    command.add_option("entries", wishes.entries, "what a controller that ends still holds of ours: wipe, or leave")
        ->check(CLI::IsMember({"wipe", "leave"}));
    command.add_option("--workspace", wishes.workspace, "whose, when several have the key");
}

/// Who stands before the machine, as far as it knows.
std::string operator_name()
{
    for (const auto* name : {"SUDO_USER", "USER"})
        if (const auto* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    return {};
}

int adopt(const Wishes& wishes)
{
    json::object body{{"controller", wishes.controller}};
    if (!wishes.word.empty()) body["foreign"] = wishes.word;
    if (!wishes.confirm.empty()) body["confirm"] = wishes.confirm;
    if (const auto by = wishes.by.empty() ? operator_name() : wishes.by; !by.empty()) body["by"] = by;
    const auto answer = ask(wishes.socket, "/gatehouse/controllers/adopt", body);
    return show_adoption(answer, {wishes.controller, wishes.word}, std::cout, std::cerr);
}

int replace(const Wishes& wishes)
{
    json::object body{{"controller", wishes.controller}, {"by", wishes.by}};
    if (!wishes.confirm.empty()) body["confirm"] = wishes.confirm;
    const auto answer = ask(wishes.socket, "/gatehouse/controllers/replace", body);
    return show_replacement(answer, wishes.by, std::cout, std::cerr);
}

void add_adopt(CLI::App& command, Wishes& wishes)
{
    command.fallthrough();
    command.add_option("controller", wishes.controller, "its key in the configuration file")->required();
    auto* word = command.add_option("word", wishes.word, "what becomes of them: remove, or keep")->check(CLI::IsMember({"remove", "keep"}));
    add_word(command, wishes, "the word of the list they were shown in")->needs(word);
    command.add_option("--by", wishes.by, "who says so, for the audit trail")->type_name("NAME");
}

void add_replace(CLI::App& command, Wishes& wishes)
{
    command.fallthrough();
    command.add_option("controller", wishes.controller, "its key in the configuration file")->required();
    command.add_option("--by", wishes.by, "who attests that the old unit is out of use")->type_name("NAME")->required();
    add_word(command, wishes, "the word of what ends with the old unit");
}

/// CLI11 says of an unknown word only that a command is missing.
int usage(const CLI::App& app, const CLI::ParseError& error)
{
    const auto words = app.remaining();
    if (error.get_exit_code() == 0 || !app.get_subcommands().empty() || words.empty()) return app.exit(error) == 0 ? exit_ok : exit_usage;
    std::cerr << "gatehouse: \"" << words.front() << "\" is not known; there are";
    const char* before = " ";
    for (const auto* command : app.get_subcommands({})) std::cerr << std::exchange(before, ", ") << command->get_name();
    std::cerr << ". Run with --help for more information.\n";
    return exit_usage;
}

} // namespace

int main(int argc, char** argv)
{
    Wishes wishes;
    CLI::App app{"Asks the running Gatehouse gateway of this machine"};
    app.set_version_flag("--version", GATEHOUSE_VERSION);
    app.require_subcommand(1);
    app.add_option("--socket", wishes.socket, "the gateway's socket")->capture_default_str();
    auto* plan = app.add_subcommand("plan", "read the configuration file and say what it would change, and whose access");
    plan->fallthrough();
    auto* apply = app.add_subcommand("apply", "apply the configuration file");
    add_confirm(*apply, wishes);
    auto* end = app.add_subcommand("retire", "end something that the file leaves out, with what people have by it");
    add_retire(*end, wishes);
    auto* clock = app.add_subcommand("clock", "say whether the gateway trusts its clock");
    clock->fallthrough();
    auto* accept = clock->add_subcommand("accept", "vouch for the machine's clock as it is now: `date` shows it");
    accept->fallthrough();
    auto* foreign = app.add_subcommand("adopt", "list what a controller holds that Gatehouse did not write, and say what becomes of it");
    add_adopt(*foreign, wishes);
    auto* exchanged = app.add_subcommand("replace", "say that a controller was exchanged for another unit");
    add_replace(*exchanged, wishes);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return usage(app, error);
    }
    try {
        if (*plan) return run("/gatehouse/configuration/plan", {}, "gatehouse apply", wishes);
        if (*end) return retire(wishes);
        if (*clock)
            return show_clock(ask(wishes.socket, *accept ? "/gatehouse/clock/accept" : "/gatehouse/clock/get", {}), std::cout, std::cerr);
        if (*foreign) return adopt(wishes);
        if (*exchanged) return replace(wishes);
        return run("/gatehouse/configuration/apply", {}, "gatehouse apply", wishes);
    } catch (const Unanswered& nobody) {
        std::cerr << "gatehouse: " << nobody.what() << "\n";
        return exit_failure;
    }
}
