#include "rig.hpp"

#include "last_words.hpp"

#include <cstdio>

namespace gatehouse::check {

namespace {

constexpr Milliseconds heard_within{5'000}, a_look{20};
constexpr std::int64_t far_ahead = 4'000'000'000, a_minute_ms = 60'000, outlasts_a_check_ms = 10'000;

} // namespace

void acknowledged(const json::object& verdict, const std::string& what)
{
    expect(text_in(verdict, "verdict") == "acknowledged",
           what + " is told as " + text_in(verdict, "verdict") + " " + text_in(verdict, "reason"));
}

Child& Rig::start(std::vector<std::string> arguments)
{
    wrong_ = wrong();
    logs_ = logs();
    talk_.reset();
    child_.reset();
    child_ = std::make_unique<Child>(program_, std::move(arguments));
    talk_ = std::make_unique<Conversation>(*child_, "line", "device");
    return *child_;
}

Bench& Rig::bench() const
{
    if (bench_ == nullptr) throw NotChecked{"it takes a bench (--bench)"};
    return *bench_;
}

void Rig::greet()
{
    if (!child_) start();
    json::object hello{{"versions", json::array{1}}, {"daemon", "gatehouse-driver-check"}};
    if (bench_ != nullptr && !bench_->profiles().empty()) hello["profiles"] = bench_->profiles();
    const auto answer = talk().ask("hello", std::move(hello));
    expect(text_in(answer, "verdict") == "acknowledged", "`hello` with version 1 is not acknowledged");
}

void Rig::open()
{
    const auto answer = talk().ask("open_line", {{"endpoint", bench().endpoint()}, {"secrets", bench().line_secrets()}});
    expect(text_in(answer, "verdict") == "acknowledged",
           "`open_line` is not acknowledged: " + text_in(answer, "reason") + " " + text_in(answer, "detail"));
}

json::object Rig::attach(std::string_view mode, std::int64_t pulse_ms)
{
    json::array doors;
    for (const auto door : bench().doors()) doors.push_back({{"door", door}, {"mode", mode}, {"pulse_ms", pulse_ms}});
    auto members = bench().device();
    members["doors"] = std::move(doors);
    if (!members.contains("params")) members["params"] = json::object{};
    if (!members.contains("secrets")) members["secrets"] = json::object{};
    members["inputs"] = json::array{};
    auto answer = talk().ask("attach", std::move(members), Milliseconds{10'000});
    expect(text_in(answer, "verdict") == "acknowledged",
           "`attach` is not acknowledged: " + text_in(answer, "reason") + " " + text_in(answer, "detail"));
    if (const auto* told = answer.if_contains("capabilities"); told != nullptr && told->is_object()) capabilities_ = told->get_object();
    return answer;
}

void Rig::ready(std::string_view mode, std::int64_t pulse_ms)
{
    greet();
    open();
    attach(mode, pulse_ms);
    const auto online = talk().heard("online", bench().time("heard_ms", heard_within));
    expect(online.has_value(), "the attached device is there and no `online` tells so");
}

bool Rig::able(std::string_view flag) const
{
    const auto* told = capabilities_.if_contains(flag);
    return told != nullptr && told->is_bool() && told->get_bool();
}

std::int64_t Rig::number(std::string_view name) const
{
    const auto* told = capabilities_.if_contains(name);
    return told != nullptr && told->is_int64() ? told->get_int64() : 0;
}

void Rig::needs_table() const
{
    if (!able("stores_credentials")) throw NotApplicable{"the device stores nothing"};
    const auto readback = capability("supports_readback");
    if (readback.empty() || readback == "none") throw NotApplicable{"the device cannot be read"};
}

void Rig::needs_doors_that_open() const
{
    const auto pulse = capability("unlock_pulse");
    if (pulse.empty() || pulse == "none") throw NotApplicable{"the device opens no door on command"};
}

std::string_view Rig::key_kind() const
{
    const auto* kinds = capabilities_.if_contains("credential_kinds");
    if (kinds == nullptr || !kinds->is_array() || kinds->get_array().empty()) return "card_uid_hex";
    for (const auto& kind : kinds->get_array())
        if (kind == json::value("card_uid_hex")) return "card_uid_hex";
    const auto& first = kinds->get_array().front();
    return first.is_string() ? std::string_view{first.get_string()} : "card_uid_hex";
}

std::string Rig::key()
{
    char text[16]{};
    std::snprintf(text, sizeof text, key_kind() == "card_uid_hex" ? "c0%02x%04x" : "4%02u%03u", number_ % 100, ++keys_ % 1'000);
    return text;
}

/// A slot for each key of a check, in the order of their numbers.
std::int64_t Rig::slot_of(const std::string& key) const
{
    const auto number_of_key = std::strtol(key.substr(key.size() - std::min<std::size_t>(key.size(), 3)).c_str(), nullptr, 10);
    return number("slot_first") + number_of_key % std::max<std::int64_t>(1, number("capacity"));
}

json::object Rig::put(const std::string& key) const
{
    json::object step{{"op", "put"},  {"key", key},          {"key_kind", key_kind()}, {"doors", json::array{door()}},
                      {"tag", "g:1"}, {"label", "A. Person"}};
    if (able("slot_based")) step["slot"] = slot_of(key);
    if (capability("supports_validity") == "seconds") step["from"] = "1700000000", step["until"] = std::to_string(far_ahead);
    return step;
}

json::object Rig::drop(const std::string& key) const
{
    json::object step{{"op", "drop"}, {"key", key}, {"key_kind", key_kind()}};
    if (able("slot_based")) step["slot"] = slot_of(key);
    return step;
}

std::string Rig::start_apply(json::object step, Milliseconds budget)
{
    return talk().request("apply", {{"steps", json::array{std::move(step)}}}, budget);
}

json::object Rig::step_of(const json::object& answer) const
{
    const auto* steps = answer.if_contains("steps");
    const bool one = steps != nullptr && steps->is_array() && !steps->get_array().empty() && steps->get_array()[0].is_object();
    return one ? steps->get_array()[0].get_object() : answer;
}

json::object Rig::apply(json::object step, Milliseconds budget)
{
    return step_of(talk().answer(start_apply(std::move(step), budget)));
}

Milliseconds Rig::read_budget() const
{
    return Milliseconds{std::max<std::int64_t>(5'000, number("readback_s") * 3'000 + number("op_timeout_ms"))};
}

bool Rig::Table::holds(std::string_view key) const
{
    for (const auto& entry : entries)
        if (entry.is_object() && text_in(entry.get_object(), "key") == key) return true;
    return false;
}

Rig::Table Rig::read()
{
    Table table;
    json::object members;
    do {
        table.last = talk().ask("read_table", members, read_budget());
        if (const auto* entries = table.last.if_contains("entries"); entries != nullptr && entries->is_array())
            for (const auto& entry : entries->get_array()) table.entries.push_back(entry);
        members["cursor"] = text_in(table.last, "cursor");
    } while (text_in(table.last, "page") == "more");
    return table;
}

json::object Rig::strike(std::int64_t pulse_ms, Milliseconds budget)
{
    return talk().ask("strike", {{"door", door()}, {"pulse_ms", pulse_ms}}, budget);
}

void Rig::hold_open()
{
    needs_doors_that_open();
    const auto told = able("set_door") ? talk().ask("set_door", {{"door", door()}, {"mode", "unlocked"}}) : strike(longest_pulse());
    expect(text_in(told, "verdict") == "acknowledged", "a door that can be opened is not opened");
    const auto pulse = capability("unlock_pulse");
    if ((pulse == "device_fixed" || pulse == "device_settable") && !able("set_door")) return; // it shuts by itself before long
    expect(becomes([this] { return bench().open(door()); }, Milliseconds{2'000}), "the door is not open though that was acknowledged");
}

std::int64_t Rig::longest_pulse() const
{
    const auto* told = capabilities_.if_contains("pulse_ms");
    const auto* most = told != nullptr && told->is_object() ? told->get_object().if_contains("max") : nullptr;
    const auto max = most != nullptr && most->is_int64() && most->get_int64() > 0 ? most->get_int64() : a_minute_ms;
    return std::min(max, a_minute_ms);
}

std::int64_t Rig::long_pulse() const
{
    needs_doors_that_open();
    if (capability("unlock_pulse") == "device_fixed") throw NotApplicable{"the device's pulse has one length"};
    if (capability("unlock_pulse") == "host_timed" && capability("failsafe") == "device_watchdog")
        throw NotApplicable{"a watchdog of the device ends what no driver keeps open"};
    if (longest_pulse() < outlasts_a_check_ms) throw NotApplicable{"the device's longest pulse is over before the check is"};
    return longest_pulse();
}

void Rig::open_for_long()
{
    const auto length = long_pulse();
    if (capability("unlock_pulse") == "device_settable") start(), ready("locked", length);
    acknowledged(strike(length), "a strike of " + std::to_string(length) + " ms");
    expect(becomes([this] { return bench().open(door()); }, Milliseconds{2'000}), "the door is not open though that was acknowledged");
}

void Rig::shut_again()
{
    start();
    ready("locked");
    becomes([this] { return !bench().open(door()); }, Milliseconds{a_minute_ms});
}

bool Rig::becomes(const std::function<bool()>& holds, Milliseconds within)
{
    const auto until = Deadline::in(within);
    while (!holds()) {
        if (until.passed()) return false;
        if (talk_ && child_) talk_->listen(a_look);
    }
    return true;
}

std::vector<std::string> Rig::wrong() const
{
    auto all = wrong_;
    if (talk_) all.insert(all.end(), talk_->wrong().begin(), talk_->wrong().end());
    return all;
}

std::string Rig::logs() const
{
    return logs_ + (child_ ? child_->log() : std::string{});
}

std::vector<std::string> Rig::last_words() const
{
    if (!child_) return {};
    return check::last_words(child_->log(), bench_ == nullptr ? std::vector<std::string>{} : bench_->secrets());
}

} // namespace gatehouse::check
