#include "mqtt/command_line.hpp"

#include "mqtt/arguments.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <functional>

namespace gatehouse::simulators::mqtt {
namespace {

/// Like the chip's number: the same at every start, different for each controller.
std::string client_id_of(const Options& options)
{
    const auto chip = chip_number(options.ip + "\n" + options.installation.topic + "\n" + options.installation.hostname);
    char text[32]{};
    std::snprintf(text, sizeof text, "esp8266%06x", chip & 0xFFFFFFU);
    return text;
}

common::Outcome<Options> options_of(const Arguments& arguments)
{
    auto options = arguments.options;
    options.installation.heartbeat = std::chrono::seconds{arguments.heartbeat_s};
    options.installation.activation = std::chrono::milliseconds{arguments.activation_ms};
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
    boost::system::error_code ec;
    if (boost::asio::ip::make_address_v4(options.ip, ec).to_string() != options.ip || ec)
        return common::problem("ip: needs an IPv4 address such as 192.168.4.11");
    const auto& topic = options.installation.topic;
    if (topic.empty() || topic.find_first_of("+#") != std::string::npos) return common::problem("topic: needs text without + and #");
    if (options.link.client_id.empty()) options.link.client_id = client_id_of(options);
    return options;
}

} // namespace

CLI::App& describe(CLI::App& app, Arguments& into)
{
    auto& options = into.options;
    auto& command = *app.add_subcommand("mqtt", "A controller behind an MQTT broker");
    command.add_option("--model", into.model, "Kind of controller")->required()->check(CLI::IsMember({"esp-rfid"}));
    command.add_option("--broker", into.broker, "mqtt://HOST[:PORT] or mqtts://HOST[:PORT]")->required();
    command.add_option("--topic", options.installation.topic, "Topic; it listens on TOPIC/cmd and answers on TOPIC/send")->required();
    command.add_option("--ip", options.ip, "IPv4 address it takes for its own")->required();
    command.add_option("--hostname", options.installation.hostname, "Its host name")->required();
    command.add_option("--control", options.control, "Unix socket for tests; appears when the controller listens")->required();
    command.add_option("--seed", options.seed, "Seed of every random choice")->capture_default_str();
    command.add_option("--door", options.installation.door, "Name of its door")->capture_default_str();
    command.add_option("--relays", options.installation.relays, "Relays")->check(CLI::Range(1, 4))->capture_default_str();
    command.add_option("--heartbeat-s", into.heartbeat_s, "Seconds between heartbeats")->check(CLI::Range(1, 86400))->capture_default_str();
    command.add_option("--activation-ms", into.activation_ms, "Length of a pulse")->check(CLI::Range(1, 3'600'000))->capture_default_str();
    command.add_option("--boot-ms", into.boot_ms, "From power to the first dial")->check(CLI::Range(0, 600'000))->capture_default_str();
    command.add_option("--reconnect-s", into.reconnect_s, "Wait before it dials again")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    command.add_option("--state", options.state, "File that keeps its memory between runs");
    command.add_option("--fault", options.faults, "NAME=VALUE, as the control socket takes it; may be repeated");
    command.add_flag("--mqtt-log", options.installation.mqtt_log, "Log over MQTT, with a door contact");
    command.add_flag("--ask-pin", options.installation.asks_pin, "Ask for a PIN after the card");
    command.add_option("--client-id", options.link.client_id, "MQTT client id instead of its own");
    command.add_option("--user", options.link.user, "User name at the broker");
    command.add_option("--password-file", into.password_file, "File (mode 0600) with the password");
    command.add_option("--ca", options.link.ca_file, "Certificates to trust for mqtts://")->check(CLI::ExistingFile);
    return command;
}

int run(const Arguments& arguments)
{
    spdlog::set_default_logger(spdlog::stderr_logger_mt("gatehouse-sim"));
    const auto options = options_of(arguments);
    if (!options) return complain(options.error().text, 2);
    auto board = assemble(*options);
    if (!board) return complain(board.error().text, 2);
    spdlog::info("start model=esp-rfid topic={} ip={} seed={}", options->installation.topic, options->ip, options->seed);
    try {
        boost::asio::io_context context{1};
        Station station{context, *options, std::move(*board)};
        boost::asio::signal_set signals{context, SIGINT, SIGTERM};
        signals.async_wait([&station](const boost::system::error_code& ec, int) {
            if (!ec) station.stop();
        });
        station.start();
        context.run();
        return station.failure().empty() ? 0 : complain(station.failure(), 1);
    } catch (const ::mqtt::exception& e) {
        return complain(std::string{"broker: "} + e.what(), 1);
    }
}

} // namespace gatehouse::simulators::mqtt
