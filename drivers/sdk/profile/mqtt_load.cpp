#include "sdk/profile/match_read.hpp"
#include "sdk/profile/mqtt.hpp"
#include "sdk/profile/mqtt_check.hpp"
#include "sdk/profile/mqtt_ops.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <yaml-cpp/eventhandler.h>

namespace gatehouse::profile {

namespace {

constexpr std::size_t largest_file = 256 * 1024;

bool is_profile_id(std::string_view text)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '/';
    };
    return !text.empty() && text.size() <= 128 && text.front() != '/' && text.back() != '/' && std::all_of(text.begin(), text.end(), fits);
}

void read_head(Cursor& top, MqttProfile& profile)
{
    if (const auto id = top.need("profile")) {
        profile.id = id->text().value_or("");
        if (!is_profile_id(profile.id)) id->problem("must be an id such as vendor/model/1.0: a-z, 0-9, `-`, `.`, `_` and `/`");
    }
    if (const auto also = top.child("also"))
        for (const auto& item : also->items())
            if (!is_profile_id(item.text().value_or(""))) item.problem("must be an id such as vendor/model/1.0");
    if (const auto version = top.child("version")) static_cast<void>(version->integer(1, 1));
    if (const auto driver = top.need("driver")) static_cast<void>(driver->choice({"mqtt"}));
    if (const auto title = top.child("title")) profile.title = title->text().value_or("");
    if (const auto evidence = top.child("evidence"))
        for (const auto& item : evidence->items()) profile.evidence.push_back(item.text().value_or(""));
}

void read_blocks(Cursor& top, MqttProfile& profile)
{
    if (const auto params = top.child("params")) profile.params = read_params(*params);
    const Scope scope{.params = &profile.params};
    if (const auto caps = top.need("caps")) profile.caps = read_caps(*caps, scope);
    if (const auto limits = top.child("limits")) profile.limits = read_limits(*limits);
    if (const auto topics = top.need("topics")) profile.topics = read_topics(*topics, scope);
    if (const auto matcher = top.child("from_device")) profile.from_device = read_matcher(*matcher, scope);
    if (const auto correlate = top.child("correlate")) profile.correlate = read_correlate(*correlate, scope);
    const auto said = profile.correlate ? scope.with({"corr"}) : scope;
    if (const auto ops = top.child("ops")) read_ops(*ops, said, profile);
    if (const auto setup = top.child("setup")) profile.setup = read_setup(*setup, said);
    if (const auto door = top.child("door")) profile.door = read_door(*door, scope);
    if (const auto events = top.child("events")) profile.events = read_events(*events, scope);
    if (const auto hints = top.child("hints")) profile.hints = read_hints(*hints, scope);
    if (const auto failures = top.child("failures")) profile.failures = read_failures(*failures, scope);
    if (const auto liveness = top.child("liveness")) profile.liveness = read_liveness(*liveness, scope);
}

/// What YAML can do and a profile needs not: a few aliases make a file of two kilobytes one of gigabytes.
class Plain : public YAML::EventHandler {
public:
    std::optional<int> alias; ///< its line

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        if (!alias) alias = mark.line + 1;
    }
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

std::optional<std::pair<int, std::string>> beyond_this_language(const std::string& text)
{
    std::istringstream stream{text};
    YAML::Parser parser{stream};
    Plain events;
    int documents = 0;
    while (parser.HandleNextDocument(events)) ++documents;
    if (events.alias) return std::pair{*events.alias, std::string{"an alias (`*`): write it out"}};
    if (documents > 1) return std::pair{1, std::string{"several documents (`---`): one file is one profile"}};
    return std::nullopt;
}

MqttLoaded judged(const YAML::Node& document, Report& report)
{
    MqttProfile profile;
    Cursor top{document, "", report};
    read_head(top, profile);
    read_blocks(top, profile);
    top.done();
    if (report.clean()) check_mqtt(top, profile); // what does not even read cannot be judged
    MqttLoaded loaded;
    if (report.clean()) loaded.profile = std::move(profile);
    loaded.problems = report.take();
    return loaded;
}

} // namespace

MqttLoaded parse_mqtt(const std::string& text, const std::string& name)
{
    Report report{name};
    try {
        if (const auto wrong = beyond_this_language(text)) {
            report.add(wrong->first, "", wrong->second);
            return {.problems = report.take()};
        }
        return judged(YAML::Load(text), report);
    } catch (const YAML::Exception& error) {
        report.add(error.mark.is_null() ? 0 : error.mark.line + 1, "", "not YAML: " + error.msg);
        return {.problems = report.take()};
    }
}

std::optional<std::string> profile_text(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    std::string text;
    if (stream) {
        text.resize(largest_file + 1);
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(stream.gcount()));
    }
    if (!stream.is_open() || stream.bad()) return std::nullopt;
    return text;
}

MqttLoaded load_mqtt(const std::filesystem::path& file)
{
    const auto text = profile_text(file);
    if (!text) return {.problems = {{file.string(), 0, "", "cannot be read"}}};
    if (text->size() > largest_file) return {.problems = {{file.string(), 0, "", "larger than 256 KiB"}}};
    return parse_mqtt(*text, file.string());
}

} // namespace gatehouse::profile
