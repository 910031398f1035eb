#include "mqtt/arguments.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <utility>

namespace gatehouse::simulators::mqtt {

void describe_post(CLI::App& command, PostArguments& into)
{
    auto& options = into.options;
    command.add_option("--broker", into.broker, "mqtt://HOST[:PORT] or mqtts://HOST[:PORT]")->required();
    command.add_option("--control", options.control, "Unix socket for tests; appears when the device listens")->required();
    command.add_option("--seed", options.seed, "Seed of every random choice")->capture_default_str();
    command.add_option("--fault", into.faults, "NAME=VALUE, as the control socket takes it; may be repeated");
    command.add_option("--boot-ms", into.boot_ms, "From power to the first dial")->check(CLI::Range(0, 600'000))->capture_default_str();
    command.add_option("--reconnect-s", into.reconnect_s, "Wait before it dials again")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    command.add_option("--client-id", options.link.client_id, "MQTT client id instead of its own");
    command.add_option("--user", options.link.user, "User name at the broker");
    command.add_option("--password-file", into.password_file, "File (mode 0600) with the password");
    command.add_option("--ca", options.link.ca_file, "Certificates to trust for mqtts://")->check(CLI::ExistingFile);
}

common::Outcome<PostOptions> post_options_of(const PostArguments& arguments)
{
    auto options = arguments.options;
    options.boot = std::chrono::milliseconds{arguments.boot_ms};
    options.reconnect = std::chrono::milliseconds{static_cast<std::int64_t>(arguments.reconnect_s * 1000)};
    auto server = server_of(arguments.broker);
    if (!server) return server.error();
    options.link.server = std::move(*server);
    if (!arguments.password_file.empty()) {
        auto password = read_password(arguments.password_file);
        if (!password) return password.error();
        options.link.password = std::move(*password);
    }
    return options;
}

common::Outcome<void> check_topic(std::string_view name, std::string_view topic)
{
    const auto fits = !topic.empty() && topic.size() <= 200 && topic.find_first_of("+#") == std::string_view::npos;
    if (!fits || topic.front() == '/' || topic.back() == '/')
        return common::problem(std::string{name} + ": needs text without + and #, and no / at either end");
    return {};
}

std::uint32_t chip_number(std::string_view text)
{
    std::uint32_t hash = 2166136261U;
    for (const auto c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

int complain(const std::string& why, int status)
{
    std::fprintf(stderr, "gatehouse-sim: %s\n", why.c_str());
    return status;
}

int run_post(const PostOptions& options, Hooks hooks)
{
    spdlog::set_default_logger(spdlog::stderr_logger_mt("gatehouse-sim"));
    spdlog::info("start {} seed={}", options.about, options.seed);
    try {
        boost::asio::io_context context{1};
        Post post{context, options, std::move(hooks)};
        boost::asio::signal_set signals{context, SIGINT, SIGTERM};
        signals.async_wait([&post](const boost::system::error_code& ec, int) {
            if (!ec) post.stop();
        });
        post.start();
        context.run();
        return post.failure().empty() ? 0 : complain(post.failure(), 1);
    } catch (const ::mqtt::exception& e) {
        return complain(std::string{"broker: "} + e.what(), 1);
    }
}

} // namespace gatehouse::simulators::mqtt
