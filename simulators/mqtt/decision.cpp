#include "mqtt/decision.hpp"

#include "mqtt/reading.hpp"

#include <utility>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;

constexpr std::size_t record_pool = 512;
constexpr int account_granted = 1;
constexpr int account_admin = 99;

/// A uid as version 1 of the firmware wrote it: bytes below 16 without their leading zero.
std::string unpadded(std::string_view uid)
{
    if (uid.size() % 2 != 0) return std::string{uid};
    std::string short_form;
    for (std::size_t i = 0; i < uid.size(); i += 2) {
        if (uid[i] != '0') short_form += uid[i];
        short_form += uid[i + 1];
    }
    return short_form;
}

/// True when the PIN lets the card pass; sets `access` otherwise.
bool passes_pin(const json::object& record, const Swipe& swipe, Access& access)
{
    const auto* stored = record.if_contains("pincode");
    if (stored != nullptr && stored->is_string() && stored->get_string().empty()) return true;
    if (!swipe.pin) {
        access = Access::waits_for_pin;
        return false;
    }
    const auto matches = stored != nullptr && stored->is_string() && std::string_view{stored->get_string()} == *swipe.pin;
    access = Access::wrong_pin;
    return matches ||
           *swipe.pin == swipe.uid; // PIN-only entry puts the digits where the uid is, and the firmware cannot tell the two apart
}

Access by_hours(const Settings& settings, std::uint32_t epoch)
{
    const auto days = epoch / 86400;
    const auto weekday = (days + 3) % 7; // 1970 began on a Thursday; Monday is 0
    const auto hour = epoch / 3600 % 24;
    const auto& hours = settings.hours[weekday];
    return hour < hours.size() && hours[hour] == '1' ? Access::always : Access::disabled;
}

Access by_account(const json::object& record, const Settings& settings, std::uint32_t epoch)
{
    switch (as_int(record.if_contains("acctype"))) {
    case account_admin:
        return Access::admin;
    case account_granted:
        if (as_unsigned(record.if_contains("validuntil")) < epoch || as_unsigned(record.if_contains("validsince")) > epoch)
            return Access::expired;
        return by_hours(settings, epoch);
    default:
        return Access::disabled;
    }
}

std::vector<int> accounts(const json::object& record, std::size_t relays)
{
    std::vector<int> types;
    for (std::size_t i = 0; i < relays; ++i) {
        types.push_back(as_int(record.if_contains(i == 0 ? "acctype" : "acctype" + std::to_string(i + 1))));
    }
    return types;
}

} // namespace

std::string_view text(Access access)
{
    switch (access) {
    case Access::always:
        return "Always";
    case Access::admin:
        return "Admin";
    case Access::disabled:
        return "Disabled";
    case Access::expired:
        return "Expired";
    case Access::wrong_pin:
        return "Wrong pin code";
    case Access::denied:
        return "Denied";
    case Access::waits_for_pin:
        return "";
    }
    return "";
}

std::optional<json::object> read_record(std::string_view stored)
{
    const auto value = read_json(stored);
    if (!value || slots(*value) * slot_bytes > record_pool) return std::nullopt;
    return value->is_object() ? value->get_object() : json::object{};
}

Verdict decide(Board& board, const Swipe& swipe, std::uint32_t epoch)
{
    Verdict verdict{.uid = swipe.uid};
    const auto* stored = board.flash.find(swipe.uid);
    if (stored == nullptr && board.settings.pads_uids) {
        verdict.uid = unpadded(swipe.uid);
        stored = board.flash.find(verdict.uid);
    }
    if (stored == nullptr) return {.access = Access::denied, .uid = swipe.uid, .username = "Unknown"};

    const auto record = read_record(*stored);
    verdict.username = board.last_username; // of whoever came before, until this record is read to the end
    verdict.access = Access::disabled;
    if (!record) return verdict;
    if (board.settings.asks_pin && !passes_pin(*record, swipe, verdict.access)) return verdict;

    verdict.username = board.last_username = as_text(record->if_contains("user"));
    verdict.access = by_account(*record, board.settings, epoch);
    if (verdict.access == Access::always || verdict.access == Access::admin) verdict.accounts = accounts(*record, board.relays.size());
    return verdict;
}

} // namespace gatehouse::simulators::mqtt
