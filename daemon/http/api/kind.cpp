#include "http/api/kind.hpp"

#include "http/api/fields.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gatehouse::http::api {

namespace {

bool is_plain_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_plain_digit);
}

bool all_lower_hex(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return is_plain_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_key_name(std::string_view text)
{
    const auto lower = [](char c) { return is_plain_digit(c) || (c >= 'a' && c <= 'z'); };
    return !text.empty() && text.size() <= 63 && lower(text.front()) &&
           std::ranges::all_of(text, [lower](char c) { return lower(c) || c == '-'; });
}

struct Points {
    std::uint32_t first, last;
};

/// What shows nothing: Unicode's white space, marks without a width, fillers and the blank pattern of Braille.
constexpr std::array shown_as_nothing{
    Points{0x00, 0x20},     Points{0x7F, 0x7F},       Points{0x85, 0x85},     Points{0xA0, 0xA0},     Points{0xAD, 0xAD},
    Points{0x34F, 0x34F},   Points{0x61C, 0x61C},     Points{0x115F, 0x1160}, Points{0x1680, 0x1680}, Points{0x17B4, 0x17B5},
    Points{0x180B, 0x180F}, Points{0x2000, 0x200F},   Points{0x2028, 0x202F}, Points{0x205F, 0x206F}, Points{0x2800, 0x2800},
    Points{0x3000, 0x3000}, Points{0x3164, 0x3164},   Points{0xFE00, 0xFE0F}, Points{0xFEFF, 0xFEFF}, Points{0xFFA0, 0xFFA0},
    Points{0xFFF9, 0xFFFB}, Points{0xE0000, 0xE0FFF},
};

bool shows_nothing(std::uint32_t point)
{
    return std::ranges::any_of(shown_as_nothing, [point](const Points& points) { return point >= points.first && point <= points.last; });
}

/// `text` is well-formed UTF-8.
bool shows_something(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at++]);
        std::uint32_t point = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1F : lead < 0xF0 ? lead & 0x0F : lead & 0x07;
        for (; at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++at)
            point = point << 6 | (static_cast<unsigned char>(text[at]) & 0x3F);
        if (!shows_nothing(point)) return true;
    }
    return false;
}

Kind of(Kind::Type type)
{
    Kind kind;
    kind.type = type;
    return kind;
}

} // namespace

const Pattern digits{R"(^\d+$)", all_digits};
const Pattern lower_hex{"^[0-9a-f]+$", all_lower_hex};
const Pattern key_name{"^[a-z0-9][a-z0-9-]{0,62}$", is_key_name};
const Pattern not_blank{R"(\S)", shows_something, "Must not be blank"};

Kind uuid()
{
    return of(Kind::Type::uuid);
}

Kind text(std::size_t min, std::size_t max)
{
    auto kind = of(Kind::Type::text);
    kind.min = min;
    kind.max = max;
    return kind;
}

Kind text(const Pattern& pattern, std::size_t min, std::size_t max)
{
    auto kind = text(min, max);
    kind.pattern = &pattern;
    return kind;
}

Kind email()
{
    return of(Kind::Type::email);
}

Kind phone()
{
    return of(Kind::Type::phone);
}

Kind datetime()
{
    return of(Kind::Type::datetime);
}

Kind boolean()
{
    return of(Kind::Type::boolean);
}

Kind text_or_boolean(std::size_t max)
{
    auto kind = of(Kind::Type::text_or_boolean);
    kind.max = max;
    return kind;
}

Kind integer(std::int64_t low, std::int64_t high)
{
    auto kind = of(Kind::Type::integer);
    kind.low = static_cast<double>(low);
    kind.high = static_cast<double>(high);
    return kind;
}

Kind integer()
{
    constexpr std::int64_t exact = (std::int64_t{1} << 53) - 1; // what every JSON client can hold
    return integer(-exact, exact);
}

Kind number(double low, double high)
{
    auto kind = of(Kind::Type::number);
    kind.low = low;
    kind.high = high;
    return kind;
}

Kind choice(std::vector<std::string> choices)
{
    auto kind = of(Kind::Type::choice);
    kind.choices = std::move(choices);
    return kind;
}

Kind list(Kind item, std::size_t min, std::size_t max)
{
    auto kind = of(Kind::Type::list);
    kind.min = min;
    kind.max = max;
    kind.item = std::make_shared<const Kind>(std::move(item));
    return kind;
}

Kind object(Fields fields)
{
    auto kind = of(Kind::Type::object);
    kind.fields = std::make_shared<const Fields>(std::move(fields));
    return kind;
}

Kind map(Kind value, std::size_t max)
{
    auto kind = of(Kind::Type::map);
    kind.max = max;
    kind.item = std::make_shared<const Kind>(std::move(value));
    return kind;
}

Kind nullable(Kind kind)
{
    kind.may_be_null = true;
    return kind;
}

Kind secret(Kind kind)
{
    kind.is_secret = true;
    return kind;
}

} // namespace gatehouse::http::api
