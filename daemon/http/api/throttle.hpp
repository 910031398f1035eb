#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gatehouse::http::api {

/// Counts bad tokens per source: ten a minute, then none is looked at kindly until the minute is over.
/// Memory is bounded: beyond 4096 sources the one that began its minute first is forgotten. Threads: one.
class Throttle {
public:
    /// Notes a bad token of `source`. Answers how long the source has to wait, once it is over the limit.
    std::optional<base::seconds> bad_token(std::string_view source, base::Monotonic now);
    std::size_t sources() const { return minutes_.size(); }

private:
    struct Minute {
        std::string source;
        base::Monotonic began;
        int bad = 0;
    };
    std::list<Minute> minutes_; ///< in the order they began
    std::unordered_map<std::string_view, std::list<Minute>::iterator> by_source_;
};

} // namespace gatehouse::http::api
