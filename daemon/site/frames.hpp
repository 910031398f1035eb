#pragma once

#include "model/directory.hpp"
#include "model/interval.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::site {

/// The stretches of time in which a policy before and one after a change are laid side by side: long enough that what differs at all
/// differs in one of them. Weekly hours repeat, so two weeks tell; what does not repeat gets a stretch of its own.
class Frames {
public:
    explicit Frames(base::Instant now) : now_{now} {}

    /// Notes what does not repeat, as the directory stands: schedules of groups, and where hours or paths change, holidays and zones. To be
    /// called before and after the rows are applied.
    void look_at(const model::Directory& directory, std::span<const model::Mutation> rows);

    /// The stretches for something that opens nothing before `begin`, in order, none overlapping.
    std::vector<model::Interval> from(base::Instant begin) const;

private:
    void add_holidays(std::string_view closed_on);

    base::Instant now_;
    std::vector<model::Interval> extra_;
    std::map<std::string, std::string> zones_; ///< of hours the rows put, as they stood
};

/// When the credential opens the door, within the frames; in order, none touching.
std::vector<model::Interval> open_times(const model::Workspace& workspace, const model::CredentialNode& credential,
                                        const model::DoorNode& door, const Frames& frames);

/// What of `from` is not in `less`; both in order, none overlapping.
std::vector<model::Interval> without(const std::vector<model::Interval>& from, const std::vector<model::Interval>& less);

} // namespace gatehouse::site
