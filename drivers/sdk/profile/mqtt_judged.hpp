#pragma once

#include "sdk/profile/mqtt_check.hpp"

#include <string>
#include <utility>
#include <vector>

namespace gatehouse::profile {

/// A profile that was read, and where its problems go: what every judge of one needs.
class Judged {
public:
    Judged(Cursor& top, const MqttProfile& profile) : top_{top}, profile_{profile}, caps_{profile.caps.stated} {}

protected:
    std::vector<std::pair<const char*, const Operation*>> operations() const;
    /// Everything it sends, the questions and settings of `setup` too.
    std::vector<const Sending*> sendings() const;
    /// A problem at the key when it is there, else at its block, else at the top.
    void at(const char* block, const char* key, std::string text);

    Cursor& top_;
    const MqttProfile& profile_;
    const sdk::Capabilities& caps_;
};

} // namespace gatehouse::profile
