#include "base/random.hpp"

#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

namespace gatehouse::base {

std::uint64_t Random::pick(std::uint64_t below)
{
    const std::uint64_t limit = below * (UINT64_MAX / below);
    std::uint64_t value = 0;
    do fill(std::as_writable_bytes(std::span{&value, 1}));
    while (value >= limit); // the last partial range would favour small numbers
    return value % below;
}

void SystemRandom::fill(std::span<std::byte> into)
{
    if (RAND_bytes(reinterpret_cast<unsigned char*>(into.data()), static_cast<int>(into.size())) != 1)
        throw std::runtime_error{"the system gives no randomness"}; // nothing may go on without it
}

void SeededRandom::fill(std::span<std::byte> into)
{
    for (std::size_t at = 0; at < into.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t word = engine_();
        std::memcpy(into.data() + at, &word, std::min(sizeof word, into.size() - at));
    }
}

} // namespace gatehouse::base
