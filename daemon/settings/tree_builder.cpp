#include "settings/tree_builder.hpp"

#include <yaml-cpp/mark.h>

namespace gatehouse::settings {

namespace {

constexpr std::size_t most_levels = 32;
constexpr std::size_t most_nodes = 400'000;

int line_of(const YAML::Mark& mark)
{
    return mark.line + 1;
}

} // namespace

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor)
{
    count(1, line_of(mark));
    auto node = std::make_shared<Node>();
    node->line = line_of(mark);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    place(std::move(node));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor)
{
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
        report(line_of(mark), "an alias stands inside the node it names");
        throw TreeTooLarge{};
    }
    count(known->second->weight, line_of(mark));
    place(known->second);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value)
{
    count(1, line_of(mark));
    check_tag(tag, line_of(mark));
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::scalar;
    node->line = line_of(mark);
    node->text = value;
    node->plain = tag == "?";
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    place(std::move(node));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value)
{
    open(mark, tag, anchor, Node::Kind::list);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value)
{
    open(mark, tag, anchor, Node::Kind::map);
}

void TreeBuilder::open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind)
{
    count(1, line_of(mark));
    check_tag(tag, line_of(mark));
    if (frames_.size() == most_levels) {
        report(line_of(mark), "nested deeper than " + std::to_string(most_levels) + " levels");
        throw TreeTooLarge{};
    }
    Frame frame{.node = std::make_shared<Node>(), .anchor = anchor, .awaits_value = false, .keep = true, .member = {}, .seen = {}};
    frame.node->kind = kind;
    frame.node->line = line_of(mark);
    frames_.push_back(std::move(frame));
}

void TreeBuilder::close()
{
    const Frame done = std::move(frames_.back());
    frames_.pop_back();
    if (done.anchor != YAML::NullAnchor) anchors_[done.anchor] = done.node;
    place(done.node);
}

/// An alias counts for all it stands for: a file of nested aliases cannot grow beyond the bound.
void TreeBuilder::count(std::size_t nodes, int line)
{
    nodes_ += nodes;
    if (nodes_ <= most_nodes) return;
    report(line, "more than " + std::to_string(most_nodes) + " values, aliases written out");
    throw TreeTooLarge{};
}

void TreeBuilder::place(NodePtr node)
{
    if (frames_.empty()) {
        root_ = std::move(node);
        return;
    }
    Frame& frame = frames_.back();
    if (frame.node->kind == Node::Kind::list) {
        frame.node->weight += node->weight;
        frame.node->items.push_back(std::move(node));
        return;
    }
    if (!frame.awaits_value) {
        take_key(node);
        return;
    }
    frame.awaits_value = false;
    frame.member.value = std::move(node);
    frame.node->weight += frame.member.value->weight;
    if (frame.keep) frame.node->members.push_back(std::move(frame.member));
}

void TreeBuilder::take_key(const NodePtr& node)
{
    Frame& frame = frames_.back();
    const bool is_text = node->kind == Node::Kind::scalar;
    const auto [first, is_new] = frame.seen.try_emplace(node->text, node->line);
    frame.keep = is_text && is_new;
    frame.member = {.key = is_text ? node->text : "?", .line = node->line, .value = nullptr};
    if (!is_text) report(node->line, "a key must be plain text");
    frame.awaits_value = true;
    if (is_text && !is_new) report(node->line, "given twice, first in line " + std::to_string(first->second));
}

void TreeBuilder::check_tag(const std::string& tag, int line)
{
    if (!tag.empty() && tag != "?" && tag != "!") report(line, "a YAML tag has no meaning here");
}

std::string TreeBuilder::path() const
{
    std::string out;
    for (const Frame& frame : frames_) {
        if (frame.node->kind == Node::Kind::list)
            out += "[" + std::to_string(frame.node->items.size()) + "]";
        else if (frame.awaits_value)
            out += (out.empty() ? "" : ".") + frame.member.key;
    }
    return out;
}

void TreeBuilder::report(int line, std::string message)
{
    problems_.push_back({.at = {.file = file_, .line = line}, .path = path(), .message = std::move(message)});
}

} // namespace gatehouse::settings
