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

/// What the device's own clock allows to be written, as lowering reads it.
void heed(const ClockTrust& clock, Capabilities& capabilities)
{
    capabilities.honours_start = clock.keeps_starts();
    capabilities.takes_starts = clock.takes_starts();
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
        if (added) {
            status->second.since = clock_.now(), status->second.since_wall = clock_.wall(), status->second.fault = not_asked;
            status->second.clock_since = clock_.wall();
            status->second.capabilities.takes_starts = status->second.capabilities.honours_start =
                false; // until its clock is known, or it is known that nobody hears it
        }
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
    asio::co_spawn(core_, driver.slow_down(), base::vital("driver_pace"));
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

asio::awaitable<Exchanged> Supervisor::exchanged() const
{
    Exchanged all;
    for (std::size_t i = 0; i < drivers_.size(); ++i) { // more may come meanwhile
        const auto of_one = co_await drivers_[i]->exchanged();
        all.lines.insert(all.lines.end(), of_one.lines.begin(), of_one.lines.end());
        all.devices.insert(all.devices.end(), of_one.devices.begin(), of_one.devices.end());
    }
    co_return all;
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
    about_clock(device, status->second, [](ClockTrust& clock) { clock.forget(); });
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
    still->second.clock.heard(clock_.now());
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
    auto trust = status.clock; // whoever hears of it looks at what its clock allows
    trust.attached(capabilities.tells_clock);
    heed(trust, status.capabilities);
    const auto* node = directory_.device(device);
    const auto configured = node == nullptr ? std::string{} : node->row.profile + "\n" + node->row.address;
    status.setup.attached(configured, clock_.now(), clock_.wall());
    tell({device, clock_.now(), Attached{}});
    about_clock(device, status, [&capabilities](ClockTrust& clock) { clock.attached(capabilities.tells_clock); });
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
    status.setup.let_go();
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
    if (auto* settings = std::get_if<SetupTold>(&notification.what)) {
        hear_of_settings(device, *settings);
        if (settings->state == SetupState::unknown) return tell(notification); // it was asked in vain
    }
    devices_[device].heard_at = clock_.wall();
    devices_[device].clock.heard(clock_.now());
    if (std::holds_alternative<Alive>(notification.what)) return; // no news
    if (auto* online = std::get_if<Online>(&notification.what)) {
        auto& status = devices_[device];
        online->back = known == Link::offline;
        const bool anew = online->back || online->reason == "boot" || online->reason == "connected"; // maybe before the loss was noticed
        if (anew) about_clock(device, status, [this](ClockTrust& clock) { clock.doubt(clock_.now()); });
        if (known == Link::offline) spdlog::info("controller_online controller={} reason=\"{}\"", key, online->reason);
        if (status.link != Link::online) status.since = clock_.now(), status.since_wall = clock_.wall();
        status.link = Link::online;
        status.reason = online->reason;
    }
    if (std::holds_alternative<Restarted>(notification.what))
        about_clock(device, devices_[device], [this](ClockTrust& clock) { clock.doubt(clock_.now()); });
    if (const auto* clock = std::get_if<ClockTold>(&notification.what)) {
        const auto now = clock_.now();
        const bool known_when = notification.at > base::Monotonic{} && notification.at <= now;
        auto& status = devices_[device];
        const auto at = known_when ? notification.at : now;
        about_clock(device, status, [time = clock->time, at, now, site = clock_.site()](ClockTrust& trust) {
            trust.told(time, at);
            trust.judge(now, site);
        });
    }
    tell(notification);
}

void Supervisor::hear_of_settings(const model::DeviceId& device, SetupTold& told)
{
    told.news = devices_[device].setup.told(told.state, told.detail, clock_.now(), clock_.wall());
    if (!told.news) return;
    const auto* node = directory_.device(device);
    const auto level = told.state == SetupState::differs ? spdlog::level::err : spdlog::level::info;
    spdlog::log(level, "controller_setup controller={} setup={} detail=\"{}\"", node == nullptr ? to_string(device) : node->row.key,
                to_string(told.state), one_line(told.detail));
}

void Supervisor::remember_difference(const model::DeviceId& device)
{
    const auto status = devices_.find(device);
    if (status != devices_.end()) status->second.setup.remember_difference(clock_.now(), clock_.wall());
}

/// Some of them, those behind the one; answers behind which one to go on.
std::optional<model::DeviceId> Supervisor::look_at_clocks(const std::optional<model::DeviceId>& behind, std::size_t most)
{
    auto at = behind ? devices_.upper_bound(*behind) : devices_.begin();
    std::optional<model::DeviceId> last;
    for (; most > 0 && at != devices_.end(); --most, ++at) {
        judge_clock(at->first, at->second);
        last = at->first;
    }
    return at == devices_.end() ? std::nullopt : last;
}

void Supervisor::judge_clock(const model::DeviceId& device, DeviceStatus& status)
{
    about_clock(device, status, [this](ClockTrust& clock) { clock.judge(clock_.now(), clock_.site()); });
}

/// Something may change what is known of a clock: everybody hears of it when it does.
template <class What>
void Supervisor::about_clock(const model::DeviceId& device, DeviceStatus& status, What what)
{
    const auto before = status.clock.clock();
    const auto remembered = status.clock.remembered(); // a doubted clock that falls silent changes only this
    what(status.clock);
    heed(status.clock, status.capabilities);
    const auto now = status.clock.clock();
    if (now == before && remembered == status.clock.remembered()) return;
    if (now != before) status.clock_since = clock_.wall();
    const auto ahead = status.clock.ahead(clock_.now(), clock_.wall());
    tell({device, clock_.now(), ClockJudged{before, now, ahead}});
    if (now == before) return;
    const bool lost = before == DeviceClock::right && now == DeviceClock::unknown;
    if (now != DeviceClock::off && before != DeviceClock::off && !lost) return; // no news
    const auto* node = directory_.device(device);
    const auto key = node == nullptr ? to_string(device) : node->row.key;
    const auto by = ahead ? std::to_string(std::chrono::round<base::seconds>(*ahead).count()) : std::string{"unknown"};
    const auto level = now == DeviceClock::off ? spdlog::level::warn : spdlog::level::info;
    spdlog::log(level, "controller_clock controller={} clock={} ahead_s={}", key, to_string(now), by);
}

void Supervisor::remember_clock(const model::DeviceId& device, DeviceClock clock)
{
    const auto status = devices_.find(device);
    if (status == devices_.end()) return;
    status->second.clock.remember(clock);
    status->second.clock_since = clock_.wall();
    heed(status->second.clock, status->second.capabilities);
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
