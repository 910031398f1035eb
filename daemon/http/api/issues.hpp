#pragma once

#include "http/api/respond.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::http::api {

/// Everything that is wrong with one request's parameters. Messages never repeat what the client sent.
class Issues {
public:
    /// `path` is dotted ("access_schedule.ends_at", "acs_user_ids.3"); empty for the request as a whole.
    void add(std::string_view path, std::string_view message);
    /// One issue that concerns several parameters.
    void add(const std::vector<std::string>& names, std::string_view message);
    /// Notes a parameter that is dropped; an empty name is counted only. False when a request holds more of them than any client sends,
    /// which is an issue of its own.
    bool ignore(std::string name);
    const std::vector<std::string>& ignored() const { return ignored_; }
    bool empty() const { return all_.empty(); }
    /// 400 invalid_input with `validation_errors` naming each parameter.
    Answer answer() const;

private:
    struct Issue {
        std::vector<std::string> paths;
        std::string message;
    };
    std::string summary() const;
    std::vector<Issue> all_;
    std::vector<std::string> ignored_;
    std::size_t ignored_count_ = 0;
};

} // namespace gatehouse::http::api
