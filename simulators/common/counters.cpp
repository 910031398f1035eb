#include "common/counters.hpp"

namespace gatehouse::simulators::common {

boost::json::object listed(const Counters& counted)
{
    return {{"boots", counted.boots},
            {"crashes", counted.crashes},
            {"connects", counted.connects},
            {"commands", counted.commands},
            {"ignored", counted.ignored},
            {"writes_lost", counted.writes_lost},
            {"list_dropped", counted.list_dropped},
            {"swipes", counted.swipes},
            {"requests_dropped", counted.requests_dropped},
            {"replies_dropped", counted.replies_dropped},
            {"duplicated", counted.duplicated},
            {"corrupted", counted.corrupted}};
}

} // namespace gatehouse::simulators::common
