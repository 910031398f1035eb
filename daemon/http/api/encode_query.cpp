#include "http/api/query.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::http::api {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string text_of(double number)
{
    std::array<char, 40> out{};
    const auto [end, ec] = std::to_chars(out.data(), out.data() + out.size(), number);
    return {out.data(), end};
}

void write(const Value& value, const std::string& key, bool with_secrets, Pairs& out);

void write_members(const Params& params, const std::string& prefix, bool with_secrets, Pairs& out)
{
    for (std::size_t i = 0; i < params.values().size(); ++i) {
        const auto& field = params.fields().all()[i];
        if (field.kind.is_secret && !with_secrets) continue;
        if (!(prefix.empty() && field.name == "page_cursor")) write(params.values()[i], prefix + field.name, with_secrets, out);
    }
}

/// Writes one value under its dotted key; one overload per kind of value.
struct Writer {
    const std::string& key;
    bool with_secrets;
    Pairs& out;

    void operator()(Absent) const {}
    void operator()(std::nullptr_t) const { out.emplace_back(key, ""); }
    void operator()(bool truth) const { out.emplace_back(key, truth ? "true" : "false"); }
    void operator()(std::int64_t number) const { out.emplace_back(key, std::to_string(number)); }
    void operator()(double number) const { out.emplace_back(key, text_of(number)); }
    void operator()(const std::string& text) const { out.emplace_back(key, text); }
    void operator()(const base::Uuid& uuid) const { out.emplace_back(key, base::to_string(uuid)); }
    void operator()(base::Instant instant) const { out.emplace_back(key, base::to_iso(instant)); }
    void operator()(const List& items) const
    {
        if (items.empty()) out.emplace_back(key, "");
        for (const auto& item : items) write(item, key, with_secrets, out);
    }
    void operator()(const Entries& entries) const
    {
        for (const auto& [name, value] : entries) write(value, key + "." + name, with_secrets, out);
    }
    void operator()(const Params& members) const { write_members(members, key + ".", with_secrets, out); }
};

void write(const Value& value, const std::string& key, bool with_secrets, Pairs& out)
{
    std::visit(Writer{key, with_secrets, out}, value.is);
}

} // namespace

std::string encode_query(const Params& params, bool with_secrets)
{
    Pairs pairs;
    write_members(params, "", with_secrets, pairs);
    std::ranges::stable_sort(pairs, {}, &Pairs::value_type::first);
    std::string query;
    for (const auto& [key, text] : pairs) {
        if (!query.empty()) query += '&';
        query += boost::urls::encode(key, boost::urls::unreserved_chars);
        query += '=';
        query += boost::urls::encode(text, boost::urls::unreserved_chars);
    }
    return query;
}

} // namespace gatehouse::http::api
