#pragma once

#include "model/change.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace gatehouse::model {

/// A UUID made of one number, so that tests can name it.
template <class IdType>
IdType id(std::uint64_t number)
{
    IdType made;
    for (int at = 0; at < 8; ++at) made.value.data[15 - at] = static_cast<std::uint8_t>(number >> (8 * at));
    return made;
}

/// The key of a row as one text.
template <class T>
std::string key_of(const T& row)
{
    std::string key;
    int at = 0;
    T::fields(row, [&key, &at]<class Field>(std::string_view, const Field& field) {
        if constexpr (std::is_same_v<Field, std::string>)
            if (at < T::keys) key += field + "/";
        if constexpr (requires {
                          to_string(field);
                          field.nil();
                      })
            if (at < T::keys) key += to_string(field) + "/";
        ++at;
    });
    return key;
}

/// The rows that were accepted, kept as plain lists: what a directory must agree with, found by looking through all of them.
class Books {
public:
    template <class T>
    const std::map<std::string, T>& all() const
    {
        return std::get<std::map<std::string, T>>(rows_);
    }

    template <class T, class Id>
    const T* find(const Id& of) const
    {
        for (const auto& [key, row] : all<T>())
            if (row.id == of) return &row;
        return nullptr;
    }

    /// The rows of one type that fit, in the order of their keys.
    template <class T, class Fits>
    std::vector<T> where(Fits fits) const
    {
        std::vector<T> found;
        for (const auto& [key, row] : all<T>())
            if (fits(row)) found.push_back(row);
        return found;
    }

    void take(const Mutation& mutation);

    /// Every row, parents before children; within a type in the order of the keys.
    std::vector<Row> rows() const;
    /// Those that no change behind `number` has touched.
    Books until(ChangeNumber number) const;

private:
    template <class... T>
    static std::tuple<std::map<std::string, T>...> lists_of(const std::variant<T...>*);
    decltype(lists_of(static_cast<const Row*>(nullptr))) rows_;
};

} // namespace gatehouse::model
