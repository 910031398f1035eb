#include "reconcile/attestations.hpp"

#include <boost/json.hpp>

namespace gatehouse::reconcile {

namespace json = boost::json;

namespace {

template <class Id>
std::optional<Id> id_from(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    const auto id = base::parse_uuid(value->get_string());
    return id ? std::optional{Id{*id}} : std::nullopt;
}

std::string text_from(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

base::Instant time_from(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return base::Instant{base::milliseconds{value != nullptr && value->is_int64() ? value->get_int64() : 0}};
}

} // namespace

std::string to_text(const std::vector<Attestation>& attestations)
{
    json::array rows;
    for (const auto& one : attestations) {
        json::object row{{"workspace", to_string(one.workspace)},
                         {"credential", to_string(one.credential)},
                         {"person", one.person},
                         {"door", to_string(one.door)},
                         {"since", one.since.time_since_epoch().count()},
                         {"by", one.by},
                         {"at", one.at.time_since_epoch().count()}};
        if (one.user) row["user"] = to_string(*one.user);
        rows.push_back(std::move(row));
    }
    return json::serialize(rows);
}

std::vector<Attestation> attestations_from(std::string_view text)
{
    std::vector<Attestation> found;
    boost::system::error_code error;
    const auto rows = json::parse(text, error);
    if (error || !rows.is_array()) return found;
    for (const auto& value : rows.get_array()) {
        if (!value.is_object()) continue;
        const auto& row = value.get_object();
        const auto workspace = id_from<model::WorkspaceId>(row, "workspace");
        const auto credential = id_from<model::CredentialId>(row, "credential");
        const auto door = id_from<model::DoorId>(row, "door");
        if (!workspace || !credential || !door) continue;
        found.push_back({*workspace, *credential, id_from<model::UserId>(row, "user"), text_from(row, "person"), *door,
                         time_from(row, "since"), text_from(row, "by"), time_from(row, "at")});
    }
    return found;
}

} // namespace gatehouse::reconcile
