#include "sdk/request.hpp"

#include "sdk/fields.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::sdk {

namespace json = boost::json;

namespace {

constexpr std::int64_t most_slot = 1'000'000;

bool all_of(std::string_view text, bool (*fits)(char))
{
    return std::all_of(text.begin(), text.end(), fits);
}
bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_lower_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

Entry parse_entry(Fields& fields, Op op)
{
    Entry entry;
    if (const auto slot = fields.optional_number("slot", 0, most_slot)) entry.slot = static_cast<std::uint32_t>(*slot);
    if (op == Op::put || !entry.slot || fields.has("key")) {
        entry.key = fields.text("key", 64);
        entry.key_kind = fields.word<KeyKind>("key_kind");
        if (!all_of(entry.key, entry.key_kind == KeyKind::card_uid_hex ? is_lower_hex : is_digit))
            fields.wrong("key", "is not of its kind");
    }
    if (op == Op::drop) return entry;
    for (const auto door : fields.numbers("doors", highest_door + 1, 0, highest_door))
        entry.doors.push_back(static_cast<std::uint8_t>(door));
    if (entry.doors.empty()) fields.wrong("doors", "is missing");
    entry.from = fields.optional_long_number("from");
    entry.until = fields.optional_long_number("until");
    if (fields.has("pin")) {
        entry.pin = fields.optional_text("pin", 16);
        if (!all_of(*entry.pin, is_digit)) fields.wrong("pin", "is not digits");
    }
    entry.label = fields.optional_text("label", 63);
    entry.tag = fields.optional_text("tag", 32);
    return entry;
}

request::Body parse_apply(Fields& fields)
{
    request::Apply apply;
    const auto list = fields.objects("steps", 128);
    if (list.empty()) fields.wrong("steps", "is missing");
    for (std::size_t i = 0; i < list.size() && fields.good(); ++i) {
        Fields step{*list[i], "steps[" + std::to_string(i) + "]."};
        const auto op = step.word<Op>("op");
        apply.steps.push_back({op, parse_entry(step, op)});
        fields.adopt(step);
    }
    return apply;
}

request::Body parse_attach(Fields& fields)
{
    Attachment attachment;
    attachment.at.device = fields.text("device", 63);
    attachment.at.unit = static_cast<std::uint8_t>(fields.optional_number("address", 0, 255).value_or(0));
    attachment.profile = fields.optional_text("profile", 128);
    attachment.params = fields.settings("params");
    attachment.secrets = fields.secrets("secrets");
    for (const auto* object : fields.objects("doors", highest_door + 1)) {
        Fields door{*object, "doors."};
        Door& read = attachment.doors.emplace_back();
        read.door = static_cast<std::uint8_t>(door.number("door", 0, highest_door));
        read.mode = door.word<DoorMode>("mode");
        if (const auto contact = door.optional_number("contact", 0, 255)) read.contact = static_cast<std::uint8_t>(*contact);
        if (const auto pulse = door.optional_number("pulse_ms", 1, 600'000)) read.pulse = Milliseconds{*pulse};
        fields.adopt(door);
    }
    for (const auto input : fields.numbers("inputs", 64, 0, 255)) attachment.inputs.push_back(static_cast<std::uint8_t>(input));
    return request::Attach{std::move(attachment)};
}

std::uint8_t door_number(Fields& fields)
{
    return static_cast<std::uint8_t>(fields.number("door", 0, highest_door));
}

request::Body parse_hello(Fields& fields)
{
    request::Hello hello{.versions = fields.numbers("versions", 16, 0, 1'000'000), .profiles = fields.optional_text("profiles", 4096)};
    if (hello.versions.empty()) fields.wrong("versions", "is missing");
    return hello;
}

request::Body parse_set_time(Fields& fields)
{
    return request::SetTime{.time = std::chrono::seconds{fields.long_number("time")},
                            .utc_offset = std::chrono::seconds{fields.optional_number("utc_offset_s", -86'400, 86'400).value_or(0)}};
}

enum class Scope { program, line, device };

struct Message {
    std::string_view type;
    Scope scope;
    bool timed;
    request::Body (*parse)(Fields&);
};

const std::array<Message, 14> messages{{
    {"hello", Scope::program, false, parse_hello},
    {"ping", Scope::program, false, [](Fields&) -> request::Body { return request::Ping{}; }},
    {"shutdown", Scope::program, true, [](Fields&) -> request::Body { return request::Shutdown{}; }},
    {"open_line", Scope::line, true,
     [](Fields& f) -> request::Body {
         return request::OpenLine{{f.settings("endpoint"), f.secrets("secrets")}};
     }},
    {"close_line", Scope::line, true, [](Fields&) -> request::Body { return request::CloseLine{}; }},
    {"attach", Scope::device, true, parse_attach},
    {"detach", Scope::device, true, [](Fields&) -> request::Body { return request::Detach{}; }},
    {"read_table", Scope::device, true, [](Fields& f) -> request::Body { return request::ReadTable{f.optional_text("cursor", 64)}; }},
    {"digest", Scope::device, true, [](Fields&) -> request::Body { return request::ReadDigest{}; }},
    {"apply", Scope::device, true, parse_apply},
    {"strike", Scope::device, true,
     [](Fields& f) -> request::Body {
         return request::Strike{door_number(f), Milliseconds{f.number("pulse_ms", 1, 600'000)}};
     }},
    {"set_door", Scope::device, true,
     [](Fields& f) -> request::Body {
         return request::SetDoor{door_number(f), f.word<DoorMode>("mode")};
     }},
    {"feedback", Scope::device, true,
     [](Fields& f) -> request::Body {
         return request::Feedback{static_cast<std::uint8_t>(f.number("reader", 0, 255)), f.word<Signal>("signal")};
     }},
    {"set_time", Scope::device, true, parse_set_time},
}};

Request parse_message(const Message& message, Fields& fields, std::string id)
{
    Request request{.type = std::string{message.type}, .id = std::move(id)};
    if (message.timed) request.deadline = Deadline{Time{Milliseconds{fields.long_number("deadline")}}};
    if (message.scope != Scope::program) request.line = fields.text("line", 63);
    if (message.scope == Scope::device) request.device = fields.text("device", 63);
    request.body = message.parse(fields);
    return request;
}

} // namespace

std::variant<Request, BadLine> parse_request(std::string_view line)
{
    boost::system::error_code error;
    const auto value = json::parse(line, error);
    if (error) return BadLine{{}, Verdict::refused("malformed", "not JSON: " + error.message())};
    const auto* object = value.if_object();
    if (!object) return BadLine{{}, Verdict::refused("malformed", "not a JSON object")};

    Fields fields{*object};
    auto id = fields.optional_text("id", 20);
    if (!decimal(id)) id.clear();
    const auto type = fields.optional_text("type", 64);
    if (type.empty()) return BadLine{id, Verdict::refused(id.empty() ? "malformed" : "invalid", "type is missing")};
    const auto message = std::find_if(messages.begin(), messages.end(), [&type](const Message& m) { return m.type == type; });
    if (message == messages.end()) return BadLine{id, Verdict::unsupported()};
    if (id.empty()) return BadLine{{}, Verdict::refused("malformed", "id is missing or not a decimal number in text")};

    auto request = parse_message(*message, fields, id);
    if (!fields.good()) return BadLine{id, Verdict::refused("invalid", fields.problem())};
    return request;
}

} // namespace gatehouse::sdk
