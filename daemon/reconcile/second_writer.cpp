#include "reconcile/second_writer.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

namespace {

constexpr std::chrono::hours within{1};

} // namespace

bool SecondWriter::repaired(const std::string& key, base::Monotonic now, base::Instant wall)
{
    const bool suspected = since(now).has_value();
    const auto before = repaired_.find(key);
    const bool again = before != repaired_.end() && now - before->second < within;
    if (before != repaired_.end())
        before->second = now;
    else if (make_room(now))
        repaired_.emplace(key, now);
    if (!again && !suspected) return false;
    last_ = now;
    if (!suspected) since_ = wall;
    return !suspected;
}

std::optional<base::Instant> SecondWriter::since(base::Monotonic now) const
{
    return last_ && now - *last_ < within ? std::optional{since_} : std::nullopt;
}

/// When all were repaired within the hour there is none before the first of them is old; it is not looked for at every one of a table.
bool SecondWriter::make_room(base::Monotonic now)
{
    if (repaired_.size() < remembered_at_most) return true;
    if (now < full_until_) return false;
    std::erase_if(repaired_, [now](const auto& one) { return now - one.second >= within; });
    if (repaired_.size() < remembered_at_most) return true;
    const auto earlier = [](const auto& left, const auto& right) { return left.second < right.second; };
    full_until_ = std::min_element(repaired_.begin(), repaired_.end(), earlier)->second + within;
    return false;
}

} // namespace gatehouse::reconcile
