#include "file.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

namespace gatehouse::settings {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ConfigurationText, IsRefusedWhenEmpty)
{
    EXPECT_THAT(problems(""), ElementsAre("site.yaml: the file is empty"));
    EXPECT_THAT(problems("# nothing\n"), ElementsAre("site.yaml: the file is empty"));
}

TEST(ConfigurationText, IsRefusedAtTheLineOfASyntaxError)
{
    EXPECT_THAT(problems("format: 1\nsite: {key: a\nhttp: 1\n"),
                ElementsAre("site.yaml:3: YAML: end of map flow not found; the { of line 2 is not closed"));
    EXPECT_THAT(problems("format: 1\nsite: {key: a, name: \"The yard}\nhttp: 1 # it's\n"),
                ElementsAre(testing::EndsWith("; the \" of line 2 is not closed")));
    EXPECT_THAT(problems("format: 1\n# [ it's\nsite: [a, 'it''s {', {b: 1]\nhttp: 1\n"),
                ElementsAre(testing::EndsWith("; the [ of line 3 is not closed")));
}

TEST(ConfigurationText, SaysWhereALineIsIndentedUnlikeItsNeighbours)
{
    EXPECT_THAT(problems("format: 1\nsite:\n  key: pier\n time_zone: UTC\n"),
                ElementsAre("site.yaml:4: YAML: end of map not found; is this line, or the one before, indented as its neighbours are?"));
}

TEST(ConfigurationText, IsNotIndentedByTabs)
{
    EXPECT_THAT(problems("format: 1\nsite:\n\tkey: pier\n  \t# a comment\n\ttime_zone: UTC\n"),
                ElementsAre("site.yaml:3: a tab; use spaces", "site.yaml:5: a tab; use spaces"));
}

TEST(ConfigurationText, HoldsOneDocumentOfKeysAndValues)
{
    EXPECT_THAT(problems("format: 1\n---\nformat: 1\n"), ElementsAre("site.yaml:3: a second document; the file holds one"));
    EXPECT_THAT(problems("- format\n"), ElementsAre("site.yaml:1: expected keys and values"));
}

TEST(ConfigurationText, IsUtf8WithoutControlCharacters)
{
    for (const auto* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x01", "\x7F", "\xFF"})
        EXPECT_THAT(problems("format: 1\n# " + std::string{bad} + "\n"),
                    ElementsAre("site.yaml:2: is no UTF-8 text, or holds a control character"));
    EXPECT_THAT(problems(changed("Front door", "Haustür 🚪")), IsEmpty());
}

TEST(ConfigurationText, MayNotNameAKeyTwiceAtAnyDepth)
{
    EXPECT_THAT(problems(changed("{lobby: office, shed: always}", "{lobby: office, shed: always, lobby: always}")),
                ElementsAre("site.yaml:30: workspaces.pier.systems.house.groups.staff.entrances.lobby: given twice, first in line 30"));
    EXPECT_THAT(problems(changed("hours:", "doors: {}\nhours:")), ElementsAre("site.yaml:19: doors: given twice, first in line 16"));
}

TEST(ConfigurationText, MayUseAnchorsWithinBounds)
{
    EXPECT_THAT(problems(changed("params: {topic: a/b, unit: 3, fast: true, code: \"007\"}", "params: &p {topic: a}")), IsEmpty());
    auto shared = changed("params: {topic: a/b, unit: 3, fast: true, code: \"007\"}", "params: &p {topic: a}");
    shared.replace(shared.find("card_key: facility_and_number"), std::string_view{"card_key: facility_and_number"}.size(), "params: *p");
    EXPECT_THAT(problems(shared), IsEmpty());
}

TEST(ConfigurationText, CannotGrowByAliasesOfAliases)
{
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int j = 0; j < 9; ++j) text += ", " + before;
        text += "]\n";
    }
    EXPECT_THAT(problems(text), ElementsAre("site.yaml:6: a5[2]: more than 400000 values, aliases written out"));
}

TEST(ConfigurationText, CannotHoldItself)
{
    EXPECT_THAT(problems("format: 1\nsite: &s [*s]\n"), ElementsAre("site.yaml:2: site[0]: an alias stands inside the node it names"));
}

TEST(ConfigurationText, IsBoundedInDepth)
{
    const auto said = problems("a: " + std::string(300'000, '['));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_THAT(said[0], testing::EndsWith("nested deeper than 32 levels"));
}

TEST(ConfigurationText, IsBoundedInSize)
{
    EXPECT_THAT(problems(std::string(4 * 1024 * 1024 + 1, ' ')), ElementsAre("site.yaml: is larger than 4 MiB"));
}

TEST(ConfigurationText, HasNoTagsAndNoKeysOfParts)
{
    EXPECT_THAT(problems(changed("key: pier", "key: !!str pier")), ElementsAre("site.yaml:2: site.key: a YAML tag has no meaning here"));
    EXPECT_THAT(problems(changed("key: pier", "? [a] : 1, key: pier")), ElementsAre("site.yaml:2: site: a key must be plain text"));
}

TEST(ConfigurationFile, IsReportedWhenItCannotBeRead)
{
    EXPECT_THAT(texts(load("/nowhere/gatehouse.yaml").problems), ElementsAre("/nowhere/gatehouse.yaml: No such file or directory"));
    EXPECT_THAT(texts(load("/dev").problems), ElementsAre("/dev: is no regular file"));
}

} // namespace

} // namespace gatehouse::settings
