#include "sdk/profile/text_template.hpp"

#include <gmock/gmock.h>

namespace gatehouse::profile {
namespace {

const Fields template_fields{
    {"topic", std::string{"harbour/yard"}}, {"key", std::string{"04a1"}}, {"until", std::int64_t{1772784000}}, {"pin", Value{}}};

Template parsed(std::string_view text)
{
    auto result = Template::parse(text);
    EXPECT_TRUE(result) << text;
    return result ? *result : Template{};
}

std::string filled(std::string_view text)
{
    const auto result = parsed(text).text(template_fields);
    return result ? *result : "failed: " + result.error().text;
}

TEST(Template, FillsParametersIntoTopics)
{
    EXPECT_EQ(filled("${topic}/cmd"), "harbour/yard/cmd");
}

TEST(Template, OnePlaceholderKeepsTheTypeItsEncoderGives)
{
    EXPECT_EQ(*parsed("${until:epoch_s}").json(template_fields), boost::json::value(1772784000));
    EXPECT_EQ(*parsed("${key:hex_text}").json(template_fields), boost::json::value("04a1"));
    EXPECT_EQ(*parsed("until ${until:epoch_s}").json(template_fields), boost::json::value("until 1772784000"));
}

TEST(Template, TheDefaultStandsOnlyWhenNothingIsGiven)
{
    EXPECT_EQ(filled("${pin|''}"), "");
    EXPECT_EQ(filled("${pin|'0000'}"), "0000");
    EXPECT_EQ(filled("${key|'none'}"), "04a1");
}

TEST(Template, AMissingFieldIsAFailureThatNamesIt)
{
    EXPECT_EQ(filled("${pin}"), "failed: pin: not given");
    EXPECT_EQ(filled("${nobody}"), "failed: nobody: not given");
}

TEST(Template, ValuesInsideAPointerAreEscaped)
{
    const Fields odd{{"slot", std::string{"a/b~c"}}};
    EXPECT_EQ(*parsed("/users/${slot}/status").pointer(odd), "/users/a~1b~0c/status");
}

TEST(Template, WhatIsNotATemplateIsRefusedWithItsReason)
{
    EXPECT_EQ(Template::parse("${open").error().text, "`${` without `}`");
    EXPECT_EQ(Template::parse("${key:rot13}").error().text, "there is no encoder `rot13`");
    EXPECT_EQ(Template::parse("${Key}").error().text, "`Key` is not a name");
    EXPECT_EQ(Template::parse("${a + b}").error().text, "`a + b` is not a name");
    EXPECT_EQ(Template::parse("${pin|none}").error().text, "the default after | must stand in single quotes");
}

TEST(Template, ADollarAloneIsText)
{
    EXPECT_EQ(filled("5 $ {x}"), "5 $ {x}");
}

} // namespace
} // namespace gatehouse::profile
