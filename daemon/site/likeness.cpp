#include "site/likeness.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::site {

namespace {

/// Columns that say who somebody is, not what they may. Every other one counts, also one that comes later.
constexpr std::array<std::string_view, 13> of_the_person{"id",           "workspace",  "identity", "full_name",   "email_address",
                                                         "phone_number", "user",       "code",     "card_number", "facility_code",
                                                         "card_uid",     "created_at", "touched"};

template <class T>
void add(std::string& text, const T& value)
{
    if constexpr (requires { value.has_value(); }) {
        text += value ? '+' : '-';
        if (value) add(text, *value);
    } else if constexpr (requires { value.value.data; }) {
        text.append(reinterpret_cast<const char*>(value.value.data), sizeof value.value.data);
    } else if constexpr (requires { value.time_since_epoch(); }) {
        text += std::to_string(value.time_since_epoch().count());
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
        text += value;
    } else {
        text += std::to_string(static_cast<std::int64_t>(value));
    }
    text += '\0';
}

template <class Row>
void add_row(std::string& text, const Row& row)
{
    Row::fields(row, [&text](std::string_view name, const auto& value) {
        if (std::find(of_the_person.begin(), of_the_person.end(), name) == of_the_person.end()) add(text, value);
    });
}

template <class Links>
void add_links(std::string& text, const Links& links)
{
    std::vector<decltype(Links::value_type::id)> ids;
    for (const auto& link : links) ids.push_back(link.id);
    std::sort(ids.begin(), ids.end());
    for (const auto& id : ids) add(text, id);
    text += '/';
}

} // namespace

std::string likeness(const model::Workspace& workspace, const model::CredentialNode& credential)
{
    std::string text;
    add(text, workspace.row.id);
    add_row(text, credential.row);
    add_links(text, credential.list);
    add_links(text, credential.doors);
    if (credential.row.method == model::AccessMethod::code) add(text, credential.row.id); // whose a code is at a door is its own matter
    const auto* user = credential.row.user ? workspace.users.find(*credential.row.user) : nullptr;
    if (user == nullptr) return text;
    text += 'u';
    add_row(text, user->row);
    add_links(text, user->groups);
    add_links(text, user->direct);
    const auto* identity = user->row.identity ? workspace.identities.find(*user->row.identity) : nullptr;
    if (identity == nullptr) return text;
    text += identity->row.frozen ? 'f' : 'i';
    add_links(text, identity->doors);
    return text;
}

} // namespace gatehouse::site
