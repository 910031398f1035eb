#include "talk/window.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

bool Window::take(const profile::Message& message, const profile::Fields& fields, sdk::Time now)
{
    std::erase_if(owed_, [now](const Owed& owed) { return owed.until <= now; });
    const auto late = std::find_if(owed_.begin(), owed_.end(),
                                   [&message, &fields](const Owed& owed) { return profile::matches(*owed.ack, message, fields); });
    if (pending_ && profile::matches(*pending_->ack, message, fields)) {
        // Which of the two it answers nobody can tell; the other answer may still come, so what is owed stays owed.
        finish(late == owed_.end() ? sdk::Verdict::acknowledged() : sdk::Verdict::unknown("late_ack"));
        return true;
    }
    if (late == owed_.end()) return false;
    owed_.erase(late);
    return true;
}

void Window::life_seen(sdk::Time now)
{
    if (!pending_) return;
    pending_->life_seen = true;
    pending_->due = std::min(pending_->due, std::max(now, pending_->sent + patience));
}

bool Window::give_up(std::string_view reason, sdk::Time now)
{
    if (!pending_) return false;
    owed_.push_back({pending_->ack, now + grace_});
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
