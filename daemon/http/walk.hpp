#pragma once

#include "http/context.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace gatehouse::http {

// Lists, in turns: many rows never hold the core thread, and rows may come and go between two turns. Core thread.

/// What a visit to one row cost; rendering is dear, for it asks for device truth.
enum class Visited : std::uint8_t { cheap, dear, last };

inline constexpr int turn_budget = 256; ///< cheap rows a turn
inline constexpr int dear_cost = 16;

template <class Node>
model::Position position_of(const Node& node)
{
    return {node.row.created_at, node.row.id.value};
}

/// The position as a cursor carries it: milliseconds and id.
std::string to_cursor(const model::Position& position);
/// Empty for no cursor, and for a text that is none.
std::optional<model::Position> from_cursor(const std::optional<std::string>& cursor);

/// Visits the rows of a table in their order behind `after`, until `visit` answers `last` or there are no more.
template <class Node, class Visit>
asio::awaitable<void> walk(const model::Table<Node>& table, std::optional<model::Position> after, Visit& visit)
{
    for (;;) {
        int budget = turn_budget;
        bool ended = true;
        table.walk(after ? &*after : nullptr, [&budget, &ended, &after, &visit](const Node& node) {
            const auto cost = visit(node);
            if (cost == Visited::last) return false;
            after = position_of(node);
            budget -= cost == Visited::dear ? dear_cost : 1;
            ended = budget > 0;
            return ended;
        });
        if (ended) co_return;
        co_await api::next_turn();
    }
}

/// Visits the rows with these ids in the table's order behind `after`; those that are gone are passed over.
template <class Node, class Id, class Visit>
asio::awaitable<void> walk(const model::Table<Node>& table, std::vector<Id> ids, std::optional<model::Position> after, Visit& visit)
{
    std::vector<model::Position> places;
    for (const auto& id : ids)
        if (const auto* node = table.find(id)) places.push_back(position_of(*node));
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    int budget = turn_budget;
    for (const auto& place : places) {
        const auto* node = table.find(Id{place.id});
        if (node == nullptr || (after && place <= *after)) continue;
        const auto cost = visit(*node);
        if (cost == Visited::last) co_return;
        budget -= cost == Visited::dear ? dear_cost : 1;
        if (budget > 0) continue;
        co_await api::next_turn();
        budget = turn_budget;
    }
}

/// Gathers one page of what `wanted` accepts: as many rows as the limit, and where the next page begins.
template <class Wanted, class Render>
class PageOf {
public:
    PageOf(const Params& params, Wanted wanted, Render render)
        : wanted_{std::move(wanted)}, render_{std::move(render)}, limit_{params.page().limit}, after_{from_cursor(params.page().after)}
    {
    }

    std::optional<model::Position> after() const { return after_; }

    template <class Node>
    Visited operator()(const Node& node)
    {
        if (!wanted_(node)) return Visited::cheap;
        if (rows_.size() == limit_) {
            more_ = true;
            return Visited::last;
        }
        rows_.push_back(render_(node));
        last_ = position_of(node);
        return Visited::dear;
    }

    /// Rows of another kind, behind the last page's own.
    void end_with(json::array rows)
    {
        if (more_) return;
        for (auto& row : rows) rows_.push_back(std::move(row));
    }

    Answer answer(std::string_view key) { return api::page(key, std::move(rows_), more_ ? std::optional{to_cursor(last_)} : std::nullopt); }

private:
    Wanted wanted_;
    Render render_;
    std::size_t limit_;
    std::optional<model::Position> after_;
    json::array rows_;
    model::Position last_{};
    bool more_ = false;
};

/// Every row with one of these ids, rendered, in the table's order.
template <class Node, class Id, class Render>
asio::awaitable<json::array> render_all(const model::Table<Node>& table, std::vector<Id> ids, Render render)
{
    json::array rows;
    auto visit = [&rows, &render](const Node& node) {
        rows.push_back(render(node));
        return Visited::dear;
    };
    const std::optional<model::Position> start;
    co_await walk(table, std::move(ids), start, visit);
    co_return rows;
}

/// Part of a text, whatever its case (of ASCII letters). Made once a request.
class Search {
public:
    /// No text matches everything.
    explicit Search(const std::optional<std::string>& wanted) : wanted_{model::folded(wanted.value_or(""))} {}
    bool empty() const { return wanted_.empty(); }
    bool in(std::string_view text) const;
    bool in(const std::string& text) const { return in(std::string_view{text}); }
    bool in(const std::optional<std::string>& text) const { return text && in(std::string_view{*text}); }
    template <class Tag>
    bool in(const model::Id<Tag>& id) const
    {
        return in(std::string_view{to_string(id)});
    }

private:
    std::string wanted_;
};

} // namespace gatehouse::http
