#include "unit/http_people/house.hpp"

#include "http/endpoints.hpp"

#include <cstdlib>

namespace gatehouse::tests {

namespace {

std::filesystem::path fresh_folder()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "gh-people-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder"};
    return pattern;
}

store::Store opened(const std::filesystem::path& folder)
{
    auto store = store::open(folder);
    if (!store) throw std::runtime_error{store.error().detail};
    return std::move(*store);
}

model::Uuid declared(std::string_view kind, std::string_view key)
{
    return base::declared_uuid("harbour", kind, key);
}

} // namespace

House::House()
    : house_{base::to_string(declared("system", "house"))}, boats_{base::to_string(declared("system", "boats"))},
      stairs_group_{base::to_string(declared("group", "stairs"))}, stairs_entrance_{base::to_string(declared("entrance", "stairs"))},
      stairs_door_{base::to_string(declared("door", "stairs"))}, workspace_{declared("workspace", "harbour")}, folder_{fresh_folder()},
      store_{opened(folder_)}, ledger_{directory_, store_, clock_, core_.get_executor(), core_.get_executor(), random_},
      launcher_{core_.get_executor(), folder_, folder_, [](std::string_view) { return base::Result<std::string>{std::string{}}; }},
      fleet_{directory_, clock_, core_.get_executor(), launcher_}, reconciler_{{directory_, ledger_, fleet_, clock_, random_}},
      strikes_{directory_, ledger_, fleet_, clock_, random_},
      services_{directory_, ledger_, history_, reconciler_, fleet_, strikes_, clock_, random_, false, "Europe/Copenhagen"}
{
    const auto loaded = ledger_.load();
    if (!loaded) throw std::runtime_error{loaded.error().detail};
    build_site();
    http::api::Settings settings;
    settings.cursor_key.fill(std::byte{7});
    api_.emplace(clock_, settings, http::endpoints(), http::schemas(), [this](const http::api::Visit& visit) { return open(visit); });
}

House::~House()
{
    std::filesystem::remove_all(folder_);
}

void House::build_site()
{
    const model::LineId line{declared("line", "line")};
    const model::DeviceId device{declared("device", "panel")};
    const model::DoorId door{declared("door", "stairs")};
    const model::SystemId house{declared("system", "house")};
    const model::EntranceId entrance{declared("entrance", "stairs")};
    const model::GroupId group{declared("group", "stairs")};
    apply({model::put(model::WorkspaceRow{.id = workspace_, .key = "harbour", .name = "Harbour"}),
           model::put(model::Line{.id = line, .key = "line", .driver = "none"}),
           model::put(model::Device{.id = device, .key = "panel", .line = line}),
           model::put(model::Door{.id = door, .key = "stairs", .owner = workspace_, .device = device, .output = 1}),
           model::put(model::System{.id = house, .workspace = workspace_, .key = "house", .name = "House"}),
           model::put(model::System{.id = {declared("system", "boats")}, .workspace = workspace_, .key = "boats", .name = "Boats"}),
           model::put(
               model::Entrance{.id = entrance, .workspace = workspace_, .system = house, .key = "stairs", .name = "Stairs", .door = door}),
           model::put(model::Group{.id = group, .workspace = workspace_, .system = house, .key = "stairs", .name = "Stairs"}),
           model::put(model::GroupEntrance{.group = group, .entrance = entrance, .workspace = workspace_})});
}

base::Result<http::Context> House::open(const http::api::Visit& visit)
{
    services_.delete_cascades = delete_cascades_;
    if (before_handler) before_handler();
    return http::Context{services_, &harbour(), {"test", "api"}, std::string{visit.request.id}};
}

void House::apply(std::vector<model::Mutation> rows)
{
    ledger::Draft draft;
    draft.rows = std::move(rows);
    const auto number = ledger_.apply(std::move(draft));
    if (!number) throw std::runtime_error{number.error().detail};
    core_.restart();
    core_.poll();
}

Told House::ask(std::string_view path, json::object body)
{
    turns_ = 0;
    const auto turn_by_turn = [this](const std::function<bool()>& answered) {
        core_.restart();
        while (!answered() && core_.poll_one() > 0) {
            ++turns_;
            if (between_turns && !answered()) between_turns();
        }
        return answered();
    };
    return tests::ask(*api_, core_, peer_, path, body, turn_by_turn);
}

json::object House::made(std::string_view path, json::object body, std::string_view key)
{
    return tests::made(ask(path, std::move(body)), path, key);
}

std::vector<std::string> House::events()
{
    std::vector<std::string> types;
    const auto stored = store_.history({}, 0, store::history_limit);
    if (!stored) throw std::runtime_error{stored.error().detail};
    for (const auto& event : *stored) types.push_back(event.type);
    return types;
}

model::Credential House::card(const model::UserId& user, std::uint64_t number) const
{
    model::Credential row;
    row.id.value = base::declared_uuid("harbour", "card", std::to_string(number));
    row.workspace = workspace_;
    row.system = harbour().users.find(user)->row.system;
    row.user = user;
    row.card_uid = (std::to_string(10'000'000 + number));
    row.created_at = clock_.wall();
    return row;
}

} // namespace gatehouse::tests
