#include "site/json_texts.hpp"

#include <boost/json.hpp>

namespace gatehouse::site {

namespace json = boost::json;

namespace {

json::object reference(const settings::SecretRef& secret)
{
    return {{secret.kind == settings::SecretRef::Kind::credential ? "credential" : "file", secret.name}};
}

std::string point_text(const settings::Point& point)
{
    return point.device + "/" + std::to_string(point.number);
}

struct EndpointFields {
    json::object& fields;
    json::object& secrets;

    void operator()(const settings::UrlEndpoint& url) const
    {
        fields["url"] = url.url;
        if (url.user) fields["user"] = *url.user;
        if (url.password) secrets["password"] = reference(*url.password);
        if (url.ca) secrets["ca"] = reference(*url.ca);
    }
    void operator()(const settings::TcpEndpoint& tcp) const { fields["tcp"] = tcp.host + ":" + std::to_string(tcp.port); }
    void operator()(const settings::SerialEndpoint& serial) const
    {
        fields["serial"] = serial.path;
        fields["baud"] = serial.baud;
    }
};

std::string_view word(settings::OnFirstContact value)
{
    return value == settings::OnFirstContact::ask ? "ask" : value == settings::OnFirstContact::remove ? "remove" : "keep";
}

} // namespace

std::string endpoint_text(const settings::Line& line)
{
    json::object fields, secrets;
    std::visit(EndpointFields{fields, secrets}, line.endpoint);
    return json::serialize(json::object{{"fields", std::move(fields)}, {"secrets", std::move(secrets)}});
}

std::string address_text(const settings::Device& device)
{
    json::object params, secrets;
    for (const auto& [name, param] : device.params)
        std::visit([&params, &name = name](const auto& value) { params[name] = value; }, param.value);
    if (device.secure) params["secure"] = *device.secure == settings::Secure::required ? "required" : "none";
    if (device.keypad) params["keypad"] = true;
    if (!device.formats.empty()) params["formats"] = json::array(device.formats.begin(), device.formats.end());
    if (device.key_secret) secrets["key"] = reference(*device.key_secret);
    json::object address{{"params", std::move(params)}, {"secrets", std::move(secrets)}};
    if (!device.profile_digest.empty()) address["profile_digest"] = device.profile_digest;
    if (device.address) address["address"] = *device.address;
    if (!device.reserved_slots.empty()) address["reserved_slots"] = json::array(device.reserved_slots.begin(), device.reserved_slots.end());
    return json::serialize(address);
}

std::string policy_text(const settings::Device& device, const settings::Policy& site)
{
    const auto brake = device.brake.value_or(site.brake);
    json::object policy{
        {"lease_s", device.lease.value_or(site.lease).count()},
        {"on_first_contact", word(device.on_first_contact.value_or(site.on_first_contact))},
        {"foreign", device.foreign.value_or(site.foreign) == settings::Foreign::remove ? "remove" : "keep"},
        {"brake_entries", brake.entries},
        {"brake_share", brake.share_percent},
        {"retire", device.retire.value_or(site.retire) == settings::Retire::wipe ? "wipe" : "leave"},
    };
    if (!device.card_as.empty()) policy["card_as"] = device.card_as;
    if (device.facility) policy["facility"] = *device.facility;
    if (!device.reserved_slots.empty()) policy["reserved_slots"] = json::array(device.reserved_slots.begin(), device.reserved_slots.end());
    if (device.card_key) policy["card_key"] = *device.card_key == settings::CardKey::number_only ? "number_only" : "facility_and_number";
    return json::serialize(policy);
}

std::string wiring_text(const settings::Door& door)
{
    json::object wiring{{"lock", door.lock == settings::Lock::fail_safe ? "fail_safe" : "fail_secure"}};
    if (door.contact) wiring["contact"] = point_text(*door.contact);
    if (door.rex) wiring["rex"] = point_text(*door.rex);
    if (!door.readers.empty()) wiring["readers"] = json::array(door.readers.begin(), door.readers.end());
    if (door.zone) wiring["zone"] = *door.zone;
    if (door.unlock_for) wiring["unlock_for_s"] = door.unlock_for->count();
    if (door.held_after) wiring["held_after_s"] = door.held_after->count();
    if (door.lockdown)
        wiring["lockdown"] = *door.lockdown == settings::Lockdown::exempt  ? "exempt"
                             : *door.lockdown == settings::Lockdown::table ? "table"
                                                                           : "host";
    return json::serialize(wiring);
}

} // namespace gatehouse::site
