#include "app.hpp"
#include "token_command.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>

namespace {

using gatehouse::Options;

/// systemd names the folders it made in the environment.
void take_from_environment(const char* name, std::filesystem::path& into)
{
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') into = value;
}

void add_places(CLI::App& command, Options& options)
{
    command.add_option("--config", options.config, "configuration file")->capture_default_str();
    command.add_option("--state", options.state, "state directory")->capture_default_str();
    command.add_option("--runtime", options.runtime, "runtime directory")->capture_default_str();
    command.add_option("--drivers", options.drivers, "folder of driver programs")->capture_default_str();
    command.add_option("--profiles", options.profiles, "folder of device profiles")->capture_default_str();
    command.add_option("--sync-marker", options.sync_marker, "file that the time service touches")->capture_default_str();
}

void set_up_log(const std::string& level)
{
    auto log = spdlog::stderr_logger_st("gatehoused");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    log->set_level(spdlog::level::from_str(level));
    log->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(log));
}

/// CLI11 says of an unknown word behind `token` only that a command is missing.
int usage(const CLI::App& app, const CLI::App& token, const CLI::ParseError& error)
{
    const auto words = app.remaining(true);
    if (error.get_exit_code() == 0 || !token.parsed() || !token.get_subcommands().empty() || words.empty())
        return app.exit(error) == 0 ? gatehouse::exit_ok : gatehouse::exit_usage;
    std::cerr << "gatehoused: token \"" << words.front() << "\" is not known; there are create, list, revoke\n";
    return gatehouse::exit_usage;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    take_from_environment("STATE_DIRECTORY", options.state);
    take_from_environment("RUNTIME_DIRECTORY", options.runtime);

    CLI::App app{"The Gatehouse access-control gateway"};
    app.set_version_flag("--version", GATEHOUSE_VERSION);
    add_places(app, options);
    app.add_option("--log-level", options.log_level, "trace, debug, info, warning, error")
        ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}))
        ->capture_default_str();

    auto* check = app.add_subcommand("check", "check the configuration and say every problem");
    check->fallthrough();
    auto* token = app.add_subcommand("token", "API keys");
    token->require_subcommand(1);
    token->fallthrough();
    gatehouse::TokenCommand key;
    auto* create = token->add_subcommand("create", "make an API key and print it once");
    create->fallthrough();
    create->add_option("--name", key.name, "who uses it; stands in the audit trail")->required();
    create->add_option("--workspace", key.workspace, "key of the workspace; not needed when there is only one");
    auto* list = token->add_subcommand("list", "the API keys there are, by name");
    list->fallthrough();
    auto* revoke = token->add_subcommand("revoke", "end an API key: it is refused at once");
    revoke->fallthrough();
    revoke->add_option("NAME", key.name, "as it was made with")->required();
    revoke->add_option("--workspace", key.workspace, "key of the workspace; needed when several have a key of that name");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return usage(app, *token, error);
    }
    set_up_log(options.log_level);
    if (*check) return gatehouse::check(options);
    if (*create) return gatehouse::create_token(options, key);
    if (*list) return gatehouse::list_tokens(options);
    if (*revoke) return gatehouse::revoke_token(options, key);
    return gatehouse::serve(options);
}
