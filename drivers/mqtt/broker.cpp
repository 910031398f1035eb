#include "broker.hpp"

#include "connection.hpp"
#include "reasons.hpp"
#include "visitor.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace gatehouse::mqtt {

namespace {

constexpr sdk::Milliseconds first_pause{200};
constexpr sdk::Milliseconds longest_pause{5000}; ///< revokes wait behind it
constexpr sdk::Milliseconds library_leaves_within{2000};
constexpr sdk::Milliseconds lasting{10'000}; ///< a connection that was lost sooner is a failure like others: two may push each other off
constexpr int cut_short_again_and_again = 3;
constexpr sdk::Milliseconds between_questions{10'000};
constexpr sdk::Milliseconds visit_lasts{10'000};
constexpr std::chrono::hours idle{1};

} // namespace

Broker::Broker(BrokerAddress address, Loop& loop, BrokerEvents events)
    : address_{std::move(address)}, ca_{address_.ca.empty() ? nullptr : std::make_unique<MemoryFile>(address_.ca)}, loop_{loop},
      events_{std::move(events)},
      inquiry_{[this](const std::string& reason) { loop_.post([this, reason](sdk::Time now) { on_learned(reason, now); }); }},
      jitter_{static_cast<std::uint32_t>(sdk::now().time_since_epoch().count())}
{
}

Broker::~Broker() = default;

std::string Broker::sentence(std::string_view reason) const
{
    return sentence_for(reason, address_);
}

bool Broker::publish(const Outgoing& message)
{
    return connected_ && connection_ && connection_->publish(message);
}

void Broker::subscribe(const std::string& topic, bool with_retained)
{
    if (connected_) connection_->subscribe(topic, with_retained);
}

void Broker::unsubscribe(const std::string& topic)
{
    if (connected_) connection_->unsubscribe(topic);
}

void Broker::hang_up()
{
    closed_ = true;
    ++attempt_;
    if (connected_) connection_->say_good_bye();
    if (connection_) connection_->mute();
    connected_ = false;
    visitor_.reset();
}

sdk::Time Broker::tick(sdk::Time now)
{
    std::erase_if(retired_, [now](const Retired& one) { return one.until <= now; });
    if (!closed_ && !connection_ && dial_at_ <= now) dial(now);
    auto next = now + idle;
    if (!closed_ && !connection_) next = std::min(next, dial_at_);
    for (const auto& one : retired_) next = std::min(next, one.until);
    if (visitor_ && visit_ends_ <= now) visitor_.reset();
    if (visitor_) next = std::min(next, visit_ends_);
    return next;
}

void Broker::dial(sdk::Time now)
{
    ++attempt_;
    std::string problem;
    try {
        connection_ = std::make_unique<Connection>(*this, attempt_);
        problem = connection_->dial(address_, ca_.get());
    } catch (const std::exception& failure) {
        problem = failure.what();
    }
    if (problem.empty()) return;
    spdlog::warn("dial_failed what=\"{}\"", problem);
    on_lost(attempt_, "unreachable", now);
}

void Broker::on_connected(int attempt, sdk::Time now)
{
    if (attempt != attempt_ || closed_) return;
    send_without_delay();
    connected_ = true;
    connected_at_ = now;
    why_.clear();
    spdlog::info("connected mqtt={}", mqtt5_ ? "5" : "3.1.1");
    events_.connected(now);
    look_for_open_door(now);
}

/// Who may write to the broker may speak for a controller: once an hour at most it is tried whether that is anybody.
void Broker::look_for_open_door(sdk::Time now)
{
    if (!may_visit(address_.uri, now)) return;
    if (address_.user.empty()) return events_.lets_anybody_in();
    const auto stranger = "visitor-" + std::to_string(jitter_()) + "-" + std::to_string(jitter_());
    const auto let_in = [this] {
        loop_.post([this](sdk::Time) {
            if (visitor_) visitor_->leave();
            if (!closed_) events_.lets_anybody_in();
        });
    };
    visit_ends_ = now + visit_lasts;
    visitor_ = std::make_unique<Visitor>(address_, ca_.get(), mqtt5_, stranger, let_in);
}

void Broker::on_failed(int attempt, sdk::Time now)
{
    if (attempt != attempt_ || closed_) return;
    auto failed = connection_->failure();
    cut_short_ = 0;
    if (failed.reason == "unreachable" || (failed.reason == "connect_failed" && failures_ > 1)) {
        ask_why(now);
        failed.reason = why_.empty() ? "connect_failed" : why_; // the word for it follows when it is known
    }
    const bool at_once = failed.version_may_be_why && failures_ % 2 == 0;
    if (failed.version_may_be_why) mqtt5_ = !mqtt5_;
    on_lost(attempt, failed.reason, now);
    if (at_once) dial_at_ = now;
}

void Broker::on_lost(int attempt, std::string reason, sdk::Time now)
{
    if (attempt != attempt_ || closed_) return;
    if (std::exchange(connected_, false)) {
        const bool lasted = now - connected_at_ >= lasting;
        if (lasted) failures_ = 0;
        cut_short_ = lasted ? 0 : cut_short_ + 1;
        // Some brokers hang up without a word on whoever is pushed off by its twin.
        if (cut_short_ >= cut_short_again_and_again && (reason == "connection_lost" || reason == "broker_closed")) reason = "pushed_off";
    }
    retire(now);
    ++attempt_;
    dial_at_ = now + pause();
    ++failures_;
    events_.lost(reason, now);
}

void Broker::ask_why(sdk::Time now)
{
    if (asked_at_ != sdk::Time{} && now - asked_at_ < between_questions) return;
    asked_at_ = now;
    inquiry_.ask(address_);
}

void Broker::on_learned(const std::string& reason, sdk::Time now)
{
    if (connected_ || closed_) return;
    why_ = reason;
    events_.lost(reason, now);
}

void Broker::retire(sdk::Time now)
{
    if (connection_) retired_.push_back({std::move(connection_), now + library_leaves_within});
    connection_.reset();
}

sdk::Milliseconds Broker::pause()
{
    const auto doubled = first_pause * (1 << std::min(failures_, 8));
    const auto most = std::min<sdk::Milliseconds>(doubled, longest_pause);
    return sdk::Milliseconds{std::uniform_int_distribution<std::int64_t>{most.count() / 2, most.count()}(jitter_)};
}

} // namespace gatehouse::mqtt
