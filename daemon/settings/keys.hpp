#pragma once

#include <span>
#include <string_view>

namespace gatehouse::settings {

/// The keys one kind of map may hold; `*` in its path stands for any stable key, `[]` for any place in a list.
struct Section {
    std::string_view path;
    std::span<const std::string_view> keys;
};

/// Every section of format 1. Days of `hours.*` and names of `devices.*.params` are free and not listed;
/// "secret" stands for every `{credential: NAME}` or `{file: PATH}`.
std::span<const Section> sections();

/// The keys of one section; empty when there is no such section.
std::span<const std::string_view> keys_of_section(std::string_view path);

} // namespace gatehouse::settings
