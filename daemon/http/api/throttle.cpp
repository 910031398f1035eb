#include "http/api/throttle.hpp"

#include <algorithm>
#include <iterator>

namespace gatehouse::http::api {

namespace {

constexpr int bad_tokens_a_minute = 10;
constexpr base::seconds a_minute{60};
constexpr std::size_t most_sources = 4096;

} // namespace

std::optional<base::seconds> Throttle::bad_token(std::string_view source, base::Monotonic now)
{
    auto found = by_source_.find(source);
    if (found == by_source_.end()) {
        if (minutes_.size() == most_sources) {
            by_source_.erase(minutes_.front().source);
            minutes_.pop_front();
        }
        minutes_.push_back({std::string{source}, now});
        found = by_source_.emplace(minutes_.back().source, std::prev(minutes_.end())).first;
    }
    auto& minute = *found->second;
    if (now - minute.began >= a_minute) {
        minute.began = now;
        minute.bad = 0;
        minutes_.splice(minutes_.end(), minutes_, found->second);
    }
    if (minute.bad < bad_tokens_a_minute) {
        ++minute.bad;
        return std::nullopt;
    }
    return std::max(base::seconds{1}, std::chrono::ceil<base::seconds>(minute.began + a_minute - now));
}

} // namespace gatehouse::http::api
