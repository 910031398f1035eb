#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace gatehouse::base {

/// The randomness seam: the system's generator, or a seeded one in tests and simulation.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> into) = 0;
    /// Uniform in [0, below); `below` is at least 1.
    std::uint64_t pick(std::uint64_t below);
};

/// Cryptographic randomness of OpenSSL. Threads: any.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> into) override;
};

/// The same seed gives the same bytes. Never for secrets.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : engine_{seed} {}
    void fill(std::span<std::byte> into) override;

private:
    std::mt19937_64 engine_;
};

} // namespace gatehouse::base
