#include "devices/wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::devices {

namespace json = boost::json;
using base::Fault;

namespace {

template <class Enum, std::size_t N>
std::optional<Enum> word_of(std::string_view text, const std::array<std::pair<std::string_view, Enum>, N>& words)
{
    for (const auto& [word, value] : words)
        if (word == text) return value;
    return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, Verdict>, 7> verdicts{{{"acknowledged", Verdict::acknowledged},
                                                                        {"refused", Verdict::refused},
                                                                        {"full", Verdict::full},
                                                                        {"unsupported", Verdict::unsupported},
                                                                        {"busy", Verdict::busy},
                                                                        {"unknown", Verdict::unknown},
                                                                        {"offline", Verdict::offline}}};
constexpr std::array<std::pair<std::string_view, KeyKind>, 3> kinds{
    {{"card_uid_hex", KeyKind::card_uid_hex}, {"card_number", KeyKind::card_number}, {"pin", KeyKind::pin}}};
constexpr std::array<std::pair<std::string_view, EntryState>, 3> states{
    {{"active", EntryState::active}, {"disabled", EntryState::disabled}, {"admin", EntryState::admin}}};
constexpr std::array<std::pair<std::string_view, Readback>, 4> readbacks{{{"one", Readback::one},
                                                                          {"list_unbounded", Readback::list_unbounded},
                                                                          {"list_counted", Readback::list_counted},
                                                                          {"indexed", Readback::indexed}}};

template <class Enum, std::size_t N>
std::string_view text_for(Enum value, const std::array<std::pair<std::string_view, Enum>, N>& words)
{
    for (const auto& [word, candidate] : words)
        if (candidate == value) return word;
    return {};
}

constexpr std::array<std::pair<std::string_view, SetupState>, 3> setups{
    {{"verified", SetupState::verified}, {"differs", SetupState::differs}, {"unknown", SetupState::unknown}}};

constexpr std::size_t most_nested = 400, most_members = 2'000, most_values = 10'000; // a full page has half as many
constexpr std::int64_t last_slot = 1'000'000, longest_pin = 16, longest_key = 64, widest_number = 64;
constexpr std::int64_t last_second = 253'402'300'799;         // of the year 9999
constexpr std::int64_t last_millisecond = last_second * 1000; // what lies beyond overflows a time point

bool flag(const json::object& object, std::string_view field)
{
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_bool() && value->get_bool();
}

/// Whole numbers: 32 bits as numbers, 64 bits as text.
std::optional<std::int64_t> whole(const json::value& value)
{
    if (value.is_int64()) return value.get_int64();
    if (!value.is_string()) return std::nullopt;
    const std::string_view text{value.get_string().data(), value.get_string().size()};
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

/// A number of the capabilities. What makes no sense is the nearest that does.
std::int64_t bounded(const json::object& object, std::string_view field, std::int64_t most)
{
    return std::clamp<std::int64_t>(number_of(object, field).value_or(0), 0, most);
}

Outcome outcome_of(const json::object& object)
{
    Outcome outcome;
    outcome.verdict = word_of(text_of(object, "verdict", 16), verdicts).value_or(Verdict::unknown);
    outcome.reason = one_line(text_of(object, "reason", 64));
    outcome.retry_after = base::milliseconds{std::clamp<std::int64_t>(number_of(object, "retry_after_ms").value_or(0), 0, 60'000)};
    return outcome;
}

json::object entry_to_json(const Entry& entry, bool drop)
{
    json::object object;
    if (!entry.key.empty()) object["key"] = entry.key, object["key_kind"] = text_for(entry.kind, kinds);
    if (entry.slot) object["slot"] = *entry.slot;
    if (drop) return object;
    json::array doors;
    for (int output = 0; output < 63; ++output)
        if ((entry.doors >> output & 1) != 0) doors.push_back(output);
    object["doors"] = std::move(doors);
    if (entry.from) object["from"] = std::to_string(*entry.from);
    if (entry.until) object["until"] = std::to_string(*entry.until);
    if (entry.pin) object["pin"] = *entry.pin;
    if (!entry.label.empty()) object["label"] = entry.label;
    if (!entry.tag.empty()) object["tag"] = entry.tag;
    return object;
}

bool read_doors(const json::object& object, Doors& doors)
{
    const auto* list = object.if_contains("doors");
    if (list == nullptr) return true;
    if (!list->is_array()) return false;
    for (const auto& door : list->get_array()) {
        if (!door.is_int64() || door.get_int64() < 0 || door.get_int64() > 62) return false;
        doors |= Doors{1} << door.get_int64();
    }
    return true;
}

/// Open ends may be missing; anything else that is not a number spoils the entry.
bool read_epoch(const json::object& object, std::string_view field, std::optional<std::int64_t>& into)
{
    const auto* value = object.if_contains(field);
    if (value == nullptr) return true;
    into = whole(*value);
    if (into) into = std::clamp<std::int64_t>(*into, 0, last_second);
    return into.has_value();
}

std::optional<Entry> entry_from(const json::value& value)
{
    if (!value.is_object()) return std::nullopt;
    const auto& object = value.get_object();
    Entry entry;
    entry.key = text_of(object, "key", 64);
    entry.slot = number_of(object, "slot");
    if (entry.key.empty() && !entry.slot) return std::nullopt;
    if (entry.slot && (*entry.slot < 0 || *entry.slot > last_slot)) return std::nullopt;
    if (!std::all_of(entry.key.begin(), entry.key.end(), [](char c) { return c > 0x20 && c < 0x7f; })) return std::nullopt;
    if (!entry.key.empty()) {
        const auto kind = word_of(text_of(object, "key_kind", 16), kinds);
        if (!kind) return std::nullopt;
        entry.kind = *kind;
    }
    if (!read_doors(object, entry.doors) || !read_epoch(object, "from", entry.from) || !read_epoch(object, "until", entry.until))
        return std::nullopt;
    entry.label = text_of(object, "label", 63);
    entry.tag = text_of(object, "tag", 32);
    entry.state = word_of(text_of(object, "state", 16), states).value_or(EntryState::unknown);
    return entry;
}

/// What is longest to read is not what is long, but what is made of many things.
bool has_few_pieces(std::string_view line)
{
    std::size_t nested = 0, members = 0, values = 0;
    for (const char c : line) nested += c == '{' || c == '[', members += c == ':', values += c == ',';
    return nested <= most_nested && members <= most_members && values <= most_values;
}

} // namespace

std::string text_of(const json::object& object, std::string_view field, std::size_t at_most)
{
    const auto* value = object.if_contains(field);
    if (value == nullptr || !value->is_string() || value->get_string().size() > at_most) return {};
    std::string text{value->get_string().data(), value->get_string().size()};
    for (auto& c : text) // whoever writes it into the log writes one line
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

std::optional<std::int64_t> number_of(const json::object& object, std::string_view field)
{
    const auto* value = object.if_contains(field);
    return value == nullptr ? std::nullopt : whole(*value);
}

std::string one_line(std::string text)
{
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

base::Result<Message> parse_message(std::string_view line)
{
    if (!has_few_pieces(line)) return base::fail(Fault::invalid, "a message of too many pieces");
    thread_local json::parser parser{{}, {.max_depth = 8}}; // keeps its working memory: a large one is dear to get
    boost::system::error_code error;
    parser.reset();
    parser.write(line.data(), line.size(), error);
    if (error) return base::fail(Fault::invalid, "not a JSON object");
    auto value = parser.release();
    if (!value.is_object()) return base::fail(Fault::invalid, "not a JSON object");
    Message message;
    message.body = std::move(value.get_object());
    message.type = text_of(message.body, "type", 32);
    if (message.type.empty()) return base::fail(Fault::invalid, "a message without a type");
    if (message.type != "answer") return message;
    const auto id = text_of(message.body, "id", 20);
    std::uint64_t number = 0;
    const auto [end, wrong] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (wrong != std::errc{} || end != id.data() + id.size() || id.empty())
        return base::fail(Fault::invalid, "an answer without a proper id");
    message.id = number;
    return message;
}

Answer to_answer(json::object body)
{
    Answer answer;
    answer.outcome = outcome_of(body);
    answer.detail = one_line(text_of(body, "detail"));
    answer.body = std::move(body);
    return answer;
}

json::array steps_to_json(const std::vector<Step>& steps)
{
    json::array list;
    for (const auto& step : steps) {
        auto object = entry_to_json(step.entry, step.drop);
        object["op"] = step.drop ? "drop" : "put";
        list.push_back(std::move(object));
    }
    return list;
}

std::vector<Outcome> outcomes_from(const Answer& answer, std::size_t steps)
{
    auto whole = answer.outcome;
    if (whole.verdict == Verdict::refused || whole.verdict == Verdict::unsupported || whole.verdict == Verdict::full) {
        // The driver took none of it. The device was not asked, and so it refused nothing.
        whole.reason = "the driver did not take it" + (whole.reason.empty() ? "" : ": " + whole.reason);
        whole.verdict = Verdict::busy;
    }
    if (whole.verdict != Verdict::acknowledged) return std::vector<Outcome>(steps, whole);
    std::vector<Outcome> outcomes(steps, Outcome{Verdict::unknown, "no verdict", {}});
    const auto* list = answer.body.if_contains("steps");
    if (list == nullptr || !list->is_array()) return outcomes;
    for (std::size_t i = 0; i < std::min(steps, list->get_array().size()); ++i)
        if (const auto& step = list->get_array()[i]; step.is_object()) {
            outcomes[i] = outcome_of(step.get_object());
            outcomes[i].read_back = outcomes[i].verdict == Verdict::acknowledged && flag(step.get_object(), "read_back");
        }
    return outcomes;
}

base::Result<std::vector<Entry>> entries_from(const json::object& body)
{
    std::vector<Entry> entries;
    const auto* list = body.if_contains("entries");
    if (list == nullptr) return entries;
    if (!list->is_array() || list->get_array().size() > 128) return base::fail(Fault::invalid, "entries is no list of at most 128");
    for (const auto& value : list->get_array()) {
        auto entry = entry_from(value);
        if (!entry) return base::fail(Fault::invalid, "an entry that cannot be read");
        entries.push_back(std::move(*entry));
    }
    return entries;
}

Capabilities capabilities_from(const json::object& body)
{
    Capabilities found;
    const auto* value = body.if_contains("capabilities");
    if (value == nullptr || !value->is_object()) return found;
    const auto& object = value->get_object();
    found.stores_credentials = flag(object, "stores_credentials");
    if (const auto* list = object.if_contains("credential_kinds"); list != nullptr && list->is_array())
        for (const auto& kind : list->get_array()) {
            found.takes_uid = found.takes_uid || kind == "card_uid_hex";
            found.takes_number = found.takes_number || kind == "card_number";
            found.takes_pin = found.takes_pin || kind == "pin";
            found.takes_card_and_pin = found.takes_card_and_pin || kind == "card_and_pin";
        }
    if (const auto* length = object.if_contains("pin_length"); length != nullptr && length->is_object()) {
        found.pin_min = bounded(length->get_object(), "min", longest_pin);
        found.pin_max = bounded(length->get_object(), "max", longest_pin);
    }
    found.pin_digits_only = flag(object, "pin_digits_only");
    found.capacity = bounded(object, "capacity", last_slot);
    found.slot_based = flag(object, "slot_based");
    found.slot_first = bounded(object, "slot_first", last_slot);
    found.key_limit = bounded(object, "key_limit", longest_key);
    found.key_bits = bounded(object, "key_bits", widest_number);
    const auto validity = text_of(object, "supports_validity", 16);
    found.validity = validity == "seconds" ? Validity::seconds : validity == "date" ? Validity::date : Validity::none;
    found.max_epoch = bounded(object, "max_epoch", last_second);
    found.any_door_subset = text_of(object, "door_grouping", 16) != "all";
    found.readback = word_of(text_of(object, "supports_readback", 16), readbacks).value_or(Readback::none);
    found.readback_shows_secret = flag(object, "readback_shows_secret");
    found.readback_time = base::seconds{std::clamp<std::int64_t>(number_of(object, "readback_s").value_or(0), 0, 3'600)};
    found.digest = flag(object, "digest");
    found.op_timeout = base::milliseconds{std::clamp<std::int64_t>(number_of(object, "op_timeout_ms").value_or(1'000), 1, 60'000)};
    const auto pulse = text_of(object, "unlock_pulse", 32);
    found.can_strike = !pulse.empty() && pulse != "none";
    found.can_hold = flag(object, "set_door");
    const auto clock = text_of(object, "clock", 16);
    found.tells_clock = clock == "readable" || clock == "settable";
    return found;
}

std::optional<Notification> notification_from(const Message& message)
{
    const auto& body = message.body;
    Notification told;
    if (message.type == "online")
        told.what = Online{one_line(text_of(body, "reason", 64))};
    else if (message.type == "offline")
        told.what = Offline{one_line(text_of(body, "reason", 64))};
    else if (message.type == "alive")
        told.what = Alive{};
    else if (message.type == "restarted")
        told.what = Restarted{text_of(body, "marker", 64)};
    else if (message.type == "tamper")
        told.what = Tamper{flag(body, "active")};
    else if (message.type == "clock") {
        const auto time = number_of(body, "time");
        if (!time || *time < 0 || *time > last_second) return std::nullopt;
        told.what = ClockTold{base::Instant{base::seconds{*time}}};
    } else if (message.type == "setup") {
        const auto state = word_of(text_of(body, "state", 16), setups);
        if (!state) return std::nullopt;
        told.what = SetupTold{*state, one_line(text_of(body, "detail"))};
    } else if (message.type == "door") {
        const auto door = number_of(body, "door");
        if (!door || *door < 0 || *door > 255) return std::nullopt;
        told.what = DoorState{static_cast<int>(*door), text_of(body, "contact", 16), text_of(body, "lock", 16)};
    } else if (message.type == "event") {
        Record record;
        record.kind = text_of(body, "kind", 32);
        if (const auto door = number_of(body, "door"); door && *door >= 0 && *door <= 255) record.door = static_cast<int>(*door);
        record.key = text_of(body, "key", 64);
        record.key_kind = word_of(text_of(body, "key_kind", 16), kinds);
        record.time = number_of(body, "time");
        record.slot = number_of(body, "slot");
        if (record.kind.empty()) return std::nullopt;
        told.what = std::move(record);
    } else {
        return std::nullopt;
    }
    if (const auto at = number_of(body, "at"))
        told.at = base::Monotonic{base::milliseconds{std::clamp<std::int64_t>(*at, 0, last_millisecond)}};
    return told;
}

} // namespace gatehouse::devices
