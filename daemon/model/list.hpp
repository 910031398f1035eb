#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

namespace gatehouse::model {

/// A vector of plain values that takes one word while it is empty, and grows by little: a directory holds hundreds of thousands of these,
/// most of them empty or short.
template <class T>
class List {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);

public:
    using value_type = T;
    using iterator = T*;
    using const_iterator = const T*;

    List() = default;
    List(std::initializer_list<T> values)
    {
        for (const auto& value : values) push_back(value);
    }
    List(const List& other)
    {
        reserve(other.size());
        for (const auto& value : other) push_back(value);
    }
    List(List&& other) noexcept : head_{std::exchange(other.head_, nullptr)} {}
    List& operator=(List other) noexcept
    {
        std::swap(head_, other.head_);
        return *this;
    }
    ~List() { std::free(head_); }

    std::size_t size() const { return head_ == nullptr ? 0 : head_->size; }
    bool empty() const { return size() == 0; }
    T* data() { return head_ == nullptr ? nullptr : reinterpret_cast<T*>(head_ + 1); }
    const T* data() const { return head_ == nullptr ? nullptr : reinterpret_cast<const T*>(head_ + 1); }
    T* begin() { return data(); }
    T* end() { return data() + size(); }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size(); }
    T& front() { return *begin(); }
    const T& front() const { return *begin(); }
    T& back() { return *(end() - 1); }
    const T& back() const { return *(end() - 1); }
    T& operator[](std::size_t at) { return data()[at]; }
    const T& operator[](std::size_t at) const { return data()[at]; }

    void push_back(T value)
    {
        const auto count = size();
        if (head_ == nullptr || count == head_->room) make_room(count < 4 ? count + 1 : count + count / 4);
        ::new (static_cast<void*>(data() + count)) T{value};
        ++head_->size;
    }
    void pop_back() { --head_->size; }
    T* erase(T* at)
    {
        std::move(at + 1, end(), at);
        --head_->size;
        return at;
    }
    void reserve(std::size_t count)
    {
        if (count > (head_ == nullptr ? 0 : head_->room)) make_room(count);
    }
    void shrink_to_fit()
    {
        if (head_ != nullptr && head_->size < head_->room) make_room(head_->size);
    }

private:
    struct Head {
        std::uint32_t size, room;
    };

    void make_room(std::size_t room)
    {
        if (room == 0) return std::free(std::exchange(head_, nullptr));
        // NOLINTNEXTLINE(bugprone-sizeof-expression): lists of pointers are meant
        auto* moved = static_cast<Head*>(std::realloc(head_, sizeof(Head) + room * sizeof(T))); // plain values move with their bytes
        if (moved == nullptr) throw std::bad_alloc{};
        if (head_ == nullptr) moved->size = 0;
        moved->room = static_cast<std::uint32_t>(room);
        head_ = moved;
    }

    Head* head_ = nullptr;
};

} // namespace gatehouse::model
