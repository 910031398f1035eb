#pragma once

#include "devices/fleet.hpp"
#include "holding.hpp"
#include "http/context.hpp"
#include "reconcile/reconciler.hpp"
#include "rehearsal.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace gatehouse {

/// The configuration file as a change, at start and while the gateway runs. Every change is tried on a copy of the model first, on a thread
/// of its own, so that the core thread is never held up; it is applied only when nothing that bears on access came between.
///
/// Threads: core; `other` has one thread, on which the store's reading side is at home.
class Configuration final : public http::Configuration {
public:
    struct Rooms {
        const Options& options;
        const model::Directory& directory;
        ledger::Ledger& ledger;
        store::Store& store;
        devices::Fleet& fleet;
        reconcile::Reconciler& reconciler;
        base::Clock& clock;
        http::Services& services;
        std::vector<ledger::Cursor>& cursors;
    };
    Configuration(Rooms rooms, boost::asio::any_io_executor other);

    /// At start, after the model was loaded and before anybody is served: applies what the file changes. What would take access away waits
    /// for the operator's word instead, with everything else the file changes, and the gateway runs as last configured: a start neither
    /// revokes silently nor keeps doors shut. After damage the file is applied whatever it takes, and aloud: it states anew what the disk
    /// altered, and what people made below that would be lost. `directory` is the one of the rooms; nobody else looks at it yet.
    /// Errors: invalid (code configuration_clash), a line for each problem; those of the ledger and the store.
    base::Result<void> begin(const settings::Settings& settings, model::Directory& directory);

    boost::asio::awaitable<Said> plan() override;
    boost::asio::awaitable<Said> apply(std::optional<std::string> confirm, Caller caller) override;
    boost::asio::awaitable<Said> retire(Thing thing, std::optional<std::string> confirm, Caller caller) override;

    /// A plan is being made on the other thread.
    bool busy() const { return busy_; }

    /// Because of a signal: as apply, and the journal tells what came of it.
    boost::asio::awaitable<void> reload();

private:
    /// Whoever changes the configuration waits until the one before is done.
    struct Turn {
        bool& busy;
        explicit Turn(bool& taken) : busy{taken} { busy = true; }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { busy = false; }
    };
    boost::asio::awaitable<void> my_turn();
    using Work = std::function<Rehearsal()>;
    boost::asio::awaitable<Rehearsal> rehearse(Work work);
    boost::asio::awaitable<Said> carry_out(Rehearsal rehearsal, std::optional<std::string> confirm, Caller caller);
    boost::asio::awaitable<std::shared_ptr<Holding>> look_at_controllers() const;
    reconcile::Occupied occupied(const model::DeviceId& device) const;
    Work read_file(std::shared_ptr<Holding> holding) const;
    std::optional<base::Error> still_held(const Rehearsal& rehearsal, const Thing& thing) const;
    bool leaves(const Thing& thing, const model::Device& device) const;
    void let_go_of(const std::vector<model::DeviceId>& controllers, const Caller& caller);
    base::Result<void> put_down(Rehearsal& rehearsal, const Caller& caller);
    base::Result<void> put_down_part(std::span<model::Mutation> rows, const Rehearsal& rehearsal, const Caller& caller);
    void show_secrets(Rehearsal& rehearsal) const;
    void tell_secrets(const Rehearsal& rehearsal) const;
    void show_rules(Rehearsal& rehearsal) const;
    void take_over(const settings::Settings& settings);
    boost::json::array deferred(const Rehearsal& rehearsal) const;
    void complete(Rehearsal& rehearsal, bool applied) const;
    std::optional<base::Error> refusal(const Rehearsal& rehearsal, const std::optional<std::string>& confirm) const;

    Rooms rooms_;
    boost::asio::any_io_executor other_;
    settings::Http serving_;                 ///< what is listened on, since the start
    model::ChangeNumber access_changed_ = 0; ///< the last change that bears on who may open what
    bool busy_ = false;
};

} // namespace gatehouse
