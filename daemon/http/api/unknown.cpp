#include "http/api/unknown.hpp"

#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace gatehouse::http::api {

namespace {

constexpr std::size_t longest = 64; ///< of a name that is looked at; longer ones are nobody's slip
constexpr std::size_t long_word = 6;

/// What can stand in a message or a header without being anybody's secret or trick.
bool is_name(std::string_view text)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, fits);
}

/// `endsAt` and `ends_at` are the same slip of nobody.
std::string folded(std::string_view name)
{
    std::string out;
    for (const char c : name)
        if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    return out;
}

/// Insertions, deletions, replacements and swapped neighbours between two words of at most `longest` letters.
std::size_t slips(std::string_view a, std::string_view b)
{
    std::array<std::array<std::size_t, longest + 1>, 3> rows{};
    std::iota(rows[0].begin(), rows[0].end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto &above = rows[(i + 2) % 3], &two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.size() % 3][b.size()];
}

/// The parameter that `name` is at most two slips from; one, when it is short.
std::string nearest(const Fields& fields, std::string_view name)
{
    const auto word = folded(name);
    const std::size_t most = word.size() < long_word ? 1 : 2;
    std::size_t fewest = most + 1;
    std::string best;
    for (const auto& field : fields.all()) {
        const auto candidate = folded(field.name);
        if (candidate.size() > word.size() + most || word.size() > candidate.size() + most) continue;
        const auto distance = slips(word, candidate);
        if (distance >= fewest) continue;
        fewest = distance;
        best = field.name;
    }
    return best;
}

/// A right name at the wrong depth: of a time that belongs into an object, or of an object around a time that stands alone here.
std::string misplaced(const Fields& fields, std::string_view name, const json::value& value)
{
    for (const auto& field : fields.all())
        if (field.kind.type == Kind::Type::object)
            if (const auto at = field.kind.fields->find(name); at && field.kind.fields->all()[*at].kind.type == Kind::Type::datetime)
                return field.name + "." + std::string{name};
    const auto* const members = value.if_object();
    for (const auto& field : fields.all())
        if (members != nullptr && field.kind.type == Kind::Type::datetime && members->contains(field.name)) return field.name;
    return {};
}

/// `validUntil` and `valid_until` as valid, until.
std::vector<std::string> words_of(std::string_view name)
{
    std::vector<std::string> words(1);
    for (const char c : name) {
        const bool capital = c >= 'A' && c <= 'Z';
        if (c == '_' || capital) words.emplace_back();
        if (c != '_') words.back() += capital ? static_cast<char>(c | 0x20) : c;
    }
    return words;
}

constexpr auto ends = std::to_array<std::string_view>(
    {"end", "ends", "ending", "expire", "expires", "expired", "expiry", "expiring", "expiration", "until", "till", "deadline"});
constexpr auto times =
    std::to_array<std::string_view>({"at", "begin", "begins", "beginning", "start", "starts", "starting", "valid", "validity", "duration",
                                     "ttl", "lifetime", "time", "times", "date", "datetime", "schedule"});

bool says(std::string_view name, std::span<const std::string_view> words)
{
    const auto said = words_of(name);
    return std::ranges::any_of(said, [words](const std::string& word) { return std::ranges::find(words, word) != words.end(); });
}

/// A moment as a client writes it, under whatever name.
bool is_time(const json::value& value)
{
    const auto* const text = value.if_string();
    return text != nullptr && text->size() <= longest && base::from_iso({text->data(), text->size()}).has_value();
}

/// What would drop an end leaves access without one. In an object nothing that reads as a time passes, for all in there is about one
/// thing; around it nothing that reads as an end, where the endpoint takes one.
bool drops_time(const Fields& fields, std::string_view name, const json::value& value, bool inside)
{
    if (inside) return says(name, ends) || says(name, times) || is_time(value);
    const auto end = fields.find("ends_at");
    return end && fields.all()[*end].kind.type == Kind::Type::datetime && says(name, ends);
}

} // namespace

void check_unknown(const Fields& fields, const json::object& given, const std::string& path, Issues& issues)
{
    for (const auto& [key, value] : given) {
        const std::string_view name = key;
        if (fields.find(name)) continue;
        if (!is_name(name)) { // `ends-at`, dropped, would be access without an end
            if (!issues.ignore({})) return;
            issues.add(path, "The name of a parameter has letters, digits and underscores, 64 at most");
            continue;
        }
        const bool about_request = name.starts_with('_'); // `_strict` and its like are not in it: counted, not told of
        const auto full = path.empty() ? std::string{name} : path + "." + std::string{name};
        if (!issues.ignore(about_request ? std::string{} : full)) return;
        auto meant = nearest(fields, name);
        if (about_request && meant.empty()) continue;
        if (meant.empty()) meant = misplaced(fields, name, value);
        if (!meant.empty())
            issues.add(full, "Unknown parameter, did you mean " + meant + "?");
        else if (drops_time(fields, name, value, !path.empty()))
            issues.add(full, "Unknown parameter, and no time is taken by that name here");
    }
}

} // namespace gatehouse::http::api
