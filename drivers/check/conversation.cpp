#include "conversation.hpp"

#include "failure.hpp"
#include "shape.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace gatehouse::check {

namespace json = boost::json;

namespace {

constexpr Milliseconds grace{1'000}, pong_within{3'000};
constexpr std::size_t wrong_at_most = 20;

std::int64_t now_ms()
{
    return sdk::now().time_since_epoch().count();
}

} // namespace

std::string text_in(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::string Conversation::text_of(std::string_view type, json::object members, Milliseconds budget, std::string& id)
{
    id = std::to_string(++last_id_);
    json::object whole{{"type", type}, {"id", id}};
    const bool of_none = type == "hello" || type == "ping";
    const auto deadline = Deadline::in(budget);
    if (!of_none) whole["deadline"] = std::to_string(deadline.at().time_since_epoch().count());
    if (!of_none && type != "shutdown") whole["line"] = line_;
    if (!of_none && type != "shutdown" && type != "open_line" && type != "close_line") whole["device"] = device_;
    for (auto& member : members) whole[member.key()] = std::move(member.value());
    const auto* steps = whole.if_contains("steps");
    const auto due = Deadline::in(of_none ? pong_within : std::max(budget, Milliseconds{0}) + grace);
    owed_.emplace(id, Asked{std::string{type}, steps != nullptr && steps->is_array() ? steps->get_array().size() : 0, due});
    return json::serialize(whole);
}

std::string Conversation::request(std::string_view type, json::object members, Milliseconds budget)
{
    std::string id;
    raw(text_of(type, std::move(members), budget, id));
    return id;
}

void Conversation::raw(std::string_view line)
{
    child_.write(std::string{line} + "\n");
}

json::object Conversation::ask(std::string_view type, json::object members, Milliseconds budget)
{
    return answer(request(type, std::move(members), budget));
}

json::object Conversation::answer(const std::string& id)
{
    const auto asked = owed_.find(id);
    while (!answers_.contains(id) && asked != owed_.end() && take_line(asked->second.due)) {
    }
    const auto found = answers_.find(id);
    if (found == answers_.end()) {
        const bool hung = asked != owed_.end() && asked->second.due.passed();
        throw Silent{"it owes the answer to `" + asked->second.type + "`" +
                     (hung ? ", a second after its deadline: it counts as hung" : "")};
    }
    return found->second;
}

bool Conversation::take_line(Deadline until)
{
    const auto line = child_.line(until);
    if (!line) return false;
    boost::system::error_code ec;
    auto said = json::parse(*line, ec);
    if (ec || !said.is_object())
        wrong_.push_back("a line of its output is no JSON object");
    else
        take(std::move(said.get_object()));
    if (child_.too_long() && wrong_.size() < wrong_at_most) wrong_.push_back("a line of its output is longer than 65,536 bytes");
    return true;
}

void Conversation::take(json::object said)
{
    std::string wrong;
    if (text_in(said, "type") != "answer") {
        wrong = wrong_notification(said, line_, device_, now_ms());
        notifications_.push_back(std::move(said));
    } else {
        const std::string id{text_in(said, "id")};
        const auto asked = owed_.find(id);
        if (asked == owed_.end())
            wrong = answers_.contains(id) ? "a second answer to one request" : "an answer to no request (its id is text, as it was sent)";
        else
            wrong = wrong_answer(said, asked->second.type, asked->second.steps);
        if (asked != owed_.end() && wrong.empty() && asked->second.due.passed())
            wrong = "the answer to " + asked->second.type + " came more than a second after its deadline";
        if (asked != owed_.end()) answers_.emplace(id, std::move(said)), owed_.erase(asked);
    }
    if (!wrong.empty() && wrong_.size() < wrong_at_most) wrong_.push_back(std::move(wrong));
}

std::optional<json::object> Conversation::heard(const Fits& fits, Milliseconds within, std::size_t from)
{
    const auto until = Deadline::in(within);
    for (;;) {
        for (; from < notifications_.size(); ++from)
            if (fits(notifications_[from])) return notifications_[from];
        if (!take_line(until)) return std::nullopt;
    }
}

std::optional<json::object> Conversation::heard(std::string_view type, Milliseconds within, std::size_t from)
{
    const bool life = type == "online" || type == "offline";
    return heard([&](const json::object& told) { return text_in(told, "type") == type && (!life || told.contains("device")); }, within,
                 from);
}

void Conversation::listen(Milliseconds time)
{
    const auto until = Deadline::in(time);
    while (take_line(until)) {
    }
}

} // namespace gatehouse::check
