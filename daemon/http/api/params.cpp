#include "http/api/params.hpp"

#include <stdexcept>

namespace gatehouse::http::api {

Params::Params(const Fields& fields, std::vector<Value> values) : fields_{&fields}, values_{std::move(values)} {}

bool Params::has(std::string_view name) const
{
    return at(name).given();
}

bool Params::is_null(std::string_view name) const
{
    return at(name).null();
}

const Params* Params::object(std::string_view name) const
{
    const auto& value = at(name);
    if (!value.given()) return nullptr;
    const auto* held = std::get_if<Params>(&value.is);
    if (held == nullptr) throw_wrong_type(name);
    return held;
}

std::vector<const Params*> Params::objects(std::string_view name) const
{
    const auto& value = at(name);
    if (!value.given()) return {};
    const auto* items = std::get_if<List>(&value.is);
    if (items == nullptr) throw_wrong_type(name);
    std::vector<const Params*> out;
    for (const auto& item : *items) {
        const auto* held = std::get_if<Params>(&item.is);
        if (held == nullptr) throw_wrong_type(name);
        out.push_back(held);
    }
    return out;
}

const Entries& Params::map(std::string_view name) const
{
    static const Entries none;
    const auto& value = at(name);
    if (!value.given()) return none;
    const auto* held = std::get_if<Entries>(&value.is);
    if (held == nullptr) throw_wrong_type(name);
    return *held;
}

Page Params::page() const
{
    return {.limit = static_cast<std::size_t>(get<std::int64_t>("limit")), .after = after_};
}

const Value& Params::at(std::string_view name) const
{
    const auto position = fields_->find(name);
    if (!position) throw std::logic_error{"endpoint asks for a parameter it does not declare: " + std::string{name}};
    return values_[*position];
}

void throw_wrong_type(std::string_view name)
{
    throw std::logic_error{"endpoint reads a parameter as the wrong type, or one that was not given: " + std::string{name}};
}

} // namespace gatehouse::http::api
