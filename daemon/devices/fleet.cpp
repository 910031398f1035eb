#include "devices/fleet.hpp"

#include "devices/supervisor.hpp"

#include <algorithm>
#include <iterator>

namespace gatehouse::devices {

namespace asio = boost::asio;
namespace json = boost::json;
using base::milliseconds;

namespace {

constexpr std::size_t entries_at_most = 200'000; // a driver that says "more" for ever

} // namespace

Fleet::Fleet(const model::Directory& directory, base::Clock& clock, asio::any_io_executor core, Launcher& launcher)
    : supervisor_{std::make_unique<Supervisor>(directory, clock, std::move(core), launcher)}
{
}

Fleet::~Fleet() = default;

void Fleet::refresh()
{
    supervisor_->refresh();
}

asio::awaitable<Exchanged> Fleet::exchanged() const
{
    return supervisor_->exchanged();
}

asio::awaitable<void> Fleet::stop(milliseconds budget)
{
    co_await supervisor_->stop(budget);
}

void Fleet::never_heard(const model::DeviceId& device)
{
    supervisor_->never_heard(device);
}

const DeviceStatus* Fleet::status(const model::DeviceId& device) const
{
    return supervisor_->status(device);
}

std::optional<milliseconds> Fleet::clock_offset(const model::DeviceId& device) const
{
    const auto* known = supervisor_->status(device);
    auto& clock = supervisor_->clock();
    return known == nullptr ? std::nullopt : known->clock.ahead(clock.now(), clock.wall());
}

std::optional<base::Instant> Fleet::clock_told_at(const model::DeviceId& device) const
{
    const auto* known = supervisor_->status(device);
    if (known == nullptr || !known->clock.told_at()) return std::nullopt;
    auto& clock = supervisor_->clock();
    return clock.wall() - std::chrono::floor<milliseconds>(clock.now() - *known->clock.told_at());
}

std::optional<model::DeviceId> Fleet::look_at_clocks(const std::optional<model::DeviceId>& behind, std::size_t most)
{
    return supervisor_->look_at_clocks(behind, most);
}

void Fleet::remember_clock(const model::DeviceId& device, DeviceClock clock)
{
    supervisor_->remember_clock(device, clock);
}

void Fleet::remember_difference(const model::DeviceId& device)
{
    supervisor_->remember_difference(device);
}

std::optional<base::Instant> Fleet::settings_unknown_since(const model::DeviceId& device) const
{
    const auto* known = supervisor_->status(device);
    if (known == nullptr || known->setup.state() != SetupState::unknown || known->link != Link::online) return std::nullopt;
    const auto from = std::max(known->setup.since(), known->since);
    return supervisor_->clock().now() - from > setup_asked_within ? std::optional{known->setup.since_wall()} : std::nullopt;
}

bool Fleet::ends_by_itself(const model::DeviceId& device) const
{
    const auto* known = supervisor_->status(device);
    return known != nullptr && known->clock.keeps_ends(supervisor_->clock().now());
}

void Fleet::on_notification(std::function<void(const Notification&)> listener)
{
    supervisor_->listen(std::move(listener));
}

namespace {

std::string why_partial(const json::object& answer)
{
    auto reason = text_of(answer, "reason", 64);
    if (const auto detail = text_of(answer, "detail", 120); !detail.empty()) reason += ": " + detail;
    return reason;
}

} // namespace

/// Page after page until the driver says complete or partial.
asio::awaitable<TableRead> Fleet::read_table(model::DeviceId device, milliseconds budget)
{
    TableRead read;
    std::string cursor;
    const auto end = supervisor_->clock().now() + budget;
    for (;;) {
        json::object request{{"type", "read_table"}};
        if (!cursor.empty()) request["cursor"] = cursor;
        const auto left = std::chrono::floor<milliseconds>(end - supervisor_->clock().now());
        if (!cursor.empty() && (left <= milliseconds{0} || read.entries.size() > entries_at_most)) {
            read.partial_reason = left <= milliseconds{0} ? "late" : "no end";
            co_return read;
        }
        const auto answer = co_await supervisor_->request(device, std::move(request), std::max(left, milliseconds{1}));
        if (answer.outcome.verdict != Verdict::acknowledged) {
            if (read.entries.empty())
                read.outcome = answer.outcome;
            else
                read.partial_reason = "a later page was not read";
            co_return read;
        }
        read.outcome = answer.outcome;
        auto entries = entries_from(answer.body);
        if (!entries) {
            read.partial_reason = entries.error().detail;
            co_return read;
        }
        std::move(entries->begin(), entries->end(), std::back_inserter(read.entries));
        const auto page = text_of(answer.body, "page", 16);
        cursor = text_of(answer.body, "cursor", 64);
        if (page == "complete")
            read.complete = true;
        else if (page != "more" || cursor.empty())
            read.partial_reason = why_partial(answer.body);
        if (page != "more" || cursor.empty()) co_return read;
    }
}

asio::awaitable<std::optional<std::string>> Fleet::digest(model::DeviceId device, milliseconds budget)
{
    json::object request{{"type", "digest"}};
    const auto answer = co_await supervisor_->request(device, std::move(request), budget);
    auto text = text_of(answer.body, "digest", 64);
    if (answer.outcome.verdict != Verdict::acknowledged || text.empty()) co_return std::nullopt;
    co_return text;
}

asio::awaitable<std::vector<Outcome>> Fleet::apply(model::DeviceId device, std::vector<Step> steps, milliseconds budget)
{
    json::object request{{"type", "apply"}};
    request["steps"] = steps_to_json(steps);
    const auto count = steps.size();
    const auto answer = co_await supervisor_->request(device, std::move(request), budget);
    co_return outcomes_from(answer, count);
}

asio::awaitable<Outcome> Fleet::strike(model::DeviceId device, std::int64_t output, milliseconds pulse, milliseconds budget)
{
    json::object request{{"type", "strike"}, {"door", output}, {"pulse_ms", pulse.count()}};
    const auto answer = co_await supervisor_->request(device, std::move(request), budget);
    co_return answer.outcome;
}

} // namespace gatehouse::devices
