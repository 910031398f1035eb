#pragma once

#include "sdk/profile/codec.hpp"
#include "sdk/profile/outcome.hpp"
#include "sdk/profile/value.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::profile {

/// One `${name}`, `${name:encoder}` or `${name|'default'}`.
struct Placeholder {
    std::string name;
    Encoder encoder = Encoder::plain;
    std::optional<std::string> fallback; ///< stands when the field is not given
};

/// Text with placeholders. There are no expressions and no loops in it.
class Template {
public:
    Template() = default;
    static Outcome<Template> parse(std::string_view text);

    /// The text with every placeholder filled in.
    ///
    /// Errors:  the name of the placeholder that could not be filled, and why; never the value.
    /// Threads: any.
    Outcome<std::string> text(const Fields& fields) const;
    /// The same for use inside a JSON pointer: `~` and `/` of a filled-in value are escaped.
    Outcome<std::string> pointer(const Fields& fields) const;
    /// As JSON: a template that is one placeholder keeps the type its encoder gives, all else is text.
    Outcome<boost::json::value> json(const Fields& fields) const;

    /// The text itself, when it holds no placeholder.
    std::optional<std::string_view> constant() const;
    std::vector<const Placeholder*> placeholders() const;
    const std::string& source() const { return source_; }

private:
    template <class Escape>
    Outcome<std::string> fill(const Fields& fields, Escape escape) const;

    std::string source_;
    std::vector<std::variant<std::string, Placeholder>> parts_;
};

} // namespace gatehouse::profile
