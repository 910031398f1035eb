#pragma once

#include "http/context.hpp"
#include "sim/dice.hpp"
#include "sim/field.hpp"

#include <array>

namespace gatehouse::sim {

class World;

/// Requests that are more than a row: people who are stopped and let go on, users who are suspended several at once, access grants. The
/// endpoints themselves make the changes, asked without a wire; what they answer is held against the books.
class Desk {
public:
    explicit Desk(World& world);

    /// In three runs of seven, so that the others are what they were.
    bool open() const { return open_; }
    /// Somebody asks for something, or not this time.
    bool ask();
    /// Before the books have the change.
    void applying(const model::Change& change);
    /// When they have it: what hangs on an access grant goes with it.
    void applied(const model::Change& change);
    /// An access grant or a method that should be gone by now; empty when there is none.
    std::string remains() const;

private:
    using Ids = std::vector<base::Uuid>;
    using Told = std::function<void(const http::Answer&)>;
    static constexpr auto nobody = [](const http::Answer&) {};

    void freeze(const model::WorkspaceId& workspace);
    void suspend(const model::WorkspaceId& workspace);
    void grant(const model::WorkspaceId& workspace);
    void change_grant(const model::WorkspaceId& workspace);
    void end_grant(const model::WorkspaceId& workspace);
    void method(const model::WorkspaceId& workspace);
    void leave(const model::WorkspaceId& workspace);
    json::object wanted_method();
    json::value soon();
    void method_follows(const model::AccessGrant& grant, const model::GrantMethod& method);
    void send(const model::WorkspaceId& workspace, std::string_view path, json::object body, Told told = nobody);
    template <class Row, class Id>
    void is_so(const Id& id, bool Row::*flag, bool wanted, std::uint64_t before);
    std::uint64_t turned(const base::Uuid& id, bool to) const;

    World& world_;
    Dice dice_; ///< its own
    bool open_;
    std::uint64_t asked_ = 0;
    std::map<std::string, model::ChangeNumber> made_;           ///< the last change of each request
    std::map<base::Uuid, std::array<std::uint64_t, 2>> turned_; ///< how often a person or a user was let go on, and stopped
};

} // namespace gatehouse::sim
