#pragma once

#include "sdk/profile/mqtt.hpp"

#include <optional>

namespace gatehouse::mqtt {

/// Whether a message confirms a command. Where what is told may be what was last heard of, told once more, it does so only when the last
/// word on it was otherwise.
class Turn {
public:
    /// Of every message, whether something is waited for or not.
    bool confirms(const profile::Confirmation& confirm, const profile::Message& message, const profile::Fields& params)
    {
        if (!confirm.cached) return true; // what matches is judged elsewhere
        const auto* found = message.body ? profile::find(*message.body, confirm.match.all.at(0).pointer, params) : nullptr;
        if (found == nullptr) return false;
        const bool was_otherwise = told_ && !*told_;
        told_ = profile::matches(confirm.match, message, params);
        return *told_ && was_otherwise;
    }
    /// The last word was what is wanted; nothing: there was none.
    std::optional<bool> told() const { return told_; }
    /// There was a gap, or who tells it began anew.
    void forget() { told_.reset(); }

private:
    std::optional<bool> told_;
};

} // namespace gatehouse::mqtt
