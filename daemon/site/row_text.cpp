#include "site/row_text.hpp"

#include <array>
#include <type_traits>

namespace gatehouse::site {

namespace {

void write_row(std::string& text, std::string_view value)
{
    text.append(std::to_string(value.size())).append(":").append(value); // so that no value passes for two
}
void write_row(std::string& text, const std::string& value)
{
    write_row(text, std::string_view{value});
}
void write_row(std::string& text, const model::Text& value)
{
    value ? write_row(text, *value) : (void)text.append("-");
}
void write_row(std::string& text, base::Instant value)
{
    text.append(std::to_string(value.time_since_epoch().count()));
}
template <class Tag>
void write_row(std::string& text, const model::Id<Tag>& value)
{
    text.append(to_string(value));
}
template <class Number>
    requires std::is_integral_v<Number> || std::is_enum_v<Number>
void write_row(std::string& text, Number value)
{
    text.append(std::to_string(static_cast<std::int64_t>(value)));
}
template <class Value>
void write_row(std::string& text, const std::optional<Value>& value)
{
    value ? write_row(text, *value) : (void)text.append("-");
}
template <std::size_t size>
void write_row(std::string& text, const std::array<std::byte, size>& value)
{
    write_row(text, std::string_view{reinterpret_cast<const char*>(value.data()), size});
}

} // namespace

std::string text_of(std::span<const model::Mutation> rows)
{
    std::string text;
    for (const auto& mutation : rows) {
        std::visit(
            [&text, &mutation](const auto& row) {
                text.append(mutation.erase ? "erase " : "put ").append(row.table).append("\n");
                row.fields(row, [&text](std::string_view name, const auto& value) {
                    if (name == "created_at" || name == "touched") return;
                    text.append(name).append("=");
                    write_row(text, value);
                    text.append("\n");
                });
            },
            mutation.row);
    }
    return text;
}

} // namespace gatehouse::site
