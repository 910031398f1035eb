#include "settings/references.hpp"
#include "settings/sections.hpp"
#include "settings/settings.hpp"
#include "settings/tree.hpp"
#include "settings/utf8.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

namespace gatehouse::settings {

namespace {

constexpr std::uintmax_t most_bytes = 4 * 1024 * 1024;

Loaded refused(const std::string& file, int line, std::string path, std::string message)
{
    Loaded out;
    out.problems.push_back({.at = {.file = file, .line = line}, .path = std::move(path), .message = std::move(message)});
    return out;
}

/// Every key and list item below `node`, in the order of the file.
void note(const Node& node, const std::string& path, const std::string& file, std::vector<Written>& written)
{
    const auto add = [&file, &written](const std::string& at, const Node& value, int line) {
        written.push_back({.path = at, .value = value.text, .mark = {.file = file, .line = line}});
        note(value, at, file, written);
    };
    for (const Member& member : node.members) add(path.empty() ? member.key : path + "." + member.key, *member.value, member.line);
    for (std::size_t i = 0; i < node.items.size(); ++i) add(path + "[" + std::to_string(i) + "]", *node.items[i], node.items[i]->line);
}

Settings read_sections(Reading& reading, const Fields& root)
{
    Settings settings;
    settings.file = reading.file;
    settings.site = read_site(reading, root);
    settings.http = read_http(reading, root);
    settings.policy = read_policy(reading, root);
    settings.drivers = read_drivers(reading, root);
    settings.lines = read_lines(reading, root);
    settings.devices = read_devices(reading, root, settings.policy.brake);
    settings.zones = read_zones(reading, root);
    settings.doors = read_doors(reading, root);
    settings.hours = read_hours(reading, root);
    settings.holidays = read_holidays(reading, root);
    settings.workspaces = read_workspaces(reading, root);
    return settings;
}

/// The format says what every other key means, so a wrong one is the only thing worth reporting.
std::optional<Problem> wrong_format(Reading& reading, const Value& document)
{
    for (const Member& member : document.node->members) {
        if (member.key != "format") continue;
        if (member.value->text == "1") return std::nullopt;
        return Problem{.at = reading.mark(member.line), .path = "format", .message = "this version reads format 1"};
    }
    return Problem{.at = reading.mark(0), .path = "format", .message = "is missing: write `format: 1`"};
}

} // namespace

Loaded parse(std::string_view text, const std::string& file)
{
    if (text.size() > most_bytes) return refused(file, 0, {}, "is larger than 4 MiB");
    if (const auto line = first_bad_line(text)) return refused(file, *line, {}, "is no UTF-8 text, or holds a control character");

    Reading reading{.file = file, .problems = {}};
    const NodePtr tree = parse_tree(text, file, reading.problems);
    if (tree == nullptr) {
        Problems tabs;
        for (const auto line : lines_with_tabs(text))
            tabs.push_back({.at = {.file = file, .line = line}, .path = {}, .message = "a tab; use spaces"});
        return {.settings = std::nullopt, .problems = tabs.empty() ? std::move(reading.problems) : std::move(tabs)};
    }
    const Value document{.node = tree.get(), .line = 0, .path = {}};
    if (tree->kind != Node::Kind::map) return refused(file, tree->line, {}, "expected keys and values");
    if (auto problem = wrong_format(reading, document)) return {.settings = std::nullopt, .problems = {std::move(*problem)}};

    const Fields root{reading, document, ""};
    root.need({"site"});
    Settings settings = read_sections(reading, root);
    note(*tree, {}, file, settings.written);
    for (Problem& problem : check_references(settings)) reading.problems.push_back(std::move(problem));

    if (reading.problems.empty()) return {.settings = std::move(settings), .problems = {}};
    std::stable_sort(reading.problems.begin(), reading.problems.end(),
                     [](const Problem& a, const Problem& b) { return a.at.line < b.at.line; });
    return {.settings = std::nullopt, .problems = std::move(reading.problems)};
}

Loaded load(const std::filesystem::path& path)
{
    const std::string file = path.string();
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return refused(file, 0, {}, error ? error.message() : "is no regular file");
    if (std::filesystem::file_size(path, error) > most_bytes || error) return refused(file, 0, {}, "is larger than 4 MiB");
    std::ifstream in{path, std::ios::binary};
    std::string text(std::istreambuf_iterator<char>{in}, {});
    if (!in.is_open() || in.bad()) return refused(file, 0, {}, "cannot be read");
    return parse(text, file);
}

Mark mark_of(const Settings& settings, std::string_view path)
{
    for (;;) {
        for (const Written& written : settings.written)
            if (written.path == path) return written.mark;
        const auto parent = path.find_last_of(".[");
        if (parent == std::string_view::npos) break;
        path = path.substr(0, parent);
    }
    return {.file = settings.file, .line = 0};
}

} // namespace gatehouse::settings
