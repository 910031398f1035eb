#pragma once

#include <algorithm>
#include <cstddef>
#include <new>
#include <type_traits>
#include <vector>

namespace gatehouse::base {

/// Plain values, usually no more than `room`: these stand in place, and only more of them take memory.
template <class T, std::size_t room>
class Few {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
    Few() = default;
    Few(const Few&) = delete;
    Few& operator=(const Few&) = delete;

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T* data() { return size_ > room ? more_.data() : in_place(); }
    const T* data() const { return const_cast<Few*>(this)->data(); }
    T* begin() { return data(); }
    T* end() { return data() + size_; }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size_; }
    const T& front() const { return *begin(); }

    void push_back(const T& value)
    {
        if (size_ < room)
            ::new (static_cast<void*>(in_place() + size_)) T{value};
        else {
            if (size_ == room) more_.assign(begin(), end());
            more_.push_back(value);
        }
        ++size_;
    }

private:
    T* in_place() { return std::launder(reinterpret_cast<T*>(here_)); }

    std::size_t size_ = 0;
    alignas(T) std::byte here_[room * sizeof(T)];
    std::vector<T> more_; ///< all of them, once there are more
};

} // namespace gatehouse::base
