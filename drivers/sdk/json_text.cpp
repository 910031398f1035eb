#include "sdk/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <type_traits>

namespace gatehouse::sdk {

namespace json = boost::json;

namespace {

/// How many bytes the character at the start of `text` takes, 0 when it is not UTF-8.
std::size_t character(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
    const auto second = length > 1 ? static_cast<unsigned char>(text[1]) : 0U;
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate_or_beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    return overlong || surrogate_or_beyond ? 0 : length;
}

struct Writer {
    json::object& object;

    void operator()(std::string_view name, bool value) { put(name, value, value); }
    void operator()(std::string_view name, std::uint32_t value) { put(name, value, value != 0); }
    void operator()(std::string_view name, std::int64_t value) { put(name, std::to_string(value), value != 0); }
    void operator()(std::string_view name, const std::string& value) { put_text(object, name, value, 64); }
    void operator()(std::string_view name, const Span& span)
    {
        json::object value{{"min", span.min}, {"max", span.max}};
        if (span.quantum != 0) value["quantum"] = span.quantum;
        put(name, std::move(value), span != Span{});
    }
    void operator()(std::string_view name, const std::vector<CredentialKind>& kinds)
    {
        json::array list;
        for (const auto kind : kinds) list.emplace_back(to_word(kind));
        put(name, std::move(list), !kinds.empty());
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void operator()(std::string_view name, Enum value)
    {
        put(name, to_word(value), value != Enum{});
    }

    template <class T>
    void put(std::string_view name, T&& value, bool worth_saying)
    {
        if (worth_saying) object[name] = json::value(std::forward<T>(value));
    }
};

} // namespace

std::string clean(std::string_view text, std::size_t most)
{
    std::string kept;
    kept.reserve(std::min(text.size(), most));
    while (!text.empty()) {
        const auto length = character(text);
        const auto taken = std::max<std::size_t>(length, 1);
        if (kept.size() + taken > most) break;
        kept += length == 0 ? std::string_view{"?"} : text.substr(0, length);
        text.remove_prefix(taken);
    }
    return kept;
}

void put_text(json::object& object, std::string_view name, std::string_view value, std::size_t most)
{
    if (!value.empty()) object[name] = clean(value, most);
}

void put_verdict(json::object& object, const Verdict& verdict)
{
    object["verdict"] = to_word(verdict.kind);
    put_text(object, "reason", verdict.reason, 64);
    put_text(object, "detail", verdict.detail, 256);
    if (verdict.kind == VerdictKind::busy) object["retry_after_ms"] = std::clamp<std::int64_t>(verdict.retry_after.count(), 0, 60'000);
}

json::object to_json(const Capabilities& capabilities)
{
    json::object object;
    each_capability(capabilities, Writer{object});
    return object;
}

std::string to_line(const json::object& object)
{
    return json::serialize(object) + "\n";
}

} // namespace gatehouse::sdk
