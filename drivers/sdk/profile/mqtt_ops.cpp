#include "sdk/profile/mqtt_ops.hpp"

#include "sdk/profile/match_read.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace gatehouse::profile {

namespace {

using Names = std::set<std::string, std::less<>>;
const Names put_fields{"key", "label", "from", "until", "pin", "tag", "slot"};
const Names key_fields{"key", "slot"};
const Names door_fields{"pulse_ms", "pulse_s"};
const std::vector<std::string_view> states{"active", "disabled", "admin", "free"};
const std::vector<std::string_view> parts{"key", "slot", "state", "from", "until", "tag", "label", "pin"};

/// One pointer and its value, or `any` of several.
Confirmation read_confirmation(Cursor at, const Scope& scope)
{
    Confirmation confirm;
    if (const auto any = at.child("any")) {
        confirm.match.any = read_when(*any, scope);
    } else {
        Condition condition;
        if (const auto pointer = at.need("pointer"))
            if (auto read = read_pointer(*pointer, scope)) condition.pointer = std::move(*read);
        if (const auto equals = at.need("equals"))
            if (auto read = read_template(*equals, scope)) condition.value = std::move(*read);
        confirm.match.all.push_back(std::move(condition));
        if (const auto cached = at.child("cached")) confirm.cached = cached->flag().value_or(false);
    }
    if (const auto within = at.need("within_ms")) confirm.within = std::chrono::milliseconds{within->integer(1, 120'000).value_or(0)};
    at.done();
    return confirm;
}

/// A matcher; or `ok` and `error`, where the device also says no.
void read_ack(Cursor at, const Scope& scope, Operation& op)
{
    const auto ok = at.child("ok");
    if (!ok) {
        op.ack = read_matcher(at, scope);
        return;
    }
    op.ack.emplace().all = read_when(*ok, scope);
    if (auto error = at.child("error")) {
        const auto pointer = error->need("pointer");
        if (pointer) op.error = read_pointer(*pointer, scope);
        error->done();
    }
    at.done();
}

Operation read_operation(Cursor at, const Scope& scope)
{
    Operation op;
    op.send = read_sending(at, scope);
    if (const auto ack = at.child("ack")) read_ack(*ack, scope, op);
    if (const auto confirm = at.child("confirm")) op.confirm = read_confirmation(*confirm, scope);
    if (const auto verify = at.child("verify")) op.verify_one = verify->choice({"one"}).has_value();
    at.done();
    return op;
}

EntryMap read_entry_map(const Cursor& at, const Scope& scope)
{
    EntryMap map;
    for (const auto& [name, entry] : at.entries()) {
        if (std::find(parts.begin(), parts.end(), name) == parts.end()) {
            entry.problem("an entry has no such part");
            continue;
        }
        auto extraction = read_extraction(entry, scope, name == "state" ? states : std::vector<std::string_view>{});
        if (name == "pin" && !extraction.secret) entry.problem("a PIN must be marked `secret: true`");
        if (extraction.only_when && std::find(states.begin(), states.end(), *extraction.only_when) == states.end())
            entry.problem("`only_when` names no state of an entry");
        map.emplace(name, std::move(extraction));
    }
    return map;
}

ListEnd read_list_end(Cursor at, const Scope& scope)
{
    ListEnd end;
    int ways = 0;
    if (const auto quiet = at.child("quiet_ms")) {
        end.quiet = std::chrono::milliseconds{quiet->integer(50, 600'000).value_or(0)};
        ++ways;
    }
    if (const auto marker = at.child("end_marker")) {
        end.marker = read_matcher(*marker, scope);
        ++ways;
    }
    if (const auto count = at.child("count")) {
        end.count = read_pointer(*count, scope);
        ++ways;
    }
    if (ways != 1) at.problem("needs exactly one of quiet_ms, end_marker, count");
    at.done();
    return end;
}

ListOperation read_list(Cursor at, const Scope& scope)
{
    ListOperation op;
    op.send = read_sending(at, scope);
    if (const auto entry = at.need("entry")) op.entry = read_matcher(*entry, scope);
    if (const auto end = at.need("end")) op.end = read_list_end(*end, scope);
    if (const auto rounds = at.child("absent_after")) op.absent_after = static_cast<int>(rounds->integer(1, 10).value_or(1));
    if (const auto map = at.need("map")) op.map = read_entry_map(*map, scope);
    at.done();
    return op;
}

OneOperation read_one(Cursor at, const Scope& scope)
{
    OneOperation op;
    op.send = read_sending(at, scope);
    if (const auto takes = at.child("takes_ms")) op.takes = std::chrono::milliseconds{takes->integer(1, 60'000).value_or(0)};
    if (const auto fresh = at.child("fresh")) op.fresh_after_request = fresh->choice({"after_request"}).has_value();
    if (const auto map = at.need("map")) op.map = read_entry_map(*map, scope);
    at.done();
    return op;
}

} // namespace

std::vector<const Placeholder*> placeholders(const Sending& sending)
{
    const auto* body = std::get_if<Body>(&sending.payload);
    auto found = body ? placeholders(*body) : std::get<Template>(sending.payload).placeholders();
    if (sending.topic)
        for (const auto* one : sending.topic->placeholders()) found.push_back(one);
    return found;
}

bool uses(const Sending& sending, std::string_view field)
{
    const auto found = placeholders(sending);
    return std::any_of(found.begin(), found.end(), [field](const Placeholder* one) { return one->name == field; });
}

Outcome<std::string> fill(const Sending& sending, const Fields& fields)
{
    if (const auto* text = std::get_if<Template>(&sending.payload)) return text->text(fields);
    const auto filled = fill(std::get<Body>(sending.payload), fields);
    if (!filled) return filled.error();
    return boost::json::serialize(*filled);
}

Sending read_sending(Cursor& at, const Scope& scope)
{
    Sending sending;
    const auto publish = at.child("publish");
    if (publish)
        sending.topic = read_topic(*publish, scope);
    else if (const auto to = at.child("send_to"))
        if (const auto chosen = to->choice({"command", "query"})) sending.to = static_cast<SendTo>(*chosen);
    const auto text = at.child("text");
    const auto send = at.child("send");
    if (text.has_value() == send.has_value()) at.problem("needs `send` (a JSON object) or `text`, one of them");
    if (text)
        if (auto read = read_template(*text, scope)) sending.payload = std::move(*read);
    if (!send) return sending;
    if (!send->is_map())
        send->problem("must be a map: devices take one JSON object");
    else if (auto body = read_body(*send, scope))
        sending.payload = std::move(*body);
    return sending;
}

Topics read_topics(Cursor at, const Scope& scope)
{
    Topics topics;
    if (const auto command = at.need("command"))
        if (auto topic = read_topic(*command, scope)) topics.command = std::move(*topic);
    if (const auto reply = at.need("reply"))
        if (auto topic = read_topic(*reply, scope)) topics.reply = std::move(*topic);
    if (const auto query = at.child("query")) topics.query = read_topic(*query, scope);
    if (const auto retain = at.child("retain"))
        if (retain->flag().value_or(false)) retain->problem("a command must never be retained: it would run again at each reconnect");
    if (const auto qos = at.child("qos")) topics.qos = static_cast<int>(qos->integer(0, 2).value_or(1));
    if (const auto expiry = at.child("expiry_s")) topics.expiry = std::chrono::seconds{expiry->integer(1, 60).value_or(5)};
    at.done();
    return topics;
}

void read_ops(Cursor at, const Scope& scope, MqttProfile& into)
{
    if (const auto put = at.child("put")) into.put = read_operation(*put, scope.with(put_fields));
    if (const auto erase = at.child("erase")) into.erase = read_operation(*erase, scope.with(key_fields));
    if (const auto unlock = at.child("unlock")) into.unlock = read_operation(*unlock, scope.with(door_fields));
    if (const auto lock = at.child("lock")) into.lock = read_operation(*lock, scope);
    if (auto state = at.child("state")) {
        into.state = read_sending(*state, scope);
        state->done();
    }
    if (const auto probe = at.child("probe")) into.probe = read_operation(*probe, scope);
    if (const auto list = at.child("list")) into.list = read_list(*list, scope);
    if (const auto one = at.child("one")) into.one = read_one(*one, scope.with({"slot"}));
    at.done();
}

} // namespace gatehouse::profile
