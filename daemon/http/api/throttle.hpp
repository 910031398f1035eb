#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gatehouse::http::api {

/// Counts bad tokens per source (whatever text names it): so many in a span of time, then none is looked at kindly until it is over.
/// Memory is bounded: beyond 4096 sources the one that began its span first is forgotten. Threads: one.
class Throttle {
public:
    explicit Throttle(int most = 10, base::seconds span = base::seconds{60}) : most_{most}, span_{span} {}

    /// Notes a bad token of `source`. Answers how long the source has to wait, once it is over the limit.
    std::optional<base::seconds> bad_token(std::string_view source, base::Monotonic now);
    std::size_t sources() const { return spans_.size(); }

private:
    struct Span {
        std::string source;
        base::Monotonic began;
        int bad = 0;
    };
    int most_;
    base::seconds span_;
    std::list<Span> spans_; ///< in the order they began
    std::unordered_map<std::string_view, std::list<Span>::iterator> by_source_;
};

} // namespace gatehouse::http::api
