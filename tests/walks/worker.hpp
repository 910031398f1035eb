#pragma once

#include "people.hpp"

#include <functional>
#include <optional>
#include <random>
#include <vector>

namespace gatehouse::walks {

/// What the site has to give.
struct Ground {
    std::string system;
    std::vector<std::string> groups, entrances; ///< every group leads to every entrance
};

/// A client that changes its own people without pause and keeps a history of what was acknowledged.
class Worker {
public:
    Worker(int number, unsigned seed, Ground ground);

    /// Works until the connection breaks.
    void run(Client client);

    /// Holds the history against what the API tells, learns what became of the change that was under way. Answers what is wrong, one text a
    /// finding.
    std::vector<std::string> check(Client& client);

    std::size_t identities() const;
    std::size_t accounts() const;
    std::size_t cards() const;
    const std::set<std::string>& users_ever() const { return users_ever_; }
    std::size_t acknowledged() const { return acknowledged_; }

private:
    using Effect = std::function<void(Person&, const boost::json::object& answer)>;
    struct Step {
        std::string path;
        boost::json::object body;
        Effect effect;
    };

    bool one(Client& client);
    Person& pick();
    Step plan(const Person& person);
    Step plan_account(const std::string& name, const Account& account);
    Step create_person(const Person& person);
    Step create_account(const Person& person);
    Step create_card(const std::string& name, const Account& account);
    Step move_group(const std::string& name, const Account& account);
    Step suspend(const std::string& name, const Account& account) const;
    Step delete_card(const std::string& name, const Account& account);
    Step end_access(const std::string& name, const Account& account) const;
    std::size_t choose(std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random_); }
    std::set<std::string> some(const std::vector<std::string>& of);
    void learn(const Person& person);

    int number_;
    std::mt19937 random_;
    Ground ground_;
    int made_ = 0;
    std::vector<Person> people_;        ///< as acknowledged, those deleted since the last check included
    std::optional<Person> in_flight_;   ///< as it is if the last request had its effect
    std::vector<std::string> refusals_; ///< nothing asked for here may be refused
    std::set<std::string> users_ever_;
    std::size_t acknowledged_ = 0;
};

} // namespace gatehouse::walks
