#include "sdk/encode.hpp"

#include "sdk/json_text.hpp"
#include "sdk/run.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace gatehouse::sdk {

namespace json = boost::json;

namespace {

constexpr std::size_t page_entries = 128;
constexpr std::size_t page_bytes = 60'000;

json::object answer(std::string_view id)
{
    return {{"type", "answer"}, {"id", id}};
}

json::object entry_object(const Entry& entry)
{
    json::object object;
    if (!entry.key.empty()) {
        object["key"] = entry.key;
        object["key_kind"] = to_word(entry.key_kind);
    }
    if (entry.slot) object["slot"] = *entry.slot;
    if (!entry.doors.empty()) {
        json::array doors;
        for (const auto door : entry.doors) doors.emplace_back(door);
        object["doors"] = std::move(doors);
    }
    if (entry.from) object["from"] = std::to_string(*entry.from);
    if (entry.until) object["until"] = std::to_string(*entry.until);
    if (entry.pin) object["pin"] = clean(*entry.pin, 16);
    put_text(object, "label", entry.label, 63);
    put_text(object, "tag", entry.tag, 32);
    object["state"] = to_word(entry.state);
    return object;
}

bool is_carried(const Entry& entry)
{
    if (entry.key.size() > 64 || clean(entry.key, 64) != entry.key || entry.doors.size() > highest_door + 1U) return false;
    if (std::any_of(entry.doors.begin(), entry.doors.end(), [](std::uint8_t door) { return door > highest_door; })) return false;
    if (entry.from.value_or(0) < 0 || entry.until.value_or(0) < 0) return false;
    return !entry.key.empty() || entry.slot;
}

} // namespace

std::string encode_answer(std::string_view id, const Verdict& verdict)
{
    auto object = answer(id);
    put_verdict(object, verdict);
    return to_line(object);
}

std::string encode_answer(std::string_view id, const Attached& attached)
{
    auto object = answer(id);
    put_verdict(object, attached.verdict);
    if (!attached.verdict.ok()) return to_line(object);
    object["capabilities"] = to_json(attached.capabilities);
    json::array doors;
    for (const auto& door : attached.doors) {
        json::object told{{"door", door.door}};
        put_verdict(told, door.verdict);
        doors.emplace_back(std::move(told));
    }
    object["doors"] = std::move(doors);
    return to_line(object);
}

std::string encode_answer(std::string_view id, const Applied& applied)
{
    auto object = answer(id);
    put_verdict(object, applied.verdict);
    if (!applied.verdict.ok()) return to_line(object);
    json::array steps;
    for (const auto& step : applied.steps) {
        json::object told;
        put_verdict(told, step);
        if (step.ok() && step.read_back) told["read_back"] = true;
        steps.emplace_back(std::move(told));
    }
    object["steps"] = std::move(steps);
    return to_line(object);
}

std::string encode_answer(std::string_view id, const Digest& digest)
{
    auto object = answer(id);
    put_verdict(object, digest.verdict);
    if (digest.verdict.ok()) put_text(object, "digest", digest.digest, 64);
    return to_line(object);
}

std::string encode_welcome(std::string_view id, const Manifest& manifest)
{
    auto object = answer(id);
    put_verdict(object, Verdict::acknowledged());
    object["version"] = manifest.protocol;
    object["name"] = manifest.name;
    object["driver"] = manifest.version;
    return to_line(object);
}

std::string encode_version_refusal(std::string_view id, const Manifest& manifest)
{
    auto object = answer(id);
    put_verdict(object, Verdict::refused("version"));
    object["versions"] = json::array{manifest.protocol};
    return to_line(object);
}

std::string encode_pong(std::string_view id, const std::map<std::string, std::uint64_t>& dropped)
{
    auto object = answer(id);
    put_verdict(object, Verdict::acknowledged());
    json::object counts;
    for (const auto& [type, count] : dropped) counts[type] = count;
    object["dropped"] = std::move(counts);
    return to_line(object);
}

std::string encode_error(const Verdict& verdict)
{
    json::object object{{"type", "error"}};
    put_text(object, "reason", verdict.reason.empty() ? to_word(verdict.kind) : std::string_view{verdict.reason}, 64);
    put_text(object, "detail", verdict.detail, 256);
    return to_line(object);
}

std::string encode_manifest(const Manifest& manifest)
{
    return to_line({{"name", manifest.name},
                    {"protocol", manifest.protocol},
                    {"lines_per_process", manifest.lines_per_process},
                    {"maturity", manifest.maturity},
                    {"version", manifest.version}});
}

std::string encode_page(std::string_view id, const Table& table, std::size_t& next, std::string_view read_id)
{
    auto object = answer(id);
    put_verdict(object, table.verdict);
    if (!table.verdict.ok()) return to_line(object);

    json::array entries;
    std::size_t bytes = 0;
    while (next < table.entries.size() && entries.size() < page_entries) {
        auto entry = entry_object(table.entries[next]);
        bytes += json::serialize(entry).size() + 1;
        if (bytes > page_bytes) break;
        entries.emplace_back(std::move(entry));
        ++next;
    }
    const bool more = next < table.entries.size();
    object["page"] = more ? "more" : table.complete ? "complete" : "partial";
    if (more) object["cursor"] = std::string{read_id} + "." + std::to_string(next);
    object["rounds"] = table.rounds;
    if (!more && !table.complete) put_text(object, "reason", table.reason, 64);
    if (!more && !table.complete && !table.detail.empty()) put_text(object, "detail", table.detail, 120);
    if (!more && table.complete) put_text(object, "digest", table.digest, 64);
    object["entries"] = std::move(entries);
    return to_line(object);
}

void fit(Table& table)
{
    const auto dropped = std::erase_if(table.entries, [](const Entry& entry) { return !is_carried(entry); });
    if (dropped == 0) return;
    table.complete = false;
    table.reason = "damaged";
}

} // namespace gatehouse::sdk
