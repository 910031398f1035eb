#include "zigbee2mqtt/conversions.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

namespace json = boost::json;
using common::problem;

constexpr std::array<std::string_view, 8> bare_words{"ON", "OFF", "TOGGLE", "OPEN", "CLOSE", "STOP", "LOCK", "UNLOCK"};
constexpr std::array<std::string_view, 3> keys{"state", "pin_code", "user_status"};

std::string upper(std::string_view word)
{
    std::string out{word};
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

/// `set`, `get`, either with a key behind; nothing for other text.
std::optional<Target> read_verb(std::string name, std::string_view rest)
{
    const auto verb = rest.substr(0, rest.find('/'));
    if (verb != "set" && verb != "get") return std::nullopt;
    const auto key = rest.size() > verb.size() ? rest.substr(verb.size() + 1) : std::string_view{};
    return Target{.name = std::move(name), .reads = verb == "get", .key = std::string{key}};
}

/// A value the way the bridge's language turns it into text. Numbers have lost their leading zeros long before.
std::string text_of(const json::value& value)
{
    if (value.is_string()) return std::string{std::string_view{value.get_string()}};
    return value.is_object() ? "[object Object]" : json::serialize(value);
}

common::Outcome<std::size_t> slot_of(const json::object& asked, std::size_t slots)
{
    const auto* user = asked.if_contains("user");
    if (user == nullptr || !user->is_number()) return problem("Error: user must be numbers");
    const auto number = user->to_number<double>();
    if (!(number >= 0 && number <= static_cast<double>(slots) - 1)) return problem("Error: user must be in range for device");
    return static_cast<std::size_t>(number);
}

common::Outcome<Request> bolt_request(const json::value& value)
{
    const auto* object = value.if_object();
    const auto* word = object != nullptr ? object->if_contains("state") : &value;
    const auto state = word != nullptr && word->is_string() ? upper(std::string_view{word->get_string()}) : std::string{};
    if (state == "LOCK") return Request{.order = Order::lock};
    if (state == "UNLOCK") return Request{.order = Order::unlock};
    if (state == "TOGGLE") return Request{.order = Order::toggle};
    return problem("Error: Invalid value '" + state + "', expected one of: LOCK,UNLOCK,TOGGLE");
}

common::Outcome<Request> code_request(const json::value& value, std::size_t slots)
{
    if (!value.is_object()) return problem("Error: pin_code is not a object, got " + json::serialize(value));
    const auto& asked = value.get_object();
    const auto slot = slot_of(asked, slots);
    if (!slot) return slot.error();
    const auto* code = asked.if_contains("pin_code");
    if (code == nullptr || code->is_null()) return Request{.order = Order::clear_code, .slot = *slot};
    Request request{.order = Order::put_code, .slot = *slot};
    const auto* enabled = asked.if_contains("user_enabled");
    if (enabled != nullptr && (*enabled == false || *enabled == 0)) request.content.status = SlotStatus::disabled;
    const auto* type = asked.if_contains("user_type");
    for (std::uint8_t number = 0; type != nullptr && text(request.content.type) != text_of(*type); ++number) {
        if (number > static_cast<std::uint8_t>(UserType::non_access))
            return problem("Error: Value: '" + text_of(*type) +
                           "' not found in: [unrestricted, year_day_schedule, week_day_schedule, master, non_access]");
        request.content.type = static_cast<UserType>(number);
    }
    request.content.pin = text_of(*code);
    return request;
}

common::Outcome<Request> status_request(const json::value& value, std::size_t slots)
{
    if (!value.is_object()) return problem("Error: user_status is not a object, got " + json::serialize(value));
    const auto slot = slot_of(value.get_object(), slots);
    if (!slot) return slot.error();
    const auto* status = value.get_object().if_contains("status");
    for (const auto known : {SlotStatus::available, SlotStatus::enabled, SlotStatus::disabled}) {
        if (status != nullptr && text_of(*status) == text(known))
            return Request{.order = Order::put_status, .slot = *slot, .content = {.status = known}};
    }
    return problem("Error: Unsupported status, should be one of: available,enabled,disabled");
}

/// Without a user every slot is asked for, one after the other.
common::Outcome<Request> read_request(Order order, const json::value& value, std::size_t slots)
{
    const auto* asked = value.if_object();
    if (asked == nullptr || !asked->contains("user")) return Request{.order = order, .goes_on = true};
    const auto slot = slot_of(*asked, slots);
    if (!slot) return slot.error();
    return Request{.order = order, .slot = *slot};
}

} // namespace

std::optional<Target> target_of(const Bridge& bridge, std::string_view topic)
{
    const auto base = bridge.installation.base + "/";
    if (!topic.starts_with(base)) return std::nullopt;
    topic.remove_prefix(base.size());
    for (const auto& member : bridge.members) {
        const auto& name = member.lock.name;
        if (!topic.starts_with(name + "/")) continue;
        if (auto target = read_verb(name, topic.substr(name.size() + 1))) return target;
    }
    for (auto slash = topic.find('/'); slash != std::string_view::npos; slash = topic.find('/', slash + 1)) {
        if (auto target = read_verb(std::string{topic.substr(0, slash)}, topic.substr(slash + 1))) return target;
    }
    return std::nullopt;
}

std::optional<json::object> read_payload(const Target& target, const std::string& payload)
{
    boost::system::error_code ec;
    auto value = json::parse(payload, ec);
    if (!target.key.empty()) {
        json::object whole;
        whole[target.key] = ec ? json::value(payload) : std::move(value);
        return whole;
    }
    if (ec) {
        if (std::find(bare_words.begin(), bare_words.end(), upper(payload)) == bare_words.end()) return std::nullopt;
        return json::object{{"state", payload}};
    }
    return value.is_object() ? value.get_object() : json::object{}; // has no keys, and no error either
}

bool is_known(std::string_view key)
{
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

common::Outcome<Request> request_of(const Target& target, std::string_view key, const json::value& value, std::size_t slots)
{
    auto request = [&]() -> common::Outcome<Request> {
        if (key == "pin_code") return target.reads ? read_request(Order::read_code, value, slots) : code_request(value, slots);
        if (key == "user_status") return target.reads ? read_request(Order::read_status, value, slots) : status_request(value, slots);
        if (target.reads) return Request{.order = Order::read_state};
        return bolt_request(value);
    }();
    if (!request) return request;
    request->key = std::string{key};
    request->reads = target.reads;
    return request;
}

std::string spelled(const Request& request)
{
    const auto call = [](std::string_view name, const json::object& payload) {
        return "closuresDoorLock." + std::string{name} + "(" + json::serialize(payload) + ")";
    };
    const auto status = static_cast<int>(request.content.status);
    switch (request.order) {
    case Order::lock:
        return call("lockDoor", {{"pincodevalue", ""}});
    case Order::unlock:
        return call("unlockDoor", {{"pincodevalue", ""}});
    case Order::toggle:
        return call("toggleDoor", {{"pincodevalue", ""}});
    case Order::read_state:
        return "closuresDoorLock.read([\"lockState\"])";
    case Order::put_code:
        return call("setPinCode", {{"userid", request.slot},
                                   {"userstatus", status},
                                   {"usertype", static_cast<int>(request.content.type)},
                                   {"pincodevalue", request.content.pin}});
    case Order::clear_code:
        return call("clearPinCode", {{"userid", request.slot}});
    case Order::read_code:
        return call("getPinCode", {{"userid", request.slot}});
    case Order::put_status:
        return call("setUserStatus", {{"userid", request.slot}, {"userstatus", status}});
    case Order::read_status:
        return call("getUserStatus", {{"userid", request.slot}});
    }
    return "";
}

} // namespace gatehouse::simulators::zigbee2mqtt
