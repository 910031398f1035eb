#include "broker.hpp"

#include "connection.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace gatehouse::mqtt {

namespace {

constexpr sdk::Milliseconds first_pause{200};
constexpr sdk::Milliseconds longest_pause{5000}; ///< revokes wait behind it
constexpr sdk::Milliseconds library_leaves_within{2000};
constexpr std::chrono::hours idle{1};

} // namespace

Broker::Broker(BrokerAddress address, Loop& loop, BrokerEvents events)
    : address_{std::move(address)}, ca_{address_.ca.empty() ? nullptr : std::make_unique<MemoryFile>(address_.ca)}, loop_{loop},
      events_{std::move(events)}, jitter_{static_cast<std::uint32_t>(sdk::now().time_since_epoch().count())}
{
}

Broker::~Broker() = default;

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
}

sdk::Time Broker::tick(sdk::Time now)
{
    std::erase_if(retired_, [now](const Retired& one) { return one.until <= now; });
    if (!closed_ && !connection_ && dial_at_ <= now) dial(now);
    auto next = now + idle;
    if (!closed_ && !connection_) next = std::min(next, dial_at_);
    for (const auto& one : retired_) next = std::min(next, one.until);
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
    failures_ = 0;
    spdlog::info("connected mqtt={}", mqtt5_ ? "5" : "3.1.1");
    events_.connected(now);
}

void Broker::on_failed(int attempt, sdk::Time now)
{
    if (attempt != attempt_ || closed_) return;
    const auto failed = connection_->failure();
    const bool at_once = failed.version_may_be_why && failures_ % 2 == 0;
    if (failed.version_may_be_why) mqtt5_ = !mqtt5_;
    on_lost(attempt, failed.reason, now);
    if (at_once) dial_at_ = now;
}

void Broker::on_lost(int attempt, const std::string& reason, sdk::Time now)
{
    if (attempt != attempt_ || closed_) return;
    connected_ = false;
    retire(now);
    ++attempt_;
    dial_at_ = now + pause();
    ++failures_;
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
