#include "unit/site/house.hpp"

#include <fstream>
#include <iterator>

namespace gatehouse::site {

HarbourHouse::HarbourHouse()
{
    std::ifstream stream{std::string{GATEHOUSE_SOURCE_DIR} + "/tests/fixtures/harbour-house/gatehouse.yaml"};
    text_.assign(std::istreambuf_iterator<char>{stream}, {});
    apply(plan().rows);
}

void HarbourHouse::edit(std::string_view piece, std::string_view other, bool all)
{
    auto found = text_.find(piece);
    ASSERT_NE(found, std::string::npos) << piece;
    do {
        text_.replace(found, piece.size(), other);
        found = text_.find(piece, found + other.size());
    } while (all && found != std::string::npos);
}

Planned HarbourHouse::planned()
{
    auto loaded = settings::parse(text_, "gatehouse.yaml");
    for (auto& device : loaded.settings->devices)
        if (const auto file = profiles_.find(device.key); file != profiles_.end()) device.profile_digest = file->second;
    for (const auto& problem : loaded.problems) ADD_FAILURE() << settings::text(problem);
    return loaded.settings ? site::plan(directory_, *loaded.settings, {now_, controllers_}) : Planned{};
}

Plan HarbourHouse::plan()
{
    auto made = planned();
    for (const auto& problem : made.problems) ADD_FAILURE() << settings::text(problem);
    return made.plan ? std::move(*made.plan) : Plan{};
}

void HarbourHouse::apply(const std::vector<model::Mutation>& rows)
{
    ++number_;
    for (auto mutation : rows) {
        std::visit([this](auto& row) { row.touched = number_; }, mutation.row);
        const auto applied = directory_.apply(mutation);
        if (!applied) ADD_FAILURE() << applied.error().detail;
    }
}

void HarbourHouse::move_in(const std::string& name, const std::vector<std::string>& groups)
{
    const auto owner = harbour().row.id;
    const model::Identity person{.id = id<model::IdentityId>("person", name), .workspace = owner, .full_name = name};
    const model::User user{.id = id<model::UserId>("user", name),
                           .workspace = owner,
                           .system = id<model::SystemId>("system", "house"),
                           .identity = person.id,
                           .full_name = name};
    put(person), put(user);
    model::Credential card{.id = id<model::CredentialId>("card", name), .workspace = owner, .system = user.system, .user = user.id};
    card.card_uid = to_string(card.id).substr(0, 8);
    put(card);
    for (const auto& group : groups) put(model::Membership{user.id, id<model::GroupId>("group", group), owner});
    users_[name] = user;
}

void HarbourHouse::suspend(const std::string& name)
{
    user(name).suspended = true;
    put(user(name));
}

void HarbourHouse::grant(const std::string& name, const std::string& entrance)
{
    put(model::DirectGrant{user(name).id, id<model::EntranceId>("entrance", entrance), harbour().row.id});
}

base::Instant HarbourHouse::at(const char* text)
{
    return *base::from_iso(text);
}

std::vector<std::string> words(const std::vector<Shift>& shifts)
{
    std::vector<std::string> found;
    for (const auto& shift : shifts) found.push_back(shift.person + ": " + shift.door + (shift.all ? " (all)" : ""));
    return found;
}

std::vector<std::string> words(const std::vector<Step>& steps)
{
    std::vector<std::string> found;
    for (const auto& step : steps) found.push_back(std::string{step.what} + " " + std::string{step.kind} + " " + step.key);
    return found;
}

std::vector<std::string> words(const std::vector<Edit>& edits)
{
    std::vector<std::string> found;
    for (const auto& [field, before, after] : edits)
        found.push_back(field + ": " + (before.empty() ? "none" : before) + " → " + (after.empty() ? "none" : after));
    return found;
}

} // namespace gatehouse::site
