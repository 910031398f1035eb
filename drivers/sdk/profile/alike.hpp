#pragma once

#include "sdk/profile/body.hpp"
#include "sdk/profile/params.hpp"

namespace gatehouse::profile {

/// Whether two things that a profile sends can be the same once they are filled in.
///
/// A placeholder is the same as itself, and else whatever its parameter, field or encoder lets it be. Case is no difference, since many
/// devices make none. What is too long to be compared can be the same.
///
/// Errors:  none. Threads: any.
class Alike {
public:
    /// What may be missing of a part: nothing, or what no constant stands in, as it only says more closely what is to be done.
    enum class Missing : std::uint8_t { nothing, arguments };

    explicit Alike(const Params& params) : params_{params} {}

    /// A number in a topic may be missing: the first output often goes without.
    bool topics(const Template& one, const Template& other) const;
    /// The same, but of placeholders only numbers are taken for what else they could be.
    bool numbered_topics(const Template& one, const Template& other) const;
    /// Blanks around them are no difference.
    bool texts(const Template& one, const Template& other) const;
    /// Whether all of `part` stands in `whole`, which may hold more.
    bool within(const Body& part, const Body& whole, Missing missing) const;
    /// Whether the last level of a topic can be this word, with `digits` behind it or without. One that is a placeholder and nothing else
    /// is what its default says.
    bool last_level(const Template& topic, std::string_view word, std::string_view digits) const;
    /// Whether a text can begin with something else than what is written in it.
    bool begins_with_anything(const Template& text) const;

private:
    const Params& params_;
};

/// JSON that is written as text, its placeholders in quotes or without; nothing when it is none.
std::optional<Body> body_in(const Template& text);

} // namespace gatehouse::profile
