#include "unit/house/harbour.hpp"

#include "http/endpoints.hpp"
#include "settings/settings.hpp"
#include "site/declare.hpp"

#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace gatehouse::tests {

using namespace std::chrono_literals;

namespace {

/// What the controllers behind the broker can do, as the real driver says by their real profiles.
json::object told_by_the_driver(const std::string& device, const std::string& profile, const std::string& params)
{
    const auto attach = R"({"type":"attach","id":"1","deadline":"1000","line":"broker","device":")" + device + R"(","profile":")" +
                        profile + R"(","params":)" + params + R"(,"secrets":{},"doors":[{"door":1,"mode":"locked"}],"inputs":[]})";
    const auto command = "echo '" + attach + "' | " MQTT_DRIVER " --capabilities " GATEHOUSE_SOURCE_DIR "/config/profiles/mqtt";
    std::string said(16'384, '\0');
    auto* output = ::popen(command.c_str(), "r");
    if (output == nullptr) throw std::runtime_error{"cannot ask the driver"};
    said.resize(std::fread(said.data(), 1, said.size(), output));
    ::pclose(output);
    return json::parse(said).at("capabilities").as_object();
}

const json::object& of_yard_ctl()
{
    static const auto told =
        told_by_the_driver("yard-ctl", "esp-rfid/2.0", R"({"topic":"harbour/yard","ip":"10.20.0.31","hostname":"yard"})");
    return told;
}

const json::object& of_suite_lock()
{
    static const auto told =
        told_by_the_driver("suite-lock", "zigbee2mqtt/pin-lock/yale-250", R"({"name":"suite","first":1,"expose_pin":true})");
    return told;
}

/// Of the panel's profile, which comes with its driver.
json::object of_panel()
{
    return {{"stores_credentials", true},
            {"credential_kinds", {"card_number", "card_and_pin"}},
            {"slot_based", true},
            {"slot_first", 0},
            {"capacity", 200},
            {"supports_validity", "seconds"},
            {"supports_readback", "indexed"},
            {"readback_s", 1},
            {"op_timeout_ms", 800},
            {"unlock_pulse", "per_command"}};
}

json::object no_table()
{
    return {{"stores_credentials", false}, {"unlock_pulse", "per_command"}};
}

std::string text_of(const std::filesystem::path& path)
{
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::filesystem::path fixture()
{
    return std::filesystem::path{GATEHOUSE_SOURCE_DIR} / "tests/fixtures/harbour-house/gatehouse.yaml";
}

} // namespace

/// One modelled program for each driver of the site.
class Harbour::Drivers final : public devices::Launcher {
public:
    ModelledDriver& of(const std::string& driver) { return drivers_[driver]; }
    void use(base::ManualClock& clock) { clock_ = &clock; }
    base::Result<devices::Manifest> manifest(const std::string& driver) override { return of(driver).manifest(driver); }
    base::Result<std::unique_ptr<devices::Channel>> launch(const std::string& driver, devices::ChannelEvents events) override
    {
        of(driver).use(*clock_);
        return of(driver).launch(driver, std::move(events));
    }
    std::string profiles() const override { return "/profiles"; }
    base::milliseconds ping_every() const override { return std::chrono::minutes{5}; } // days of virtual time are mostly pings
    base::Result<std::string> secret(std::string_view) override { return std::string{"open sesame"}; }

    base::Monotonic next_due() const
    {
        auto due = base::Monotonic::max();
        for (const auto& [name, driver] : drivers_) due = std::min(due, driver.next_due());
        return due;
    }
    void act()
    {
        for (auto& [name, driver] : drivers_) driver.act();
    }

private:
    std::map<std::string, ModelledDriver> drivers_;
    base::ManualClock* clock_ = nullptr;
};

Harbour::Harbour(base::milliseconds later, std::map<std::string, json::object> panel)
    : drivers_{std::make_unique<Drivers>()}, desk_{{}, {.in_memory = true}},
      keeper_{desk_.clock, base::Instant{std::chrono::sys_days{std::chrono::year{2027} / 1 / 1}}, {}},
      fleet_{desk_.directory, keeper_, desk_.core.get_executor(), *drivers_},
      reconciler_{{desk_.directory, desk_.ledger, fleet_, keeper_, desk_.random}},
      strikes_{desk_.directory, desk_.ledger, fleet_, keeper_, desk_.random},
      services_{desk_.directory, desk_.ledger, history_, reconciler_, fleet_, strikes_, keeper_, desk_.random, false, "Europe/Copenhagen"}
{
    desk_.clock.step_wall(later - 4h); // Sunday, 21:00 in Copenhagen
    keeper_.begin(std::nullopt);
    drivers_->use(desk_.clock);
    drivers_->of("mqtt").device("yard-ctl").capabilities = of_yard_ctl();
    drivers_->of("mqtt").device("suite-lock").capabilities = of_suite_lock();
    drivers_->of("modbus").device("panel").capabilities = of_panel();
    drivers_->of("modbus").device("relays").capabilities = no_table();
    for (const auto* reader : {"rd-lobby", "rd-boat", "rd-archive"}) drivers_->of("osdp").device(reader).capabilities = no_table();
    table("panel").table = std::move(panel);
    table("suite-lock").table["slot:0"] = {{"slot", 0}, {"key", "90210"}, {"key_kind", "pin"}, {"doors", {1}}, {"state", "active"}};

    const auto text = text_of(fixture());
    const auto loaded = settings::parse(text, "gatehouse.yaml");
    if (!loaded.settings) throw std::runtime_error{"the fixture does not load"};
    desk_.apply(site::difference(desk_.directory, *loaded.settings, desk_.clock.wall()));
    desk_.commit_all();

    desk_.ledger.on_applied([this](const model::Change&, const ledger::TouchedDoors& doors) { reconciler_.applied(doors); });
    desk_.ledger.on_durable([this](std::span<const model::Change>, const ledger::TouchedDoors& doors) { reconciler_.durable(doors); });
    fleet_.on_notification([this](const devices::Notification& notification) { reconciler_.heard(notification); });
    fleet_.refresh();
    reconciler_.refresh(desk_.cursors);
    asio::co_spawn(desk_.core, reconciler_.watch_residuals(), asio::detached);
    http::api::Settings api;
    api.cursor_key.fill(std::byte{7});
    api_ = std::make_unique<http::api::Api<http::Context>>(
        desk_.clock, api, http::endpoints(), http::schemas(), [this](const http::api::Visit& visit) -> base::Result<http::Context> {
            if (asking_.empty()) return http::Context{services_, nullptr, {"uid 0", "socket"}, std::string{visit.request.id}};
            return http::Context{services_, &workspace(asking_), {"test", "api"}, std::string{visit.request.id}};
        });
    run_for(20s);
}

Harbour::~Harbour() = default;

base::Instant Harbour::local(std::string_view text)
{
    const auto number = [&text](std::size_t at, std::size_t size) { return std::stoi(std::string{text.substr(at, size)}); };
    const auto day = std::chrono::sys_days{std::chrono::year{number(0, 4)} / number(5, 2) / number(8, 2)};
    auto time = std::chrono::hours{number(11, 2)} + std::chrono::minutes{number(14, 2)} + std::chrono::seconds{0};
    if (text.size() > 16) time += std::chrono::seconds{number(17, 2)};
    const base::Instant summer{std::chrono::sys_days{std::chrono::year{2027} / 3 / 28} + 1h}; // Copenhagen: one hour ahead, then two
    const auto winter_time = base::Instant{day + time} - 1h;
    return winter_time < summer ? winter_time : winter_time - 1h;
}

bool Harbour::run_until(const std::function<bool()>& reached, base::microseconds limit)
{
    const auto end = desk_.clock.now() + limit;
    for (;;) {
        desk_.commit_all();
        drivers_->act();
        desk_.commit_all();
        if (reached()) return true;
        if (drivers_->next_due() <= desk_.clock.now()) continue;
        if (desk_.clock.now() >= end) return false;
        desk_.clock.advance_to(std::min({end, desk_.clock.next_due(), drivers_->next_due()}));
    }
}

void Harbour::run_for(base::microseconds span)
{
    const auto end = desk_.clock.now() + span;
    run_until([this, end] { return desk_.clock.now() >= end; }, span);
}

void Harbour::until(std::string_view local_time)
{
    run_for(local(local_time) - desk_.clock.wall());
}

bool Harbour::settles()
{
    return run_until([this] {
        for (const auto* key : {"yard-ctl", "suite-lock", "panel"})
            if (!reconciler_.status(controller(key))->settled) return false;
        return true;
    });
}

Told Harbour::ask(std::string_view workspace, std::string_view path, json::object body)
{
    asking_ = workspace;
    http::transport::Peer peer{.address = "127.0.0.1"};
    if (workspace.empty()) peer = {.address = {}, .uid = 0};
    return tests::ask(*api_, desk_.core, std::move(peer), path, body,
                      [this](const std::function<bool()>& answered) { return run_until(answered); });
}

Told Harbour::operate(std::string_view path, json::object body)
{
    return ask("", path, std::move(body));
}

json::object Harbour::made(std::string_view workspace, std::string_view path, json::object body, std::string_view key)
{
    return tests::made(ask(workspace, path, std::move(body)), path, key);
}

std::string Harbour::id_in(std::string_view workspace, std::string_view kind, std::string_view key)
{
    return base::to_string(base::declared_uuid(workspace, kind, key));
}

const model::Workspace& Harbour::workspace(std::string_view key) const
{
    return *desk_.directory.workspace({base::declared_uuid("harbour-house", "workspace", key)});
}

const model::DoorNode& Harbour::door(std::string_view key) const
{
    return *desk_.directory.door({base::declared_uuid("harbour-house", "door", key)});
}

model::DeviceId Harbour::controller(std::string_view key) const
{
    return {base::declared_uuid("harbour-house", "device", key)};
}

ModelledDevice& Harbour::table(std::string_view controller)
{
    return drivers_->of(controller == "panel" ? "modbus" : "mqtt").device(std::string{controller});
}

void Harbour::drivers_live(std::string_view controller)
{
    drivers_->of(controller == "panel" ? "modbus" : "mqtt").shows_life(std::string{controller});
}

void Harbour::driver_says(std::string_view controller, json::object message)
{
    const auto& device = desk_.directory.device(this->controller(controller))->row;
    message["line"] = desk_.directory.line(device.line)->key;
    message["device"] = device.key;
    message["at"] = "1";
    drivers_->of(desk_.directory.line(device.line)->driver).says(json::serialize(message));
}

std::map<std::string, Harbour::Row> Harbour::panel()
{
    std::map<std::string, Row> rows;
    for (const auto& [slot, entry] : table("panel").table) {
        Row row;
        for (const auto& output : entry.at("doors").as_array()) row.doors.push_back(static_cast<int>(output.as_int64()));
        const auto when = [&entry = entry](std::string_view field, base::Instant otherwise) {
            const auto* value = entry.if_contains(field);
            return value == nullptr ? otherwise : base::Instant{base::seconds{std::stoll(std::string{value->as_string()})}};
        };
        row.from = when("from", base::no_start), row.until = when("until", base::no_end);
        rows[std::string{entry.at("key").as_string()}] = row;
    }
    return rows;
}

std::map<int, std::string> Harbour::suite()
{
    std::map<int, std::string> codes;
    for (const auto& [slot, entry] : table("suite-lock").table)
        codes[static_cast<int>(entry.at("slot").as_int64())] = entry.at("key").as_string().c_str();
    return codes;
}

std::vector<json::object> Harbour::residuals(std::string_view workspace, json::object filter)
{
    std::vector<json::object> rows;
    const auto told = ask(workspace, "/gatehouse/residual_access/list", std::move(filter));
    for (const auto& row : told.body.at("residual_access").as_array()) rows.push_back(row.as_object());
    return rows;
}

std::vector<store::StoredEvent> Harbour::events(std::string_view type)
{
    store::HistoryFilter of_type;
    of_type.types = {std::string{type}};
    auto stored = desk_.store.history(of_type, 0, store::history_limit);
    if (!stored) throw std::runtime_error{stored.error().detail};
    return std::move(*stored);
}

access::Decision Harbour::at(std::string_view where, std::int64_t number, std::optional<std::string> code, std::int64_t facility) const
{
    const auto form = "number:h10301:" + std::to_string(facility) + ":" + std::to_string(number);
    return access::decide(desk_.directory, door(where), {{form}, std::move(code)}, moment());
}

access::Decision Harbour::uid_at(std::string_view where, std::string uid) const
{
    return access::decide(desk_.directory, door(where), {{"uid:" + uid}, {}}, moment());
}

access::Decision Harbour::code_at(std::string_view where, std::string code) const
{
    return access::decide(desk_.directory, door(where), {{}, std::move(code)}, moment());
}

} // namespace gatehouse::tests
