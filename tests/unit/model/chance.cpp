#include "chance.hpp"

#include "books.hpp"
#include "model/hours.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::model {

namespace {

using namespace std::chrono_literals;

constexpr base::seconds step{100};
constexpr std::size_t edge_count = 6;

constexpr Instant saturday_noon{std::chrono::sys_days{std::chrono::year{2027} / 3 / 27} + 12h}; ///< the busy days begin
constexpr base::seconds busy_step{8h};

Instant begin(Manner manner)
{
    return manner == Manner::plain ? Instant{} : saturday_noon;
}

base::seconds step_of(Manner manner)
{
    return manner == Manner::plain ? step : busy_step;
}

/// Office hours with a holiday, nights over the change of the clocks, and long days one of which is left out.
std::vector<Hours> weeks()
{
    const auto every_day = [](std::vector<WeeklyHours::Span> spans) {
        WeeklyHours::Week week;
        week.fill(spans);
        return week_text(week);
    };
    const auto named = [](std::string key, std::string week, std::string closed_on) {
        return Hours{.key = std::move(key), .zone = "Europe/Copenhagen", .week = std::move(week), .closed_on = std::move(closed_on)};
    };
    return {named("office", every_day({{8h, 12h}, {13h, 18h}}), "2027-03-29"), named("night", every_day({{0h, 150min}, {22h, 24h}}), ""),
            named("long", every_day({{6h, 23h}}), "2027-03-28")};
}

/// Kinds of rows, in the order of Row.
enum Kind : std::uint64_t {
    workspace_row,
    line,
    device,
    door,
    share,
    system,
    entrance,
    group,
    path,
    identity,
    user,
    membership,
    direct,
    device_grant,
    credential_row,
    listed,
    listed_door,
    grant,
    grant_entrance,
    grant_door,
    method,
    method_credential,
    token,
    attempt,
    kinds
};

Instant created(std::uint64_t at)
{
    return Instant{base::seconds{1'000 + at}};
}

} // namespace

std::vector<base::Instant> edges(Manner manner)
{
    std::vector<base::Instant> found;
    for (std::size_t at = 1; at <= edge_count; ++at) found.push_back(begin(manner) + step_of(manner) * at);
    return found;
}

std::vector<base::Instant> moments(Manner manner)
{
    std::vector<base::Instant> found{begin(manner) + step_of(manner) / 2};
    for (const auto edge : edges(manner)) found.push_back(edge), found.push_back(edge + step_of(manner) / 2);
    if (manner == Manner::plain) return found;
    for (const auto minutes : {299min, 300min, 539min, 540min, 779min, 780min, 1'080min, 1'320min, 2'520min})
        found.push_back(saturday_noon + minutes);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<std::string> codes()
{
    return {"4711", "4712", "4713"};
}

template <class IdType>
IdType Chance::of(std::uint64_t workspace, std::uint64_t kind, std::uint64_t count)
{
    return id<IdType>(workspace * 10'000 + kind * 100 + pick(count));
}

std::optional<Instant> Chance::edge()
{
    if (!maybe(busy_ ? 8 : 3)) return std::nullopt;
    return edges(busy_ ? Manner::busy : Manner::plain).at(pick(edge_count));
}

Text Chance::word(std::string_view kind, std::uint64_t count)
{
    if (maybe(3)) return std::nullopt;
    return std::string{kind} + std::to_string(pick(count));
}

Credential Chance::credential(std::uint64_t workspace)
{
    Credential row;
    row.id = of<CredentialId>(workspace, credential_row, 5);
    row.workspace = id<WorkspaceId>(workspace);
    row.system = of<SystemId>(workspace, system, 2);
    if (!maybe(5)) row.user = of<UserId>(workspace, user, 4);
    row.method = maybe(busy_ ? 2 : 5) ? AccessMethod::code : AccessMethod::card;
    if (busy_ && row.method == AccessMethod::code && !maybe(8)) row.code = codes().at(pick(codes().size()));
    row.card_number = word("20", 3);
    if (row.card_number) row.facility_code = static_cast<std::int64_t>(pick(2)), row.card_format = "h10301";
    row.card_uid = word("04a1b2c", 3);
    row.starts_at = edge(), row.ends_at = edge();
    row.list = static_cast<ListState>(maybe(3) ? pick(3) : 0);
    row.created_at = created(pick(3));
    const bool blank = row.method == AccessMethod::card && !row.card_uid && !row.card_number;
    if (blank && row.list == ListState::follows_user) row.method = AccessMethod::cloud_key;
    return row;
}

std::string Chance::mode()
{
    static constexpr std::array modes{"card", "pin", "card_or_pin", "card_or_pin", "card_and_pin"};
    return busy_ ? modes.at(pick(modes.size())) : "card";
}

std::string Chance::hours()
{
    return busy_ && !maybe(3) ? weeks().at(pick(weeks().size())).key : std::string{always};
}

Row Chance::person_row(std::uint64_t kind, std::uint64_t workspace)
{
    const auto owner = id<WorkspaceId>(workspace);
    const auto whose = of<UserId>(workspace, user, 4);
    switch (kind) {
    case identity: {
        Identity row{
            .id = of<IdentityId>(workspace, identity, 3), .workspace = owner, .phone_number = word("+45", 3), .key = word("key", 3)};
        row.email_address = word(maybe(2) ? "ada@example.com" : "Ada@Example.com", 3);
        row.frozen = maybe(20);
        row.created_at = created(pick(3));
        return row;
    }
    case user: {
        User row{.id = whose, .workspace = owner, .system = of<SystemId>(workspace, system, 2)};
        if (!maybe(4)) row.identity = of<IdentityId>(workspace, identity, 3);
        row.starts_at = edge(), row.ends_at = edge();
        row.suspended = maybe(6);
        row.created_at = created(pick(3));
        return row;
    }
    case membership:
        return Membership{.user = whose, .group = of<GroupId>(workspace, group, 3), .workspace = owner};
    case direct:
        return DirectGrant{.user = whose, .entrance = of<EntranceId>(workspace, entrance, 4), .workspace = owner};
    case device_grant:
        return DeviceGrant{.identity = of<IdentityId>(workspace, identity, 3), .door = of<DoorId>(0, door, 4), .workspace = owner};
    case listed:
        return CredentialEntrance{.credential = of<CredentialId>(workspace, credential_row, 5),
                                  .entrance = of<EntranceId>(workspace, entrance, 4),
                                  .workspace = owner};
    case listed_door:
        return CredentialDoor{
            .credential = of<CredentialId>(workspace, credential_row, 5), .door = of<DoorId>(0, door, 4), .workspace = owner};
    default:
        return credential(workspace);
    }
}

Row Chance::grant_row(std::uint64_t kind, std::uint64_t workspace)
{
    const auto owner = id<WorkspaceId>(workspace);
    const auto of_grant = of<AccessGrantId>(workspace, grant, 3);
    switch (kind) {
    case grant:
        return AccessGrant{.id = of_grant,
                           .workspace = owner,
                           .identity = of<IdentityId>(workspace, identity, 3),
                           .key = word("grant", 3),
                           .created_at = created(pick(3))};
    case grant_entrance:
        return GrantEntrance{.grant = of_grant, .entrance = of<EntranceId>(workspace, entrance, 4), .workspace = owner};
    case grant_door:
        return GrantDoor{.grant = of_grant, .door = of<DoorId>(0, door, 4), .workspace = owner};
    case method:
        return GrantMethod{.id = of<MethodId>(workspace, method, 3), .workspace = owner, .grant = of_grant, .created_at = created(pick(3))};
    default:
        return MethodCredential{
            .method = of<MethodId>(workspace, method, 3), .credential = of<CredentialId>(workspace, credential_row, 5), .workspace = owner};
    }
}

Row Chance::system_row(std::uint64_t kind, std::uint64_t workspace)
{
    const auto owner = id<WorkspaceId>(workspace);
    const auto part_of = of<SystemId>(workspace, system, 2);
    switch (kind) {
    case system:
        return System{.id = part_of, .workspace = owner, .name = word("system", 9).value_or(""), .created_at = created(pick(3))};
    case entrance:
        return Entrance{.id = of<EntranceId>(workspace, entrance, 4),
                        .workspace = owner,
                        .system = part_of,
                        .door = of<DoorId>(0, door, 4),
                        .mode = mode(),
                        .created_at = created(pick(3))};
    case group: {
        Group row{.id = of<GroupId>(workspace, group, 3), .workspace = owner, .system = part_of};
        row.starts_at = edge(), row.ends_at = edge();
        row.lease_none = maybe(3);
        row.created_at = created(pick(3));
        return row;
    }
    default:
        return GroupEntrance{.group = of<GroupId>(workspace, group, 3),
                             .entrance = of<EntranceId>(workspace, entrance, 4),
                             .workspace = owner,
                             .hours = hours()};
    }
}

Row Chance::site_row(std::uint64_t kind, std::uint64_t workspace)
{
    const auto owner = id<WorkspaceId>(workspace);
    switch (kind) {
    case workspace_row:
        return WorkspaceRow{.id = owner, .key = "w" + std::to_string(workspace), .created_at = created(pick(3))};
    case line:
        return Line{.id = of<LineId>(0, line, 2), .driver = "mqtt"};
    case device:
        return Device{.id = of<DeviceId>(0, device, 2), .line = of<LineId>(0, line, 2)};
    case door:
        return Door{.id = of<DoorId>(0, door, 4),
                    .owner = owner,
                    .device = of<DeviceId>(0, device, 2),
                    .output = static_cast<std::int64_t>(pick(4))};
    case share:
        return DoorShare{.door = of<DoorId>(0, door, 4), .workspace = owner};
    case token: {
        Token row{.id = of<TokenId>(0, token, 3), .workspace = owner};
        row.digest = base::sha256(std::to_string(pick(3)));
        return row;
    }
    default:
        return ActionAttempt{.id = of<AttemptId>(workspace, attempt, 3), .workspace = owner, .created_at = created(pick(3))};
    }
}

Row Chance::row(std::uint64_t kind, std::uint64_t workspace)
{
    if (kind <= share || kind >= token) return site_row(kind, workspace);
    if (kind >= grant) return grant_row(kind, workspace);
    return kind <= path ? system_row(kind, workspace) : person_row(kind, workspace);
}

Mutation Chance::mutation(ChangeNumber touched)
{
    const auto kind =
        maybe(3) ? pick(kinds) : system + pick((maybe(10) ? method_credential : listed) - system + 1); // mostly people and their paths
    Mutation made{row(kind, town()), maybe(7)};
    std::visit([touched](auto& value) { value.touched = touched; }, made.row);
    return made;
}

std::vector<Mutation> Chance::ground()
{
    std::vector<Mutation> rows;
    if (busy_)
        for (const auto& row : weeks()) rows.push_back(put(row));
    for (const auto kind : {workspace_row, line, device})
        for (const std::uint64_t workspace : {1U, 2U})
            for (int again = 0; again < 6; ++again) rows.push_back(put(row(kind, workspace)));
    for (std::uint64_t at = 0; at < 4; ++at)
        rows.push_back(put(Door{.id = id<DoorId>(door * 100 + at),
                                .owner = id<WorkspaceId>(1 + at % 2),
                                .device = id<DeviceId>(device * 100 + at / 2),
                                .output = static_cast<std::int64_t>(at % 2)}));
    for (auto kind = static_cast<std::uint64_t>(share); kind <= method_credential; ++kind)
        for (const std::uint64_t workspace : {1U, 2U})
            for (int again = 0; again < (busy_ && (kind == path || kind == membership) ? 24 : 8); ++again)
                rows.push_back(put(row(kind, workspace)));
    return rows;
}

} // namespace gatehouse::model
