#pragma once

#include "model/policy.hpp"
#include "site/declare.hpp"
#include "site/plan.hpp"

#include <gmock/gmock.h>

namespace gatehouse::site {

/// Harbour House as its file describes it, and people in it by name.
class HarbourHouse : public testing::Test {
public:
    HarbourHouse();

    /// Exchanges a piece of the file that must be there; every one of them when `all` is said.
    void edit(std::string_view piece, std::string_view other, bool all = false);
    Planned planned();
    /// What the file would do now; it must be fit to run.
    Plan plan();
    void apply(const std::vector<model::Mutation>& rows);
    void put(model::Row row) { apply({model::put(std::move(row))}); }

    /// A person of workspace harbour with a card in system house, and the groups of house they belong to.
    void move_in(const std::string& name, const std::vector<std::string>& groups);
    model::User& user(const std::string& name) { return users_.at(name); }
    void suspend(const std::string& name);
    void grant(const std::string& name, const std::string& entrance);

    template <class IdType>
    static IdType id(std::string_view kind, std::string_view key, std::string_view owner = "harbour")
    {
        return {base::declared_uuid(owner, kind, key)};
    }
    static base::Instant at(const char* text);
    const model::Workspace& harbour() const
    {
        return *directory_.workspace(id<model::WorkspaceId>("workspace", "harbour", "harbour-house"));
    }

    std::string text_;
    model::Directory directory_;
    base::Instant now_ = at("2027-03-01T11:00:00Z"); ///< Monday noon there
    const Controllers* controllers_ = nullptr;       ///< what they can hold; null: anything
    std::map<std::string, std::string> profiles_;    ///< digests of the files of profiles, by device
    model::ChangeNumber number_ = 0;

private:
    std::map<std::string, model::User> users_;
};

/// "Bo: Bike store (all)", in order.
std::vector<std::string> words(const std::vector<Shift>& shifts);
/// "changed entrance lobby", in order.
std::vector<std::string> words(const std::vector<Step>& steps);

/// "mode: card → pin", in order.
std::vector<std::string> words(const std::vector<Edit>& edits);

} // namespace gatehouse::site
