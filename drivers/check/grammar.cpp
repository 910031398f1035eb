#include "shape.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace gatehouse::check {

namespace json = boost::json;
using Need = Shape::Need;

namespace {

constexpr std::int64_t highest_door = 62, highest_input = 255, long_ago_ms = 600'000;

std::string_view text_of(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view{value->get_string()} : std::string_view{};
}

/// A verdict and what may stand beside it.
void verdict(Shape& shape, const json::object& object)
{
    shape.word("verdict", {"acknowledged", "refused", "full", "unsupported", "busy", "unknown", "offline"});
    shape.reason("reason").text("detail", 256, Need::may);
    if (text_of(object, "verdict") == "busy") shape.whole("retry_after_ms", 0, 60'000);
    if (text_of(object, "verdict") == "refused") shape.reason("reason", Need::must);
}

void verdicts(Shape& shape, const json::object& answer, std::string_view name, std::size_t wanted)
{
    shape.list(name);
    if (!shape.ok()) return;
    const auto& all = answer.at(name).get_array();
    if (wanted != std::string::npos && all.size() != wanted)
        return shape.add("`" + std::string{name} + "` has " + std::to_string(all.size()) + " verdicts for " + std::to_string(wanted));
    for (const auto& one : all) {
        if (!one.is_object()) return shape.add("`" + std::string{name} + "` holds something that is no object");
        Shape inner{one.get_object(), std::string{name}};
        verdict(inner, one.get_object());
        if (name == "steps") inner.flag("read_back", Need::may);
        if (name == "steps" && one.get_object().contains("read_back") && text_of(one.get_object(), "verdict") != "acknowledged")
            inner.add("`read_back` beside a verdict that is not `acknowledged`");
        if (!inner.ok()) return shape.add(inner.wrong());
    }
}

void page(Shape& shape, const json::object& answer)
{
    shape.word("page", {"complete", "partial", "more"}).list("entries").whole("rounds", 0, 1'000, Need::may).text("digest", 64, Need::may);
    if (text_of(answer, "page") == "more") shape.text("cursor", 64);
    if (text_of(answer, "page") == "partial")
        shape.word("reason", {"yielded", "late", "offline", "restarted", "rounds", "damaged"}).text("detail", 120, Need::may);
    if (!shape.ok()) return;
    const auto& entries = answer.at("entries").get_array();
    if (entries.size() > 128) shape.add("more than 128 entries on a page");
    for (const auto& entry : entries) {
        const auto wrong = entry.is_object() ? wrong_entry(entry.get_object()) : std::string{"an entry is no object"};
        if (!wrong.empty()) return shape.add(wrong);
    }
}

} // namespace

std::string wrong_entry(const json::object& entry)
{
    Shape shape{entry, "entry"};
    const bool keyed = entry.contains("key");
    if (!keyed && !entry.contains("slot")) shape.add("neither `key` nor `slot`");
    shape.text("key", 64, Need::may).whole("slot", 0, 1'000'000, Need::may).text("label", 63, Need::may).text("tag", 32, Need::may);
    if (keyed) shape.word("key_kind", {"card_uid_hex", "card_number", "pin"});
    shape.decimal("from", Need::may).decimal("until", Need::may).text("pin", 16, Need::may);
    shape.word("state", {"active", "disabled", "admin", "unknown"}).list("doors", Need::may);
    if (!shape.ok() || !entry.contains("doors")) return shape.wrong();
    for (const auto& door : entry.at("doors").get_array())
        if (!door.is_int64() || door.get_int64() < 0 || door.get_int64() > highest_door)
            shape.add("`doors` holds something that is no door");
    return shape.wrong();
}

std::string wrong_answer(const json::object& answer, std::string_view type, std::size_t steps)
{
    Shape shape{answer, "answer to " + std::string{type}};
    verdict(shape, answer);
    if (!shape.ok() || text_of(answer, "verdict") != "acknowledged") return shape.wrong();
    if (type == "hello") shape.whole("version", 1, 1'000).text("name", 63).text("driver", 256, Need::may);
    if (type == "apply") verdicts(shape, answer, "steps", steps);
    if (type == "read_table") page(shape, answer);
    if (type == "digest") shape.text("digest", 64);
    if (type == "attach") {
        verdicts(shape, answer, "doors", std::string::npos);
        const auto* capabilities = answer.if_contains("capabilities");
        if (capabilities == nullptr || !capabilities->is_object())
            shape.add("`capabilities` is missing or no object");
        else if (const auto wrong = wrong_capabilities(capabilities->get_object()); !wrong.empty())
            shape.add(wrong);
    }
    return shape.wrong();
}

std::string wrong_notification(const json::object& told, std::string_view line, std::string_view device, std::int64_t now_ms)
{
    const auto type = text_of(told, "type");
    Shape shape{told, std::string{type}};
    if (type == "error") {
        shape.word("reason", {"malformed", "oversize", "unsupported"}).text("detail", 256, Need::may);
        return shape.wrong();
    }
    const bool life = type == "online" || type == "offline";
    shape.text("line", 63).decimal("at").text("device", 63, life || type == "log" ? Need::may : Need::must);
    if (!shape.ok()) return shape.wrong();
    const auto at = std::stoll(std::string{text_of(told, "at")});
    if (at > now_ms + 50 || at < now_ms - long_ago_ms) shape.add("`at` is not CLOCK_MONOTONIC in milliseconds");
    if (text_of(told, "line") != line) shape.add("about a line that is not open");
    if (told.contains("device") && text_of(told, "device") != device) shape.add("about a device that is not attached");
    if (type == "online" && told.contains("device")) shape.word("reason", {"attached", "connected", "boot", "heartbeat", "answer"});
    if (type == "offline") shape.reason("reason", Need::must);
    if (type == "presented") {
        shape.whole("reader", 0, highest_input).word("kind", {"card_bits", "card_uid_hex", "card_number", "pin"}).text("value", 64);
        if (text_of(told, "kind") == "card_bits") shape.whole("bits", 1, 256);
    } else if (type == "door") {
        shape.whole("door", 0, highest_door).word("contact", {"open", "closed", "unknown"}, Need::may);
        shape.word("lock", {"locked", "unlocked", "unknown"}, Need::may);
    } else if (type == "input") {
        shape.whole("input", 0, highest_input).flag("active");
    } else if (type == "tamper") {
        shape.flag("active").text("detail", 256, Need::may);
    } else if (type == "restarted") {
        shape.text("marker", 64, Need::may).text("detail", 256, Need::may);
    } else if (type == "clock") {
        shape.decimal("time");
    } else if (type == "setup") {
        shape.word("state", {"verified", "differs", "unknown"}).text("detail", 256, Need::may);
    } else if (type == "event") {
        shape.word("kind", {"granted", "denied_unknown", "denied_time", "denied_disabled", "denied_pin", "denied", "door_open",
                            "door_closed", "door_forced", "door_held", "exit_button", "table_changed", "other"});
        shape.decimal("index", Need::may).decimal("time", Need::may).whole("door", 0, highest_door, Need::may);
        shape.whole("reader", 0, highest_input, Need::may).text("key", 64, Need::may).whole("slot", 0, 1'000'000, Need::may);
        if (told.contains("key")) shape.word("key_kind", {"card_uid_hex", "card_number", "pin"});
    } else if (type == "log") {
        shape.word("level", {"error", "warning", "info"}).text("text", 256);
    } else if (!life && type != "alive") {
        shape.add("the protocol has no such message");
    }
    return shape.wrong();
}

std::string wrong_capabilities(const json::object& capabilities)
{
    Shape shape{capabilities, "capabilities"};
    for (const auto* name : {"stores_credentials", "pin_digits_only", "pin_leading_zeros", "slot_based", "readback_shows_secret",
                             "ack_proves_storage", "idempotent_put", "delete_reports_absent", "change_counter", "boot_counter", "digest",
                             "set_door", "door_contact", "tamper", "exit_button", "feedback"})
        shape.flag(name, Need::may);
    for (const auto* name :
         {"capacity", "slot_first", "key_limit", "key_bits", "schedule_segments", "doors_per_credential", "absent_after", "readback_s",
          "events_depth", "clock_granularity_s", "liveness_s", "keepalive_poll_s", "op_timeout_ms", "min_gap_ms"})
        shape.whole(name, 0, 4'294'967'295, Need::may);
    shape.decimal("max_epoch", Need::may).text("bus_key", 63, Need::may).list("credential_kinds", Need::may);
    shape.word("supports_validity", {"none", "seconds"}, Need::may);
    shape.word("supports_schedule", {"none", "per_device", "per_credential"}, Need::may).word("door_grouping", {"any", "all"}, Need::may);
    shape.word("supports_readback", {"none", "one", "list_unbounded", "list_counted", "indexed"}, Need::may);
    shape.word("ack", {"none", "uncorrelated", "correlated"}, Need::may).word("events", {"none", "live", "fifo"}, Need::may);
    shape.word("unlock_pulse", {"none", "device_fixed", "device_settable", "per_command", "host_timed"}, Need::may);
    shape.word("failsafe", {"none", "device_watchdog"}, Need::may).word("event_time", {"gateway", "device"}, Need::may);
    shape.word("clock", {"none", "readable", "settable"}, Need::may).word("timezone", {"utc", "local"}, Need::may);
    shape.word("liveness", {"none", "will", "heartbeat", "poll"}, Need::may).word("concurrency", {"per_device", "per_bus"}, Need::may);
    if (!shape.ok() || !capabilities.contains("credential_kinds")) return shape.wrong();
    for (const auto& kind : capabilities.at("credential_kinds").get_array()) {
        constexpr std::array<std::string_view, 4> kinds{"card_number", "card_uid_hex", "pin", "card_and_pin"};
        if (!kind.is_string() || std::find(kinds.begin(), kinds.end(), std::string_view{kind.get_string()}) == kinds.end())
            shape.add("`credential_kinds` holds a word that is none of them");
    }
    return shape.wrong();
}

} // namespace gatehouse::check
