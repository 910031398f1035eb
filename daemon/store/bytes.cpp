#include "store/bytes.hpp"

namespace gatehouse::store {

namespace {

std::uint64_t word(std::span<const std::byte> bytes)
{
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
}

} // namespace

bool ByteReader::null()
{
    if (rest_.empty() || rest_.front() != std::byte{0}) return false;
    rest_ = rest_.subspan(1);
    return true;
}

bool ByteReader::integer(std::int64_t& into)
{
    if (rest_.size() < 9 || rest_.front() != std::byte{1}) return false;
    into = static_cast<std::int64_t>(word(rest_.subspan(1, 8)));
    rest_ = rest_.subspan(9);
    return true;
}

bool ByteReader::sized(std::uint8_t kind, std::span<const std::byte>& into)
{
    if (rest_.size() < 5 || rest_.front() != std::byte{kind}) return false;
    const auto size = word(rest_.subspan(1, 4));
    if (rest_.size() - 5 < size) return false;
    into = rest_.subspan(5, size);
    rest_ = rest_.subspan(5 + size);
    return true;
}

bool ByteReader::text(std::string_view& into)
{
    std::span<const std::byte> bytes;
    if (!sized(2, bytes)) return false;
    into = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return true;
}

bool ByteReader::blob(std::span<const std::byte>& into)
{
    return sized(3, into);
}

} // namespace gatehouse::store
