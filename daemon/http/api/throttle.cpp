#include "http/api/throttle.hpp"

#include <algorithm>

namespace gatehouse::http::api {

namespace {

constexpr int bad_tokens_a_minute = 10;
constexpr base::seconds minute{60};
constexpr std::size_t most_sources = 4096;

} // namespace

std::optional<base::seconds> Throttle::bad_token(std::string_view source, base::Monotonic now)
{
    auto found = minutes_.find(std::string{source});
    if (found == minutes_.end()) {
        make_room(now);
        found = minutes_.emplace(std::string{source}, Minute{.began = now}).first;
    }
    auto& [began, bad] = found->second;
    if (now - began >= minute) found->second = Minute{.began = now};
    if (bad < bad_tokens_a_minute) {
        ++bad;
        return std::nullopt;
    }
    return std::max(base::seconds{1}, std::chrono::ceil<base::seconds>(began + minute - now));
}

void Throttle::make_room(base::Monotonic now)
{
    if (minutes_.size() < most_sources) return;
    std::erase_if(minutes_, [now](const auto& entry) { return now - entry.second.began >= minute; });
    if (minutes_.size() < most_sources) return;
    minutes_.erase(std::ranges::min_element(minutes_, {}, [](const auto& entry) { return entry.second.began; }));
}

} // namespace gatehouse::http::api
