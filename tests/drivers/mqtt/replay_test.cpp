// Every shipped profile has a recorded conversation beside it, and the driver holds its side of it word for word.

#include "sdk/profile/library.hpp"
#include "talk/device.hpp"

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace gatehouse::mqtt {
namespace {

/// The driver's side of a recorded conversation. Lines that it owes (`>`, `!`, `=`) are taken from what it did, in order of their kind.
class Replay final : public Outside {
public:
    bool send(const Outgoing& message) override
    {
        said.push_back(boost::json::parse(message.payload));
        return true;
    }
    bool connected() const override { return true; }
    void online(sdk::SignOfLife sign) override { told.push_back("online " + std::string{sdk::to_word(sign)}); }
    void offline(std::string_view reason) override { told.push_back("offline " + std::string{reason}); }
    void alive() override {}
    void restarted(std::string_view marker) override { told.push_back("restarted " + std::string{marker}); }
    void clock(std::int64_t time, sdk::Time) override { told.push_back("clock " + std::to_string(time)); }
    void event(const sdk::DeviceEvent& event) override
    {
        told.push_back("event " + std::string{sdk::to_word(event.kind)} + " " + event.key + " " + std::to_string(event.time.value_or(0)));
    }
    void log(sdk::Level, std::string_view text) override { told.push_back("log " + std::string{text}); }

    void line(const std::string& text, const std::string& where);
    void nothing_left(const std::string& where);

private:
    void begin();
    void ask(const std::string& text);
    void pass(sdk::Milliseconds span);

    std::string id_;
    sdk::Settings params_;
    sdk::Time now_{sdk::Milliseconds{1'000'000}};
    std::vector<boost::json::value> said;
    std::vector<std::string> told, ended;
    std::unique_ptr<Device> device_;
    std::string reply_topic_;
};

std::string text_of(const sdk::Verdict& verdict)
{
    return std::string{sdk::to_word(verdict.kind)} + (verdict.reason.empty() ? "" : " " + verdict.reason);
}

std::string text_of(const sdk::Entry& entry)
{
    const auto second = [](const std::optional<std::int64_t>& at) { return at ? std::to_string(*at) : "-"; };
    return entry.key + " " + std::string{sdk::to_word(entry.state)} + " " + second(entry.from) + " " + second(entry.until) + " " +
           (entry.tag.empty() ? "-" : entry.tag);
}

void Replay::begin()
{
    if (device_) return;
    profile::MqttLibrary library{SHIPPED_PROFILES "/mqtt"};
    const auto found = library.find(id_);
    ASSERT_TRUE(found) << found.error().text;
    const auto bound = profile::bind((*found)->params, params_);
    ASSERT_THAT(bound.problems, testing::IsEmpty());
    reply_topic_ = *(*found)->topics.reply.text(bound.fields);
    device_ = std::make_unique<Device>(Identity{*found, bound.fields, {{.door = 1}}}, *this, now_);
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
                                       if (table.entries.empty()) ended.push_back(table.verdict.ok() ? word : text_of(table.verdict));
                                       for (const auto& entry : table.entries) ended.push_back(word + " " + text_of(entry));
                                   }},
                                   now_);
    if (verb == "strike")
        return device_->strike(1, std::chrono::seconds{5}, deadline,
                               sdk::Reply<sdk::Verdict>{[this](const sdk::Verdict& verdict) { ended.push_back(text_of(verdict)); }}, now_);
    step.op = verb == "put" ? sdk::Op::put : sdk::Op::drop;
    std::int64_t from = 0;
    std::int64_t until = 0;
    if (words >> from >> until >> step.entry.tag >> std::ws && std::getline(words, step.entry.label)) {
        step.entry.from = from;
        step.entry.until = until;
        step.entry.doors = {1};
    }
    device_->apply({step}, deadline, sdk::Reply<sdk::Applied>{[this](const sdk::Applied& applied) {
                       for (const auto& verdict : applied.steps) ended.push_back(text_of(verdict));
                   }},
                   now_);
}

void Replay::pass(sdk::Milliseconds span)
{
    const auto end = now_ + span;
    for (auto due = device_->tick(now_); due <= end; due = device_->tick(now_)) now_ = due;
    now_ = end;
    device_->tick(now_);
}

template <class T>
std::optional<T> take_first(std::vector<T>& from)
{
    if (from.empty()) return std::nullopt;
    auto first = std::move(from.front());
    from.erase(from.begin());
    return first;
}

void Replay::line(const std::string& text, const std::string& where)
{
    SCOPED_TRACE(where + ": " + text);
    std::istringstream words{text};
    std::string mark, name, value;
    words >> mark;
    const auto rest = text.size() > 2 ? text.substr(2) : "";
    if (mark == "profile")
        words >> id_;
    else if (mark == "param") {
        words >> name >> value;
        params_[name] = value;
    } else if (begin(), mark == "?")
        ask(rest);
    else if (mark == "<")
        device_->message(reply_topic_, rest, false, now_);
    else if (mark == ".")
        pass(sdk::Milliseconds{std::stoi(rest)});
    else if (mark == ">")
        EXPECT_EQ(take_first(said), std::optional{boost::json::parse(rest)});
    else if (mark == "!")
        EXPECT_EQ(take_first(told), std::optional{rest});
    else if (mark == "=")
        EXPECT_EQ(take_first(ended), std::optional{rest});
    else
        ADD_FAILURE() << "what is this line?";
}

void Replay::nothing_left(const std::string& where)
{
    SCOPED_TRACE(where);
    EXPECT_THAT(said, testing::IsEmpty());
    EXPECT_THAT(told, testing::IsEmpty());
    EXPECT_THAT(ended, testing::IsEmpty());
}

TEST(Replay, EveryShippedProfileHoldsItsRecordedConversation)
{
    int profiles = 0;
    for (const auto& file : std::filesystem::directory_iterator{SHIPPED_PROFILES "/mqtt"}) {
        if (file.path().extension() != ".yaml") continue;
        ++profiles;
        auto recording = file.path();
        std::ifstream stream{recording.replace_extension(".replay")};
        ASSERT_TRUE(stream) << recording << " is missing";
        Replay replay;
        std::string text;
        for (int number = 1; std::getline(stream, text); ++number)
            if (!text.empty() && text[0] != '#') replay.line(text, recording.filename().string() + ":" + std::to_string(number));
        replay.nothing_left(recording.filename().string());
    }
    EXPECT_GT(profiles, 0);
}

} // namespace
} // namespace gatehouse::mqtt
