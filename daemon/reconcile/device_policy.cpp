#include "reconcile/device_policy.hpp"

#include <boost/json.hpp>

namespace gatehouse::reconcile {

namespace json = boost::json;
using base::Fault;

namespace {

base::Error wrong(std::string_view field)
{
    return base::fail(Fault::invalid, "policy." + std::string{field} + " is not what it should be");
}

bool read(const json::object& object, std::string_view field, Foreign& into)
{
    const auto* value = object.if_contains(field);
    if (value == nullptr) return true;
    if (!value->is_string()) return false;
    const auto& word = value->get_string();
    if (word == "ask")
        into = Foreign::ask;
    else if (word == "remove")
        into = Foreign::remove;
    else if (word == "keep")
        into = Foreign::keep;
    else
        return false;
    return true;
}

bool read(const json::object& object, std::string_view field, std::int64_t& into)
{
    const auto* value = object.if_contains(field);
    if (value == nullptr) return true;
    if (!value->is_int64() || value->get_int64() < 0) return false;
    into = value->get_int64();
    return true;
}

} // namespace

base::Result<DevicePolicy> parse_device_policy(std::string_view text)
{
    DevicePolicy policy;
    if (text.empty()) return policy;
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return base::fail(Fault::invalid, "a device's policy is not a JSON object");
    const auto& object = value.get_object();

    std::int64_t lease = std::chrono::duration_cast<base::seconds>(*policy.lease).count(), entries = 10, share = 25;
    if (!read(object, "lease_s", lease)) return wrong("lease_s");
    if (!read(object, "on_first_contact", policy.first_contact)) return wrong("on_first_contact");
    if (!read(object, "foreign", policy.foreign) || policy.foreign == Foreign::ask) return wrong("foreign");
    if (!read(object, "brake_entries", entries)) return wrong("brake_entries");
    if (!read(object, "brake_share", share) || share > 100) return wrong("brake_share");
    policy.lease = lease == 0 ? std::nullopt : std::optional{base::seconds{lease}};
    policy.brake_entries = static_cast<std::size_t>(entries);
    policy.brake_share = static_cast<unsigned>(share);
    if (const auto* key = object.if_contains("card_key")) {
        if (!key->is_string()) return wrong("card_key");
        policy.whole_key = key->get_string() != "number_only";
    }
    if (const auto* form = object.if_contains("card_as")) {
        if (!form->is_string()) return wrong("card_as");
        policy.card_as = form->get_string().c_str();
    }
    if (!read(object, "facility", policy.facility)) return wrong("facility");
    if (const auto* slots = object.if_contains("reserved_slots")) {
        if (!slots->is_array()) return wrong("reserved_slots");
        for (const auto& slot : slots->get_array()) {
            if (!slot.is_int64()) return wrong("reserved_slots");
            policy.reserved.insert(slot.get_int64());
        }
    }
    return policy;
}

} // namespace gatehouse::reconcile
