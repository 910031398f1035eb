#pragma once

#include "base/random.hpp"

#include <array>
#include <string>

namespace gatehouse::http::transport {

/// The ids requests get: random UUIDs. Their bytes are drawn for many requests at a time, because asking the system's generator for
/// sixteen costs more than reading the request. Threads: one.
class RequestIds {
public:
    /// `random` outlives it.
    explicit RequestIds(base::Random& random) : drawn_{random} {}
    std::string next();

private:
    class Drawn final : public base::Random {
    public:
        explicit Drawn(base::Random& source) : source_{source} {}
        void fill(std::span<std::byte> into) override;

    private:
        base::Random& source_;
        std::array<std::byte, 1024> bytes_;
        std::size_t used_ = sizeof bytes_;
    };
    Drawn drawn_;
};

} // namespace gatehouse::http::transport
