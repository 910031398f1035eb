#pragma once

#include "devices/process.hpp"
#include "fixtures/ask.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <filesystem>

namespace gatehouse::tests {

namespace asio = boost::asio;
namespace json = boost::json;

/// The whole endpoint table over a real ledger and a real file, in one thread and in virtual time: workspace `harbour` with the systems
/// `house` (door `stairs`, entrance and group of that name) and `boats`. No controller is served.
class House : public testing::Test {
public:
    House();
    ~House() override;

protected:
    Told ask(std::string_view path, json::object body = {});
    /// Asks for something that must succeed; answers the object under `key`.
    json::object made(std::string_view path, json::object body, std::string_view key);
    /// Runs turn by turn beside a request, before its answer.
    std::function<void()> between_turns;
    /// Runs once a request's caller is known, in the turn of its handler.
    std::function<void()> before_handler;

    void apply(std::vector<model::Mutation> rows);
    /// The rows' workspace.
    const model::Workspace& harbour() const { return *directory_.workspace(workspace_); }
    /// Types of all events on the disk, in order.
    std::vector<std::string> events();
    model::Credential card(const model::UserId& user, std::uint64_t number) const;

    const std::string house_, boats_, stairs_group_, stairs_entrance_, stairs_door_;
    const model::WorkspaceId workspace_;
    bool delete_cascades_ = false;
    http::transport::Peer peer_{.address = "127.0.0.1"}; ///< who asks
    std::size_t turns_ = 0;                              ///< of the core thread, in the last request

    std::filesystem::path folder_;
    base::ManualClock clock_;
    asio::io_context core_;
    base::SeededRandom random_{7};
    model::Directory directory_;
    store::Store store_;
    ledger::Ledger ledger_;
    devices::ProcessLauncher launcher_;
    devices::Fleet fleet_;
    reconcile::Reconciler reconciler_;
    access::Strikes strikes_;
    ledger::History history_{store_, core_.get_executor()};
    http::Services services_;
    std::optional<http::api::Api<http::Context>> api_;

private:
    void build_site();
    base::Result<http::Context> open(const http::api::Visit& visit);
};

template <class IdType>
IdType id_of(const json::object& row, std::string_view name)
{
    return IdType{*base::parse_uuid(row.at(name).as_string())};
}

} // namespace gatehouse::tests
