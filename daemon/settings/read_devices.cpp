#include "settings/sections.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::settings {

namespace {

constexpr std::array<std::string_view, 5> card_formats{"h10301", "h10302", "h10304", "h10306", "uid"};

bool is_param_name(std::string_view name)
{
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), allowed);
}

/// "esp-rfid/2.0": parts of letters, digits, dots, hyphens and underscores, never a path that leaves its folder.
bool is_profile_id(std::string_view id)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{"./-_"}.find(c) != std::string_view::npos;
    };
    const std::string framed = "/" + std::string{id} + "/";
    return id.size() <= 128 && std::all_of(id.begin(), id.end(), allowed) && framed.find("//") == std::string::npos &&
           framed.find("/.") == std::string::npos;
}

ParamValue typed(const Node& node)
{
    if (node.plain) {
        if (node.text == "true") return true;
        if (node.text == "false") return false;
        if (const auto number = parse_whole(node.text)) return *number;
    }
    return node.text;
}

std::map<std::string, Param> read_params(Reading& reading, const Fields& device)
{
    std::map<std::string, Param> out;
    const auto value = device.get("params");
    if (!value || value->node->kind == Node::Kind::empty) return out;
    if (value->node->kind != Node::Kind::map) {
        device.report("params", "expected keys and values");
        return out;
    }
    if (value->node->members.size() > 64) device.report("params", "more than 64 parameters");
    for (const Member& member : value->node->members) {
        const Value at{.node = member.value.get(), .line = member.line, .path = value->path + "." + member.key};
        if (!is_param_name(member.key)) {
            reading.report(at.line, value->path, in_quotes(member.key) + " is no parameter: lower-case letters, digits and underscores");
            continue;
        }
        if (text_of(reading, at)) out[member.key] = {.value = typed(*member.value), .mark = reading.mark(at.line)};
    }
    return out;
}

void check_format(const Fields& fields, std::string_view key, const std::string& format)
{
    if (std::find(card_formats.begin(), card_formats.end(), format) == card_formats.end())
        fields.report(key, "no card format " + in_quotes(format) + did_you_mean(format, card_formats));
}

std::vector<unsigned> read_reserved_slots(Reading& reading, const Fields& fields)
{
    std::vector<unsigned> out;
    for (const Value& item : fields.list("reserved_slots")) {
        const auto text = text_of(reading, item);
        if (!text) continue;
        const auto slot = parse_whole(*text);
        if (!slot || *slot < 0 || *slot > 65535)
            reading.report(item.line, item.path, "expected a slot from 0 to 65535");
        else if (std::find(out.begin(), out.end(), static_cast<unsigned>(*slot)) != out.end())
            reading.report(item.line, item.path, "given twice");
        else
            out.push_back(static_cast<unsigned>(*slot));
    }
    std::sort(out.begin(), out.end());
    return out;
}

void read_reader(const Fields& fields, Device& device)
{
    assign(device.address, fields.number("address", 0, 65535));
    assign(device.secure, fields.choice<Secure>("secure", {{"required", Secure::required}, {"none", Secure::none}}));
    assign(device.key_secret, fields.secret("key"));
    if (device.secure == Secure::required && !fields.get("key")) fields.report("key", "is missing: `secure: required` needs one");
    if (device.key_secret && device.secure != Secure::required) fields.report("key", "needs `secure: required`");
    device.formats = fields.words("formats");
    for (const auto& format : device.formats) check_format(fields, "formats", format);
    assign(device.keypad, fields.flag("keypad"));
}

void read_table(Reading& reading, const Fields& fields, Device& device)
{
    assign(device.card_as, fields.text("card_as"));
    if (!device.card_as.empty()) check_format(fields, "card_as", device.card_as);
    assign(device.card_key, fields.choice<CardKey>("card_key", {{"facility_and_number", CardKey::facility_and_number},
                                                                {"number_only", CardKey::number_only}}));
    assign(device.facility, fields.number("facility", 0, 255));
    const bool number_only = device.card_key == CardKey::number_only;
    if (number_only && !fields.get("facility"))
        fields.report("card_key", "needs `facility`: the table would open for cards of every facility with that number");
    if (device.facility && !number_only) fields.report("facility", "needs `card_key: number_only`");
    device.reserved_slots = read_reserved_slots(reading, fields);
    device.lease = read_lease(fields);
    device.on_first_contact = read_on_first_contact(fields);
    device.foreign = read_foreign(fields);
    device.retire = read_retire(fields);
}

Device read_device(Reading& reading, const Value& item, const Brake& site_brake)
{
    const Fields fields{reading, item, "devices.*"};
    fields.need({"line"});
    Device device;
    device.key = own_key(item);
    device.mark = reading.mark(item.line);
    device.name = read_name(fields, device.key);
    assign(device.line, fields.stable_key("line"));
    assign(device.profile, fields.text("profile"));
    if (!device.profile.empty() && !is_profile_id(device.profile)) fields.report("profile", "expected a profile such as \"vendor/model\"");
    device.params = read_params(reading, fields);
    read_reader(fields, device);
    read_table(reading, fields, device);
    if (const auto brake = fields.get("brake")) device.brake = read_brake(reading, *brake, "devices.*.brake", site_brake);
    device.was = read_was(fields, device.key);
    return device;
}

} // namespace

std::vector<Device> read_devices(Reading& reading, const Fields& root, const Brake& site_brake)
{
    std::vector<Device> out;
    for (const Value& item : root.members("devices")) out.push_back(read_device(reading, item, site_brake));
    return out;
}

} // namespace gatehouse::settings
