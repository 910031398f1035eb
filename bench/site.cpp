#include "site.hpp"

#include "settings/settings.hpp"
#include "site/declare.hpp"
#include "store/store.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gatehouse::bench {

namespace fs = std::filesystem;

namespace {

/// Raise it when what is generated changes: older sites are then left alone and made anew.
constexpr int generation = 1;
constexpr std::size_t rows_a_change = 5'000;

/// Puts rows into a store, a full change at a time.
class Pen {
public:
    explicit Pen(store::Store& store) : store_{store} {}

    void put(model::Row row)
    {
        std::visit([this](auto& r) { r.touched = number_; }, row);
        change_.rows.push_back(model::put(std::move(row)));
        if (change_.rows.size() >= rows_a_change) commit();
    }
    void commit()
    {
        if (change_.rows.empty()) return;
        change_.number = number_++;
        change_.actor = {"bench", "bench"};
        store::Batch batch;
        batch.changes.push_back(std::exchange(change_, {}));
        const auto done = store_.commit(batch, number_ - 2);
        if (!done) throw std::runtime_error{"cannot generate the site: " + done.error().detail};
    }

private:
    store::Store& store_;
    model::Change change_;
    model::ChangeNumber number_ = 1;
};

std::vector<model::Row> declared(const Size& size)
{
    const auto loaded = settings::parse(configuration(size, 0), "bench");
    if (!loaded.settings) throw std::runtime_error{settings::text(loaded.problems.front())};
    return site::declared(*loaded.settings, site::Ids{model::Directory{}, *loaded.settings});
}

void fill(const fs::path& state, const Size& size, const std::vector<model::Row>& rows, const People& people)
{
    auto store = store::open(state);
    if (!store) throw std::runtime_error{store.error().detail};
    Pen pen{*store};
    for (const auto& row : rows) pen.put(row);
    pen.put(people.token());
    for (std::size_t number = 0; number < size.users; ++number)
        for (auto& row : people.rows_of(number)) pen.put(std::move(row));
    pen.commit();
}

} // namespace

std::string configuration(const Size& size, std::uint16_t port)
{
    std::ostringstream text;
    text << "format: 1\nsite: {key: bench, name: Bench, time_zone: Europe/Copenhagen}\n"
         << "http: {listen: [\"127.0.0.1:" << port << "\"]}\n"
         << "workspaces:\n  bench:\n    name: Bench\n    systems:\n      house:\n        name: House\n        groups:\n";
    for (std::size_t i = 0; i < size.groups; ++i) text << "          g" << i << ": {name: Group " << i << "}\n";
    return text.str();
}

void listen_on(const Site& site, const Size& size, std::uint16_t port)
{
    std::ofstream{site.folder / "gatehouse.yaml"} << configuration(size, port);
}

Site make_site(const fs::path& home, const Size& size)
{
    const auto rows = declared(size);
    const People people{size, rows};
    const auto name = "site-" + std::to_string(size.users) + "-" + std::to_string(generation);
    Site site{.folder = home / name, .key = people.key()};
    for (std::size_t number = 0; number < size.users; ++number) site.users.push_back(people.user_id(number));
    if (fs::exists(site.folder)) return site;

    const auto part = home / (name + ".new");
    fs::remove_all(part);
    for (const auto* folder : {"run", "drivers"}) fs::create_directories(part / folder);
    fill(part / "state", size, rows, people);
    fs::rename(part, site.folder);
    return site;
}

} // namespace gatehouse::bench
