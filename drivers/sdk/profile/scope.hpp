#pragma once

#include "sdk/profile/cursor.hpp"
#include "sdk/profile/params.hpp"
#include "sdk/profile/text_template.hpp"

#include <optional>
#include <set>
#include <string>

namespace gatehouse::profile {

/// The names a placeholder may use at some place of a profile.
struct Scope {
    const Params* params = nullptr;
    std::set<std::string, std::less<>> fields;
    bool public_only = false; ///< others read it, so no secret may stand in it
    bool in_topic = false;    ///< what is filled in may hold no wildcard either

    Scope with(std::set<std::string, std::less<>> more) const
    {
        more.insert(fields.begin(), fields.end());
        return {params, std::move(more), public_only, in_topic};
    }
};

/// Fields that are never shown: the key of an entry is a card or a code.
bool is_secret_field(std::string_view name);

/// A template whose placeholders are all known here; nothing when there is a problem, which is in the cursor's report.
std::optional<Template> read_template(const Cursor& at, const Scope& scope);

/// The same for what is told to people: no secret stands in it.
std::optional<Template> read_shown(const Cursor& at, Scope scope);

/// A topic to publish to or to subscribe: besides, no wildcard, no secret, and nothing that may hold one.
std::optional<Template> read_topic(const Cursor& at, Scope scope);

/// An RFC 6901 JSON pointer: empty, or starting with `/`, `~` only as `~0` and `~1`.
std::optional<Template> read_pointer(const Cursor& at, const Scope& scope);

} // namespace gatehouse::profile
