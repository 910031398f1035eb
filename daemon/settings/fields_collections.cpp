#include "settings/fields.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::settings {

namespace {

bool is_credential_name(std::string_view name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    };
    return name[0] != '.' && std::all_of(name.begin(), name.end(), allowed);
}

bool is_plain_absolute_path(std::string_view path)
{
    return path.starts_with('/') && (std::string{path} + '/').find("/../") == std::string::npos;
}

} // namespace

std::vector<Value> items_of(Reading& reading, const Value& value)
{
    std::vector<Value> out;
    if (value.node->kind != Node::Kind::list) {
        reading.report(value.line, value.path, "expected a list in brackets");
        return out;
    }
    for (const NodePtr& item : value.node->items)
        out.push_back({.node = item.get(), .line = item->line, .path = value.path + "[" + std::to_string(out.size()) + "]"});
    return out;
}

std::vector<Value> Fields::list(std::string_view key) const
{
    const auto value = get(key);
    return value ? items_of(reading_, *value) : std::vector<Value>{};
}

std::vector<Value> Fields::members(std::string_view key) const
{
    std::vector<Value> out;
    const auto value = get(key);
    if (!value || value->node->kind == Node::Kind::empty) return out;
    if (value->node->kind != Node::Kind::map) {
        reading_.report(value->line, value->path, "expected keys and values");
        return out;
    }
    for (const Member& member : value->node->members) {
        if (is_stable_key(member.key))
            out.push_back({.node = member.value.get(), .line = member.line, .path = value->path + "." + member.key});
        else
            reading_.report(member.line, value->path,
                            in_quotes(member.key) + " is no key: lower-case letters, digits and hyphens, at most 63");
    }
    return out;
}

std::vector<std::string> Fields::words(std::string_view key) const
{
    std::vector<std::string> out;
    std::set<std::string> seen;
    for (const Value& item : list(key)) {
        auto word = text_of(reading_, item);
        if (!word) continue;
        if (seen.insert(*word).second)
            out.push_back(std::move(*word));
        else
            reading_.report(item.line, item.path, "given twice");
    }
    return out;
}

std::optional<SecretRef> Fields::secret(std::string_view key) const
{
    const auto value = get(key);
    if (!value) return std::nullopt;
    if (value->node->kind != Node::Kind::map || value->node->members.size() != 1) {
        report(key, "a secret is {credential: NAME} or {file: PATH}, never the secret itself");
        return std::nullopt;
    }
    const Fields fields{reading_, *value, "secret"};
    SecretRef ref{.path = value->path, .mark = reading_.mark(value->line)};
    if (const auto name = fields.text("credential")) {
        if (!is_credential_name(*name)) {
            fields.report("credential", "a credential is the plain name of a file in CREDENTIALS_DIRECTORY");
            return std::nullopt;
        }
        ref.name = *name;
        return ref;
    }
    const auto path = fields.text("file");
    if (!path) return std::nullopt;
    if (!is_plain_absolute_path(*path)) {
        fields.report("file", "expected an absolute path without \"..\"");
        return std::nullopt;
    }
    ref.kind = SecretRef::Kind::file;
    ref.name = *path;
    return ref;
}

} // namespace gatehouse::settings
