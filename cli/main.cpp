#include "clock.hpp"
#include "show.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>

namespace {

using namespace gatehouse::cli;
namespace json = boost::json;

/// What the operator asks for, beside the command itself.
struct Wishes {
    std::string socket = "/run/gatehouse/gatehoused.sock", confirm;
    std::string thing, entries, workspace; ///< of retire
};

void add_confirm(CLI::App& command, Wishes& wishes)
{
    command.fallthrough();
    command.add_option("--confirm", wishes.confirm, "the word of a plan that takes access away")->type_name("WORD");
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
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    try {
        if (*plan) return run("/gatehouse/configuration/plan", {}, "gatehouse apply", wishes);
        if (*end) return retire(wishes);
        if (*clock)
            return show_clock(ask(wishes.socket, *accept ? "/gatehouse/clock/accept" : "/gatehouse/clock/get", {}), std::cout, std::cerr);
        return run("/gatehouse/configuration/apply", {}, "gatehouse apply", wishes);
    } catch (const Unanswered& nobody) {
        std::cerr << "gatehouse: " << nobody.what() << "\n";
        return exit_failure;
    }
}
