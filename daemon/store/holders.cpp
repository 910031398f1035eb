#include "store/holders.hpp"

#include "base/uuid.hpp"

#include <boost/json.hpp>

namespace gatehouse::store {

namespace json = boost::json;

namespace {

bool read_id(const json::object& object, std::string_view field, base::Uuid& into)
{
    const auto* value = object.if_contains(field);
    if (value == nullptr || !value->is_string()) return false;
    const auto id = base::parse_uuid({value->get_string().data(), value->get_string().size()});
    if (id) into = *id;
    return id.has_value();
}

bool read_holder(const json::value& value, model::Holder& holder)
{
    if (!value.is_object()) return false;
    const auto& object = value.get_object();
    const auto* user = object.if_contains("user");
    const auto* label = object.if_contains("label");
    const auto* doors = object.if_contains("doors");
    if (user == nullptr || label == nullptr || !label->is_string() || doors == nullptr || !doors->is_int64()) return false;
    if (!read_id(object, "workspace", holder.workspace.value) || !read_id(object, "credential", holder.credential.value)) return false;
    if (!user->is_null() && !read_id(object, "user", holder.user.emplace().value)) return false;
    const auto* identity = object.if_contains("identity"); // not in older rows, nor where there is none
    if (identity != nullptr && !read_id(object, "identity", holder.identity.emplace().value)) return false;
    holder.label.assign(label->get_string().data(), label->get_string().size());
    holder.doors = static_cast<std::uint64_t>(doors->get_int64());
    return true;
}

} // namespace

std::string holders_text(const std::vector<model::Holder>& holders)
{
    json::array list;
    for (const auto& holder : holders) {
        json::object object;
        object["workspace"] = to_string(holder.workspace);
        object["credential"] = to_string(holder.credential);
        object["user"] = holder.user ? json::value(to_string(*holder.user)) : json::value(nullptr);
        object["label"] = holder.label;
        object["doors"] = static_cast<std::int64_t>(holder.doors);
        if (holder.identity) object["identity"] = to_string(*holder.identity);
        list.push_back(std::move(object));
    }
    return json::serialize(list);
}

bool read_holders(std::string_view text, std::vector<model::Holder>& holders)
{
    boost::system::error_code wrong;
    const auto parsed = json::parse(text, wrong);
    if (wrong || !parsed.is_array()) return false;
    for (const auto& value : parsed.get_array())
        if (!read_holder(value, holders.emplace_back())) return false;
    return true;
}

} // namespace gatehouse::store
