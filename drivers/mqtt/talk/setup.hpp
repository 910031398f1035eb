#pragma once

#include "talk/table_talk.hpp"

#include <string>

namespace gatehouse::mqtt {

/// Settings of the device that its profile relies on: asked for when it is met, after whatever may have changed them, and again and again;
/// set right where the profile says how. Until all of them were seen to be right nothing may be opened.
///
/// Source: docs/protocols/mqtt.md, "Set-up".
class Setup {
public:
    explicit Setup(const Desk& desk) : desk_{desk} {}

    /// Every setting was seen to be as it has to be.
    bool verified() const { return rules().empty() || state_ == sdk::SetupState::verified; }
    /// One differs and cannot be set right.
    bool stuck() const { return stuck_; }
    bool differs() const { return state_ == sdk::SetupState::differs; }
    const std::string& detail() const { return detail_; }

    /// They may have changed: nothing is believed until they are seen again.
    void doubt(sdk::Time now);
    /// Somebody waits for it.
    void hurry(sdk::Time now);
    void hear(const profile::Message& message, sdk::Time now);
    void advance(sdk::Time now);
    std::optional<sdk::Time> due() const;

private:
    const std::vector<profile::SetupRule>& rules() const { return desk_.profile().setup; }
    profile::Fields fields() const;
    bool answers(const profile::Message& message) const;
    bool contradicts(const profile::Message& message, const profile::Fields& all) const;
    void unanswered(sdk::Time now);
    void other_value(const profile::SetupRule& rule, const std::string& found, const std::string& wanted, sdk::Time now);
    void tell(sdk::SetupState state, std::string detail);

    Desk desk_;
    sdk::SetupState state_ = sdk::SetupState::unknown;
    std::string detail_;
    bool told_ = false;
    std::size_t at_ = 0; ///< the rule in hand
    bool asked_ = false; ///< and an answer is waited for
    std::string corr_;   ///< the number of that question, where the device answers by number
    bool stuck_ = false;
    int wrong_ = 0;    ///< answers since it was set that show something else
    bool set_ = false; ///< it was set since it was asked for
    int silences_ = 0; ///< in a row
    sdk::Time next_{}; ///< when the rule in hand is asked for, or its answer is over
};

} // namespace gatehouse::mqtt
