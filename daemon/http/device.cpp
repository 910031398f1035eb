#include "http/endpoints.hpp"
#include "http/resources_site.hpp"
#include "http/walk.hpp"

#include <algorithm>

namespace gatehouse::http {

using namespace api;

namespace {

/// The workspace's doors in the stable order of lists.
std::vector<const model::DoorNode*> own_doors(const Context& context)
{
    std::vector<const model::DoorNode*> doors;
    for (const auto& [id, door] : context.services.directory.doors())
        if (door.row.owner == context.workspace().row.id) doors.push_back(&door);
    std::sort(doors.begin(), doors.end(), [](const auto* left, const auto* right) {
        return model::Position{left->row.created_at, left->row.id.value} < model::Position{right->row.created_at, right->row.id.value};
    });
    return doors;
}

asio::awaitable<Answer> get_device(Context& context, const Params& params)
{
    const auto id = params.find<model::DoorId>("device_id");
    const auto name = params.find<std::string>("name");
    for (const auto* door : own_doors(context))
        if ((!id || door->row.id == *id) && (!name || door->row.name == *name)) co_return ok("device", device_json(context, *door));
    co_return base::fail(base::Fault::not_found, "No such device", "device_not_found");
}

/// Filters of the API; one that cannot match anything here lets nothing through.
struct DeviceFilter {
    std::optional<std::vector<model::DoorId>> ids;
    std::optional<base::Instant> created_before;
    Search search;
    bool nothing = false;

    DeviceFilter(const Context& context, const Params& params)
        : created_before{params.find<base::Instant>("created_before")}, search{params.find<std::string>("search")}
    {
        if (params.has("device_ids")) ids = params.list<model::DoorId>("device_ids");
        const auto account = connected_account_id(context.workspace().row);
        const auto one_account = params.find<base::Uuid>("connected_account_id");
        if (one_account && *one_account != account) nothing = true;
        if (params.has("connected_account_ids")) {
            const auto accounts = params.list<base::Uuid>("connected_account_ids");
            if (std::find(accounts.begin(), accounts.end(), account) == accounts.end()) nothing = true;
        }
        const auto type = params.find<std::string>("device_type");
        if (type && *type != "gatehouse_door") nothing = true;
        if (params.has("device_types")) {
            const auto types = params.list<std::string>("device_types");
            if (std::find(types.begin(), types.end(), "gatehouse_door") == types.end()) nothing = true;
        }
        const auto manufacturer = params.find<std::string>("manufacturer");
        if (manufacturer && *manufacturer != "gatehouse") nothing = true;
        for (const auto* name : {"connect_webview_id", "customer_key", "space_id", "unstable_location_id", "user_identifier_key"})
            if (params.has(name)) nothing = true;
        if (!params.map("custom_metadata_has").empty()) nothing = true;
    }

    bool keeps(const model::Door& door) const
    {
        if (nothing || (created_before && door.created_at >= *created_before)) return false;
        if (ids && std::find(ids->begin(), ids->end(), door.id) == ids->end()) return false;
        return search.in(door.name) || search.in(door.id);
    }
};

asio::awaitable<Answer> list_all_devices(Context& context, const Params& params)
{
    const DeviceFilter filter{context, params};
    const auto wanted = params.page();
    const auto after = from_cursor(wanted.after);
    json::array rows;
    std::optional<std::string> next;
    model::Position last{};
    for (const auto* door : own_doors(context)) {
        const model::Position here{door->row.created_at, door->row.id.value};
        if ((after && here <= *after) || !filter.keeps(door->row)) continue;
        if (rows.size() == wanted.limit) {
            next = to_cursor(last);
            break;
        }
        rows.push_back(device_json(context, *door));
        last = here;
    }
    co_return page("devices", std::move(rows), std::move(next));
}

} // namespace

std::vector<http::Endpoint> device_endpoints()
{
    return {
        {Route{Policy::api_key, "/devices/get"}
             .on(Verb::get)
             .takes(Fields{}.optional("device_id", uuid()).optional("name", text()))
             .at_least_one({"device_id", "name"})
             .returns("device", "device"),
         get_device},
        {Route{Policy::api_key, "/devices/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("connect_webview_id", uuid())
                        .optional("connected_account_id", uuid())
                        .optional("connected_account_ids", list(uuid()))
                        .optional("created_before", datetime())
                        .optional("custom_metadata_has", map(text_or_boolean()))
                        .optional("customer_key", text())
                        .optional("device_ids", list(uuid()))
                        .optional("device_type", text())
                        .optional("device_types", list(text()))
                        .optional("manufacturer", text())
                        .optional("search", text(1))
                        .optional("space_id", uuid())
                        .nullable("unstable_location_id", uuid())
                        .optional("user_identifier_key", text()))
             .returns_page("devices", "device"),
         list_all_devices},
    };
}

} // namespace gatehouse::http
