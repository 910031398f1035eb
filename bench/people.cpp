#include "site.hpp"

#include "access/tokens.hpp"

#include <cstdio>

namespace gatehouse::bench {

namespace {

constexpr base::Instant born{base::milliseconds{1'767'225'600'000}}; // 2026-01-01

template <class IdType>
IdType numbered_id(std::string_view kind, std::size_t number)
{
    return IdType{base::declared_uuid("bench", kind, std::to_string(number))};
}

std::string padded(const char* format, std::size_t number)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, number);
    return text.data();
}

} // namespace

People::People(const Size& size, const std::vector<model::Row>& declared) : size_{size}
{
    for (const auto& row : declared) {
        if (const auto* workspace = std::get_if<model::WorkspaceRow>(&row)) workspace_ = workspace->id;
        if (const auto* system = std::get_if<model::System>(&row)) system_ = system->id;
        if (const auto* group = std::get_if<model::Group>(&row)) groups_.push_back(group->id);
    }
    base::SeededRandom random{size.users};
    auto token = access::make_token(random, workspace_, "bench", born);
    key_ = std::move(token.key);
    token_ = std::move(token.row);
}

model::UserId People::user_id(std::size_t number) const
{
    return numbered_id<model::UserId>("user", number);
}

std::vector<model::Row> People::rows_of(std::size_t number) const
{
    const auto created = born + base::milliseconds{number * 1'000};
    const auto name = padded("Person Number %06zu", number);
    const auto email = padded("person.%06zu@example.com", number);
    const auto person = numbered_id<model::IdentityId>("identity", number);
    const auto user = user_id(number);
    std::vector<model::Row> rows;
    rows.push_back(
        model::Identity{.id = person, .workspace = workspace_, .full_name = name, .email_address = email, .created_at = created});
    rows.push_back(model::User{.id = user,
                               .workspace = workspace_,
                               .system = system_,
                               .identity = person,
                               .full_name = name,
                               .email_address = email,
                               .created_at = created});
    for (std::size_t i = 0; i < size_.groups_each; ++i)
        rows.push_back(model::Membership{user, groups_[(number * 7 + i * 13) % groups_.size()], workspace_});
    for (std::size_t i = 0; i < size_.credentials_each; ++i) {
        const auto card = number * size_.credentials_each + i;
        rows.push_back(model::Credential{.id = numbered_id<model::CredentialId>("credential", card),
                                         .workspace = workspace_,
                                         .system = system_,
                                         .user = user,
                                         .card_number = std::nullopt,
                                         .card_uid = padded("04%012zx", card),
                                         .created_at = created});
    }
    if (size_.codes_every != 0 && number % size_.codes_every == 0)
        rows.push_back(model::Credential{.id = numbered_id<model::CredentialId>("code", number),
                                         .workspace = workspace_,
                                         .system = system_,
                                         .user = user,
                                         .method = model::AccessMethod::code,
                                         .code = padded("%06zu", number),
                                         .created_at = created});
    return rows;
}

} // namespace gatehouse::bench
