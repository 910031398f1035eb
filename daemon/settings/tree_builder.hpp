#pragma once

#include "settings/tree.hpp"

#include <yaml-cpp/eventhandler.h>

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace gatehouse::settings {

/// Thrown through the parser when a bound is broken; the problem is already recorded.
struct TreeTooLarge {};

/// Turns the parser's events into a tree. The parser's own tree takes duplicate keys silently and loses their lines.
class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(std::string file, Problems& problems) : file_{std::move(file)}, problems_{problems} {}

    NodePtr root() const { return root_; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override;
    void OnMapEnd() override { close(); }

private:
    struct Frame {
        std::shared_ptr<Node> node;
        YAML::anchor_t anchor;
        bool awaits_value; ///< of a map: the key is known
        bool keep;         ///< of a map: the value belongs to a key that is good
        Member member;
        std::unordered_map<std::string, int> seen; ///< of a map: its keys and their lines
    };

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind);
    void close();
    void place(NodePtr node);
    void count(std::size_t nodes, int line);
    void take_key(const NodePtr& node);
    void check_tag(const std::string& tag, int line);
    std::string path() const;
    void report(int line, std::string message);

    std::string file_;
    Problems& problems_;
    std::vector<Frame> frames_;
    std::map<YAML::anchor_t, NodePtr> anchors_; ///< of nodes that are complete
    NodePtr root_;
    std::size_t nodes_ = 0;
};

} // namespace gatehouse::settings
