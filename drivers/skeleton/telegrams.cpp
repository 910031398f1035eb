#include "telegrams.hpp"

#include <algorithm>

namespace gatehouse::skeleton {

namespace {

using namespace sdk;

constexpr std::size_t longest_key = 20, longest_tag = 32;

std::string or_none(const std::optional<std::int64_t>& epoch)
{
    return epoch ? std::to_string(*epoch) : "-";
}

std::optional<std::int64_t> number_of(const std::string& word)
{
    const bool digits = !word.empty() && word.size() <= 18 && word.find_first_not_of("0123456789") == std::string::npos;
    return digits ? std::optional{std::stoll(word)} : std::nullopt;
}

std::optional<KeyKind> kind_of(const std::string& word)
{
    const auto& known = words<KeyKind>;
    const auto found = std::find(known.begin(), known.end(), word);
    return found == known.end() ? std::nullopt : std::optional{static_cast<KeyKind>(found - known.begin())};
}

/// ROW number kind key doors from until tag; nothing where it is not the row of that number.
std::optional<Entry> entry_of(const Words& row, std::size_t number)
{
    if (row.size() != 8 || row[1] != std::to_string(number)) return std::nullopt;
    const auto kind = kind_of(row[2]);
    if (!kind) return std::nullopt;
    Entry entry{.key = row[3], .key_kind = *kind};
    for (std::size_t at = 0; at <= row[4].size();) {
        const auto end = std::min(row[4].find(',', at), row[4].size());
        const auto door = number_of(row[4].substr(at, end - at));
        if (!door || *door > highest_door) return std::nullopt;
        entry.doors.push_back(static_cast<std::uint8_t>(*door));
        at = end + 1;
    }
    entry.from = number_of(row[5]), entry.until = number_of(row[6]);
    if ((!entry.from && row[5] != "-") || (!entry.until && row[6] != "-")) return std::nullopt; // damaged: never read as open-ended
    if (row[7] != "-") entry.tag = row[7];
    return entry;
}

} // namespace

Capabilities capabilities()
{
    return {.stores_credentials = true,
            .credential_kinds = {CredentialKind::card_number, CredentialKind::card_uid_hex, CredentialKind::pin},
            .pin_length = {.min = 4, .max = 16},
            .key_limit = longest_key,
            .supports_validity = Validity::seconds,
            .doors_per_credential = 63,
            .supports_readback = Readback::list_counted,
            .readback_shows_secret = true,
            .absent_after = 1,
            .readback_s = 1,
            .ack = Ack::correlated,
            .idempotent_put = true,
            .boot_counter = true,
            .unlock_pulse = UnlockPulse::per_command,
            .pulse_ms = {.min = 1, .max = 600'000},
            .set_door = true,
            .events = Events::live,
            .liveness = Liveness::poll,
            .liveness_s = 1,
            .op_timeout_ms = 700};
}

std::string telegram_of(const Step& step)
{
    const auto& entry = step.entry;
    const bool exact = entry.key.size() <= longest_key && entry.tag.size() <= longest_tag && !entry.pin && !entry.slot &&
                       entry.tag.find(' ') == std::string::npos;
    if (!exact) return {};
    const auto named = std::string{words<KeyKind>[static_cast<std::size_t>(entry.key_kind)]} + " " + entry.key;
    if (step.op == Op::drop) return "DROP " + named;
    std::string doors;
    for (const auto door : entry.doors) doors += (doors.empty() ? "" : ",") + std::to_string(door);
    return "PUT " + named + " " + doors + " " + or_none(entry.from) + " " + or_none(entry.until) + " " +
           (entry.tag.empty() ? "-" : entry.tag);
}

std::string telegram_of(std::uint8_t door, DoorMode mode)
{
    return "MODE " + std::to_string(door) + (mode == DoorMode::unlocked ? " unlocked" : " locked");
}

bool take_page(Table& table, const Wire::Answer& page, std::string& stood_still)
{
    if (page.words.size() != 3 || page.words[0] != "END") return false;
    if (!stood_still.empty() && stood_still != page.words[2]) return false;
    stood_still = page.words[2];
    for (const auto& row : page.rows) {
        auto entry = entry_of(row, table.entries.size());
        if (!entry) return false;
        table.entries.push_back(std::move(*entry));
    }
    table.complete = std::to_string(table.entries.size()) == page.words[1];
    return table.complete || !page.rows.empty();
}

std::vector<DeviceEvent> events_of(const std::vector<Words>& news)
{
    std::vector<DeviceEvent> events;
    for (const auto& said : news) {
        if (said.size() != 6 || said[1] != "CARD") continue;
        const auto kind = kind_of(said[2]);
        const auto door = number_of(said[4]);
        if (!kind || !door || *door > highest_door) continue;
        auto& event = events.emplace_back();
        event.kind = said[5] == "granted" ? EventKind::granted : EventKind::denied;
        event.key = said[3], event.key_kind = *kind;
        event.door = static_cast<std::uint8_t>(*door);
    }
    return events;
}

Table partial(Table table, std::string reason)
{
    table.complete = false;
    table.reason = std::move(reason);
    return table;
}

Verdict verdict_of(const Wire::Answer& answer)
{
    if (answer.end == Wire::Answer::End::offline) return Verdict::offline();
    if (answer.end == Wire::Answer::End::late) return Verdict::late();
    if (answer.end == Wire::Answer::End::unclear) return Verdict::unknown("timeout");
    if (answer.words[0] == "OK") return Verdict::acknowledged();
    return answer.words[0] == "FULL" ? Verdict::full() : Verdict::refused("device_refused");
}

} // namespace gatehouse::skeleton
