#include "model/ranking.hpp"

namespace gatehouse::model {

int reach(Reason reason)
{
    switch (reason) {
    case Reason::unassigned:
        return 0;
    case Reason::frozen:
    case Reason::suspended:
        return 1;
    case Reason::no_presentation:
        return 2;
    case Reason::expired:
        return 3;
    case Reason::not_yet:
        return 4;
    case Reason::time_untrusted:
        return 5;
    case Reason::no_access:
    case Reason::duplicate_pin:
    case Reason::card_required:
    case Reason::pin_required:
        return 6;
    case Reason::outside_hours:
        return 7;
    case Reason::second_factor:
        return 8;
    case Reason::granted:
        return 9;
    }
    return 0;
}

bool at_home(const Runner& runner, const DoorNode& door)
{
    return std::any_of(door.entrances.begin(), door.entrances.end(), [&runner](const auto& here) {
        if (here.workspace != runner.workspace->row.id) return false;
        return runner.workspace->entrances.find(here.id)->row.system == runner.node->row.system;
    });
}

bool comes_before(const DoorNode& door, const Runner& left, const Runner& right)
{
    const bool left_opens = left.reach == reach(Reason::granted), right_opens = right.reach == reach(Reason::granted);
    if (left_opens != right_opens) return left_opens;
    const bool left_home = left_opens || at_home(left, door), right_home = right_opens || at_home(right, door);
    if (left_home != right_home) return left_home;
    if (left.reach != right.reach) return left.reach > right.reach;
    const bool left_owner = left.workspace->row.id == door.row.owner, right_owner = right.workspace->row.id == door.row.owner;
    if (left_owner != right_owner) return left_owner;
    const auto& a = left.node->row;
    const auto& b = right.node->row;
    return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
}

} // namespace gatehouse::model
