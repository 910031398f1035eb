#include "devices/driver.hpp"

#include <spdlog/spdlog.h>

#include <array>

namespace gatehouse::devices {

namespace asio = boost::asio;
using base::milliseconds;

namespace {

constexpr std::size_t notifications_a_second = 200; // of a KiB
constexpr std::size_t kib = 1024, surplus_at_once = 64 * kib;
constexpr milliseconds ends_within{100};
constexpr milliseconds moment{20}; // so that what is thrown away costs a few per cent of a processor

} // namespace

/// Counts one more message; true when there were too many within the second.
bool Driver::floods(std::size_t size)
{
    const auto now = clock_.now();
    if (now - second_ > base::seconds{1}) second_ = now, notified_ = 0;
    notified_ += 1 + size / kib;
    if (notified_ <= notifications_a_second) return false;
    if (told_of_flood_.take(now)) spdlog::warn("driver_floods driver={}", name_);
    count_surplus(size);
    return true;
}

/// Who says more than is taken waits: its pipe is left alone for a moment, and it holds back the rest itself.
void Driver::count_surplus(std::size_t size)
{
    surplus_ += std::max(size, kib);
    if (surplus_ < surplus_at_once || channel_ == nullptr) return;
    surplus_ = 0;
    channel_->rest();
    flood_.notify();
}

asio::awaitable<void> Driver::slow_down()
{
    while (!stopping_ || channel_ != nullptr) {
        co_await flood_.wait(clock_);
        co_await clock_.wait_for(moment);
        if (channel_ != nullptr) channel_->read_on();
        if (hung_up_ != generation_) continue;
        co_await clock_.wait_for(ends_within); // most often it has ended as a whole
        if (hung_up_ == generation_) replace("it closed its output");
    }
}

void Driver::tell(const model::LineId& line, const Message& message)
{
    if (message.type == "offline") watcher_.line_lost(line, text_of(message.body, "reason", 64));
    if (message.type == "online") watcher_.line_up(line);
}

void Driver::tell(const model::DeviceId& device, const Message& message)
{
    auto told = notification_from(message);
    if (!told) return; // of a kind this daemon does not know
    told->device = device;
    watcher_.told(device, std::move(*told));
}

void Driver::tell_what_waited()
{
    for (auto& [id, opened] : opened_)
        for (const auto& message : opened.news.due(clock_.now())) tell(id, message);
    for (auto& [id, known] : attached_)
        for (const auto& message : known.news.due(clock_.now())) tell(id, message);
}

/// A line of its standard error.
void Driver::take_words(std::string_view line)
{
    constexpr std::array<std::pair<std::string_view, int>, 4> levels{{{"error ", spdlog::level::err},
                                                                      {"warning ", spdlog::level::warn},
                                                                      {"critical ", spdlog::level::err},
                                                                      {"debug ", spdlog::level::debug}}};
    int level = spdlog::level::info;
    for (const auto& [word, of] : levels)
        if (line.starts_with(word)) level = of;
    std::string text{line.empty() ? std::string_view{"(a line that is too long)"} : line};
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    write_log(level, "driver_says", text);
}

/// What a driver has to say for people: a few lines a second in the long run.
void Driver::write_log(int level, std::string_view event, std::string_view text)
{
    if (!log_.take(clock_.now())) {
        ++cut_;
        return count_surplus(text.size());
    }
    spdlog::log(static_cast<spdlog::level::level_enum>(level), "{} driver={} text=\"{}\"", event, name_, text);
    if (cut_ != 0 && told_of_cut_.take(clock_.now())) spdlog::warn("driver_log_cut driver={} lines={}", name_, std::exchange(cut_, 0));
}

} // namespace gatehouse::devices
