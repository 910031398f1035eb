#include "settings/tree.hpp"

#include "settings/tree_builder.hpp"
#include "settings/unclosed.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

namespace gatehouse::settings {

namespace {

/// yaml-cpp says what it missed, and a person who moved a line by a space or left out a bracket looks for something else.
std::string hint(const std::string& message, std::string_view text)
{
    if (const auto open = last_unclosed(text))
        return message + "; the " + open->sign + " of line " + std::to_string(open->line) + " is not closed";
    const bool block = message == "end of map not found" || message == "end of sequence not found" || message == "illegal map value";
    return block ? message + "; is this line, or the one before, indented as its neighbours are?" : message;
}

} // namespace

NodePtr parse_tree(std::string_view text, const std::string& file, Problems& problems)
{
    const auto report = [&file, &problems](int line, std::string message) {
        problems.push_back({.at = {.file = file, .line = line}, .path = {}, .message = std::move(message)});
        return NodePtr{};
    };
    TreeBuilder builder{file, problems};
    try {
        std::istringstream in{std::string{text}};
        YAML::Parser parser{in};
        if (!parser.HandleNextDocument(builder) || builder.root() == nullptr) return report(0, "the file is empty");
        TreeBuilder second{file, problems};
        if (parser.HandleNextDocument(second))
            return report(second.root() ? second.root()->line : 0, "a second document; the file holds one");
    } catch (const TreeTooLarge&) {
        return nullptr;
    } catch (const YAML::Exception& error) {
        return report(error.mark.is_null() ? 0 : error.mark.line + 1, "YAML: " + hint(error.msg, text));
    }
    return builder.root();
}

} // namespace gatehouse::settings
