#include "common/effects.hpp"

#include "common/control_server.hpp"

#include <utility>

namespace gatehouse::simulators::common {

Handled done(boost::json::object more, Effects effects)
{
    boost::json::object whole{{"ok", true}};
    for (auto& member : more) whole.emplace(member.key(), std::move(member.value()));
    return {.answer = std::move(whole), .effects = std::move(effects)};
}

Handled refused(std::string why)
{
    return {.answer = refusal(std::move(why)), .effects = {}};
}

} // namespace gatehouse::simulators::common
