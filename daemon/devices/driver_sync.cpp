#include "devices/driver.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::devices {

namespace asio = boost::asio;
namespace json = boost::json;
using base::milliseconds;

namespace {

constexpr milliseconds open_budget{3'000}, attach_budget{3'000};

json::object object_of(const std::string& text)
{
    boost::system::error_code error;
    auto value = json::parse(text, error);
    return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

/// A section of a stored configuration object.
json::object part(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : json::object{};
}

/// References to secrets become the secrets. Errors: those of the launcher, naming the reference.
base::Result<json::object> resolved(const json::object& references, Launcher& launcher)
{
    json::object secrets;
    for (const auto& [name, reference] : references) {
        auto secret = launcher.secret(json::serialize(reference));
        if (!secret) return secret.error();
        secrets[name] = *secret;
    }
    return secrets;
}

std::string words_of(const model::Directory& directory, const model::DeviceNode& device)
{
    auto words = device.row.profile + "\n" + device.row.address;
    for (const auto& id : device.doors) words += "\n" + std::to_string(directory.door(id)->row.output) + directory.door(id)->row.wiring;
    return words;
}

} // namespace

/// Brings what the process knows in line with the directory: lines, then their devices.
asio::awaitable<void> Driver::sync()
{
    const auto of = generation_;
    const auto lines = lines_;
    for (const auto& id : lines) {
        const auto* known_line = directory_.line(id);
        if (known_line == nullptr) continue;
        const auto line = *known_line; // the directory may change while a driver is asked
        if (const auto opened = opened_.find(id); opened == opened_.end() || opened->second != line.endpoint) {
            const bool open_now = co_await open(line);
            if (!open_now) continue;
        }
        std::vector<model::DeviceId> devices;
        for (const auto& [device_id, device] : directory_.devices())
            if (device.row.line == id) devices.push_back(device_id);
        for (const auto& device_id : devices) {
            if (of != generation_ || stopping_) co_return;
            const auto* device = directory_.device(device_id);
            const auto known = attached_.find(device_id);
            if (device == nullptr || (known != attached_.end() && known->second == words_of(directory_, *device))) continue;
            const auto device_copy = *device;
            co_await attach(line, device_copy);
        }
    }
}

asio::awaitable<bool> Driver::open(const model::Line& line)
{
    const auto deadline = clock_.now() + open_budget;
    if (opened_.contains(line.id)) {
        json::object close{{"type", "close_line"}, {"line", line.key}};
        co_await request(std::move(close), deadline);
        opened_.erase(line.id);
    }
    const auto endpoint = object_of(line.endpoint);
    auto secrets = resolved(part(endpoint, "secrets"), launcher_);
    if (!secrets) {
        watcher_.line_lost(line.id, secrets.error().detail);
        co_return false;
    }
    json::object open{{"type", "open_line"}, {"line", line.key}, {"endpoint", part(endpoint, "fields")}, {"secrets", std::move(*secrets)}};
    const auto answer = co_await request(std::move(open), deadline);
    if (answer.outcome.verdict == Verdict::acknowledged) {
        opened_[line.id] = line.endpoint;
        co_return true;
    }
    watcher_.line_lost(line.id, answer.outcome.reason + ": " + answer.detail);
    co_return false;
}

asio::awaitable<void> Driver::attach(const model::Line& line, const model::DeviceNode& device)
{
    const auto deadline = clock_.now() + attach_budget;
    const auto id = device.row.id;
    if (attached_.contains(id)) {
        json::object detach{{"type", "detach"}, {"line", line.key}, {"device", device.row.key}};
        co_await request(std::move(detach), deadline);
        attached_.erase(id);
    }
    const auto address = object_of(device.row.address);
    auto secrets = resolved(part(address, "secrets"), launcher_);
    if (!secrets) {
        watcher_.not_attached(id, secrets.error().detail);
        co_return;
    }
    json::array doors;
    for (const auto& door : device.doors) doors.push_back(json::object{{"door", directory_.door(door)->row.output}, {"mode", "locked"}});
    json::object attach{{"type", "attach"},
                        {"line", line.key},
                        {"device", device.row.key},
                        {"profile", device.row.profile},
                        {"params", part(address, "params")},
                        {"secrets", std::move(*secrets)},
                        {"doors", std::move(doors)},
                        {"inputs", json::array{}}};
    if (device.row.profile.empty()) attach.erase("profile");
    if (const auto number = number_of(address, "address")) attach["address"] = *number;
    const auto words = words_of(directory_, device);
    attached_[id] = words; // its first words may come before the answer
    const auto answer = co_await request(std::move(attach), deadline);
    if (answer.outcome.verdict == Verdict::acknowledged) {
        watcher_.attached(id, capabilities_from(answer.body));
        co_return;
    }
    if (answer.outcome.reason == "already_attached") { // an attach of ours that was not answered; attached_ makes the next one detach first
        attached_[id].clear();
        watcher_.not_attached(id, "being attached again");
        co_return;
    }
    const bool final = answer.outcome.verdict == Verdict::refused || answer.outcome.verdict == Verdict::unsupported;
    if (!final) attached_.erase(id); // asked again with the next ping
    spdlog::error("device_not_attached device={} reason={} detail=\"{}\"", device.row.key, answer.outcome.reason, answer.detail);
    watcher_.not_attached(id,
                          "refused by its driver: " + answer.outcome.reason + (answer.detail.empty() ? "" : " (" + answer.detail + ")"));
}

} // namespace gatehouse::devices
