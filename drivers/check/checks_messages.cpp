#include "check.hpp"

#include <array>

namespace gatehouse::check {

namespace {

constexpr Milliseconds soon{2'000};
constexpr std::size_t ten_mebibytes = 10 * 1024 * 1024;

void told_as(Rig& rig, std::string_view line, std::string_view reason, const std::string& what)
{
    const auto from = rig.talk().said();
    rig.talk().raw(line);
    const auto is_it = [reason](const json::object& told) { return text_in(told, "type") == "error" && text_in(told, "reason") == reason; };
    expect(rig.talk().heard(is_it, soon, from).has_value(), what + " is not told as an `error` with reason `" + std::string{reason} + "`");
}

void lives(Rig& rig, const std::string& behind)
{
    try {
        if (text_in(rig.talk().ask("ping"), "verdict") == "acknowledged") return;
    } catch (const Failure&) {
    }
    throw Failure{"it is not the same behind " + behind};
}

void survives_malformed_lines(Rig& rig)
{
    rig.greet();
    told_as(rig, R"({"type":)", "malformed", "half a JSON object");
    told_as(rig, "[]", "malformed", "a line that is no object");
    told_as(rig, R"({"type":"ping"})", "malformed", "a request without `id`");
    told_as(rig, "\x01\xff\xfe", "malformed", "a line of no UTF-8");
    lives(rig, "lines that are no message");
}

void survives_oversize_lines(Rig& rig)
{
    rig.greet();
    told_as(rig, std::string(ten_mebibytes, 'x'), "oversize", "a line of 10 MiB");
    told_as(rig, R"({"type":"ping","id":"77777777","pad":")" + std::string(70'000, 'x') + "\"}", "oversize", "a message of 70 kB");
    lives(rig, "lines that are too long");
}

void answers_unknown_messages(Rig& rig)
{
    rig.greet();
    const auto answer = rig.talk().ask("frobnicate", {{"anything", json::array{1, 2}}});
    expect(text_in(answer, "verdict") == "unsupported", "a message it does not know is not answered `unsupported`");
    told_as(rig, R"({"type":"frobnicate"})", "unsupported", "an unknown message without `id`");
    const auto pong = rig.talk().ask("ping", {{"of_a_later_version", json::object{{"x", 1}}}});
    expect(text_in(pong, "verdict") == "acknowledged", "a field it does not know keeps it from answering");
}

void names_wrong_fields(Rig& rig)
{
    rig.ready();
    const auto invalid = [&rig](std::string_view type, json::object members, const std::string& what) {
        const auto answer = rig.talk().ask(type, std::move(members));
        expect(text_in(answer, "verdict") == "refused" && text_in(answer, "reason") == "invalid", what + " is not refused as `invalid`");
    };
    invalid("strike", {{"door", "one"}, {"pulse_ms", 100}}, "a door number that is text");
    invalid("strike", {{"door", rig.door()}, {"pulse_ms", 0}}, "a pulse of 0 ms");
    invalid("strike", {{"door", rig.door()}, {"pulse_ms", 100}, {"deadline", 5}}, "a deadline that is a number");
    invalid("set_door", {{"door", rig.door()}, {"mode", "ajar"}}, "a mode that is none");
    invalid("apply", {{"steps", json::array{}}}, "an `apply` without steps");
    invalid("apply", {{"steps", json::array{json::object{{"op", "put"}}}}}, "a `put` without a key");
}

void keeps_to_the_order(Rig& rig)
{
    rig.greet();
    const auto refused = [&rig](std::string_view type, json::object members, std::string_view reason, const std::string& what) {
        const auto answer = rig.talk().ask(type, std::move(members));
        expect(text_in(answer, "verdict") == "refused" && text_in(answer, "reason") == reason,
               what + " is not refused as `" + std::string{reason} + "`");
    };
    refused("attach", {{"doors", json::array{}}, {"params", json::object{}}, {"secrets", json::object{}}}, "no_such_line",
            "`attach` on a line that is not open");
    rig.open();
    refused("read_table", {}, "not_attached", "a request for a device that is not attached");
    refused("open_line", {{"endpoint", rig.bench().endpoint()}, {"secrets", rig.bench().line_secrets()}}, "already_open",
            "opening a line twice");
    rig.attach();
    auto again = rig.bench().device();
    again["doors"] = json::array{};
    refused("attach", std::move(again), "already_attached", "attaching a device twice");
    refused("strike", {{"door", 61}, {"pulse_ms", 100}}, "no_such_door", "a strike at a door that `attach` did not name");
}

/// While the device is slow, the thread that reads is not.
void answers_pings_meanwhile(Rig& rig)
{
    rig.ready();
    rig.needs_table();
    rig.bench().fault("slow");
    const auto write = rig.start_apply(rig.put(rig.key()), Milliseconds{4'000});
    const auto until = Deadline::in(Milliseconds{1'000});
    const auto pong = rig.talk().ask("ping");
    expect(text_in(pong, "verdict") == "acknowledged" && !until.passed(), "a ping waits for a slow device");
    rig.talk().answer(write);
}

constexpr std::array message_list{
    Check{"malformed", "tells lines that are no message, and goes on", survives_malformed_lines, true},
    Check{"oversize", "discards lines that are too long, tells it, and goes on", survives_oversize_lines, true},
    Check{"unknown-messages", "answers what it does not know `unsupported` and ignores further fields", answers_unknown_messages, true},
    Check{"wrong-fields", "refuses a request with a wrong field as `invalid`", names_wrong_fields},
    Check{"order", "refuses what comes out of order", keeps_to_the_order},
    Check{"ping", "answers a ping whatever its lines are doing", answers_pings_meanwhile},
};

} // namespace

std::span<const Check> message_checks()
{
    return message_list;
}

} // namespace gatehouse::check
