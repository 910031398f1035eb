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
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    try {
        if (*plan) return run("/gatehouse/configuration/plan", {}, "gatehouse apply", wishes);
        return run("/gatehouse/configuration/apply", {}, "gatehouse apply", wishes);
    } catch (const Unanswered& nobody) {
        std::cerr << "gatehouse: " << nobody.what() << "\n";
        return exit_failure;
    }
}
