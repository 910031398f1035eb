#include "file.hpp"

#include "settings/keys.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <set>
#include <sstream>

namespace gatehouse::settings {

namespace {

namespace json = boost::json;
using testing::IsEmpty;

/// The annotated file with the keys that are not enforced yet switched on.
std::string with_waiting_keys(std::string text)
{
    constexpr std::string_view off = "#~ ";
    for (auto at = text.find("\n"); at != std::string::npos; at = text.find('\n', at + 1)) {
        const auto first = text.find_first_not_of(' ', at + 1);
        if (first != std::string::npos && text.compare(first, off.size(), off) == 0) text.erase(first, off.size());
    }
    return text;
}

/// The path with the keys of items as `*` and places in lists as `[]`, as the sections are named.
std::string generalized(const std::string& path, const std::set<std::string>& known)
{
    std::string out;
    std::size_t at = 0;
    while (at <= path.size()) {
        const auto dot = std::min(path.find('.', at), path.size());
        auto part = path.substr(at, dot - at);
        if (const auto bracket = part.find('['); bracket != std::string::npos) part = part.substr(0, bracket) + "[]";
        const auto joined = [&out](const std::string& last) { return out.empty() ? last : out + "." + last; };
        out = joined(known.contains(joined("*")) ? "*" : part);
        at = dot + 1;
    }
    return out;
}

std::set<std::string> section_paths()
{
    std::set<std::string> out;
    for (const Section& section : sections()) out.emplace(section.path);
    return out;
}

TEST(DemoFile, LoadsAndUsesNothingThatIsNotEnforced)
{
    const auto loaded = load(source_file("config/demo.yaml"));
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    ASSERT_TRUE(loaded.settings);
    EXPECT_THAT(texts(not_enforced_yet(*loaded.settings)), IsEmpty());
    EXPECT_THAT(secrets(*loaded.settings), IsEmpty());
    EXPECT_EQ(loaded.settings->devices.size(), 2U);
    EXPECT_EQ(loaded.settings->doors.size(), 2U);
    EXPECT_NE(read_file(source_file("config/demo.yaml")).find("mqtt://127.0.0.1:1883"), std::string::npos);
}

TEST(AnnotatedFile, IsValidAsItStands)
{
    const auto loaded = load(source_file("config/gatehouse.yaml"));
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    ASSERT_TRUE(loaded.settings);
    EXPECT_THAT(texts(not_enforced_yet(*loaded.settings)), IsEmpty());
}

TEST(AnnotatedFile, SwitchesOffWhateverIsNotEnforcedYet)
{
    const auto text = read_file(source_file("config/gatehouse.yaml"));
    const auto loaded = parse(with_waiting_keys(text), "gatehouse.yaml");
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    ASSERT_TRUE(loaded.settings);
    const auto waiting = not_enforced_yet(*loaded.settings);
    EXPECT_GT(waiting.size(), 0U);

    std::istringstream in{text};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    for (const Problem& problem : waiting)
        EXPECT_THAT(lines.at(static_cast<std::size_t>(problem.at.line) - 1), testing::ContainsRegex("^ *#~ ")) << problem.path;
}

TEST(AnnotatedFile, ShowsEveryKeyTheLoaderKnows)
{
    const auto text = read_file(source_file("config/gatehouse.yaml"));
    const auto loaded = parse(with_waiting_keys(text), "gatehouse.yaml");
    ASSERT_TRUE(loaded.settings);
    EXPECT_THAT(text, testing::HasSubstr("# was: "));
    const auto known = section_paths();
    std::set<std::string> shown;
    for (const Written& written : loaded.settings->written) shown.insert(generalized(written.path, known));
    for (const Section& section : sections())
        for (const auto key : section.keys) {
            std::string path = std::string{section.path} + (section.path.empty() ? "" : ".") + std::string{key};
            if (section.path == "secret") path = "http.tls." + std::string{key == "credential" ? "certificate.credential" : "key.file"};
            if (key == "was") continue; // shown as a comment: in a first file there is nothing it could name
            EXPECT_TRUE(shown.contains(path)) << path;
        }
}

class Schema : public testing::Test {
protected:
    json::value document_ = json::parse(read_file(source_file("config/gatehouse.schema.json")));

    const json::object& followed(const json::value& node) const
    {
        const auto& object = node.as_object();
        const auto* ref = object.if_contains("$ref");
        if (ref == nullptr) return object;
        const std::string name{ref->as_string().subview(std::string_view{"#/definitions/"}.size())};
        return followed(document_.at("definitions").at(name));
    }

    /// The object that describes a section; null when the schema has none.
    const json::object* at(std::string_view path) const
    {
        if (path == "secret") return &followed(document_.at("definitions").at("secret"));
        const json::object* here = &document_.as_object();
        while (here != nullptr && !path.empty()) {
            const auto dot = std::min(path.find('.'), path.size());
            here = below(*here, path.substr(0, dot));
            path.remove_prefix(std::min(dot + 1, path.size()));
        }
        return here;
    }

private:
    const json::object* below(const json::object& here, std::string_view part) const
    {
        if (part == "*") return &followed(here.at("additionalProperties"));
        const bool list = part.ends_with("[]");
        if (list) part.remove_suffix(2);
        const auto* properties = here.if_contains("properties");
        const auto* found = properties == nullptr ? nullptr : properties->as_object().if_contains(part);
        if (found == nullptr) return nullptr;
        const json::object& child = followed(*found);
        return list ? &followed(child.at("items")) : &child;
    }
};

TEST_F(Schema, KnowsTheSameKeysAsTheLoader)
{
    for (const Section& section : sections()) {
        const json::object* described = at(section.path);
        ASSERT_NE(described, nullptr) << section.path;
        EXPECT_EQ(described->at("additionalProperties"), json::value(false)) << section.path;
        std::vector<std::string> keys;
        for (const auto& property : described->at("properties").as_object()) keys.emplace_back(property.key());
        const std::vector<std::string> known(section.keys.begin(), section.keys.end());
        EXPECT_THAT(keys, testing::UnorderedElementsAreArray(known)) << section.path;
    }
}

TEST(Reference, DescribesEveryKeyTheLoaderKnows)
{
    const auto text = read_file(source_file("docs/configuration.md"));
    for (const Section& section : sections())
        for (const auto key : section.keys)
            EXPECT_NE(text.find("`" + std::string{key} + "`"), std::string::npos) << section.path << "." << key;
}

} // namespace

} // namespace gatehouse::settings
