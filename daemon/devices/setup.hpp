#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::devices {

/// Whether settings of a device that its profile relies on are as they have to be.
enum class SetupState : std::uint8_t {
    none,     ///< it has none, as far as anybody said
    unknown,  ///< they could not be asked, or were not since a driver took it anew
    verified, ///< they were asked for and are right
    differs,  ///< they were asked for and are not
};

std::string_view to_string(SetupState state);

/// One that is online and whose settings were not asked for within so long has settings that nobody knows.
inline constexpr base::seconds setup_asked_within{60};

/// What is known of one device's settings. Pure: what time it is is always said. One thread.
class Setup {
public:
    /// It differed at the end of the run before this.
    void remember_difference(base::Monotonic now, base::Instant wall);
    /// No driver has the device any more. What was said last stands until one takes it anew.
    void let_go() { said_ = false; }
    /// A driver has taken the device, as what it is configured to be; its word on the settings may have come before.
    void attached(std::string configured, base::Monotonic now, base::Instant wall);
    /// A driver's word. True when it is news: it differs and did not, or is right again behind that.
    bool told(SetupState state, std::string detail, base::Monotonic now, base::Instant wall);

    SetupState state() const { return state_; }
    const std::string& detail() const { return detail_; } ///< for people; empty when the driver gave none
    base::Monotonic since() const { return since_; }
    base::Instant since_wall() const { return since_wall_; }

private:
    void turn(SetupState state, base::Monotonic now, base::Instant wall);

    SetupState state_ = SetupState::none;
    std::string detail_, configured_;
    base::Monotonic since_{};
    base::Instant since_wall_{};
    bool said_ = false;     ///< by the driver that has it, or is taking it
    bool differed_ = false; ///< and was not right since
};

} // namespace gatehouse::devices
