#pragma once

#include "model/policy.hpp"
#include "site/declare.hpp"

#include <gmock/gmock.h>

namespace gatehouse::site {

inline constexpr std::string_view file = R"(format: 1
site: {key: harbour-house, name: Harbour House, time_zone: Europe/Copenhagen}
drivers: {mqtt: {}}
lines:
  broker: {driver: mqtt, url: "mqtt://broker.lan"}
devices:
  yard-ctl: {line: broker, profile: esp-rfid/2.0, params: {topic: harbour/yard}}
doors:
  lobby: {owner: harbour, shared_with: [brightline], strike: yard-ctl/1}
  bikes: {owner: harbour, strike: yard-ctl/2}
workspaces:
  harbour:
    name: Harbour House
    systems:
      house:
        name: House
        entrances:
          lobby: {door: lobby, name: Lobby}
          bikes: {door: bikes}
        groups:
          residents: {entrances: {lobby: always, bikes: always}}
      boats: {}
  brightline:
    systems:
      office:
        entrances:
          lobby: {door: lobby, name: Front door}
        groups:
          staff: {entrances: {lobby: always}}
)";

/// A directory, and the file of which one piece after the other is exchanged.
class File : public testing::Test {
public:
    void SetUp() override { EXPECT_FALSE(apply().empty()); }

    void edit(std::string_view piece, std::string_view other)
    {
        const auto at = text_.find(piece);
        ASSERT_NE(at, std::string::npos) << piece;
        text_.replace(at, piece.size(), other);
    }

    std::vector<model::Mutation> apply()
    {
        const auto loaded = settings::parse(text_, "gatehouse.yaml");
        for (const auto& problem : loaded.problems) ADD_FAILURE() << settings::text(problem);
        if (!loaded.settings) return {};
        now_ += std::chrono::hours{1};
        auto rows = difference(directory_, *loaded.settings, now_);
        ++number_;
        for (auto& mutation : rows) {
            std::visit([this](auto& row) { row.touched = number_; }, mutation.row);
            const auto applied = directory_.apply(mutation);
            if (!applied) ADD_FAILURE() << applied.error().detail;
        }
        return rows;
    }

    /// Applies the file and what must be nothing more behind it.
    std::vector<model::Mutation> settle()
    {
        auto rows = apply();
        EXPECT_THAT(apply(), testing::IsEmpty()) << "applied twice";
        return rows;
    }

    template <class IdType>
    static IdType id(std::string_view owner, std::string_view kind, std::string_view key)
    {
        return {base::declared_uuid(owner, kind, key)};
    }
    const model::Workspace& harbour() const
    {
        return *directory_.workspace(id<model::WorkspaceId>("harbour-house", "workspace", "harbour"));
    }
    const model::Entrance& bikes() const { return harbour().entrances.find(id<model::EntranceId>("harbour", "entrance", "bikes"))->row; }
    const model::DoorNode& door(std::string_view key) const { return *directory_.door(id<model::DoorId>("harbour-house", "door", key)); }

    /// A person of residents with a card, as the API makes them.
    void move_in()
    {
        const auto owner = harbour().row.id;
        const auto house = id<model::SystemId>("harbour", "system", "house");
        const model::User user{.id = id<model::UserId>("", "", "ada"), .workspace = owner, .system = house};
        const model::Credential card{
            .id = id<model::CredentialId>("", "", "card"), .workspace = owner, .system = house, .user = user.id, .card_uid = "04a1b2c3"};
        const auto group = id<model::GroupId>("harbour", "group", "residents");
        for (const auto& row : {model::Row{user}, model::Row{card}, model::Row{model::Membership{user.id, group, owner}}})
            EXPECT_TRUE(directory_.apply(model::put(row)));
    }
    bool opens(std::string_view key) const
    {
        const auto* card = harbour().credentials.find(id<model::CredentialId>("", "", "card"));
        return model::opens(harbour(), *card, door(key), {now_}).open;
    }

    std::string text_{file};
    model::Directory directory_;
    base::Instant now_{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}};
    model::ChangeNumber number_ = 0;
};

template <class Row>
std::vector<Row> only(const std::vector<model::Mutation>& rows)
{
    std::vector<Row> found;
    for (const auto& mutation : rows)
        if (const auto* row = std::get_if<Row>(&mutation.row)) found.push_back(*row);
    return found;
}

} // namespace gatehouse::site
