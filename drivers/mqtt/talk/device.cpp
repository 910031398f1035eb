#include "talk/device.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

namespace {

using sdk::Verdict;

std::string topic_text(const profile::Template& topic, const profile::Fields& params)
{
    return topic.text(params) ? *topic.text(params) : "";
}

std::string topic_text(const std::optional<profile::Template>& topic, const profile::Fields& params)
{
    return topic ? topic_text(*topic, params) : "";
}

std::vector<std::uint8_t> numbers(const std::vector<sdk::Door>& doors)
{
    std::vector<std::uint8_t> found;
    for (const auto& door : doors) found.push_back(door.door);
    return found;
}

} // namespace

Device::Device(Identity identity, Outside& outside, sdk::Time now)
    : self_{std::move(identity)}, profile_{*self_.profile}, door_numbers_{numbers(self_.doors)},
      rules_{profile_, self_.params, door_numbers_}, command_topic_{topic_text(profile_.topics.command, self_.params)},
      query_topic_{topic_text(profile_.topics.query, self_.params)}, reply_topic_{topic_text(profile_.topics.reply, self_.params)},
      presence_topic_{profile_.liveness.presence ? topic_text(profile_.liveness.presence->topic, self_.params) : ""}, outside_{outside},
      life_{profile_.liveness, now}, table_{sdk::Milliseconds{profile_.limits.late_ack_grace_ms}},
      strikes_{sdk::Milliseconds{profile_.limits.late_ack_grace_ms}}, ready_at_{now}, quiet_at_{now + grace()}
{
}

void Device::apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now)
{
    if (apply_) return reply(Verdict::busy(sdk::Milliseconds{500}));
    if (!outside_.connected()) return reply(Verdict::offline("the broker is not connected"));
    finish_read("yielded");
    table_.give_up("yielded", now); // a probe of that read
    apply_.emplace(Apply{std::move(steps), deadline.at(), std::move(reply), {}});
    advance(now);
}

void Device::read_table(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now)
{
    if (!profile_.list) return reply(Verdict::unsupported());
    if (apply_ || read_) return reply(Verdict::busy(sdk::Milliseconds{500}));
    if (!outside_.connected()) return reply(Verdict::offline("the broker is not connected"));
    proven_.reset();
    auto noted = std::make_shared<sdk::Reply<sdk::Table>>(std::move(reply));
    read_.emplace(*profile_.list, deadline.at(), sdk::Reply<sdk::Table>{[this, noted](sdk::Table table) {
        if (table.complete) {
            proven_ = Proven{sdk::Time{}, {}};
            for (const auto& entry : table.entries) proven_->keys.insert(entry.key);
        }
        (*noted)(std::move(table));
    }});
    advance(now);
}

void Device::strike(std::uint8_t door, sdk::Milliseconds length, sdk::Deadline deadline, sdk::Reply<Verdict> reply, sdk::Time now)
{
    const auto known = std::find_if(self_.doors.begin(), self_.doors.end(), [door](const sdk::Door& one) { return one.door == door; });
    if (known == self_.doors.end()) return reply(Verdict::refused("invalid", "door"));
    if (!profile_.unlock) return reply(Verdict::unsupported());
    if (known->mode != sdk::DoorMode::locked) return reply(Verdict::acknowledged()); // held, or given over to a fire: not ours to pulse
    waiting_.push_back({length, deadline.at(), std::move(reply)});
    advance(now);
}

Verdict Device::set_door(std::uint8_t door, sdk::DoorMode mode)
{
    const auto known = std::find_if(self_.doors.begin(), self_.doors.end(), [door](const sdk::Door& one) { return one.door == door; });
    if (known == self_.doors.end()) return Verdict::refused("invalid", "door");
    if (mode == sdk::DoorMode::unlocked) return Verdict::unsupported();
    known->mode = mode;
    return Verdict::acknowledged(); // the device times its own pulse, so at rest it is locked
}

void Device::advance(sdk::Time now)
{
    advance_strikes(now);
    advance_apply(now);
    advance_read(now);
}

void Device::advance_strikes(sdk::Time now)
{
    while (!waiting_.empty() && !strikes_.busy() && (paced(now) || waiting_.front().deadline <= now)) {
        auto strike = std::move(waiting_.front());
        waiting_.pop_front();
        if (strike.deadline <= now) {
            strike.reply(Verdict::late());
            continue;
        }
        auto fields = self_.params;
        fields["pulse_ms"] = strike.length.count();
        fields["pulse_s"] = (strike.length.count() + 999) / 1000;
        auto letter = write_message(profile_, profile_.unlock->send, fields);
        const auto& topic = profile_.unlock->send_to == profile::SendTo::query ? query_topic_ : command_topic_;
        const auto expiry = profile_.topics.expiry.value_or(std::chrono::seconds{5});
        if (!letter.refusal.ok())
            strike.reply(letter.refusal);
        else if (!outside_.send({topic, std::move(letter.payload), 0, expiry}))
            strike.reply(Verdict::offline("the broker is not connected"));
        else {
            const auto& op = *profile_.unlock;
            const auto due = op.confirm && !op.ack ? std::min(strike.deadline, now + op.confirm->within) : timeout_at(now, strike.deadline);
            const auto* ack = op.ack ? &*op.ack : &op.confirm->match;
            auto reply = std::make_shared<sdk::Reply<Verdict>>(std::move(strike.reply));
            strikes_.start({ack, now, due, [reply](Verdict verdict) { (*reply)(std::move(verdict)); }});
        }
    }
}

void Device::advance_apply(sdk::Time now)
{
    if (!apply_) return;
    while (!table_.busy() && apply_->verdicts.size() < apply_->steps.size()) {
        if (apply_->deadline <= now)
            apply_->verdicts.push_back(Verdict::late());
        else if (!paced(now))
            return;
        else
            start_step(apply_->steps[apply_->verdicts.size()], now);
    }
    if (table_.busy()) return;
    sdk::Applied applied;
    applied.steps = std::move(apply_->verdicts);
    auto reply = std::move(apply_->reply);
    apply_.reset();
    reply(std::move(applied));
}

void Device::start_step(const sdk::Step& step, sdk::Time now)
{
    auto letter = write_step(rules_, step);
    if (!letter.refusal.ok()) return apply_->verdicts.push_back(std::move(letter.refusal));
    const auto& op = step.op == sdk::Op::put ? *profile_.put : *profile_.erase;
    if (!send_to(op.send_to, std::move(letter.payload), now))
        return apply_->verdicts.push_back(Verdict::offline("the broker is not connected"));
    table_.start({&*op.ack, now, timeout_at(now, apply_->deadline), [this](Verdict verdict) {
                      if (apply_) apply_->verdicts.push_back(std::move(verdict));
                  }});
}

void Device::advance_read(sdk::Time now)
{
    if (!read_ || table_.busy()) return;
    if (read_->done()) {
        finish_read({});
        if (proven_) proven_->at = now;
        return;
    }
    if (read_->next() == TableRead::Next::nothing || !paced(now)) return;
    if (read_->next() == TableRead::Next::probe) {
        if (now >= quiet_at_) start_probe(now);
        return;
    }
    auto letter = write_message(profile_, profile_.list->send, self_.params);
    if (!letter.refusal.ok()) return finish_read("damaged");
    if (!send_to(profile_.list->send_to, std::move(letter.payload), now)) return finish_read("offline");
    read_->sent(now, sdk::Milliseconds{profile_.limits.op_timeout_ms});
}

void Device::start_probe(sdk::Time now)
{
    auto letter = write_message(profile_, profile_.probe->send, self_.params);
    if (!letter.refusal.ok()) return finish_read("damaged");
    if (!send_to(profile_.probe->send_to, std::move(letter.payload), now)) return finish_read("offline");
    read_->probe_sent();
    table_.start({&*profile_.probe->ack, now, timeout_at(now, read_->due()), [this](Verdict verdict) {
                      if (!read_) return;
                      if (verdict.ok() || verdict.reason == "late_ack")
                          read_->probe_answered(verdict.ok());
                      else
                          finish_read(verdict.reason == "timeout" ? "late" : "restarted");
                  }});
}

bool Device::send_to(profile::SendTo to, std::string payload, sdk::Time now)
{
    ready_at_ = now + sdk::Milliseconds{profile_.limits.min_gap_ms};
    const auto& topic = to == profile::SendTo::query ? query_topic_ : command_topic_;
    return outside_.send({topic, std::move(payload), profile_.topics.qos, std::nullopt});
}

sdk::Time Device::timeout_at(sdk::Time now, sdk::Time deadline) const
{
    return std::min(deadline, now + sdk::Milliseconds{profile_.limits.op_timeout_ms});
}

void Device::finish_read(std::string reason)
{
    if (!read_) return;
    auto read = std::move(*read_);
    read_.reset();
    read.finish(std::move(reason));
}

} // namespace gatehouse::mqtt
