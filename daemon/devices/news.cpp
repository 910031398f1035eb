#include "devices/news.hpp"

namespace gatehouse::devices {

namespace {

/// That it came and that it went are two words on one thing.
std::string_view kind_of(const Message& message)
{
    return message.type == "offline" ? std::string_view{"online"} : std::string_view{message.type};
}

} // namespace

bool News::take(const Message& message, base::Monotonic now)
{
    if (waiting_.empty() && allowance_.take(now)) return true;
    std::erase_if(waiting_, [&message](const Message& older) { return kind_of(older) == kind_of(message); });
    waiting_.push_back(message);
    return false;
}

std::vector<Message> News::due(base::Monotonic now)
{
    std::vector<Message> found;
    auto at = waiting_.begin();
    for (; at != waiting_.end() && allowance_.take(now); ++at) found.push_back(std::move(*at));
    waiting_.erase(waiting_.begin(), at);
    return found;
}

} // namespace gatehouse::devices
