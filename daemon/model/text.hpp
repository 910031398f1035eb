#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::model {

/// A text of a row that may be missing. Used like std::optional<std::string>, but it takes one word where there is none, and is read as a
/// view: a directory holds a million of these, most of them missing. It is never changed in place.
class Text {
public:
    using value_type = std::string_view;

    Text() = default;
    Text(std::nullopt_t) {}
    Text(std::string_view text) : block_{packed(text)} {}
    Text(const std::string& text) : Text{std::string_view{text}} {}
    Text(const char* text) : Text{std::string_view{text}} {}
    Text(const std::optional<std::string>& text)
    {
        if (text) block_ = packed(*text);
    }
    Text(const Text& other) : block_{other ? packed(*other) : nullptr} {}
    Text(Text&&) noexcept = default;
    Text& operator=(const Text& other)
    {
        if (this != &other) block_ = other ? packed(*other) : nullptr;
        return *this;
    }
    Text& operator=(Text&&) noexcept = default;

    bool has_value() const { return block_ != nullptr; }
    explicit operator bool() const { return has_value(); }
    std::string_view operator*() const { return {block_.get() + sizeof(Size), size()}; }
    std::string value_or(std::string_view other) const { return std::string{*this ? **this : other}; }
    operator std::optional<std::string>() const
    {
        if (!*this) return std::nullopt;
        return std::string{**this};
    }
    void reset() { block_.reset(); }

    struct Arrow {
        std::string_view view;
        const std::string_view* operator->() const { return &view; }
    };
    Arrow operator->() const { return {**this}; }

    friend bool operator==(const Text& left, const Text& right)
    {
        return left.has_value() == right.has_value() && (!left || *left == *right);
    }
    friend bool operator==(const Text& left, const std::optional<std::string>& right)
    {
        return left.has_value() == right.has_value() && (!left || *left == *right);
    }
    friend bool operator==(const Text& left, std::nullopt_t) { return !left; }
    template <std::convertible_to<std::string_view> Other>
    friend bool operator==(const Text& left, const Other& right)
    {
        return left && *left == std::string_view{right};
    }

private:
    using Size = std::uint32_t;

    /// Its length, then the text.
    static std::unique_ptr<char[]> packed(std::string_view text)
    {
        auto block = std::make_unique_for_overwrite<char[]>(sizeof(Size) + text.size());
        const auto size = static_cast<Size>(text.size());
        std::memcpy(block.get(), &size, sizeof size);
        std::copy(text.begin(), text.end(), block.get() + sizeof size);
        return block;
    }
    Size size() const
    {
        Size size = 0;
        std::memcpy(&size, block_.get(), sizeof size);
        return size;
    }

    std::unique_ptr<char[]> block_;
};

} // namespace gatehouse::model
