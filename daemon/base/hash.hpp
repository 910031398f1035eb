#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::base {

using Digest = std::array<std::byte, 32>;

/// SHA-256 of the parts, one after the other.
Digest sha256(std::span<const std::byte> first, std::span<const std::byte> second = {});
Digest sha256(std::string_view text);

/// 64-bit xxHash: fingerprints and row integrity, never secrets.
std::uint64_t xxhash(std::span<const std::byte> bytes, std::uint64_t seed = 0);
std::uint64_t xxhash(std::string_view text, std::uint64_t seed = 0);

/// Compares in time that does not depend on where they differ.
bool equal_in_constant_time(std::span<const std::byte> left, std::span<const std::byte> right);

/// Lower-case hexadecimal.
std::string to_hex(std::span<const std::byte> bytes);

inline std::span<const std::byte> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span{text.data(), text.size()});
}

} // namespace gatehouse::base
