#include "books.hpp"

namespace gatehouse::model {

void Books::take(const Mutation& mutation)
{
    std::visit(
        [this, &mutation]<class T>(const T& row) {
            auto& rows = std::get<std::map<std::string, T>>(rows_);
            if (mutation.erase)
                rows.erase(key_of(row));
            else
                rows.insert_or_assign(key_of(row), row);
        },
        mutation.row);
}

std::vector<Row> Books::rows() const
{
    std::vector<Row> rows;
    const auto add = [&rows](const auto& list) {
        for (const auto& [key, row] : list) rows.emplace_back(row);
    };
    std::apply([&add](const auto&... lists) { (add(lists), ...); }, rows_);
    return rows;
}

Books Books::until(ChangeNumber number) const
{
    Books books;
    for (const auto& row : rows())
        if (std::visit([](const auto& value) { return value.touched; }, row) <= number) books.take({row});
    return books;
}

} // namespace gatehouse::model
