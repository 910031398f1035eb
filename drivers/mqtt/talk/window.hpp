#pragma once

#include "sdk/profile/mqtt.hpp"
#include "sdk/time.hpp"
#include "sdk/verdict.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

/// How long a command may go unanswered before any other word of the device means that it was lost.
inline constexpr sdk::Milliseconds patience{1000};

/// The one command that is outstanding at a device, and the answers that earlier ones still owe.
///
/// Where answers name neither command nor key, one that may belong to an earlier, unanswered command is no answer to this one: within the
/// grace time it ends the command as `unknown`, never as acknowledged. Where they carry the number of their command, that decides.
class Window {
public:
    struct Pending {
        const profile::Operation* op = nullptr;
        std::string corr; ///< its number, where the device answers by number
        sdk::Time sent;
        sdk::Time due;
        std::function<void(sdk::Verdict)> done;
        bool life_seen = false;
    };
    enum class Expired : std::uint8_t { nothing, unanswered, lost }; ///< lost: the device lives and did not answer

    Window(const profile::MqttProfile& profile, const profile::Fields& params)
        : params_{params}, correlate_{profile.correlate}, grace_{profile.limits.late_ack_grace_ms}
    {
    }

    bool busy() const { return pending_.has_value(); }
    void start(Pending pending) { pending_ = std::move(pending); }
    /// Is it an answer of this window? Then the command it belongs to is done.
    bool take(const profile::Message& message, sdk::Time now);
    /// Something else of the device was heard: a command that has waited long enough is over, a young one gets the rest of `patience`.
    void life_seen(sdk::Time now);
    /// Ends what is outstanding as `unknown`; true when there was something.
    bool give_up(std::string_view reason, sdk::Time now);
    /// Ends what is due.
    Expired expire(sdk::Time now);
    /// When `expire` has something to do; nothing: never.
    std::optional<sdk::Time> due() const;

private:
    struct Owed {
        const profile::Operation* op;
        sdk::Time until;
    };
    bool take_numbered(const profile::Message& message);
    bool answers(const profile::Operation& op, const profile::Message& message) const;
    void finish(sdk::Verdict verdict);

    const profile::Fields& params_;
    const std::optional<profile::Template>& correlate_;
    sdk::Milliseconds grace_;
    std::optional<Pending> pending_;
    std::vector<Owed> owed_;
};

} // namespace gatehouse::mqtt
