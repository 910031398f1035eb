#pragma once

#include "base/hash.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::store {

/// Writes values one after the other, each with its kind, numbers most significant byte first: the same values always give the same bytes.
class ByteWriter {
public:
    void null() { *more(1) = std::byte{0}; }
    void integer(std::int64_t value)
    {
        auto* at = more(9);
        *at = std::byte{1};
        word(at + 1, static_cast<std::uint64_t>(value));
    }
    void text(std::string_view value) { sized(2, base::bytes_of(value)); }
    void blob(std::span<const std::byte> value) { sized(3, value); }
    void clear() { size_ = 0; }
    std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }

private:
    /// Room for so many bytes more. The buffer keeps its size: a writer is used for row after row.
    std::byte* more(std::size_t count)
    {
        if (bytes_.size() - size_ < count) bytes_.resize(std::max<std::size_t>(2 * bytes_.size(), size_ + count));
        return bytes_.data() + std::exchange(size_, size_ + count);
    }
    template <class Word>
    static void word(std::byte* at, Word value)
    {
        for (std::size_t i = 0; i < sizeof value; ++i) at[i] = std::byte(value >> (8 * (sizeof value - 1 - i)) & 0xFF);
    }
    void sized(std::uint8_t kind, std::span<const std::byte> value)
    {
        auto* at = more(5 + value.size());
        *at = std::byte{kind};
        word(at + 1, static_cast<std::uint32_t>(value.size()));
        if (!value.empty()) std::memcpy(at + 5, value.data(), value.size());
    }

    std::vector<std::byte> bytes_;
    std::size_t size_ = 0;
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
