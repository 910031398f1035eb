#pragma once

#include "settings/nearest.hpp"
#include "settings/scalars.hpp"
#include "settings/secret.hpp"
#include "settings/tree.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::settings {

/// What reading the file has come to: the name it is reported under and what is wrong so far.
struct Reading {
    std::string file;
    Problems problems;

    Mark mark(int line) const { return {.file = file, .line = line}; }
    void report(int line, std::string path, std::string message)
    {
        problems.push_back({.at = mark(line), .path = std::move(path), .message = std::move(message)});
    }
};

/// A value of the file with its place.
struct Value {
    const Node* node;
    int line; ///< of its key, or its own in a list
    std::string path;
};

/// A word of the file and what it means.
template <class T>
struct Choice {
    std::string_view word;
    T meaning;
};

/// One map of the file. Members are asked for by key; what is missing answers nothing, what does not fit is
/// reported and answers nothing as well. Keys the section does not know are reported when it is made.
class Fields {
public:
    Fields(Reading& reading, const Value& map, std::string_view section);

    std::optional<Value> get(std::string_view key) const;
    std::string path(std::string_view key) const;
    int line() const { return line_; }

    /// Reports the keys that are not there.
    void need(std::initializer_list<std::string_view> keys) const;
    void report(const Value& at, std::string message) const { reading_.report(at.line, at.path, std::move(message)); }
    void report(std::string_view key, std::string message) const;

    std::optional<std::string> text(std::string_view key) const;       ///< 1 to 255 bytes
    std::optional<std::string> stable_key(std::string_view key) const; ///< also the form of names that refer to one
    std::optional<bool> flag(std::string_view key) const;
    std::optional<unsigned> number(std::string_view key, unsigned least, unsigned most) const;
    std::optional<unsigned> share(std::string_view key) const;
    std::optional<std::chrono::seconds> duration(std::string_view key, std::chrono::seconds least, std::chrono::seconds most) const;
    std::optional<Point> input(std::string_view key) const;
    std::optional<Point> output(std::string_view key) const;
    std::optional<SecretRef> secret(std::string_view key) const;
    std::vector<Value> list(std::string_view key) const;
    std::vector<Value> members(std::string_view key) const;     ///< of a map of stable keys; bad keys are reported
    std::vector<std::string> words(std::string_view key) const; ///< a list of texts, each once

    template <class T>
    std::optional<T> choice(std::string_view key, std::initializer_list<Choice<T>> choices) const
    {
        const auto word = text(key);
        if (!word) return std::nullopt;
        std::vector<std::string_view> words;
        for (const auto& choice : choices) {
            if (choice.word == *word) return choice.meaning;
            words.push_back(choice.word);
        }
        report_choice(key, *word, words);
        return std::nullopt;
    }

private:
    void report_choice(std::string_view key, std::string_view word, std::span<const std::string_view> words) const;
    template <class T>
    std::optional<T> parsed(std::string_view key, base::Result<T> (*parse)(std::string_view)) const;

    Reading& reading_;
    const Node* map_; ///< null when the value is no map
    int line_;
    std::string path_;
};

/// The last part of the path: the stable key an item has.
std::string own_key(const Value& item);

/// The text of a scalar, 1 to 255 bytes; anything else is reported.
std::optional<std::string> text_of(Reading& reading, const Value& value);

/// The items of a list; anything else is reported.
std::vector<Value> items_of(Reading& reading, const Value& value);

/// Puts what was read where it belongs; what was not read leaves the default.
template <class T, class U>
void assign(T& target, std::optional<U> value)
{
    if (value) target = std::move(*value);
}

} // namespace gatehouse::settings
