#include "talk/wire.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

using sdk::Verdict;

namespace {

constexpr std::chrono::seconds usual_life{5};
constexpr std::int64_t numbers = 1'000'000'000; // every JSON peer counts as far

} // namespace

std::string topic_text(const profile::Template& topic, const profile::Fields& params)
{
    return topic.text(params) ? *topic.text(params) : "";
}

std::string topic_text(const std::optional<profile::Template>& topic, const profile::Fields& params)
{
    return topic ? topic_text(*topic, params) : "";
}

/// Counting begins where no predecessor of this boot can have stopped: what it still has coming is not taken for an answer to us.
Wire::Wire(const Identity& self, Outside& outside, sdk::Time now)
    : self_{self}, outside_{outside}, command_topic_{topic_text(self.profile->topics.command, self.params)},
      query_topic_{topic_text(self.profile->topics.query, self.params)}, ready_at_{now},
      number_{std::chrono::duration_cast<sdk::Milliseconds>(now.time_since_epoch()).count() % numbers}
{
}

Wire::Sent Wire::send(const profile::Sending& sending, const profile::Fields& fields, Manner manner, sdk::Time now)
{
    auto all = self_.params;
    for (const auto& [name, value] : fields) all[name] = value;
    Sent sent;
    if (self_.profile->correlate) {
        number_ = (number_ + 1) % numbers;
        sent.corr = std::to_string(number_);
        all["corr"] = number_;
    }
    auto payload = profile::fill(sending, all);
    if (!payload) return {Verdict::refused("not_expressible", payload.error().text), {}};
    const auto most = self_.profile->limits.max_payload;
    if (payload->size() > static_cast<std::size_t>(most))
        return {Verdict::refused("too_long", "the device takes " + std::to_string(most) + " bytes"), {}};
    const auto own = topic_text(sending.topic, all);
    const auto& topic = sending.topic ? own : sending.to == profile::SendTo::query ? query_topic_ : command_topic_;
    Outgoing message{topic, std::move(*payload), 0, std::nullopt};
    if (manner == Manner::table)
        message.qos = self_.profile->topics.qos;
    else
        message.expiry = self_.profile->topics.expiry.value_or(usual_life);
    if (manner != Manner::door) ready_at_ = std::max(ready_at_, now + sdk::Milliseconds{self_.profile->limits.min_gap_ms});
    if (!outside_.send(message)) return {Verdict::offline("the broker is not connected"), {}};
    return sent;
}

} // namespace gatehouse::mqtt
