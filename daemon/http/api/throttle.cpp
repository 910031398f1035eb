#include "http/api/throttle.hpp"

#include <algorithm>
#include <iterator>

namespace gatehouse::http::api {

namespace {

constexpr std::size_t most_sources = 4096;

} // namespace

std::optional<base::seconds> Throttle::bad_token(std::string_view source, base::Monotonic now)
{
    auto found = by_source_.find(source);
    if (found == by_source_.end()) {
        if (spans_.size() == most_sources) {
            by_source_.erase(spans_.front().source);
            spans_.pop_front();
        }
        spans_.push_back({std::string{source}, now});
        found = by_source_.emplace(spans_.back().source, std::prev(spans_.end())).first;
    }
    auto& span = *found->second;
    if (now - span.began >= span_) {
        span.began = now;
        span.bad = 0;
        spans_.splice(spans_.end(), spans_, found->second);
    }
    if (span.bad < most_) {
        ++span.bad;
        return std::nullopt;
    }
    return std::max(base::seconds{1}, std::chrono::ceil<base::seconds>(span.began + span_ - now));
}

} // namespace gatehouse::http::api
