#include "sdk/profile/alike.hpp"

#include <algorithm>
#include <bitset>
#include <boost/json/serialize.hpp>

namespace gatehouse::profile {

namespace {

using Letters = std::bitset<256>;
constexpr std::size_t most_compared = std::size_t{1} << 22;

/// One letter of several, or any number of them.
struct Piece {
    Letters letters;
    bool run = false;
    std::string_view of; ///< the placeholder it stands for, as it is written

    friend bool operator==(const Piece&, const Piece&) = default;
};
using Pattern = std::vector<Piece>;

enum class Wild : std::uint8_t {
    all,            ///< each placeholder is what it can be
    all_and_none,   ///< and a number can be missing
    numbers_or_none ///< but only a number is, and it can be missing
};

Letters letters_of(std::string_view text)
{
    Letters letters;
    for (const char c : text) letters.set(static_cast<unsigned char>(c));
    return letters;
}

char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string folded(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return folded(c); });
    return text;
}

const Letters any_letter = Letters{}.set();
const Letters in_a_number = letters_of("0123456789.-");
const Letters in_hex = letters_of("0123456789abcdef");
const Letters in_a_truth = letters_of("truefalse");
const Letters in_a_level = Letters{}.set().reset('/');
const Letters blank = letters_of(" \t\r\n");

Letters letters_of_field(std::string_view name)
{
    for (const auto* number : {"from", "until", "slot", "corr", "pulse_ms", "pulse_s"})
        if (name == number) return in_a_number;
    return any_letter;
}

Letters letters_of_param(ParamType type)
{
    switch (type) {
    case ParamType::integer:
    case ParamType::ipv4:
        return in_a_number;
    case ParamType::truth:
        return in_a_truth;
    case ParamType::topic_level:
        return in_a_level;
    case ParamType::text:
    case ParamType::topic:
        break;
    }
    return any_letter;
}

/// Of what it can be made.
Letters letters_of(const Placeholder& placeholder, const Params& params)
{
    if (placeholder.fallback) return any_letter;
    if (placeholder.encoder == Encoder::hex_text) return in_hex;
    if (placeholder.encoder == Encoder::truth) return in_a_truth;
    if (placeholder.encoder != Encoder::plain) return in_a_number;
    const auto param = params.find(placeholder.name);
    return param == params.end() ? letters_of_field(placeholder.name) : letters_of_param(param->second.type);
}

/// A label or a tag may be empty, and so may what has a default.
bool may_be_empty(const Placeholder& placeholder)
{
    return placeholder.fallback || placeholder.name == "label" || placeholder.name == "tag";
}

void add(Pattern& pattern, const Placeholder& placeholder, std::string_view written, const Params& params, Wild wild)
{
    const auto letters = letters_of(placeholder, params);
    const bool number = letters == in_a_number;
    if (wild == Wild::numbers_or_none && !number) {
        pattern.push_back({.letters = {}, .run = false, .of = written}); // the same as itself alone
        return;
    }
    const bool perhaps = may_be_empty(placeholder) || (number && wild != Wild::all);
    if (!perhaps) pattern.push_back({.letters = letters, .run = false, .of = written});
    pattern.push_back({.letters = letters, .run = true, .of = written});
}

Pattern pattern_of(const Template& text, const Params& params, Wild wild)
{
    Pattern pattern;
    const auto placeholders = text.placeholders();
    std::size_t next = 0;
    for (std::string_view rest = text.source(); !rest.empty();) {
        std::size_t taken = 1;
        if (rest.starts_with("${") && next < placeholders.size()) {
            taken = rest.find('}') + 1;
            add(pattern, *placeholders[next++], rest.substr(0, taken), params, wild);
        } else {
            const char letter = folded(rest[0]);
            pattern.push_back({.letters = letters_of({&letter, 1}), .run = false, .of = {}});
        }
        rest.remove_prefix(taken);
    }
    return pattern;
}

Pattern trimmed(Pattern pattern)
{
    const auto counts = [](const Piece& piece) { return !piece.of.empty() || (piece.letters & blank).none(); };
    pattern.erase(std::find_if(pattern.rbegin(), pattern.rend(), counts).base(), pattern.end());
    pattern.erase(pattern.begin(), std::find_if(pattern.begin(), pattern.end(), counts));
    return pattern;
}

/// What both begin and end with is the same in both, whatever is filled in.
void without_what_they_share(Pattern& one, Pattern& other)
{
    const auto [begin, begin_of_other] = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    one.erase(one.begin(), begin);
    other.erase(other.begin(), begin_of_other);
    const auto [end, end_of_other] = std::mismatch(one.rbegin(), one.rend(), other.rbegin(), other.rend());
    one.erase(end.base(), one.end());
    other.erase(end_of_other.base(), other.end());
}

bool is_fixed(const Pattern& pattern)
{
    return std::none_of(pattern.begin(), pattern.end(), [](const Piece& piece) { return piece.run; });
}

bool meet(const Piece& one, const Piece& other)
{
    return (one.letters & other.letters).any();
}

/// Whether some text is both: from the end to the front, whether what is left of them from there on can be the same.
bool can_meet(Pattern one, Pattern other)
{
    without_what_they_share(one, other);
    if (is_fixed(one) && is_fixed(other)) return std::equal(one.begin(), one.end(), other.begin(), other.end(), meet);
    if (one.size() * other.size() > most_compared) return true;
    std::vector<char> behind(other.size() + 1, 0), here(other.size() + 1, 0);
    for (auto i = one.size() + 1; i-- > 0;) {
        for (auto j = other.size() + 1; j-- > 0;) {
            const bool left = i < one.size(), right = j < other.size();
            bool meets = !left && !right;
            if (left && one[i].run) meets = meets || behind[j];
            if (right && other[j].run) meets = meets || here[j + 1];
            if (left && right && meet(one[i], other[j]))
                meets = meets || (one[i].run ? (!other[j].run && here[j + 1]) : behind[other[j].run ? j : j + 1]);
            here[j] = meets ? 1 : 0;
        }
        std::swap(here, behind);
    }
    return behind[0] != 0;
}

/// A value that is no list and no object, as the text it is compared by.
std::optional<Template> scalar_in(const Body& body)
{
    if (const auto* text = std::get_if<Template>(&body.node)) return *text;
    const auto* value = std::get_if<boost::json::value>(&body.node);
    if (!value || value->is_null() || value->is_structured()) return std::nullopt;
    auto parsed = Template::parse(scalar_text(*value).value_or(boost::json::serialize(*value)));
    return parsed ? std::optional{std::move(*parsed)} : std::nullopt;
}

bool holds_a_constant(const Body& body)
{
    if (const auto* text = std::get_if<Template>(&body.node)) return text->placeholders().empty();
    if (const auto* list = std::get_if<std::vector<Body>>(&body.node)) return std::any_of(list->begin(), list->end(), holds_a_constant);
    const auto* members = std::get_if<Body::Members>(&body.node);
    return !members || std::any_of(members->begin(), members->end(), [](const auto& member) { return holds_a_constant(member.body); });
}

bool is_null(const Body& body)
{
    const auto* value = std::get_if<boost::json::value>(&body.node);
    return value && value->is_null();
}

bool stands_in(const Body& part, const Body& whole, const Alike& alike, Alike::Missing missing);

bool members_stand_in(const Body::Members& part, const Body::Members& whole, const Alike& alike, Alike::Missing missing)
{
    for (const auto& [name, member] : part) {
        bool there = false, same = false;
        for (const auto& [other_name, other] : whole) {
            if (folded(name) != folded(other_name)) continue;
            there = true;
            same = same || stands_in(member, other, alike, missing);
        }
        const bool dispensable = missing == Alike::Missing::arguments && !holds_a_constant(member);
        if (there ? !same : !dispensable) return false;
    }
    return true;
}

bool stands_in(const Body& part, const Body& whole, const Alike& alike, Alike::Missing missing)
{
    const auto *members = std::get_if<Body::Members>(&part.node), *others = std::get_if<Body::Members>(&whole.node);
    if (members && others) return members_stand_in(*members, *others, alike, missing);
    const auto *list = std::get_if<std::vector<Body>>(&part.node), *other_list = std::get_if<std::vector<Body>>(&whole.node);
    if (list && other_list)
        return std::equal(list->begin(), list->end(), other_list->begin(), other_list->end(),
                          [&alike, missing](const Body& one, const Body& other) { return stands_in(one, other, alike, missing); });
    if (is_null(part) || is_null(whole)) return is_null(part) && is_null(whole);
    const auto one = scalar_in(part), other = scalar_in(whole);
    return one && other && alike.texts(*one, *other);
}

} // namespace

bool Alike::topics(const Template& one, const Template& other) const
{
    return can_meet(pattern_of(one, params_, Wild::all_and_none), pattern_of(other, params_, Wild::all_and_none));
}

bool Alike::numbered_topics(const Template& one, const Template& other) const
{
    return can_meet(pattern_of(one, params_, Wild::numbers_or_none), pattern_of(other, params_, Wild::numbers_or_none));
}

bool Alike::texts(const Template& one, const Template& other) const
{
    return can_meet(trimmed(pattern_of(one, params_, Wild::all)), trimmed(pattern_of(other, params_, Wild::all)));
}

bool Alike::within(const Body& part, const Body& whole, Missing missing) const
{
    return stands_in(part, whole, *this, holds_a_constant(part) ? missing : Missing::nothing);
}

bool Alike::last_level(const Template& topic, std::string_view word, std::string_view digits) const
{
    const auto named = topic.placeholders();
    const auto param = named.empty() ? params_.end() : params_.find(named.back()->name);
    if (param != params_.end() && topic.source().ends_with("}")) {
        const auto usual = Template::parse(value_text(param->second.fallback).value_or(""));
        if (usual && usual->placeholders().empty() && last_level(*usual, word, digits)) return true;
    }
    auto pattern = pattern_of(topic, params_, Wild::all_and_none);
    const auto slash = letters_of("/");
    pattern.erase(pattern.begin(), std::find_if(pattern.rbegin(), pattern.rend(), [&slash](const Piece& piece) {
                                       return piece.of.empty() && piece.letters == slash;
                                   }).base());
    if (std::none_of(pattern.begin(), pattern.end(), [](const Piece& piece) { return piece.of.empty(); })) return false;
    Pattern wanted;
    for (const char c : word) wanted.push_back({.letters = letters_of({&c, 1}), .run = false, .of = {}});
    wanted.push_back({.letters = letters_of(digits), .run = true, .of = {}});
    return can_meet(std::move(pattern), std::move(wanted));
}

bool Alike::begins_with_anything(const Template& text) const
{
    const auto pattern = trimmed(pattern_of(text, params_, Wild::all));
    return !pattern.empty() && !pattern[0].of.empty() && pattern[0].letters != in_a_number;
}

} // namespace gatehouse::profile
