#include "shelly/methods.hpp"

#include "shelly/messages.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace gatehouse::simulators::shelly {
namespace {

namespace json = boost::json;

constexpr int no_handler = 404, bad_argument = -103, not_found = -105;
constexpr double longest_delay = 86'400 * 365.0;

/// A result, or an error with a code.
struct Said {
    json::object result = {};
    int code = 0;
    std::string message = {};
};

Said complaint(int code, std::string message)
{
    return {.code = code, .message = std::move(message)};
}

Said set_switch(Device& device, const json::object& params, common::Moment now, common::Effects& out)
{
    const auto* on = params.if_contains("on");
    const auto* after = params.if_contains("toggle_after");
    if (on == nullptr) return complaint(bad_argument, "Missing required argument 'on'!");
    if (!on->is_bool()) return complaint(bad_argument, "Invalid argument 'on'!");
    const auto seconds = after != nullptr && after->is_number() ? after->to_number<double>() : 0.0;
    if (after != nullptr && (!after->is_number() || !(seconds >= 0 && seconds <= longest_delay)))
        return complaint(bad_argument, "Invalid argument 'toggle_after'!");
    const auto was_on = device.relay.open;
    set_output(device, on->get_bool(), "MQTT", seconds, now, out);
    return {.result = {{"was_on", was_on}}};
}

Said toggle_switch(Device& device, const json::object&, common::Moment now, common::Effects& out)
{
    const auto was_on = device.relay.open;
    set_output(device, !was_on, "MQTT", 0, now, out);
    return {.result = {{"was_on", was_on}}};
}

Said get_switch_status(Device& device, const json::object&, common::Moment, common::Effects&)
{
    return {.result = switch_status(device)};
}

Said get_input_status(Device& device, const json::object&, common::Moment, common::Effects&)
{
    return {.result = input_status(device)};
}

Said get_config(Device& device, const json::object&, common::Moment, common::Effects&)
{
    return {.result = listed(device.config)};
}

Said set_config(Device& device, const json::object& params, common::Moment now, common::Effects& out)
{
    const auto* config = params.if_contains("config");
    if (config == nullptr || !config->is_object()) return complaint(bad_argument, "Missing required argument 'config'!");
    const auto failing = device.faults.write_fails || device.dice.chance(device.faults.ack_but_not_stored);
    auto changed = device.config;
    if (const auto applied = change_config(changed, config->get_object()); !applied) return complaint(bad_argument, applied.error().text);
    if (failing) {
        ++device.counters.writes_lost;
    } else {
        device.config = std::move(changed);
        ++device.config_revision;
        notify_config(device, now, out);
    }
    return {.result = {{"restart_required", false}}};
}

struct Method {
    std::string_view name;
    Said (*run)(Device&, const json::object&, common::Moment, common::Effects&);
};

constexpr std::array methods{
    Method{"Switch.Set", set_switch},       Method{"Switch.Toggle", toggle_switch}, Method{"Switch.GetStatus", get_switch_status},
    Method{"Switch.GetConfig", get_config}, Method{"Switch.SetConfig", set_config}, Method{"Input.GetStatus", get_input_status},
};

Said run_method(Device& device, const std::string& name, const json::object& params, common::Moment now, common::Effects& out)
{
    const auto* method = std::find_if(methods.begin(), methods.end(), [&name](const Method& m) { return m.name == name; });
    if (method == methods.end()) {
        ++device.counters.ignored;
        return complaint(no_handler, "No handler for " + name);
    }
    const auto* id = params.if_contains("id");
    if (id == nullptr) return complaint(bad_argument, "Missing required argument 'id'!");
    if (!id->is_number()) return complaint(bad_argument, "Invalid argument 'id'!");
    if (id->to_number<double>() != 0) return complaint(not_found, "Argument 'id', value " + json::serialize(*id) + " not found!");
    ++device.counters.commands;
    return method->run(device, params, now, out);
}

struct Choice {
    std::string_view name;
    std::string SwitchConfig::*member;
    std::array<std::string_view, 4> words;
};

constexpr std::array choices{
    Choice{"in_mode", &SwitchConfig::in_mode, {"momentary", "follow", "flip", "detached"}},
    Choice{"initial_state", &SwitchConfig::initial_state, {"off", "on", "restore_last", "match_input"}},
};

struct Flag {
    std::string_view name;
    bool SwitchConfig::*member;
};

constexpr std::array flags{Flag{"auto_on", &SwitchConfig::auto_on}, Flag{"auto_off", &SwitchConfig::auto_off}};

struct Delay {
    std::string_view name;
    double SwitchConfig::*member;
};

constexpr std::array delays{Delay{"auto_on_delay", &SwitchConfig::auto_on_delay}, Delay{"auto_off_delay", &SwitchConfig::auto_off_delay}};

/// Whether `value` fits the setting of that name; settings that mean nothing here are taken and forgotten.
bool apply(SwitchConfig& config, std::string_view name, const json::value& value)
{
    for (const auto& choice : choices) {
        if (choice.name != name) continue;
        const auto* text = value.if_string();
        if (text == nullptr || std::find(choice.words.begin(), choice.words.end(), std::string_view{*text}) == choice.words.end())
            return false;
        config.*choice.member = std::string{std::string_view{*text}};
    }
    for (const auto& flag : flags) {
        if (flag.name != name) continue;
        if (!value.is_bool()) return false;
        config.*flag.member = value.get_bool();
    }
    for (const auto& delay : delays) {
        if (delay.name != name) continue;
        const auto seconds = value.is_number() ? value.to_number<double>() : -1.0;
        if (!(seconds >= 0 && seconds <= longest_delay)) return false;
        config.*delay.member = seconds;
    }
    return true;
}

} // namespace

void answer_frame(Device& device, const std::string& payload, common::Moment now, common::Effects& out)
{
    boost::system::error_code ec;
    const auto frame = json::parse(payload, ec);
    const auto* members = ec ? nullptr : frame.if_object();
    const auto* method = members != nullptr ? members->if_contains("method") : nullptr;
    if (method == nullptr || !method->is_string()) {
        ++device.counters.ignored;
        return;
    }
    const auto* params = members->if_contains("params");
    const auto said = run_method(device, std::string{std::string_view{method->get_string()}},
                                 params != nullptr && params->is_object() ? params->get_object() : json::object{}, now, out);
    const auto* id = members->if_contains("id");
    const auto* source = members->if_contains("src");
    if (id == nullptr || source == nullptr || !source->is_string() || source->get_string().empty()) return;
    json::object answer{{"id", *id}, {"src", device.installation.id}, {"dst", *source}};
    if (said.code == 0)
        answer["result"] = said.result;
    else
        answer["error"] = json::object{{"code", said.code}, {"message", said.message}};
    // The relay has moved, and told so, before the answer leaves.
    out.messages.push_back({.topic = std::string{std::string_view{source->get_string()}} + "/rpc", .payload = json::serialize(answer)});
}

common::Outcome<void> change_config(SwitchConfig& config, const json::object& changes)
{
    auto changed = config;
    for (const auto& change : changes) {
        const auto name = std::string{std::string_view{change.key()}};
        if (!apply(changed, name, change.value())) return common::problem("Invalid argument '" + name + "'!");
    }
    config = std::move(changed);
    return {};
}

json::object listed(const SwitchConfig& config)
{
    return {{"id", 0},
            {"name", nullptr},
            {"in_mode", config.in_mode},
            {"initial_state", config.initial_state},
            {"auto_on", config.auto_on},
            {"auto_on_delay", number(config.auto_on_delay)},
            {"auto_off", config.auto_off},
            {"auto_off_delay", number(config.auto_off_delay)}};
}

} // namespace gatehouse::simulators::shelly
