#pragma once

#include <boost/container/small_vector.hpp>

namespace gatehouse::base {

/// Usually no more than `room`: these stand in place, and only more of them take memory.
template <class T, std::size_t room>
using Few = boost::container::small_vector<T, room>;

} // namespace gatehouse::base
