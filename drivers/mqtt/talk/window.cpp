#include "talk/window.hpp"

#include "talk/entries.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

namespace {

constexpr std::size_t longest_detail = 120;

/// What the device says of its refusal, as far as it is text.
std::string told(const boost::json::value& error)
{
    return without_secrets(profile::scalar_text(error).value_or(""), longest_detail);
}

} // namespace

bool Window::answers(const profile::Operation& op, const profile::Message& message) const
{
    return profile::matches(op.ack ? *op.ack : op.confirm->match, message, params_);
}

bool Window::take(const profile::Message& message, sdk::Time now)
{
    if (correlate_ && (!pending_ || pending_->op->ack)) return take_numbered(message);
    std::erase_if(owed_, [now](const Owed& owed) { return owed.until <= now; });
    const auto late = std::find_if(owed_.begin(), owed_.end(), [this, &message](const Owed& owed) { return answers(*owed.op, message); });
    if (pending_ && answers(*pending_->op, message)) {
        // Which of the two it answers nobody can tell; the other answer may still come, so what is owed stays owed.
        finish(late == owed_.end() ? sdk::Verdict::acknowledged() : sdk::Verdict::unknown("late_ack"));
        return true;
    }
    if (late == owed_.end()) return false;
    owed_.erase(late);
    return true;
}

bool Window::take_numbered(const profile::Message& message)
{
    if (!pending_ || !message.body) return false;
    const auto* number = profile::find(*message.body, *correlate_, params_);
    if (number == nullptr || profile::scalar_text(*number) != pending_->corr) return false;
    const auto& error = pending_->op->error;
    const auto* refusal = error ? profile::find(*message.body, *error, params_) : nullptr;
    if (refusal != nullptr)
        finish(sdk::Verdict::refused("device_refused", told(*refusal)));
    else if (profile::matches(*pending_->op->ack, message, params_))
        finish(sdk::Verdict::acknowledged());
    else
        finish(sdk::Verdict::unknown("answer", "neither yes nor no"));
    return true;
}

void Window::life_seen(sdk::Time now)
{
    if (!pending_ || pending_->op->confirm)
        return; // that one is confirmed by what happens, and until then the device speaks of other things
    pending_->life_seen = true;
    pending_->due = std::min(pending_->due, std::max(now, pending_->sent + patience));
}

bool Window::give_up(std::string_view reason, sdk::Time now)
{
    if (!pending_) return false;
    if (pending_->op->ack && !correlate_) owed_.push_back({pending_->op, now + grace_});
    finish(sdk::Verdict::unknown(std::string{reason}));
    return true;
}

Window::Expired Window::expire(sdk::Time now)
{
    if (!pending_ || pending_->due > now) return Expired::nothing;
    const bool lost = pending_->life_seen;
    give_up(lost ? "sign_of_life" : "timeout", now);
    return lost ? Expired::lost : Expired::unanswered;
}

std::optional<sdk::Time> Window::due() const
{
    return pending_ ? std::optional{pending_->due} : std::nullopt;
}

void Window::finish(sdk::Verdict verdict)
{
    const auto done = std::move(pending_->done);
    pending_.reset();
    done(std::move(verdict));
}

} // namespace gatehouse::mqtt
