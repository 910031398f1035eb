#include "http/api/query.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace gatehouse::http::api {

namespace {

using base::Fault;
using Type = Kind::Type;

constexpr std::size_t most_pairs = 1000;

/// One pair of the query below some field: what is left of its key, and its text.
struct Pair {
    std::string_view rest;
    std::string_view text;
};

/// Length of the well-formed UTF-8 sequence at the front; 0 when there is none. Source: RFC 3629, section 4.
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [byte](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
    const unsigned first = byte(0), second = byte(1);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
    if ((first & 0xF0) == 0xE0) {
        const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F); // overlong, surrogate
        return tail(1) && tail(2) && !wrong ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool wrong = (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F); // overlong, beyond U+10FFFF
        return tail(1) && tail(2) && tail(3) && !wrong ? 4 : 0;
    }
    return 0;
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const auto length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

base::Result<std::string> percent_decoded(std::string_view text)
{
    const auto view = boost::urls::make_pct_string_view(text);
    if (!view) return base::fail(Fault::invalid, "Query string has a broken percent encoding");
    const boost::urls::encoding_opts form{true};
    auto decoded = view->decode(form);
    if (!is_utf8(decoded)) return base::fail(Fault::invalid, "Query string is not UTF-8");
    return decoded;
}

json::value scalar(const Kind& kind, std::string_view text)
{
    const bool wants_truth = kind.type == Type::boolean || kind.type == Type::text_or_boolean;
    if (wants_truth && (text == "true" || text == "false")) return text == "true";
    if (kind.type == Type::integer || kind.type == Type::number) {
        const auto* const end = text.data() + text.size();
        std::int64_t whole = 0;
        if (const auto [stop, ec] = std::from_chars(text.data(), end, whole); ec == std::errc{} && stop == end) return whole;
        double value = 0;
        if (const auto [stop, ec] = std::from_chars(text.data(), end, value); ec == std::errc{} && stop == end) return value;
    }
    return json::value(text);
}

/// Free text may hold a comma of its own; everything else cannot, so there a comma joins.
bool comma_joins(const Kind& item)
{
    return item.type != Type::text_or_boolean && (item.type != Type::text || item.pattern != nullptr);
}

json::value gather_list(const Kind& kind, const std::vector<Pair>& pairs)
{
    json::array items;
    if (pairs.size() == 1 && pairs.front().text.empty()) return items;
    for (const auto& pair : pairs) {
        auto text = pair.text;
        while (pairs.size() == 1 && comma_joins(*kind.item) && text.find(',') != std::string_view::npos) {
            items.push_back(scalar(*kind.item, text.substr(0, text.find(','))));
            text.remove_prefix(text.find(',') + 1);
        }
        items.push_back(scalar(*kind.item, text));
    }
    return items;
}

json::object gather_members(const Fields& fields, const std::vector<Pair>& pairs);

json::value gather(const Kind& kind, const std::vector<Pair>& pairs)
{
    if (kind.type == Type::list) return gather_list(kind, pairs);
    const bool structured = kind.type == Type::object || kind.type == Type::map;
    if (structured && !pairs.front().rest.empty()) {
        if (kind.type == Type::object) return gather_members(*kind.fields, pairs);
        json::object entries;
        for (const auto& [rest, text] : pairs) entries[rest] = text.empty() ? json::value{} : scalar(*kind.item, text);
        return entries;
    }
    if (pairs.size() == 1) return pairs.front().text.empty() ? json::value{} : scalar(kind, pairs.front().text);
    json::array repeated; // a scalar given twice: validation says so
    for (const auto& pair : pairs) repeated.push_back(scalar(kind, pair.text));
    return repeated;
}

/// What `key` leaves below `field`: empty for the field itself; nothing when the key is another's.
std::optional<std::string_view> rest_below(const Field& field, std::string_view key)
{
    if (!key.starts_with(field.name)) return std::nullopt;
    key.remove_prefix(field.name.size());
    if (key.empty()) return key;
    const auto type = field.kind.type;
    if (type == Type::list && key == "[]") return std::string_view{};
    if ((type == Type::object || type == Type::map) && key.front() == '.' && key.size() > 1) return key.substr(1);
    return std::nullopt;
}

json::object gather_members(const Fields& fields, const std::vector<Pair>& pairs)
{
    json::object out;
    std::vector<Pair> mine;
    std::size_t taken = 0;
    for (const auto& field : fields.all()) {
        mine.clear();
        for (const auto& pair : pairs)
            if (const auto rest = rest_below(field, pair.rest)) mine.push_back({*rest, pair.text});
        taken += mine.size();
        if (!mine.empty()) out.emplace(field.name, gather(field.kind, mine));
    }
    if (taken == pairs.size()) return out;
    for (const auto& pair : pairs) // what nobody takes: validation looks at the name
        if (const auto name = pair.rest.substr(0, pair.rest.find_first_of(".[")); !name.empty() && !fields.find(name))
            out.emplace(name, pair.text);
    return out;
}

} // namespace

base::Result<std::vector<std::pair<std::string, std::string>>> split_query(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (part.empty()) continue;
        if (pairs.size() == most_pairs) return base::fail(Fault::invalid, "Query string has too many parameters");
        const auto equals = std::min(part.find('='), part.size());
        auto key = percent_decoded(part.substr(0, equals));
        if (!key) return key.error();
        auto text = percent_decoded(part.substr(std::min(equals + 1, part.size())));
        if (!text) return text.error();
        pairs.emplace_back(std::move(*key), std::move(*text));
    }
    return pairs;
}

base::Result<json::object> decode_query(std::string_view query, const Fields& fields)
{
    const auto split = split_query(query);
    if (!split) return split.error();
    std::vector<Pair> pairs;
    pairs.reserve(split->size());
    for (const auto& [key, text] : *split) pairs.push_back({key, text});
    return gather_members(fields, pairs);
}

} // namespace gatehouse::http::api
