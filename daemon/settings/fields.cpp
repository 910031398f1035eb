#include "settings/fields.hpp"

#include "settings/keys.hpp"

#include <algorithm>

namespace gatehouse::settings {

namespace {

constexpr std::size_t most_text = 255;

std::string joined(const std::string& parent, std::string_view key)
{
    return parent.empty() ? std::string{key} : parent + "." + std::string{key};
}

std::string in_words(std::span<const std::string_view> words)
{
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += words[i];
    }
    return out;
}

/// As it would stand in the file, in the largest unit that fits.
std::string in_units(std::chrono::seconds value)
{
    const auto count = value.count();
    if (count % 86400 == 0) return std::to_string(count / 86400) + "d";
    if (count % 3600 == 0) return std::to_string(count / 3600) + "h";
    if (count % 60 == 0) return std::to_string(count / 60) + "m";
    return std::to_string(count) + "s";
}

} // namespace

Fields::Fields(Reading& reading, const Value& map, std::string_view section)
    : reading_{reading}, map_{map.node->kind == Node::Kind::map ? map.node : nullptr}, line_{map.line}, path_{map.path}
{
    if (map_ == nullptr) {
        if (map.node->kind != Node::Kind::empty) reading_.report(map.line, map.path, "expected keys and values");
        return;
    }
    const auto known = keys_of_section(section);
    if (section == "hours.*") return; // days are checked where they are read
    for (const Member& member : map_->members) {
        if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
        reading_.report(member.line, joined(path_, member.key), "unknown key" + did_you_mean(member.key, known));
    }
}

std::string Fields::path(std::string_view key) const
{
    return joined(path_, key);
}

std::optional<Value> Fields::get(std::string_view key) const
{
    if (map_ == nullptr) return std::nullopt;
    for (const Member& member : map_->members)
        if (member.key == key) return Value{.node = member.value.get(), .line = member.line, .path = path(key)};
    return std::nullopt;
}

void Fields::need(std::initializer_list<std::string_view> keys) const
{
    for (const auto key : keys)
        if (!get(key)) reading_.report(line_, path(key), "is missing");
}

void Fields::report(std::string_view key, std::string message) const
{
    const auto value = get(key);
    reading_.report(value ? value->line : line_, path(key), std::move(message));
}

void Fields::report_choice(std::string_view key, std::string_view word, std::span<const std::string_view> words) const
{
    report(key, "expected " + in_words(words) + ", not " + in_quotes(word));
}

std::optional<std::string> Fields::text(std::string_view key) const
{
    const auto value = get(key);
    return value ? text_of(reading_, *value) : std::nullopt;
}

std::optional<std::string> Fields::stable_key(std::string_view key) const
{
    auto word = text(key);
    if (!word || is_stable_key(*word)) return word;
    report(key, in_quotes(*word) + " is no key: lower-case letters, digits and hyphens, at most 63");
    return std::nullopt;
}

template <class T>
std::optional<T> Fields::parsed(std::string_view key, base::Result<T> (*parse)(std::string_view)) const
{
    const auto word = text(key);
    if (!word) return std::nullopt;
    auto value = parse(*word);
    if (value) return std::move(*value);
    report(key, value.error().detail);
    return std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view key) const
{
    return choice<bool>(key, {{"true", true}, {"false", false}});
}

std::optional<unsigned> Fields::number(std::string_view key, unsigned least, unsigned most) const
{
    const auto value = parsed<std::int64_t>(key, parse_whole);
    if (!value) return std::nullopt;
    if (*value >= least && *value <= most) return static_cast<unsigned>(*value);
    report(key, "must lie between " + std::to_string(least) + " and " + std::to_string(most));
    return std::nullopt;
}

std::optional<unsigned> Fields::share(std::string_view key) const
{
    return parsed<unsigned>(key, parse_share);
}

std::optional<Point> Fields::input(std::string_view key) const
{
    return parsed<Point>(key, parse_input);
}

std::optional<Point> Fields::output(std::string_view key) const
{
    return parsed<Point>(key, parse_output);
}

std::optional<std::chrono::seconds> Fields::duration(std::string_view key, std::chrono::seconds least, std::chrono::seconds most) const
{
    const auto value = parsed<std::chrono::seconds>(key, parse_duration);
    if (!value || (*value >= least && *value <= most)) return value;
    report(key, "must lie between " + in_units(least) + " and " + in_units(most));
    return std::nullopt;
}

std::string own_key(const Value& item)
{
    const auto dot = item.path.rfind('.');
    return dot == std::string::npos ? item.path : item.path.substr(dot + 1);
}

std::optional<std::string> text_of(Reading& reading, const Value& value)
{
    if (value.node->kind != Node::Kind::scalar) {
        reading.report(value.line, value.path, value.node->kind == Node::Kind::empty ? "is empty" : "expected a single value");
        return std::nullopt;
    }
    const std::string& word = value.node->text;
    if (!word.empty() && word.size() <= most_text) return word;
    reading.report(value.line, value.path, word.empty() ? "is empty" : "is longer than 255 bytes");
    return std::nullopt;
}

} // namespace gatehouse::settings
