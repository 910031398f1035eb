#include "devices/driver.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::devices {

namespace asio = boost::asio;
namespace json = boost::json;
using base::milliseconds;
using base::Monotonic;

namespace {

constexpr milliseconds greeting_budget{3'000}, ping_budget{3'000}, grace{1'000};
constexpr milliseconds backoff_first{200}, backoff_cap{30'000}, healthy{60'000};
constexpr std::size_t line_at_most = 64 * 1024;
constexpr int bad_lines_in_ten_seconds = 32;

std::string monotonic_text(Monotonic at)
{
    return std::to_string(std::chrono::floor<milliseconds>(at.time_since_epoch()).count());
}

/// What may be lost when there is too much of it. That a device came, went or restarted is never let go: its table depends on it, and on
/// its clock. Nor is a word on its settings, which is said once.
bool is_record(const Message& message)
{
    const auto& type = message.type;
    if (type == "event" && text_of(message.body, "kind", 32) == "table_changed") return false;
    return type != "online" && type != "offline" && type != "restarted" && type != "tamper" && type != "clock" && type != "setup";
}

} // namespace

Driver::Driver(std::string name, const model::Directory& directory, base::Clock& clock, asio::any_io_executor core, Launcher& launcher,
               Watcher& watcher)
    : name_{std::move(name)}, directory_{directory}, clock_{clock}, core_{core}, launcher_{launcher}, watcher_{watcher}, news_{core},
      flood_{core}, log_{200, milliseconds{200}}, told_of_flood_{1, base::seconds{60}}, told_of_cut_{1, base::seconds{10}}
{
}

asio::awaitable<void> Driver::run()
{
    auto pause = backoff_first;
    while (!stopping_) {
        const auto begun = clock_.now();
        ++generation_;
        ChannelEvents events;
        events.line = [this, of = generation_](std::string_view line) {
            if (of == generation_) take(line);
        };
        events.words = [this, of = generation_](std::string_view line) {
            if (of == generation_) take_words(line);
        };
        events.thrown_away = [this, of = generation_](std::size_t bytes) {
            if (of == generation_) count_surplus(bytes / 4); // it is not even looked at
        };
        events.hung_up = [this, of = generation_] {
            if (of == generation_) hung_up_ = of, flood_.notify();
        };
        events.ended = [this, of = generation_](std::string reason) {
            if (of == generation_) replace(std::move(reason));
        };
        auto channel = launcher_.launch(name_, std::move(events));
        if (channel) {
            channel_ = std::move(*channel);
            co_await live();
        } else {
            spdlog::error("driver_not_started driver={} error=\"{}\"", name_, channel.error().detail);
            lose(channel.error().detail);
        }
        if (stopping_) break;
        if (clock_.now() - begun > healthy) pause = backoff_first;
        const auto until = clock_.now() + pause;
        while (!stopping_ && clock_.now() < until) co_await news_.wait(clock_, until);
        pause = std::min(pause * 2, backoff_cap);
    }
}

/// From greeting to the end of one process.
asio::awaitable<void> Driver::live()
{
    state_ = State::greeting;
    const auto of = generation_;
    auto why_not = co_await greet();
    if (of != generation_) co_return; // it was greeted, and then replaced in the same turn
    if (!why_not.empty()) {
        replace(std::move(why_not));
        co_return;
    }
    state_ = State::up;
    spdlog::info("driver_up driver={}", name_);
    while (state_ == State::up && !stopping_) {
        co_await sync();
        if (state_ != State::up || stopping_) break;
        tell_what_waited();
        const auto next = clock_.now() + launcher_.ping_every();
        co_await news_.wait(clock_, next);
        if (state_ != State::up || stopping_) break;
        json::object ping{{"type", "ping"}};
        const auto until = clock_.now() + ping_budget;
        const auto pong = co_await ask(std::move(ping), std::nullopt, until);
        if (pong.outcome.verdict != Verdict::acknowledged) replace("it does not answer pings");
    }
}

/// Empty when they understand each other, else why not.
asio::awaitable<std::string> Driver::greet()
{
    json::object hello{{"type", "hello"}, {"versions", json::array{1}}, {"daemon", "gatehoused"}, {"profiles", launcher_.profiles()}};
    const auto until = clock_.now() + greeting_budget;
    const auto answer = co_await ask(std::move(hello), std::nullopt, until);
    const auto& [verdict, reason, again, read_back] = answer.outcome;
    if (verdict == Verdict::acknowledged && number_of(answer.body, "version") == 1) co_return std::string{};
    if (verdict == Verdict::acknowledged) co_return "it chose a version of the protocol that was not offered";
    if (reason == "version") co_return "it speaks no version of the protocol that this gateway does";
    if (verdict == Verdict::unknown) co_return "it did not answer the greeting";
    co_return "it did not take the greeting: " + reason;
}

asio::awaitable<Answer> Driver::request(model::DeviceId device, json::object body, Monotonic deadline)
{
    Answer offline;
    offline.outcome = {Verdict::offline, "not_attached", {}};
    const auto known = attached_.find(device);
    if (known == attached_.end() || elsewhere(device, known->second)) co_return offline;
    body["line"] = known->second.line_key;
    body["device"] = known->second.key;
    auto answer = co_await request(std::move(body), deadline);
    if (answer.outcome.reason == "not_attached") co_return offline; // detached meanwhile: nothing was done
    co_return answer;
}

asio::awaitable<Answer> Driver::request(json::object body, Monotonic deadline)
{
    if (state_ != State::up) {
        Answer offline;
        offline.outcome = {Verdict::offline, "no driver", {}};
        co_return offline;
    }
    const auto until = deadline + grace;
    auto answer = co_await ask(std::move(body), deadline, until);
    co_return answer;
}

asio::awaitable<Answer> Driver::ask(json::object body, std::optional<Monotonic> deadline, Monotonic until)
{
    const auto id = ++last_id_;
    const auto of = generation_;
    body["id"] = std::to_string(id);
    if (deadline) body["deadline"] = monotonic_text(*deadline);
    auto text = json::serialize(body);
    if (text.size() >= line_at_most) { // it would be no message: the driver could not read it, now or after a restart
        Answer refused;
        refused.outcome = {Verdict::refused, "too_long", {}};
        refused.detail = "a message of " + std::to_string(text.size()) + " bytes; a driver reads 64 KiB at most";
        co_return refused;
    }
    Answer unknown;
    unknown.outcome = {Verdict::unknown, "no answer", {}};
    if (channel_ == nullptr) co_return unknown;
    auto waiting = std::make_shared<Waiting>(base::Wakeup{core_}, std::nullopt);
    waiting_[id] = waiting;
    if (!channel_->send(std::move(text))) replace("it does not read its input");
    while (!waiting->answer && clock_.now() < until) co_await waiting->done.wait(clock_, until);
    waiting_.erase(id);
    if (waiting->answer) co_return std::move(*waiting->answer);
    if (of == generation_ && state_ != State::greeting) replace("it owes an answer");
    co_return unknown;
}

void Driver::take(std::string_view line)
{
    auto message = parse_message(line);
    if (!message) return bad_line(message.error().detail);
    if (message->type == "error") return bad_line("it could not read a message: " + text_of(message->body, "reason", 64));
    if (message->type == "log") {
        if (floods(line.size())) return;
        const auto word = text_of(message->body, "level", 16);
        const auto level = word == "error" ? spdlog::level::err : word == "warning" ? spdlog::level::warn : spdlog::level::info;
        return write_log(level, "driver_log", one_line(text_of(message->body, "text")));
    }
    if (message->type != "answer") return notify(*message, line.size());
    const auto waiting = waiting_.find(*message->id);
    if (waiting == waiting_.end() || waiting->second->answer) return bad_line("an answer nobody waits for");
    waiting->second->answer = to_answer(std::move(message->body));
    waiting->second->done.notify();
}

void Driver::notify(const Message& message, std::size_t size)
{
    const bool may_be_lost = is_record(message);
    if (floods(size) && may_be_lost) return;
    const auto line_key = text_of(message.body, "line", 63);
    const auto device_key = text_of(message.body, "device", 63);
    for (auto& [id, opened] : opened_) {
        if (opened.key != line_key) continue;
        if (device_key.empty()) {
            if (opened.news.take(message, clock_.now())) tell(id, message);
            return;
        }
        for (auto& [device_id, known] : attached_) {
            if (known.line != id || known.key != device_key) continue;
            if (elsewhere(device_id, known)) return; // on its way to there
            if (may_be_lost || known.news.take(message, clock_.now())) tell(device_id, message);
            return;
        }
    }
    bad_line("a message about what it does not serve");
}

void Driver::bad_line(std::string_view why)
{
    if (clock_.now() - decade_ > base::seconds{10}) decade_ = clock_.now(), bad_ = 0;
    ++bad_;
    if (bad_ == 1) spdlog::warn("driver_talks_nonsense driver={} what=\"{}\"", name_, why);
    if (bad_ > bad_lines_in_ten_seconds) replace("it talks nonsense");
}

/// Ends the process, whatever its state, and lets everybody who waits for it know.
void Driver::replace(std::string reason)
{
    if (channel_ == nullptr) return;
    ++generation_;
    // The channel may be what is calling: it goes on the next turn.
    asio::post(core_, [gone = std::shared_ptr<Channel>{std::move(channel_)}] {});
    if (!stopping_) spdlog::error("driver_lost driver={} reason=\"{}\"", name_, reason);
    lose(reason);
    news_.notify();
}

void Driver::lose(const std::string& reason)
{
    state_ = State::down;
    opened_.clear();
    attached_.clear();
    bad_ = 0;
    surplus_ = 0;
    for (const auto& [id, waiting] : waiting_) {
        if (waiting->answer) continue;
        waiting->answer.emplace();
        waiting->answer->outcome = {Verdict::unknown, "driver_lost", {}};
        waiting->done.notify();
    }
    for (const auto& id : lines_)
        for (const auto& device : directory_.devices_on(id)) watcher_.not_attached(device, "driver " + name_ + ": " + reason);
}

asio::awaitable<void> Driver::stop(Monotonic deadline)
{
    stopping_ = true;
    news_.notify();
    flood_.notify();
    if (channel_ == nullptr) co_return;
    if (state_ == State::up) {
        json::object shutdown{{"type", "shutdown"}};
        co_await ask(std::move(shutdown), deadline, deadline);
    }
    if (channel_ == nullptr) co_return;
    channel_->close_input();
    while (channel_ != nullptr && clock_.now() < deadline) {
        const auto soon = std::min(deadline, clock_.now() + milliseconds{20});
        co_await clock_.wait_until(soon);
    }
    channel_.reset();
}

} // namespace gatehouse::devices
