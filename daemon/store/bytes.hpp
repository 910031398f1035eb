#pragma once

#include "base/hash.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gatehouse::store {

/// Writes values one after the other, each with its kind, numbers most significant byte first: the same values always give the same bytes.
class ByteWriter {
public:
    void null() { byte(0); }
    void integer(std::int64_t value) { byte(1), word(static_cast<std::uint64_t>(value), 8); }
    void text(std::string_view value) { byte(2), sized(base::bytes_of(value)); }
    void blob(std::span<const std::byte> value) { byte(3), sized(value); }
    void clear() { bytes_.clear(); }
    std::span<const std::byte> bytes() const { return bytes_; }

private:
    void byte(std::uint8_t value) { bytes_.push_back(std::byte{value}); }
    void word(std::uint64_t value, std::size_t size)
    {
        std::array<std::byte, 8> word{};
        for (std::size_t at = 0; at < size; ++at) word[at] = std::byte(value >> (8 * (size - 1 - at)) & 0xFF);
        bytes_.insert(bytes_.end(), word.begin(), word.begin() + static_cast<std::ptrdiff_t>(size));
    }
    void sized(std::span<const std::byte> value)
    {
        word(value.size(), 4);
        bytes_.insert(bytes_.end(), value.begin(), value.end());
    }

    std::vector<std::byte> bytes_;
};

/// Reads what ByteWriter wrote. Every reader answers false, and takes nothing, when the next value is of another kind or cut off.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : rest_{bytes} {}
    bool null();
    bool integer(std::int64_t& into);
    bool text(std::string_view& into);
    bool blob(std::span<const std::byte>& into);
    bool at_end() const { return rest_.empty(); }

private:
    bool sized(std::uint8_t kind, std::span<const std::byte>& into);
    std::span<const std::byte> rest_;
};

} // namespace gatehouse::store
