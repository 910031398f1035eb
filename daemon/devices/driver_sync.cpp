#include "devices/driver.hpp"

#include "base/turn.hpp"
#include "devices/wiring.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace gatehouse::devices {

namespace asio = boost::asio;
namespace json = boost::json;
using base::milliseconds;

namespace {

constexpr milliseconds open_budget{3'000}, attach_budget{3'000};
/// An end of 17:00 would be recorded as such, while the device opens to midnight.
constexpr const char* by_date = "validity by date is not served yet: its driver says supports_validity date";
constexpr std::size_t devices_a_turn = 128, secrets_a_turn = 16; // a secret may be read from the disk

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

/// Only to see whether they are still the same.
base::Digest digest_of(const json::object& secrets)
{
    return base::sha256(json::serialize(secrets));
}

std::vector<std::pair<std::int64_t, std::string>> doors_of(const model::Directory& directory, const model::DeviceNode& device)
{
    std::vector<std::pair<std::int64_t, std::string>> doors;
    for (const auto& id : device.doors) doors.emplace_back(directory.door(id)->row.output, directory.door(id)->row.wiring);
    return doors;
}

/// Whether the secrets behind the references are those that were sent. What cannot be read now is told where it is read next.
bool same_secrets(const std::string& stored, const base::Digest& sent, Launcher& launcher)
{
    const auto now = resolved(part(object_of(stored), "secrets"), launcher);
    return !now || digest_of(*now) == sent;
}

} // namespace

/// Brings what the process knows in line with the directory: first what it is to let go of, so that keys and addresses are free, then
/// lines, then their devices. Every ping looks at all of it, some in a turn.
asio::awaitable<void> Driver::sync()
{
    const auto of = generation_;
    co_await let_go();
    const auto lines = lines_;
    for (const auto& id : lines) {
        if (of != generation_ || stopping_) co_return;
        const auto* known_line = directory_.line(id);
        if (known_line == nullptr) continue;
        const auto line = *known_line; // the directory may change while a driver is asked
        if (!opened_.contains(id)) {
            const bool open_now = co_await open(line);
            if (!open_now) continue;
        }
        co_await attach_all(line);
    }
}

asio::awaitable<void> Driver::attach_all(model::Line line)
{
    const auto of = generation_;
    std::optional<model::DeviceId> behind;
    for (;;) {
        const auto& devices = directory_.devices_on(line.id);
        auto at = behind ? devices.upper_bound(*behind) : devices.begin();
        for (; at != devices.end() && looked_ < devices_a_turn && attached_.contains(*at); ++at, ++looked_) behind = *at;
        if (at == devices.end()) co_return;
        if (looked_ >= devices_a_turn) {
            looked_ = 0;
            co_await base::next_turn();
        } else {
            behind = *at;
            const auto device = *directory_.device(*behind);
            co_await attach(line, device);
        }
        if (of != generation_ || stopping_) co_return;
    }
}

asio::awaitable<void> Driver::let_go()
{
    const auto of = generation_;
    const bool look_again = std::exchange(look_again_, false);
    looked_ = 0;
    const auto lines = co_await stale(opened_, look_again);
    for (const auto& id : lines) {
        if (of != generation_ || stopping_) co_return;
        co_await close(id);
    }
    const auto devices = co_await stale(attached_, look_again);
    for (const auto& id : devices) {
        if (of != generation_ || stopping_) co_return;
        co_await detach(id);
    }
}

/// What the process has otherwise than the directory, of its lines or of its devices.
template <class Id, class Had>
asio::awaitable<std::vector<Id>> Driver::stale(const std::map<Id, Had>& all, bool look_again)
{
    const auto of = generation_;
    const auto a_turn = look_again ? secrets_a_turn : devices_a_turn;
    std::vector<Id> found;
    for (auto at = all.begin(); at != all.end();) {
        const auto id = at->first;
        if (!stands(id, at->second, look_again)) found.push_back(id);
        ++at;
        if (++looked_ < a_turn) continue;
        looked_ = 0;
        co_await base::next_turn();
        if (of != generation_ || stopping_) break;
        at = all.upper_bound(id);
    }
    co_return found;
}

template <class Id, class Had>
asio::awaitable<std::vector<Id>> Driver::exchanged(const std::map<Id, Had>& all) const
{
    std::vector<Id> found;
    std::size_t looked = 0;
    for (auto at = all.begin(); at != all.end();) {
        const auto id = at->first;
        if (stands(id, at->second, false) && !stands(id, at->second, true)) found.push_back(id);
        ++at;
        if (++looked < secrets_a_turn) continue;
        looked = 0;
        co_await base::next_turn();
        at = all.upper_bound(id);
    }
    co_return found;
}

asio::awaitable<Exchanged> Driver::exchanged() const
{
    Exchanged found;
    found.lines = co_await exchanged(opened_);
    found.devices = co_await exchanged(attached_);
    std::erase_if(found.devices, [this](const model::DeviceId& id) {
        const auto known = attached_.find(id); // one that was refused is asked again whatever its secrets are
        return known == attached_.end() || known->second.refused;
    });
    co_return found;
}

bool Driver::stands(const model::LineId& id, const Opened& opened, bool look_again) const
{
    const auto* line = directory_.line(id);
    if (line == nullptr || !lines_.contains(id) || line->key != opened.key || line->endpoint != opened.endpoint) return false;
    return !look_again || same_secrets(line->endpoint, opened.secrets, launcher_);
}

bool Driver::stands(const model::DeviceId& id, const Known& known, bool look_again) const
{
    const auto* device = directory_.device(id);
    if (device == nullptr || device->row.line != known.line || device->row.key != known.key) return false;
    if (known.doubtful || device->row.profile != known.profile || device->row.address != known.address) return false;
    const auto same_door = [this](const model::DoorId& door_id, const std::pair<std::int64_t, std::string>& was) {
        const auto& door = directory_.door(door_id)->row;
        return door.output == was.first && door.wiring == was.second;
    };
    if (!std::equal(device->doors.begin(), device->doors.end(), known.doors.begin(), known.doors.end(), same_door)) return false;
    return !look_again || (!known.refused && same_secrets(device->row.address, known.secrets, launcher_));
}

/// Whether the process has the device where it is no longer met: what is asked or heard of it there is another's, maybe.
bool Driver::elsewhere(const model::DeviceId& id, const Known& known) const
{
    const auto* device = directory_.device(id);
    const auto* line = directory_.line(known.line);
    const auto opened = opened_.find(known.line);
    if (device == nullptr || device->row.line != known.line || device->row.address != known.address) return true;
    return line == nullptr || opened == opened_.end() || line->endpoint != opened->second.endpoint;
}

/// The driver lets go of the devices of the line by itself.
asio::awaitable<void> Driver::close(model::LineId line)
{
    const auto of = generation_;
    json::object close{{"type", "close_line"}, {"line", opened_[line].key}};
    const auto deadline = clock_.now() + open_budget;
    co_await request(std::move(close), deadline);
    if (of != generation_) co_return;
    opened_.erase(line);
    for (auto known = attached_.begin(); known != attached_.end();) {
        const auto* device = known->second.line == line ? directory_.device(known->first) : nullptr;
        if (device != nullptr && device->row.line == line && lines_.contains(line))
            watcher_.not_attached(known->first, "its line is being opened anew");
        known = known->second.line == line ? attached_.erase(known) : std::next(known);
    }
}

asio::awaitable<void> Driver::detach(model::DeviceId device)
{
    const auto of = generation_;
    const auto known = attached_[device];
    if (!known.refused) {
        json::object detach{{"type", "detach"}, {"line", known.line_key}, {"device", known.key}};
        const auto deadline = clock_.now() + attach_budget;
        co_await request(std::move(detach), deadline);
    }
    if (of != generation_) co_return;
    attached_.erase(device);
    const auto* node = directory_.device(device);
    if (node != nullptr && node->row.line == known.line) watcher_.not_attached(device, "being attached anew");
}

asio::awaitable<bool> Driver::open(const model::Line& line)
{
    const auto endpoint = object_of(line.endpoint);
    auto secrets = resolved(part(endpoint, "secrets"), launcher_);
    if (!secrets) {
        watcher_.line_lost(line.id, secrets.error().detail);
        co_return false;
    }
    opened_[line.id] = {line.key, line.endpoint, digest_of(*secrets)}; // its first words may come before the answer
    json::object open{{"type", "open_line"}, {"line", line.key}, {"endpoint", part(endpoint, "fields")}, {"secrets", std::move(*secrets)}};
    const auto deadline = clock_.now() + open_budget;
    const auto answer = co_await request(std::move(open), deadline);
    if (answer.outcome.verdict == Verdict::acknowledged) co_return true;
    if (answer.outcome.reason == "already_open") // by a request of ours that was not answered: the next sync closes it first
        opened_[line.id].endpoint.clear();
    else
        opened_.erase(line.id);
    watcher_.line_lost(line.id, answer.outcome.reason + ": " + answer.detail);
    co_return false;
}

/// The driver took a device that is not served as it is: it lets go of it again, and is not asked anew until one of its words changes.
asio::awaitable<void> Driver::turn_away(model::DeviceId device, std::string fault)
{
    const auto of = generation_;
    const auto known = attached_[device];
    json::object detach{{"type", "detach"}, {"line", known.line_key}, {"device", known.key}};
    const auto deadline = clock_.now() + attach_budget;
    co_await request(std::move(detach), deadline);
    if (of != generation_) co_return;
    attached_[device].refused = true;
    watcher_.not_attached(device, std::move(fault));
}

asio::awaitable<void> Driver::attach(const model::Line& line, const model::DeviceNode& device)
{
    const auto deadline = clock_.now() + attach_budget;
    const auto id = device.row.id;
    const auto address = object_of(device.row.address);
    auto secrets = resolved(part(address, "secrets"), launcher_);
    if (!secrets) {
        watcher_.refused(id, secrets.error().detail);
        co_return;
    }
    Known known{.line = line.id,
                .line_key = line.key,
                .key = device.row.key,
                .profile = device.row.profile,
                .address = device.row.address,
                .doors = doors_of(directory_, device),
                .secrets = digest_of(*secrets)};
    json::array doors;
    for (const auto& [output, wiring] : known.doors)
        doors.push_back(json::object{{"door", output}, {"mode", "locked"}, {"pulse_ms", unlock_for(wiring).count()}});
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
    attached_[id] = known; // its first words may come before the answer
    const auto answer = co_await request(std::move(attach), deadline);
    if (answer.outcome.verdict == Verdict::acknowledged) {
        const auto capabilities = capabilities_from(answer.body);
        if (capabilities.validity == Validity::date) {
            spdlog::error("device_not_attached device={} reason=validity_by_date", device.row.key);
            co_await turn_away(id, by_date);
            co_return;
        }
        watcher_.attached(id, capabilities);
        co_return;
    }
    if (answer.outcome.reason == "already_attached") { // an attach of ours that was not answered: the next sync detaches it first
        attached_[id].doubtful = true;
        watcher_.not_attached(id, "being attached again");
        co_return;
    }
    const bool final = answer.outcome.verdict == Verdict::refused || answer.outcome.verdict == Verdict::unsupported;
    if (final) attached_[id].refused = true;
    if (!final) attached_.erase(id); // asked again with the next ping
    spdlog::error("device_not_attached device={} reason={} detail=\"{}\"", device.row.key, answer.outcome.reason, answer.detail);
    auto why = answer.outcome.reason + (answer.detail.empty() ? "" : " (" + answer.detail + ")");
    if (final)
        watcher_.refused(id, "refused by its driver: " + why);
    else
        watcher_.not_attached(id, "its driver could not attach it: " + why);
}

} // namespace gatehouse::devices
