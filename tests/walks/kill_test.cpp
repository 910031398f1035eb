#include "daemon.hpp"
#include "fixtures/broker.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include "worker.hpp"

#include <boost/json.hpp>

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::IsEmpty;

constexpr int kills = 40, workers = 4;

std::filesystem::path write_kill_config(const std::filesystem::path& folder, std::uint16_t dead_port)
{
    auto path = folder / "gatehouse.yaml";
    std::ofstream file{path};
    file << R"(format: 1
site: {key: kill, name: Kill, time_zone: Europe/Copenhagen}
http: {listen: ["127.0.0.1:0"]}
drivers:
  mqtt: {}
lines:
  broker: {driver: mqtt, url: "mqtt://127.0.0.1:)"
         << dead_port << R"("}
devices:
  front-ctl: {line: broker, profile: esp-rfid/2.0, params: {topic: kill/front, ip: 10.20.0.31, hostname: front}, card_as: uid}
  back-ctl:  {line: broker, profile: esp-rfid/2.0, params: {topic: kill/back, ip: 10.20.0.32, hostname: back}, card_as: uid}
  yard-ctl:  {line: broker, profile: esp-rfid/2.0, params: {topic: kill/yard, ip: 10.20.0.33, hostname: yard}, card_as: uid}
doors:
  front: {owner: kill, strike: front-ctl/1}
  back:  {owner: kill, strike: back-ctl/1}
  yard:  {owner: kill, strike: yard-ctl/1}
workspaces:
  kill:
    systems:
      house:
        entrances:
          front: {door: front}
          back:  {door: back}
          yard:  {door: yard}
        groups:
          staff:  {entrances: {front: always, back: always, yard: always}}
          guests: {entrances: {front: always, back: always, yard: always}}
          crew:   {entrances: {front: always, back: always, yard: always}}
)";
    return path;
}

/// A gateway whose controllers are out of reach: every change also wakes what would write to them, and placements fill the journal.
class Kill : public testing::Test {
protected:
    Kill() : daemon{folder.path(), write_kill_config(folder.path(), dead_port()), SHIPPED_PROFILES}
    {
        daemon.start();
        key = daemon.create_token("kill");
        auto client = connect();
        Ground ground;
        ground.system = text(client.ask("/acs/systems/list").at("acs_systems").at(0).as_object(), "acs_system_id");
        const auto groups = client.ask("/acs/access_groups/list");
        for (const auto& group : groups.at("acs_access_groups").as_array())
            ground.groups.push_back(text(group.as_object(), "acs_access_group_id"));
        const auto entrances = client.ask("/acs/entrances/list");
        for (const auto& entrance : entrances.at("acs_entrances").as_array())
            ground.entrances.push_back(text(entrance.as_object(), "acs_entrance_id"));
        for (int i = 0; i < workers; ++i) crowd.emplace_back(i, seed, ground);
    }
    static std::uint16_t dead_port()
    {
        fixtures::Broker broker;
        return broker.port();
    }
    static unsigned chosen_seed()
    {
        const auto* given = std::getenv("GATEHOUSE_SEED");
        const auto seed = given == nullptr ? 20'270'301U : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
        std::printf("seed %u (GATEHOUSE_SEED sets it)\n", seed);
        return seed;
    }
    Client connect() { return Client{daemon.port(), key}; }

    /// Every worker works until the gateway is killed, `load` from now.
    void work_and_kill(milliseconds load)
    {
        std::mutex mutex;
        std::condition_variable ended;
        std::size_t idle = 0;
        std::vector<std::thread> threads;
        for (auto& worker : crowd)
            threads.emplace_back([this, &worker, &mutex, &ended, &idle] {
                worker.run(connect());
                const std::lock_guard lock{mutex};
                ++idle;
                ended.notify_all();
            });
        {
            std::unique_lock lock{mutex};
            ended.wait_for(lock, load, [this, &idle] { return idle == crowd.size(); });
        }
        daemon.kill();
        for (auto& thread : threads) thread.join();
    }

    /// Everything the workers know, and nothing else, is there.
    std::vector<std::string> check()
    {
        auto client = connect();
        std::vector<std::string> wrong;
        std::size_t identities = 0, accounts = 0, cards = 0;
        for (auto& worker : crowd) {
            const auto found = worker.check(client);
            wrong.insert(wrong.end(), found.begin(), found.end());
            identities += worker.identities(), accounts += worker.accounts(), cards += worker.cards();
        }
        const auto compare = [&wrong, &client](const char* path, const char* rows, std::size_t expected) {
            const auto found = count(client, path, rows);
            if (found != expected) wrong.push_back(std::string{rows} + ": " + std::to_string(found) + ", not " + std::to_string(expected));
        };
        compare("/user_identities/list", "user_identities", identities);
        compare("/acs/users/list", "acs_users", accounts);
        compare("/acs/credentials/list", "acs_credentials", cards);
        return wrong;
    }

    /// Users of whose making the journal tells.
    std::set<std::string> users_in_the_journal(store::Store& journal)
    {
        std::set<std::string> users;
        store::EventNumber after = 0;
        for (;;) {
            const auto page = journal.history({.types = {"acs_user.created"}}, after, store::history_limit);
            if (!page || page->empty()) return users;
            for (const auto& event : *page)
                EXPECT_TRUE(users.insert(base::to_string(event.refs.at(0))).second) << "made twice: event " << event.number;
            after = page->back().number;
        }
    }

    unsigned seed = chosen_seed();
    Folder folder;
    Daemon daemon;
    std::string key;
    std::vector<Worker> crowd;
};

TEST_F(Kill, AtAnyMomentUnderLoadLosesNothingThatWasAcknowledgedAndLeavesNoChangeByHalves)
{
    std::mt19937 random{seed};
    std::uniform_int_distribution<int> moment{20, 400};
    for (int round = 1; round <= kills; ++round) {
        const auto load = milliseconds{moment(random)};
        work_and_kill(load);
        daemon.start();
        ASSERT_THAT(check(), IsEmpty()) << "kill " << round << " after " << load.count() << " ms";
    }
    daemon.kill();

    std::set<std::string> users;
    std::size_t acknowledged = 0;
    for (const auto& worker : crowd) {
        users.insert(worker.users_ever().begin(), worker.users_ever().end());
        acknowledged += worker.acknowledged();
    }
    std::printf("%zu changes acknowledged\n", acknowledged);
    EXPECT_GT(acknowledged, tests::instrumented ? 300U : 1'000U);
    auto journal = store::open(daemon.state());
    ASSERT_TRUE(journal) << journal.error().detail;
    const auto events = journal->verify_chain();
    ASSERT_TRUE(events) << events.error().detail;
    EXPECT_GT(*events, acknowledged) << "each change has its event";
    EXPECT_EQ(users_in_the_journal(*journal), users);
    auto file = store::Connection::open((daemon.state() / "gatehouse.db").string(), store::Connection::Mode::read);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->ask("PRAGMA integrity_check").value(), "ok");
}

} // namespace
} // namespace gatehouse::walks
