#pragma once

#include "settings/mark.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Member {
    std::string key;
    int line;
    NodePtr value;
};

/// The document as it stands in the file. An alias shares the node it names.
struct Node {
    enum class Kind : std::uint8_t { empty, scalar, list, map };
    Kind kind = Kind::empty;
    int line = 0;
    std::string text;            ///< of a scalar
    bool plain = false;          ///< a scalar without quotes
    std::vector<NodePtr> items;  ///< of a list
    std::vector<Member> members; ///< of a map, each key once
    std::size_t weight = 1;      ///< nodes below and with this one, aliases written out
};

/// Parses one YAML document. Duplicate keys, tags and keys that are not plain text are reported and left out.
///
/// Units:   at most 32 levels and 400,000 nodes, aliases written out.
/// Errors:  null after a syntax error or a broken bound; the problem is in `problems`.
/// Threads: any.
NodePtr parse_tree(std::string_view text, const std::string& file, Problems& problems);

} // namespace gatehouse::settings
