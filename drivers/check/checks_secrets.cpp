// Protocol section 10: what nobody but the device is to read.

#include "check.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::check {

namespace {

constexpr std::string_view code = "246802", behind_a_card = "135790", of_the_kit = "a-secret-of-the-check";
constexpr Milliseconds of_a_lost_one{2'000};

void keeps_secrets(Rig& rig)
{
    rig.ready();
    std::vector<std::string> secrets{std::string{code}, std::string{behind_a_card}};
    for (auto& secret : rig.bench().secrets()) secrets.push_back(std::move(secret));
    if (rig.able("stores_credentials")) {
        const auto key = rig.key();
        secrets.push_back(key);
        auto step = rig.put(key);
        rig.apply(step);
        step["key"] = code, step["key_kind"] = "pin", step["pin"] = behind_a_card;
        rig.apply(std::move(step));
    }
    rig.talk().raw(R"({"type":"apply","id":"424242","steps":[{"op":"put","key":"246802","key_kind":"pin")");
    rig.talk().raw(R"({"type":"open_line","id":"424243","secrets":{"password":"135790"},"endpoint":)");
    rig.talk().listen(Milliseconds{300});
    rig.child().close_input();
    rig.child().exit_code(Deadline::in(Milliseconds{3'000}));
    for (const auto& secret : secrets) expect(rig.logs().find(secret) == std::string::npos, "a secret or a whole key stands in its log");
    for (const auto& told : rig.talk().notifications()) {
        if (text_in(told, "type") == "presented" || text_in(told, "type") == "event") continue; // they carry keys
        const auto text = json::serialize(told);
        for (const auto& secret : secrets)
            expect(text.find(secret) == std::string::npos, "a secret stands in a `" + text_in(told, "type") + "`");
    }
}

/// The bench's own and one that nothing knows.
json::object with_one_more(json::object secrets)
{
    secrets["of_the_check"] = of_the_kit;
    return secrets;
}

/// Lines and devices that are refused, and those that are taken: with secrets all of them.
void attach_with_secrets(Rig& rig)
{
    const auto taken = [](const json::object& told) { return text_in(told, "verdict") == "acknowledged"; };
    const auto line_secrets = with_one_more(rig.bench().line_secrets());
    rig.greet();
    if (taken(rig.talk().ask("open_line", {{"endpoint", json::object{}}, {"secrets", line_secrets}}))) rig.talk().ask("close_line");
    rig.open();
    rig.talk().ask("open_line", {{"endpoint", rig.bench().endpoint()}, {"secrets", line_secrets}});

    auto wrong = rig.bench().device();
    const auto* own = wrong.if_contains("secrets");
    wrong["secrets"] = with_one_more(own != nullptr ? own->get_object() : json::object{});
    wrong["doors"] = json::array{}, wrong["inputs"] = json::array{}, wrong["params"] = json::object{{"of_the_check", 1}};
    auto unknown = wrong;
    unknown["profile"] = "of-the-check/1";
    for (const auto& device : {wrong, unknown})
        if (taken(rig.talk().ask("attach", device))) rig.talk().ask("detach");
    rig.attach();
    rig.talk().ask("attach", wrong); // there is one by that name
}

/// Writes that are taken, refused, without room, and lost.
void apply_with_secrets(Rig& rig)
{
    const auto key = rig.key();
    auto card = rig.put(key), pin = rig.put(key);
    card["pin"] = behind_a_card;
    pin["key"] = code, pin["key_kind"] = "pin";
    auto long_pin = pin, nowhere = pin, no_text = pin, gone = pin;
    long_pin["key"] = std::string{code} + "246802468024680246802";
    nowhere["doors"] = json::array{61};
    no_text["pin"] = 135'790;
    gone["op"] = "drop";
    for (const auto& step : {card, pin, long_pin, nowhere, no_text, gone}) rig.apply(step);
    for (const auto* fault : {"full", "lose_requests", "lose_replies"}) {
        if (!rig.bench().can(fault)) continue;
        rig.bench().fault(fault);
        for (const auto& step : {card, pin, gone}) rig.apply(step, of_a_lost_one);
        rig.bench().heal();
    }
}

/// In a `reason` or a `detail`, however deep.
bool explains_with(const json::value& told, const std::string& secret)
{
    const auto within = [&secret](const json::value& part) { return explains_with(part, secret); };
    if (const auto* list = told.if_array()) return std::any_of(list->begin(), list->end(), within);
    const auto* object = told.if_object();
    return object != nullptr && std::any_of(object->begin(), object->end(), [&](const auto& member) {
               const auto* text = member.key() == "reason" || member.key() == "detail" ? member.value().if_string() : nullptr;
               return text != nullptr ? text->find(secret) != json::string::npos : within(member.value());
           });
}

/// Whatever an answer says for people: operators read it, and keep it.
void answers_without_secrets(Rig& rig)
{
    attach_with_secrets(rig);
    const auto online = rig.talk().heard("online", rig.bench().time("heard_ms", Milliseconds{5'000}));
    expect(online.has_value(), "the attached device is there and no `online` tells so");
    if (rig.able("stores_credentials")) apply_with_secrets(rig);
    std::vector<std::string> secrets{std::string{code}, std::string{behind_a_card}, std::string{of_the_kit}};
    for (auto& secret : rig.bench().secrets()) secrets.push_back(std::move(secret));
    for (const auto& [id, told] : rig.talk().answers())
        for (const auto& secret : secrets)
            expect(!explains_with(told, secret), "a secret stands in the `reason` or `detail` of a verdict: " + text_in(told, "verdict"));
}

constexpr std::array secret_list{
    Check{"secrets", "keeps keys, codes and passwords out of its log", keeps_secrets},
    Check{"secret-answers", "keeps codes and passwords out of what its answers say for people", answers_without_secrets},
};

} // namespace

std::span<const Check> secret_checks()
{
    return secret_list;
}

} // namespace gatehouse::check
