#include "http/resources_site.hpp"

#include "http/resources_grant.hpp"

#include "http/words.hpp"
#include "reconcile/presented.hpp"

namespace gatehouse::http {

using api::to_json;

namespace {

json::object trouble(std::string_view kind, std::string_view code, std::string message, base::Instant at)
{
    return {{"created_at", to_json(at)}, {"message", std::move(message)}, {kind, code}};
}

json::object absent_error(base::Instant at)
{
    return trouble("error_code", "absent_from_configuration",
                   "It is no longer in the configuration file; it works as last configured until it is retired.", at);
}

/// Since when entries that Gatehouse did not write are known to stand on the controller.
base::Instant found_at(const Context& context, const model::DoorNode& door)
{
    const auto* strangers = context.services.reconciler.strangers(door.row.device);
    std::optional<base::Instant> first;
    if (strangers != nullptr)
        for (const auto& [key, stranger] : strangers->all()) first = std::min(first.value_or(stranger.since), stranger.since);
    return first.value_or(door.row.created_at);
}

/// What of a controller is told at its doors and at their entrances alike.
void add_common_trouble(const Context& context, const model::DeviceId& controller, json::array& errors, json::array& warnings)
{
    const auto* device = context.services.directory.device(controller);
    const auto* status = context.services.fleet.status(controller);
    if (device == nullptr || status == nullptr) return;
    const auto& setup = status->setup;
    if (setup.state() == devices::SetupState::differs) {
        const auto what = setup.detail().empty() ? std::string{} : ": " + setup.detail();
        errors.push_back(trouble("error_code", "gatehouse.setup_differs",
                                 "Settings of the controller " + device->row.name + " are not as its profile needs them" + what + ".",
                                 setup.since_wall()));
    }
    if (const auto since = context.services.fleet.settings_unknown_since(controller))
        warnings.push_back(trouble("warning_code", "gatehouse.setup_unknown",
                                   "Settings of the controller " + device->row.name + " that its profile relies on could not be asked for.",
                                   *since));
    if (const auto since = context.services.reconciler.second_writer(controller))
        warnings.push_back(trouble("warning_code", "gatehouse.second_writer",
                                   "Somebody else seems to write the controller " + device->row.name +
                                       ": what was put right there was changed again within an hour.",
                                   *since));
}

constexpr std::chrono::minutes first_word_within{1}; ///< of a controller, from when the gateway knows of it

/// What is wrong with a door's controller, in Seam's codes.
void add_controller_trouble(const Context& context, const model::DoorNode& door, json::array& errors, json::array& warnings)
{
    const auto* status = context.services.fleet.status(door.row.device);
    const auto* lane = context.services.reconciler.status(door.row.device);
    const auto now = context.now().instant;
    const auto device_error = [&errors](std::string_view code, std::string message, base::Instant at) {
        auto error = trouble("error_code", code, std::move(message), at);
        error["is_device_error"] = true;
        errors.push_back(std::move(error));
    };
    if (door.row.absent) device_error("device_removed", "The door is no longer in the configuration file.", door.row.created_at);
    if (status == nullptr || !status->attached) {
        const auto why = status == nullptr ? std::string{"no driver knows it"} : status->fault;
        device_error("hub_disconnected", "The door's controller is not served: " + why,
                     status == nullptr ? door.row.created_at : status->since_wall);
    } else if (status->link == devices::Link::offline) {
        const auto silent = status->heard_at ? "has not been heard for " + age_in_words(now - *status->heard_at)
                                             : std::string{"has not been heard since the gateway began"};
        device_error("device_offline", "The door's controller " + silent + ".", status->since_wall);
    } else if (status->link == devices::Link::unknown && !status->heard_at && now - status->since_wall > first_word_within) {
        device_error("device_offline", "The door's controller has not been heard since the gateway began.", status->since_wall);
    } else if (const auto since = context.services.reconciler.overdue(door.row.device)) {
        device_error("device_offline",
                     "The door's controller has not confirmed the removal of an entry for " + age_in_words(now - *since) + ".", *since);
    }
    const auto clock = status == nullptr ? devices::DeviceClock::none : status->clock.clock();
    const bool unheard = clock == devices::DeviceClock::unknown && status->link == devices::Link::online &&
                         now - status->clock_since > devices::clock_told_within;
    if (clock == devices::DeviceClock::off || unheard) {
        const auto ahead = context.services.fleet.clock_offset(door.row.device);
        const auto by =
            !ahead ? std::string{"not heard"} : age_in_words(std::chrono::abs(*ahead)) + (ahead->count() > 0 ? " ahead" : " behind");
        warnings.push_back(trouble("warning_code", "device_communication_degraded",
                                   "The controller's clock is " + by +
                                       ": access that begins later is written when it begins, and none is sure to end by itself.",
                                   status->clock_since));
    }
    json::array common;
    add_common_trouble(context, door.row.device, common, warnings);
    for (auto& error : common) {
        error.as_object()["is_device_error"] = true;
        errors.push_back(std::move(error));
    }
    if (lane == nullptr) return;
    if (lane->foreign > 0)
        warnings.push_back(trouble("warning_code", "third_party_integration_detected",
                                   "The controller holds " + std::to_string(lane->foreign) + " entries that Gatehouse did not write.",
                                   found_at(context, door)));
    if (!lane->trouble.empty() && !lane->settled)
        warnings.push_back(trouble("warning_code", "device_communication_degraded", lane->trouble, lane->trouble_since));
    for (const auto& [credential, refusal] : lane->refusals)
        if (refusal.reason == "full" && refusal.door == door.row.id)
            warnings.push_back(trouble("warning_code", "max_access_codes_reached", "The controller's table is full.", lane->trouble_since));
}

} // namespace

model::Uuid connected_account_id(const model::WorkspaceRow& workspace)
{
    const auto& key = workspace.first_key.empty() ? workspace.key : workspace.first_key;
    return base::declared_uuid(key, "connected_account", key);
}

json::object acs_system_json(const Context& context, const model::SystemNode& system)
{
    const auto account = base::to_string(connected_account_id(context.workspace().row));
    json::array errors;
    if (system.row.absent) errors.push_back(absent_error(system.row.created_at));
    return {{"acs_system_id", to_string(system.row.id)},
            {"name", system.row.name},
            {"acs_user_count", system.users},
            {"acs_access_group_count", system.groups},
            {"connected_account_id", account},
            {"connected_account_ids", json::array{account}},
            {"created_at", to_json(system.row.created_at)},
            {"external_type_display_name", "Gatehouse system"},
            {"system_type_display_name", "Gatehouse system"},
            {"image_alt_text", "Gatehouse"},
            {"image_url", ""},
            {"is_credential_manager", false},
            {"location", {{"time_zone", context.services.time_zone}}},
            {"errors", std::move(errors)},
            {"warnings", json::array{}},
            {"workspace_id", to_string(system.row.workspace)}};
}

json::object acs_access_group_json(const Context& context, const model::GroupNode& group)
{
    json::array warnings;
    if (group.row.absent)
        warnings.push_back(trouble("warning_code", "unknown_issue_with_acs_access_group",
                                   "It is no longer in the configuration file; it works as last configured.", group.row.created_at));
    json::object shown{{"acs_access_group_id", to_string(group.row.id)},
                       {"acs_system_id", to_string(group.row.system)},
                       {"name", group.row.name},
                       {"display_name", group.row.name},
                       {"external_type", "gatehouse_group"},
                       {"external_type_display_name", "Gatehouse group"},
                       {"access_group_type", "gatehouse_group"},
                       {"access_group_type_display_name", "Gatehouse group"},
                       {"connected_account_id", base::to_string(connected_account_id(context.workspace().row))},
                       {"created_at", to_json(group.row.created_at)},
                       {"is_managed", true},
                       {"errors", json::array{}},
                       {"warnings", std::move(warnings)},
                       {"pending_mutations", json::array{}},
                       {"workspace_id", to_string(group.row.workspace)}};
    if (group.row.starts_at) {
        json::object schedule{{"starts_at", to_json(*group.row.starts_at)}, {"ends_at", nullptr}};
        if (group.row.ends_at) schedule["ends_at"] = to_json(*group.row.ends_at);
        shown["access_schedule"] = std::move(schedule);
    }
    return shown;
}

json::object acs_entrance_json(const Context& context, const model::EntranceNode& entrance)
{
    const auto& mode = entrance.row.mode;
    json::array errors;
    json::array warnings;
    if (entrance.row.absent) errors.push_back(absent_error(entrance.row.created_at));
    const auto* door = context.services.directory.door(entrance.row.door);
    const auto takes = [&context, door](model::AccessMethod method) {
        return door == nullptr || reconcile::can_take(context.services.fleet, *door, method);
    };
    const bool by_card = mode != "pin" && takes(model::AccessMethod::card);
    const bool by_code = (mode == "pin" || mode == "card_or_pin") && takes(model::AccessMethod::code);
    if (door != nullptr) add_common_trouble(context, door->row.device, errors, warnings);
    return {{"acs_entrance_id", to_string(entrance.row.id)},
            {"acs_system_id", to_string(entrance.row.system)},
            {"display_name", entrance.row.name},
            {"connected_account_id", base::to_string(connected_account_id(context.workspace().row))},
            {"created_at", to_json(entrance.row.created_at)},
            {"can_unlock_with_card", by_card},
            {"can_unlock_with_code", by_code},
            {"can_unlock_with_cloud_key", entrance.row.cloud_key},
            {"can_unlock_with_mobile_key", false},
            {"can_belong_to_reservation", false},
            {"space_ids", json::array{}},
            {"errors", std::move(errors)},
            {"warnings", std::move(warnings)}};
}

json::object device_json(const Context& context, const model::DoorNode& door)
{
    const auto* status = context.services.fleet.status(door.row.device);
    const bool heard = status != nullptr && status->link == devices::Link::unknown && status->heard_at; // it answers, and said no more
    const bool online = status != nullptr && status->attached && (heard || status->link == devices::Link::online);
    const bool unlocks = status != nullptr && status->attached && status->capabilities.can_strike;
    json::array errors, warnings;
    add_controller_trouble(context, door, errors, warnings);
    json::object model{{"display_name", "Door"}, {"manufacturer_display_name", "Gatehouse"}};
    json::object properties{
        {"appearance", {{"name", door.row.name}}}, {"model", std::move(model)}, {"name", door.row.name}, {"online", online}};
    return {{"device_id", to_string(door.row.id)},
            {"device_type", "gatehouse_door"},
            {"display_name", door.row.name},
            {"nickname", door.row.name},
            {"can_remotely_unlock", unlocks},
            {"can_remotely_lock", false},
            {"can_program_online_access_codes", false} /* the endpoints for them come later */,
            {"capabilities_supported", json::array{"lock"}},
            {"connected_account_id", base::to_string(connected_account_id(context.workspace().row))},
            {"created_at", to_json(door.row.created_at)},
            {"custom_metadata", json::object{}},
            {"errors", std::move(errors)},
            {"is_managed", true},
            {"location", {{"time_zone", context.services.time_zone}, {"timezone", context.services.time_zone}}},
            {"properties", std::move(properties)},
            {"space_ids", json::array{}},
            {"warnings", std::move(warnings)},
            {"workspace_id", to_string(door.row.owner)}};
}

namespace {

json::object result_of(const Context& context, const model::ActionAttempt& attempt)
{
    const auto* method = attempt.method ? context.workspace().methods.find(*attempt.method) : nullptr;
    if (method != nullptr) return access_method_json(context, *method);
    if (attempt.door.nil()) return {};
    return {{"was_confirmed_by_device", true}};
}

} // namespace

json::object action_attempt_json(const Context& context, const model::ActionAttempt& attempt)
{
    json::object shown{
        {"action_attempt_id", to_string(attempt.id)}, {"action_type", attempt.type}, {"result", nullptr}, {"error", nullptr}};
    switch (attempt.status) {
    case model::AttemptStatus::pending:
        shown["status"] = "pending";
        break;
    case model::AttemptStatus::success:
        shown["status"] = "success";
        shown["result"] = result_of(context, attempt);
        break;
    case model::AttemptStatus::error:
        shown["status"] = "error";
        shown["error"] = json::object{{"type", attempt.error_type.value_or("unknown")}, {"message", attempt.error_message.value_or("")}};
        break;
    }
    return shown;
}

} // namespace gatehouse::http
