#include "common/faulty_path.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::simulators::common {

FaultyPath::FaultyPath(const Faults& faults, Counters& counters, std::uint64_t seed)
    : faults_{faults}, counters_{counters}, inbound_{seed, 1}, outbound_{seed, 2}
{
}

std::size_t FaultyPath::arrivals()
{
    if (inbound_.chance(faults_.drop_request)) {
        ++counters_.requests_dropped;
        return 0;
    }
    if (inbound_.chance(faults_.duplicate)) {
        ++counters_.duplicated;
        return 2;
    }
    return 1;
}

std::vector<Delivery> FaultyPath::depart(std::vector<Message> messages, std::chrono::milliseconds now)
{
    if (faults_.reorder > 1) {
        for (std::size_t i = 0; i + 1 < messages.size(); ++i) {
            std::swap(messages[i], messages[i + outbound_.below(std::min(faults_.reorder, messages.size() - i))]);
        }
    }
    std::vector<Delivery> departures;
    for (auto& message : messages) {
        if (outbound_.chance(faults_.drop_reply)) {
            ++counters_.replies_dropped;
            continue;
        }
        const auto twice = outbound_.chance(faults_.duplicate);
        if (twice) ++counters_.duplicated;
        if (outbound_.chance(faults_.corrupt_reply)) damage(message.payload);
        if (twice) departures.push_back({leave_at(now), message});
        departures.push_back({leave_at(now), std::move(message)});
    }
    return departures;
}

void FaultyPath::damage(std::string& payload)
{
    ++counters_.corrupted;
    switch (payload.empty() ? 2 : outbound_.below(3)) {
    case 0: {
        const auto at = outbound_.below(payload.size());
        payload[at] = static_cast<char>(payload[at] ^ static_cast<char>(1U << outbound_.below(8)));
        return;
    }
    case 1:
        payload.resize(outbound_.below(payload.size()));
        return;
    default:
        payload.append(4096 + outbound_.below(64 * 1024), '#');
    }
}

std::chrono::milliseconds FaultyPath::leave_at(std::chrono::milliseconds now)
{
    const auto spread = static_cast<std::uint64_t>((faults_.delay_max - faults_.delay_min).count());
    auto at = now + faults_.delay_min;
    if (spread > 0) at += std::chrono::milliseconds{outbound_.below(spread + 1)};
    if (faults_.reorder > 1) return at;
    last_departure_ = std::max(last_departure_, at);
    return last_departure_;
}

} // namespace gatehouse::simulators::common
