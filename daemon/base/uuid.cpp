#include "base/uuid.hpp"

#include <boost/uuid/name_generator_sha1.hpp>

#include <span>

namespace gatehouse::base {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool hyphen_at(std::size_t position)
{
    return position == 8 || position == 13 || position == 18 || position == 23;
}

} // namespace

std::string to_string(const Uuid& uuid)
{
    std::string text(36, '-');
    std::size_t at = 0;
    for (const auto byte : uuid) {
        if (hyphen_at(at)) ++at;
        text[at++] = hex_digits[byte >> 4];
        text[at++] = hex_digits[byte & 15];
    }
    return text;
}

Result<Uuid> parse_uuid(std::string_view text)
{
    const auto wrong = [] { return fail(Fault::invalid, "not a UUID"); };
    if (text.size() != 36) return wrong();
    Uuid uuid{};
    std::size_t at = 0;
    for (auto& byte : uuid) {
        if (hyphen_at(at) && text[at++] != '-') return wrong();
        const int high = hex_value(text[at++]);
        const int low = hex_value(text[at++]);
        if (high < 0 || low < 0) return wrong();
        byte = static_cast<std::uint8_t>(high << 4 | low);
    }
    return uuid;
}

Uuid random_uuid(Random& random)
{
    Uuid uuid{};
    random.fill(std::as_writable_bytes(std::span{uuid.data}));
    uuid.data[6] = static_cast<std::uint8_t>((uuid.data[6] & 0x0F) | 0x40); // version 4
    uuid.data[8] = static_cast<std::uint8_t>((uuid.data[8] & 0x3F) | 0x80); // variant of RFC 4122
    return uuid;
}

Uuid declared_uuid(std::string_view owner, std::string_view kind, std::string_view key)
{
    static const Uuid space = *parse_uuid("1b4ee92a-0a83-4ade-9381-2be7bf562639");
    std::string name;
    name.reserve(owner.size() + kind.size() + key.size() + 2);
    name.append(owner).append("/").append(kind).append("/").append(key);
    return boost::uuids::name_generator_sha1{space}(name);
}

} // namespace gatehouse::base
