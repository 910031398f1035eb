#include "devices/supervisor.hpp"

#include "base/vital.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace gatehouse::devices {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr const char* not_asked = "its driver has not attached it yet";
constexpr std::string_view not_open = "its line is not open: ";

/// Whether the device itself must have said something for this: of a list of steps that was worked through, some step.
bool speaks_of_device(const Answer& answer)
{
    if (answer.outcome.verdict != Verdict::acknowledged) return false;
    const auto* steps = answer.body.if_contains("steps");
    if (steps == nullptr || !steps->is_array()) return true;
    const auto outcomes = outcomes_from(answer, steps->get_array().size());
    return std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
        return outcome.verdict == Verdict::acknowledged || outcome.verdict == Verdict::refused || outcome.verdict == Verdict::full;
    });
}

void trust_clock(DeviceStatus& status)
{
    auto& capabilities = status.capabilities;
    capabilities.honours_start = !status.clock_off_since && (status.clock_heard || !capabilities.tells_clock);
}

} // namespace

Supervisor::Supervisor(const model::Directory& directory, base::Clock& clock, asio::any_io_executor core, Launcher& launcher)
    : directory_{directory}, clock_{clock}, core_{std::move(core)}, launcher_{launcher}
{
}

void Supervisor::refresh()
{
    std::erase_if(devices_, [this](const auto& known) { return directory_.device(known.first) == nullptr; });
    std::erase_if(refused_, [this](const auto& id) { return !devices_.contains(id); });
    for (const auto& [id, device] : directory_.devices()) {
        const auto [status, added] = devices_.try_emplace(id);
        if (added) status->second.since = clock_.now(), status->second.since_wall = clock_.wall(), status->second.fault = not_asked;
        const auto [served, is_new] = served_on_.try_emplace(id, device.row.line);
        if (!is_new && std::exchange(served->second, device.row.line) != device.row.line) not_attached(id, "it moves to another line");
    }
    std::erase_if(served_on_, [this](const auto& served) { return !devices_.contains(served.first); });
    serve_lines();
    for (const auto& driver : drivers_) driver->resync();
}

/// Each line by a process of its driver; what is gone from the directory by none.
void Supervisor::serve_lines()
{
    for (auto served = by_line_.begin(); served != by_line_.end();) {
        const auto* line = directory_.line(served->first);
        if (line != nullptr && line->driver == served->second->name()) {
            ++served;
            continue;
        }
        served->second->release(served->first);
        for (const auto& id : directory_.devices_on(served->first)) not_attached(id, "its line gets another driver");
        lost_.erase(served->first);
        served = by_line_.erase(served);
    }
    for (const auto& [id, line] : directory_.lines())
        if (!by_line_.contains(id)) by_line_[id] = &driver_for(line);
}

/// The process that serves the line: one that has room, else a new one.
Driver& Supervisor::driver_for(const model::Line& line)
{
    const auto manifest = launcher_.manifest(line.driver);
    if (!manifest) spdlog::error("driver_unusable driver={} error=\"{}\"", line.driver, manifest.error().detail);
    const auto room = manifest ? static_cast<std::size_t>(manifest->lines_per_process) : std::size_t{1};
    for (const auto& driver : drivers_)
        if (driver->name() == line.driver && driver->lines() < room) {
            driver->serve(line.id);
            return *driver;
        }
    auto& driver = *drivers_.emplace_back(std::make_unique<Driver>(line.driver, directory_, clock_, core_, launcher_, *this));
    driver.serve(line.id);
    asio::co_spawn(core_, driver.run(), base::vital("driver_supervision"));
    return driver;
}

asio::awaitable<void> Supervisor::stop(base::milliseconds budget)
{
    const auto deadline = clock_.now() + budget;
    auto left = std::make_shared<std::size_t>(drivers_.size());
    auto done = std::make_shared<base::Wakeup>(core_);
    for (const auto& driver : drivers_)
        asio::co_spawn(core_, driver->stop(deadline), [left, done](std::exception_ptr) {
            if (--*left == 0) done->notify();
        });
    const auto until = deadline + base::milliseconds{100};
    while (*left != 0 && clock_.now() < until) co_await done->wait(clock_, until);
}

const DeviceStatus* Supervisor::status(const model::DeviceId& device) const
{
    const auto found = devices_.find(device);
    return found == devices_.end() ? nullptr : &found->second;
}

void Supervisor::never_heard(const model::DeviceId& device)
{
    const auto status = devices_.find(device);
    if (status == devices_.end()) return;
    status->second.heard_at.reset();
    status->second.told_time.reset();
    if (!status->second.clock_off_since) status->second.clock_heard = false; // one that was off is taken to be until it tells otherwise
    trust_clock(status->second);
    if (status->second.link == Link::online) set_link(device, Link::unknown, {});
    unheard_.insert(device);
}

asio::awaitable<Answer> Supervisor::request(model::DeviceId device, json::object body, base::milliseconds budget)
{
    Answer offline;
    offline.outcome = {Verdict::offline, "not_attached", {}};
    const auto* node = directory_.device(device);
    const auto status = devices_.find(device);
    if (node == nullptr || status == devices_.end() || !status->second.attached) co_return offline;
    const auto driver = by_line_.find(node->row.line);
    if (driver == by_line_.end()) co_return offline;
    auto* serving = driver->second;
    const auto deadline = clock_.now() + budget;
    auto answer = co_await serving->request(device, std::move(body), deadline);
    const auto still = devices_.find(device);
    if (!speaks_of_device(answer) || still == devices_.end()) co_return answer;
    still->second.heard_at = clock_.wall();
    if (unheard_.erase(device) != 0 && still->second.link == Link::unknown) set_link(device, Link::online, "it answered");
    co_return answer;
}

void Supervisor::attached(const model::DeviceId& device, Capabilities capabilities)
{
    auto& status = devices_[device];
    refused_.erase(device);
    status.attached = true;
    status.fault.clear();
    status.capabilities = capabilities;
    trust_clock(status);
    tell({device, clock_.now(), Attached{}});
}

void Supervisor::refused(const model::DeviceId& device, std::string fault)
{
    not_attached(device, std::move(fault));
    refused_.insert(device);
}

void Supervisor::not_attached(const model::DeviceId& device, std::string fault)
{
    refused_.erase(device);
    auto& status = devices_[device];
    status.attached = false;
    status.fault = std::move(fault);
    set_link(device, Link::offline, status.fault);
}

void Supervisor::told(const model::DeviceId& device, Notification notification)
{
    const auto* node = directory_.device(device);
    const auto key = node == nullptr ? to_string(device) : node->row.key;
    const auto known = devices_[device].link;
    if (const auto* offline = std::get_if<Offline>(&notification.what)) {
        if (known != Link::offline) spdlog::error("controller_offline controller={} reason=\"{}\"", key, offline->reason);
        set_link(device, Link::offline, offline->reason);
        return;
    }
    devices_[device].heard_at = clock_.wall();
    if (std::holds_alternative<Alive>(notification.what)) return; // no news
    if (const auto* online = std::get_if<Online>(&notification.what)) {
        auto& status = devices_[device];
        if (known == Link::offline) spdlog::info("controller_online controller={} reason=\"{}\"", key, online->reason);
        if (status.link != Link::online) status.since = clock_.now(), status.since_wall = clock_.wall();
        status.link = Link::online;
        status.reason = online->reason;
    }
    if (const auto* clock = std::get_if<ClockTold>(&notification.what)) {
        const auto now = clock_.now();
        const bool known_when = notification.at > base::Monotonic{} && notification.at <= now;
        devices_[device].told_time = {clock->time, known_when ? notification.at : now};
        judge_clock(device);
    }
    tell(notification);
}

void Supervisor::look_at_clocks()
{
    for (const auto& [id, status] : devices_) judge_clock(id);
}

/// Heard, and its clock with nothing else that it says: one that was set back may say nothing of its time until it has caught up.
bool Supervisor::tells_no_more(const DeviceStatus& status) const
{
    if (!status.attached || !status.capabilities.tells_clock || status.link != Link::online) return false;
    const auto told = status.told_time ? std::max(status.told_time->at, status.since) : status.since;
    return clock_.now() - told > clock_told_within;
}

/// A clock of our own that is not to be believed says nothing against another.
void Supervisor::judge_clock(const model::DeviceId& device)
{
    auto& status = devices_[device];
    if (!clock_.site().trusted) return;
    const auto ahead = tells_no_more(status) ? std::nullopt : clock_offset(device);
    if (!ahead && !tells_no_more(status)) return;
    const bool off = !ahead || std::chrono::abs(*ahead) > clock_off_by;
    const bool first = !std::exchange(status.clock_heard, true) && !off;
    if (off == status.clock_off_since.has_value() && !first) return;
    if (off)
        ++status.clock_went_off;
    else if (status.clock_went_off > 1 && clock_.wall() - *status.clock_off_since < clock_off_for)
        return; // looked at again within the minute
    believe_clock(device, off);
    const auto* node = directory_.device(device);
    const auto key = node == nullptr ? to_string(device) : node->row.key;
    const auto seconds = ahead ? std::to_string(std::chrono::round<base::seconds>(*ahead).count()) : std::string{"unknown"};
    if (off)
        spdlog::warn("controller_clock_off controller={} ahead_s={}", key, seconds);
    else
        spdlog::info("controller_clock_right controller={} ahead_s={}", key, seconds);
    tell({device, clock_.now(), ClockJudged{off, first, ahead}});
}

void Supervisor::believe_clock(const model::DeviceId& device, bool off)
{
    const auto status = devices_.find(device);
    if (status == devices_.end()) return;
    status->second.clock_off_since = off ? std::optional{clock_.wall()} : std::nullopt;
    status->second.clock_heard = true;
    trust_clock(status->second);
}

bool Supervisor::ends_by_itself(const model::DeviceId& device) const
{
    const auto known = devices_.find(device);
    if (known == devices_.end()) return false;
    const auto& status = known->second;
    if (status.clock_off_since || !status.capabilities.tells_clock) return !status.clock_off_since;
    return status.told_time && (status.link == Link::online || clock_.now() - status.told_time->at <= clock_good_for);
}

std::optional<base::milliseconds> Supervisor::clock_offset(const model::DeviceId& device) const
{
    const auto known = devices_.find(device);
    if (known == devices_.end() || !known->second.told_time || tells_no_more(known->second)) return std::nullopt;
    const auto& told = *known->second.told_time;
    const auto shows = told.time + std::chrono::floor<base::milliseconds>(clock_.now() - told.at);
    return shows - clock_.wall();
}

void Supervisor::line_lost(const model::LineId& line, std::string reason)
{
    const auto* node = directory_.line(line);
    auto& told = lost_[line];
    if (node != nullptr && told != reason) spdlog::error("line_lost line={} reason=\"{}\"", node->key, reason); // once for each reason
    told = reason;
    for (const auto& id : directory_.devices_on(line)) {
        auto& status = devices_[id];
        if (!status.attached && !refused_.contains(id)) status.fault = std::string{not_open} + reason;
        set_link(id, Link::offline, reason);
    }
}

void Supervisor::line_up(const model::LineId& line)
{
    const auto* node = directory_.line(line);
    if (node != nullptr && lost_.erase(line) != 0) spdlog::info("line_up line={}", node->key);
    for (const auto& id : directory_.devices_on(line)) tell({id, clock_.now(), LineUp{}});
}

void Supervisor::set_link(const model::DeviceId& device, Link link, std::string reason)
{
    auto& status = devices_[device];
    if (status.link == link && status.reason == reason) return;
    status.link = link;
    status.reason = reason;
    status.since = clock_.now();
    status.since_wall = clock_.wall();
    if (link == Link::offline) tell({device, clock_.now(), Offline{std::move(reason)}});
}

void Supervisor::tell(const Notification& notification)
{
    for (const auto& listener : listeners_) listener(notification);
}

} // namespace gatehouse::devices
