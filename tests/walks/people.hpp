#pragma once

#include "client.hpp"

#include <map>
#include <set>
#include <string>

namespace gatehouse::walks {

/// What the API is known to hold of one person. Ids are empty while nobody has seen them.
struct Card {
    std::string id;
    std::set<std::string> entrances;
};
struct Account {
    std::string id;
    bool suspended = false;
    std::set<std::string> groups;
    std::map<std::string, Card> cards; ///< by uid
};
struct Person {
    std::string key;
    std::string id;
    bool exists = false;
    std::map<std::string, Account> accounts; ///< by name
};

/// The person as the API tells it now.
Person observe(Client& client, const std::string& key);

/// Whether the person stands as expected; ids count where they are known.
bool stands(const Person& expected, const Person& observed);

/// For people who read a failure.
std::string describe(const Person& person);

/// How many rows a list has, over all its pages.
std::size_t count(Client& client, const std::string& path, const std::string& rows);

} // namespace gatehouse::walks
