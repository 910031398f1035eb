#pragma once

#include <spdlog/spdlog.h>

#include <exception>
#include <string_view>

namespace gatehouse::base {

/// The handler of a coroutine without which doors would go unattended: when it ends by an exception the process ends too, out of the
/// run of the event loop, and the start after it is the recovery. `name` is a literal, for the log.
inline auto vital(std::string_view name)
{
    return [name](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& exception) {
            spdlog::critical("vital_part_failed part={} detail=\"{}\"", name, exception.what());
            throw;
        }
    };
}

} // namespace gatehouse::base
