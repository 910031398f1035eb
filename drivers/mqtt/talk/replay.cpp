#include "talk/replay.hpp"

#include "sdk/profile/library.hpp"
#include "talk/device.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <deque>
#include <fstream>
#include <sstream>

namespace gatehouse::mqtt {

namespace {

using Lines = std::deque<std::string>;

std::string text_of(const sdk::Verdict& verdict)
{
    return std::string{sdk::to_word(verdict.kind)} + (verdict.reason.empty() ? "" : " " + verdict.reason) +
           (verdict.read_back ? " read_back" : "");
}

/// Of a code in a slot only where it stands: it is a secret.
std::string text_of(const sdk::Entry& entry)
{
    const auto second = [](const std::optional<std::int64_t>& at) { return at ? std::to_string(*at) : "-"; };
    return (entry.slot ? "slot:" + std::to_string(*entry.slot) : entry.key) + " " + std::string{sdk::to_word(entry.state)} + " " +
           second(entry.from) + " " + second(entry.until) + " " + (entry.tag.empty() ? "-" : entry.tag);
}

std::string text_of(const sdk::DeviceEvent& event)
{
    const auto whose = event.slot ? "slot:" + std::to_string(*event.slot) : event.key;
    return "event " + std::string{sdk::to_word(event.kind)} + " " + (whose.empty() ? "-" : whose) + " " +
           std::to_string(event.time.value_or(0));
}

/// JSON however it is spaced and ordered; anything else as it is.
std::string plain(const std::string& payload)
{
    boost::system::error_code error;
    auto body = boost::json::parse(payload, error);
    return error ? payload : boost::json::serialize(body);
}

bool same_payload(const std::string& one, const std::string& other)
{
    boost::system::error_code first, second;
    const auto a = boost::json::parse(one, first), b = boost::json::parse(other, second);
    return first || second ? one == other : a == b;
}

class Replay final : public Outside {
public:
    explicit Replay(std::filesystem::path file) : file_{std::move(file)} {}

    bool send(const Outgoing& message) override
    {
        said_.push_back(message.topic + " " + message.payload);
        return true;
    }
    bool connected() const override { return true; }
    void online(sdk::SignOfLife sign) override { told_.push_back("online " + std::string{sdk::to_word(sign)}); }
    void offline(std::string_view reason) override { told_.push_back("offline " + std::string{reason}); }
    void alive() override {}
    void restarted(std::string_view marker) override { told_.push_back("restarted " + std::string{marker}); }
    void clock(std::int64_t time, sdk::Time) override { told_.push_back("clock " + std::to_string(time)); }
    void event(const sdk::DeviceEvent& event) override { told_.push_back(text_of(event)); }
    void door(std::uint8_t door, const sdk::DoorState& state) override
    {
        told_.push_back("door " + std::to_string(door) + " " + (state.lock ? std::string{sdk::to_word(*state.lock)} : "-") + " " +
                        (state.contact ? std::string{sdk::to_word(*state.contact)} : "-"));
    }
    void setup(sdk::SetupState state, std::string_view detail) override
    {
        told_.push_back("setup " + std::string{sdk::to_word(state)} + (detail.empty() ? "" : " " + std::string{detail}));
    }
    void log(sdk::Level, std::string_view text) override { told_.push_back("log " + std::string{text}); }

    void line(const std::string& text, int number);
    std::vector<std::string> end();

private:
    bool begin();
    void ask(const std::string& text);
    void hear(const std::string& topic, const std::string& payload) { device_->message({topic, payload, false, now_}, now_); }
    void pass(sdk::Milliseconds span);
    sdk::Milliseconds span_of(const std::string& text);
    void differs(std::string text) { found_.push_back(file_.string() + ":" + std::to_string(number_) + ": " + std::move(text)); }
    void expect(const char* what, Lines& from, const std::string& wanted);
    void expect_said(const std::string& topic, const std::string& payload);

    std::filesystem::path file_;
    int number_ = 0;
    std::vector<std::string> found_;
    std::string id_;
    sdk::Settings params_;
    sdk::Milliseconds pulse_{5000};
    sdk::Time now_{sdk::Milliseconds{1'000'000}};
    Lines said_, told_, ended_;
    std::unique_ptr<Device> device_;
    std::string reply_topic_;
    bool broken_ = false;
};

bool Replay::begin()
{
    if (device_ || broken_) return !broken_;
    broken_ = true;
    profile::MqttLibrary library{file_.parent_path().empty() ? "." : file_.parent_path()};
    const auto profile = library.find(id_);
    if (!profile) return differs(profile.error().text), false;
    const auto bound = profile::bind((*profile)->params, params_);
    for (const auto& problem : bound.problems) differs(problem);
    if (!bound.problems.empty()) return false;
    reply_topic_ = topic_text((*profile)->topics.reply, bound.fields);
    device_ = std::make_unique<Device>(Identity{*profile, bound.fields, {{.door = 1, .pulse = pulse_}}}, *this, now_);
    broken_ = false;
    return true;
}

void Replay::ask(const std::string& text)
{
    std::istringstream words{text};
    std::string verb;
    sdk::Step step;
    words >> verb >> step.entry.key;
    const sdk::Deadline deadline{now_ + std::chrono::seconds{60}};
    if (verb == "read")
        return device_->read_table(deadline, sdk::Reply<sdk::Table>{[this](const sdk::Table& table) {
                                       const std::string word = table.complete ? "complete" : "partial " + table.reason;
                                       if (table.entries.empty()) ended_.push_back(table.verdict.ok() ? word : text_of(table.verdict));
                                       for (const auto& entry : table.entries) ended_.push_back(word + " " + text_of(entry));
                                   }},
                                   now_);
    if (verb == "strike")
        return device_->strike(1, pulse_, deadline,
                               sdk::Reply<sdk::Verdict>{[this](const sdk::Verdict& verdict) { ended_.push_back(text_of(verdict)); }}, now_);
    step.op = verb.starts_with("put") ? sdk::Op::put : sdk::Op::drop;
    if (verb.ends_with("-slot")) {
        step.entry.slot = static_cast<std::uint32_t>(std::strtoul(step.entry.key.c_str(), nullptr, 10));
        step.entry.key_kind = sdk::KeyKind::pin;
        step.entry.key.clear();
        words >> step.entry.key;
        step.entry.doors = {1};
    }
    std::int64_t from = 0;
    std::int64_t until = 0;
    if (words >> from >> until >> step.entry.tag >> std::ws && std::getline(words, step.entry.label)) {
        step.entry.from = from;
        step.entry.until = until;
        step.entry.doors = {1};
    }
    device_->apply({step}, deadline, sdk::Reply<sdk::Applied>{[this](const sdk::Applied& applied) {
                       if (!applied.verdict.ok()) ended_.push_back(text_of(applied.verdict));
                       for (const auto& verdict : applied.steps) ended_.push_back(text_of(verdict));
                   }},
                   now_);
}

sdk::Milliseconds Replay::span_of(const std::string& text)
{
    constexpr std::int64_t longest = 86'400'000;
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong == std::errc{} && end == text.data() + text.size() && number >= 1 && number <= longest) return sdk::Milliseconds{number};
    differs("not a span of 1 ms to a day: " + text.substr(0, 40));
    return sdk::Milliseconds{1};
}

void Replay::pass(sdk::Milliseconds span)
{
    const auto end = now_ + span;
    for (auto due = device_->tick(now_); due <= end; due = device_->tick(now_)) now_ = due;
    now_ = end;
    device_->tick(now_);
}

void Replay::expect(const char* what, Lines& from, const std::string& wanted)
{
    if (from.empty()) return differs(std::string{what} + " nothing instead of: " + wanted);
    if (from.front() != wanted) differs(std::string{what} + " \"" + from.front() + "\" instead of: " + wanted);
    from.pop_front();
}

/// `topic` empty: any.
void Replay::expect_said(const std::string& topic, const std::string& payload)
{
    if (said_.empty()) return differs("it says nothing instead of: " + plain(payload));
    const auto said = said_.front();
    said_.pop_front();
    const auto blank = said.find(' ');
    if (!topic.empty() && said.substr(0, blank) != topic) differs("it says so on " + said.substr(0, blank) + " and not on " + topic);
    if (!same_payload(said.substr(blank + 1), payload))
        differs("it says " + plain(said.substr(blank + 1)) + " instead of: " + plain(payload));
}

void Replay::line(const std::string& text, int number)
{
    number_ = number;
    std::istringstream words{text};
    std::string mark, name, value;
    words >> mark;
    const auto rest = text.size() > mark.size() + 1 ? text.substr(mark.size() + 1) : "";
    const auto blank = rest.find(' ');
    const auto topic = rest.substr(0, blank), payload = blank == std::string::npos ? "" : rest.substr(blank + 1);
    if (mark == "profile") {
        words >> id_;
    } else if (mark == "param") {
        words >> name >> value;
        params_[name] = value;
    } else if (mark == "pulse") {
        words >> value;
        pulse_ = span_of(value);
    } else if (!begin()) {
        return;
    } else if (mark == "?") {
        ask(rest);
    } else if (mark == "<") {
        hear(reply_topic_, rest);
    } else if (mark == "<@") {
        hear(topic, payload);
    } else if (mark == ".") {
        pass(span_of(rest));
    } else if (mark == ">") {
        expect_said({}, rest);
    } else if (mark == ">@") {
        expect_said(topic, payload);
    } else if (mark == "!") {
        expect("it tells", told_, rest);
    } else if (mark == "=") {
        expect("it ends with", ended_, rest);
    } else {
        differs("no mark of a conversation: " + mark.substr(0, 20));
    }
}

std::vector<std::string> Replay::end()
{
    if (!device_ && !broken_) differs("no conversation");
    for (const auto& one : said_) differs("nobody recorded that it says: " + one);
    for (const auto& one : told_) differs("nobody recorded that it tells: " + one);
    for (const auto& one : ended_) differs("nobody recorded that it ends with: " + one);
    return std::move(found_);
}

} // namespace

std::vector<std::string> replay(const std::filesystem::path& recording)
{
    std::ifstream stream{recording};
    if (!stream) return {recording.string() + ":1: cannot be read"};
    Replay replay{recording};
    std::string text;
    for (int number = 1; std::getline(stream, text); ++number)
        if (!text.empty() && text[0] != '#') replay.line(text, number);
    return replay.end();
}

} // namespace gatehouse::mqtt
