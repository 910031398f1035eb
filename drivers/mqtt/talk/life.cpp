#include "talk/life.hpp"

#include <utility>

namespace gatehouse::mqtt {

namespace {

constexpr sdk::Milliseconds between_tellings{60'000};

} // namespace

bool Life::heard(sdk::Time now)
{
    heard_at_ = now;
    offline_ = false;
    if (!std::exchange(news_, false)) return false;
    told_at_ = now;
    return true;
}

bool Life::is_worth_telling(sdk::Time now)
{
    if (now - told_at_ < between_tellings) return false;
    told_at_ = now;
    return true;
}

void Life::restart_silence(sdk::Time now)
{
    heard_at_ = now;
    offline_ = false;
    news_ = true;
}

bool Life::gone()
{
    news_ = true;
    return !std::exchange(offline_, true);
}

bool Life::expire(sdk::Time now)
{
    const auto at = due();
    return at && *at <= now && gone();
}

std::optional<sdk::Time> Life::due() const
{
    if (offline_ || (!rules_.heartbeat && !rules_.poll)) return std::nullopt;
    const auto every = rules_.heartbeat ? rules_.heartbeat->every : rules_.poll->every;
    const auto times = rules_.heartbeat ? rules_.heartbeat->offline_after : rules_.poll->offline_after;
    return heard_at_ + sdk::Milliseconds{static_cast<std::int64_t>(static_cast<double>(every.count()) * times)};
}

bool Life::mark(std::int64_t value)
{
    const auto before = std::exchange(mark_, value);
    return before && value < *before;
}

} // namespace gatehouse::mqtt
