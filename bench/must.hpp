#pragma once

#include "base/result.hpp"

#include <stdexcept>

namespace gatehouse::bench {

/// The bench has no way on when something fails.
template <class T>
T must(base::Result<T> result)
{
    if (!result) throw std::runtime_error{result.error().detail};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

} // namespace gatehouse::bench
